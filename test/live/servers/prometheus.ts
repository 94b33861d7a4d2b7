import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { prometheusProgram } from '../components/prometheus.ts';
import { freePorts, start, untilReady, type Running } from './process.ts';
import { remoteWrite, type Series } from './remote-write.ts';

export interface Prometheus {
  readonly url: string;
  /** Of the server that runs now. */
  readonly pid: () => number;
  /** @returns how many samples were sent */
  readonly write: (series: readonly Series[]) => Promise<number>;
  /** The value of each series of an instant query, by its labels as JSON. @param time in milliseconds */
  readonly query: (promql: string, time: number) => Promise<ReadonlyMap<string, number>>;
  /** Requests that it has answered since it started, by handler. */
  readonly requests: () => Promise<ReadonlyMap<string, number>>;
  readonly stop: () => Promise<void>;
  /** Starts it again, on the same port and data, with other flags where they are given. */
  readonly restart: (flags?: readonly string[]) => Promise<void>;
  /** Stops it, and removes its data. */
  readonly close: () => Promise<void>;
}

const CONFIGURATION = 'storage: {tsdb: {out_of_order_time_window: 60d}}\n';

interface Settings {
  readonly flags?: readonly string[];
  /** Puts blocks into the folder of its data before it starts. */
  readonly fill?: (data: string) => Promise<void>;
}

/** A Prometheus of its own, empty or filled, that takes remote writes of the last weeks. */
export async function startPrometheus({ flags = [], fill }: Settings = {}): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'tonnage-prometheus-'));
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const data = join(folder, 'data');
  await writeFile(join(folder, 'prometheus.yml'), CONFIGURATION);
  await fill?.(data);
  let running: Running;
  const run = async (more: readonly string[]): Promise<void> => {
    running = start(prometheusProgram() ?? 'prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      // The default of 15 days would remove what is filled in.
      '--storage.tsdb.retention.time=3650d',
      '--web.enable-remote-write-receiver',
      `--web.listen-address=127.0.0.1:${port}`,
      ...more,
    ]);
    await untilReady('Prometheus', running, async () => (await storagePath(url)) === data && (await fetch(`${url}/-/ready`)).ok);
  };
  try {
    await run(flags);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url,
    pid: () => running.pid,
    write: async (series) => remoteWrite(url, series),
    query: async (promql, time) => query(url, promql, time),
    requests: async () => requests(url),
    stop: async () => running.stop(),
    async restart(others = flags) {
      await running.stop();
      await run(others);
    },
    async close() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whose server it is that listens there: another one may have taken the port. */
async function storagePath(url: string): Promise<string | undefined> {
  const answer: unknown = await (await fetch(`${url}/api/v1/status/flags`)).json();
  return z.object({ data: z.record(z.string(), z.string()) }).parse(answer).data['storage.tsdb.path'];
}

const Vector = z.object({
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** While it compacts its head, Prometheus 2 may look for a chunk where it no longer is (described in grafana/mimir-prometheus#566): asked again, it finds it. */
const MOVED = 'cannot populate chunk';
const ATTEMPTS = 10;

async function query(url: string, promql: string, time: number, attempt = 1): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: promql, time: String(time / 1000) }) });
  if (answer.status === 422 && attempt < ATTEMPTS && (await answer.clone().text()).includes(MOVED)) {
    await sleep(1000);
    return query(url, promql, time, attempt + 1);
  }
  if (!answer.ok) throw new Error(`${promql}: ${answer.status} ${await answer.text()}`);
  const { result } = Vector.parse(await answer.json()).data;
  return new Map(result.map(({ metric, value: [, value] }) => [JSON.stringify(metric), Number(value)]));
}

async function requests(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = new Map<string, number>();
  for (const [, handler = '', count] of text.matchAll(/^prometheus_http_requests_total\{.*handler="([^"]*)".*\} (\S+)$/gm)) {
    counts.set(handler, (counts.get(handler) ?? 0) + Number(count));
  }
  return counts;
}
