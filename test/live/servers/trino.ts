import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trinoPrograms } from '../components/trino.ts';
import { freePorts, start, untilReady, type Running } from './process.ts';

export interface TrinoServer {
  readonly url: string;
  readonly pid: () => number;
  /** Folder of which the tables' files lie in subfolders: `local:///NAME` for Trino. */
  readonly files: string;
  /** Runs a statement to its end. @throws Error with Trino's own words */
  readonly run: (statement: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A Trino of its own: one process, tables of files in a folder, an empty schema `hive.cur`. `memory`: what a query may take. */
export async function startTrino(memory = '400MB'): Promise<TrinoServer> {
  const programs = trinoPrograms();
  if (programs === undefined) throw new Error('Trino is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'tonnage-trino-'));
  const files = join(folder, 'files');
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const environment = `tonnage${process.pid}`;
  await mkdir(join(folder, 'etc/catalog'), { recursive: true });
  await mkdir(files);
  await symlink(join(programs.folder, 'plugin'), join(folder, 'plugin'));
  await writeFile(join(folder, 'etc/config.properties'), properties(configuration(port, environment, memory)));
  await writeFile(join(folder, 'etc/catalog/hive.properties'), properties(hive(files)));
  await writeFile(join(folder, 'etc/log.properties'), 'io.trino=WARN\n');
  let running: Running | undefined;
  try {
    running = start(
      programs.java,
      [
        ...JAVA,
        `-Dnode.data-dir=${join(folder, 'data')}`,
        '-Dconfig=etc/config.properties',
        '-Dlog.levels-file=etc/log.properties',
        '-cp',
        join(programs.folder, 'lib/*'),
        'io.trino.server.TrinoServer',
      ],
      { cwd: folder },
    );
    await untilReady('Trino', running, async () => {
      const info = (await (await fetch(`${url}/v1/info`)).json()) as { readonly starting?: boolean; readonly environment?: string };
      return info.starting === false && info.environment === environment;
    });
    await retried(async () => statement(url, 'create schema if not exists hive.cur'));
    // It says that it has started a little before files can be read.
    await retried(async () => statement(url, 'create table if not exists hive.cur.ready as select 1 as one'));
    await retried(async () => statement(url, 'select count(distinct one) from hive.cur.ready'));
    await statement(url, 'drop table hive.cur.ready');
  } catch (error) {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const server = running;
  return {
    url,
    files,
    pid: () => server.pid,
    run: async (text) => statement(url, text),
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const JAVA = [
  '-Xmx1G',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djdk.attach.allowAttachSelf=true',
  '--sun-misc-unsafe-memory-access=allow',
  '--enable-native-access=ALL-UNNAMED',
];

type Properties = Readonly<Record<string, string>>;

/** What is of the node stands here too: without its launcher Trino reads no second file. */
const configuration = (port: number, environment: string, memory: string): Properties => ({
  'node.environment': environment,
  'node.id': 'one',
  'node.internal-address': '127.0.0.1',
  'node.bind-ip': '127.0.0.1',
  coordinator: 'true',
  'node-scheduler.include-coordinator': 'true',
  'http-server.http.port': String(port),
  'discovery.uri': `http://127.0.0.1:${port}`,
  'catalog.management': 'static',
  'query.max-memory-per-node': memory,
});

const hive = (files: string): Properties => ({
  'connector.name': 'hive',
  'hive.metastore': 'file',
  'hive.metastore.catalog.dir': 'local:///metastore',
  'hive.metastore.user': 'tonnage',
  'fs.native-local.enabled': 'true',
  'local.location': files,
  'hive.non-managed-table-writes-enabled': 'true',
  'hive.parquet.use-column-names': 'true',
});

const properties = (all: Properties): string =>
  Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

async function retried(act: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (tries >= 20) throw error;
      await sleep(500);
    }
  }
}

interface Page {
  readonly nextUri?: string;
  readonly error?: { readonly errorName: string; readonly message: string };
}

async function statement(url: string, text: string): Promise<void> {
  const asked = await fetch(`${url}/v1/statement`, { method: 'POST', body: text, headers: { 'x-trino-user': 'setup' } });
  let page = (await asked.json()) as Page;
  for (;;) {
    if (page.error !== undefined) throw new Error(`${page.error.errorName}: ${page.error.message}`);
    if (page.nextUri === undefined) return;
    page = (await (await fetch(page.nextUri)).json()) as Page;
  }
}
