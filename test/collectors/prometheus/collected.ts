import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prometheus } from '../../../src/collectors/prometheus/index.ts';
import { PrometheusSettings } from '../../../src/collectors/prometheus/settings.ts';
import type { Check, Context } from '../../../src/collectors/types.ts';
import { openDuckDb } from '../../../src/io/duckdb.ts';
import { text, type SqlRow } from '../../../src/io/sql.ts';
import type { ClusterFacts, ClusterPart } from '../../../src/model/facts.ts';
import type { TestIo } from '../../io/test-io.ts';
import type { TestSeries } from './server.ts';

export interface CollectedPart {
  readonly part: ClusterPart;
  readonly facts: ClusterFacts;
  readonly file: string;
}

/** When the tests' runs begin. */
const BEGAN = '2026-03-15T12:00:00Z';

export function settingsFor(url: string, more: Readonly<Record<string, unknown>> = {}): PrometheusSettings {
  return PrometheusSettings.parse({ kind: 'prometheus', cluster: 'c', url, history: 2, ...more });
}

function contextFor({ io }: TestIo, scratch: string): Context {
  return { source: 'prometheus', io, began: new Date(BEGAN), known: [], isCurrent: () => false, maySpend: false, downloads: scratch, scratch };
}

/** Collects everything with the collector alone; parts for which `skip` says so are passed over, as those that a store has already. */
export async function collect(given: TestIo, settings: PrometheusSettings, skip: (part: ClusterPart) => boolean = () => false): Promise<CollectedPart[]> {
  const scratch = await given.io.files.scratch();
  const parts: CollectedPart[] = [];
  try {
    for await (const part of prometheus.collect(settings, { first: undefined, last: undefined }, contextFor(given, scratch))) {
      if (!('day' in part)) throw new Error('a part of charges');
      if (skip(part)) continue;
      const file = join(given.folder, `${randomUUID()}.parquet`);
      parts.push({ part, facts: await part.write(file), file });
    }
  } finally {
    await given.io.files.remove(scratch);
  }
  return parts;
}

export async function checks(given: TestIo, settings: PrometheusSettings): Promise<Check[]> {
  const scratch = await given.io.files.scratch();
  try {
    return await Array.fromAsync(prometheus.check(settings, contextFor(given, scratch)));
  } finally {
    await given.io.files.remove(scratch);
  }
}

export async function rowsOf({ file }: CollectedPart): Promise<readonly SqlRow[]> {
  const sql = await openDuckDb({ scratch: tmpdir() });
  try {
    return await sql.rows(`select * from read_parquet(${text(file)}, hive_partitioning = false)`);
  } finally {
    sql.close();
  }
}

export const UID = '0b6e0e5c-1111-4222-8333-444455556666';

/** Labels of a container as the kubelet's cAdvisor gives them. */
export function cadvisor(name: string, labels: Readonly<Record<string, string>> = {}): TestSeries['labels'] {
  const { uid = UID, cgroup = 'a', ...others } = labels;
  const id = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${cgroup}.scope`;
  return {
    __name__: name,
    container: 'app',
    id,
    image: 'web:1',
    instance: '10.0.0.1:10250',
    job: 'kubelet',
    name: cgroup,
    namespace: 'web',
    pod: 'web-0',
    ...others,
  };
}

/** CPU (a tenth of a core) and memory of a container, each minute in [from, to). */
export function container(labels: Readonly<Record<string, string>>, from: string, to: string): TestSeries[] {
  const times: number[] = [];
  for (let time = Date.parse(from); time < Date.parse(to); time += 60_000) times.push(time);
  return [
    { labels: cadvisor('container_cpu_usage_seconds_total', labels), samples: times.map((time, at) => ({ time, value: at * 6 })) },
    { labels: cadvisor('container_memory_working_set_bytes', labels), samples: times.map((time, at) => ({ time, value: 1_000_000 + at })) },
  ];
}
