// What reading a cluster's history costs its Prometheus and this machine, against the requests that KRR would send to the same server.
// `npm run bench:telemetry`, or `-- 200 7` for fewer containers and days.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SETUP } from '../test/live/components/index.ts';
import { prometheusProgram } from '../test/live/components/prometheus.ts';
import { startPrometheus, type Prometheus } from '../test/live/servers/prometheus.ts';
import { sendKrrQueries } from './krr-queries.ts';
import { measure } from './measure.ts';
import { processUse } from './process-use.ts';
import { prometheusBlocks, type Watched } from './prometheus-blocks/index.ts';

const DAY = 86_400_000;
const root = resolve(import.meta.dirname, '..');
const [containers = 1000, days = 14] = process.argv.slice(2).map(Number);
const step = 60;
const end = Math.floor(Date.now() / DAY) * DAY;

/** What one way of reading took, of itself and of the server. */
interface Cost {
  readonly requests: number;
  readonly seconds: number;
  /** Of Prometheus: CPU time in seconds, and highest resident memory in MiB. */
  readonly serverSeconds: number;
  readonly serverPeak: number;
  /** Highest resident memory of this side, in MiB. */
  readonly peak: number | undefined;
}

/** A server that has read nothing yet, for each way of reading. */
async function withPrometheus(watched: Watched, read: (server: Prometheus) => Promise<Pick<Cost, 'seconds' | 'peak'>>): Promise<Cost> {
  const blocks = await prometheusBlocks(watched, join(root, '.cache/bench'));
  const server = await startPrometheus({ fill: (data) => cp(blocks, data, { recursive: true }) });
  try {
    const before = processUse(server.pid());
    const asked = total(await server.requests());
    const own = await read(server);
    const after = processUse(server.pid());
    const requests = total(await server.requests()) - asked - 1; // the second look is one itself
    return { ...own, requests, serverSeconds: after.seconds - before.seconds, serverPeak: after.peak };
  } finally {
    await server.close();
  }
}

const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

async function krr(server: Prometheus): Promise<Pick<Cost, 'seconds' | 'peak'>> {
  const begun = performance.now();
  await sendKrrQueries(server.url, containers, end / 1000);
  return { seconds: (performance.now() - begun) / 1000, peak: undefined };
}

async function tonnage(server: Prometheus, history: number): Promise<Pick<Cost, 'seconds' | 'peak'>> {
  const folder = await mkdtemp(join(tmpdir(), 'tonnage-bench-'));
  try {
    await writeFile(join(folder, 'tonnage.yaml'), `sources: [{ kind: prometheus, cluster: bench, url: "${server.url}", history: ${history + 1} }]\n`);
    return await measure(process.execPath, [join(root, 'bin/tonnage.js'), 'collect', '--quiet'], folder, [0, 3]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bar(what: string, value: number, limit: number, unit: string, atLeast = false): void {
  const met = atLeast ? value >= limit : value <= limit;
  console.log(`${met ? 'met   ' : 'MISSED'}  ${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit} (at ${atLeast ? 'least' : 'most'} ${limit})`);
}

const show = (what: string, { requests, seconds, serverSeconds, serverPeak, peak }: Cost): void =>
  console.log(
    `        ${what}: ${requests} requests, ${seconds.toFixed(1)} s, ${peak ?? '-'} MiB; Prometheus: ${serverSeconds.toFixed(1)} s of CPU, ${serverPeak} MiB`,
  );

/** Against what KRR takes of the same server: the bars are those for 1,000 containers over 14 days. */
async function compare(states: Watched['states'], what: string): Promise<void> {
  const watched = { containers, days, step, end, states };
  console.log(`        ${containers} containers, ${days} days, every ${step} s; of kube-state-metrics ${what}`);
  const theirs = await withPrometheus(watched, krr);
  show('the requests of KRR', theirs);
  const ours = await withPrometheus(watched, (server) => tonnage(server, days));
  show('tonnage collect', ours);
  const samples = (containers * 2 * days * 86_400) / step;
  bar('requests', theirs.requests / ours.requests, 100, 'times fewer', true);
  bar('wall time', theirs.seconds / ours.seconds, 8, 'times less', true);
  bar('CPU of Prometheus', theirs.serverSeconds / ours.serverSeconds, 10, 'times less', true);
  bar('memory of Prometheus', ours.serverPeak / theirs.serverPeak, 1, 'times as much');
  bar('samples of use, from the start of the program to the Parquet on disk', samples / ours.seconds / 1e6, 8, 'million/s', true);
  bar('memory of this process', ours.peak ?? Number.NaN, 700, 'MiB');
}

async function many(): Promise<void> {
  const large = { containers: containers * 5, days: Math.min(days, 3), step, end, states: 'all' } as const;
  const ours = await withPrometheus(large, (server) => tonnage(server, large.days));
  show(`tonnage collect, ${large.containers} containers, ${large.days} days, all states`, ours);
  bar(`memory of this process, ${large.containers} containers`, ours.peak ?? Number.NaN, 700, 'MiB');
}

if (prometheusProgram() === undefined) console.log(`skipped  telemetry: there is no Prometheus (${SETUP})`);
else {
  await compare('few', 'what KRR asks for');
  await compare('all', 'all that tonnage reads');
  await many();
}
