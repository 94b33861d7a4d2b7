import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeTableFile } from '../../src/io/table-file.ts';
import { CLUSTER_TABLES, type Row } from '../../src/model/cluster/tables.ts';
import type { Day } from '../../src/model/facts.ts';
import type { StoredClusterPart } from '../../src/snapshot/stored-part.ts';
import { oneSourceADay, ownedUsage, usageCoverage, type UsageFiles } from '../../src/snapshot/usage.ts';
import { testIo } from '../io/test-io.ts';

const NO_USAGE = Object.fromEntries(Object.keys(CLUSTER_TABLES.usage).map((column) => [column, null])) as Row<'usage'>;
const NO_POD = Object.fromEntries(Object.keys(CLUSTER_TABLES.pods).map((column) => [column, null])) as Row<'pods'>;

const used = (pod: string, more: Partial<Row<'usage'>> = {}): Row<'usage'> => ({
  ...NO_USAGE,
  namespace: 'web',
  pod,
  container: 'app',
  bucket_start: '2026-11-02T10:00:00Z',
  observed_seconds: 300,
  cpu_mean_cores: 0.5,
  ...more,
});

const owned = (pod: string, workload: string | null, more: Partial<Row<'pods'>> = {}): Row<'pods'> => ({
  ...NO_POD,
  namespace: 'web',
  pod,
  workload_kind: workload === null ? null : 'Deployment',
  workload,
  last_seen: '2026-11-02T12:00:00Z',
  ...more,
});

interface Given {
  readonly usage: readonly Row<'usage'>[];
  readonly pods?: readonly Row<'pods'>[];
  readonly otherPods?: readonly Row<'pods'>[];
  readonly clusterOfPods?: string;
}

async function withFiles<T>({ usage, pods = [], otherPods = [], clusterOfPods = 'production' }: Given, use: (files: UsageFiles) => Promise<T>): Promise<T> {
  const { io, folder } = testIo();
  const sql = await io.openSql({ scratch: folder });
  const write = async (table: 'usage' | 'pods', cluster: string, source: string, rows: readonly Row<'usage' | 'pods'>[]): Promise<string[]> => {
    if (rows.length === 0) return [];
    const place = join(folder, table, `cluster=${cluster}`, `source=${source}`, 'day=2026-11-02');
    await io.files.makeFolder(place);
    await writeTableFile(sql, CLUSTER_TABLES[table], rows, join(place, '0.parquet'));
    return [join(place, '0.parquet')];
  };
  try {
    return await use({
      usage: await write('usage', 'production', 'metrics', usage),
      pods: await write('pods', clusterOfPods, 'kubernetes', pods),
      otherPods: await write('pods', clusterOfPods, 'metrics', otherPods),
    });
  } finally {
    sql.close();
  }
}

async function ownersOf(given: Given): Promise<readonly unknown[]> {
  const { io, folder } = testIo();
  const sql = await io.openSql({ scratch: folder });
  try {
    return await withFiles(given, async (files) => {
      const rows = await sql.rows(`select workload from ${ownedUsage(files)} order by bucket_start, pod, pod_uid`);
      return rows.map(({ workload }) => workload);
    });
  } finally {
    sql.close();
  }
}

describe('a pod belongs to', () => {
  test('what its uid says, whatever other pods of its name do', async () => {
    const usage = [used('db-0', { pod_uid: 'old' }), used('db-0', { pod_uid: 'new' })];
    const pods = [
      owned('db-0', 'new-db', { pod_uid: 'new', created: '2026-11-02T09:00:00Z' }),
      owned('db-0', 'old-db', { pod_uid: 'old', created: '2026-11-01T09:00:00Z' }),
    ];
    expect(await ownersOf({ usage, pods })).toEqual(['new-db', 'old-db']);
  });

  test('what its name said at that time, where the source knows no uid', async () => {
    const usage = [used('db-0'), used('db-0', { bucket_start: '2026-11-02T11:00:00Z' })];
    const pods = [
      owned('db-0', 'old-db', { pod_uid: 'old', created: '2026-11-01T09:00:00Z' }),
      owned('db-0', 'new-db', { pod_uid: 'new', created: '2026-11-02T10:30:00Z' }),
    ];
    expect(await ownersOf({ usage, pods })).toEqual(['old-db', 'new-db']);
  });

  test('what the cluster says, rather than what metrics say', async () => {
    const otherPods = [owned('a', 'a-12345', { pod_uid: '1', last_seen: '2026-11-03T00:00:00Z' })];
    expect(await ownersOf({ usage: [used('a', { pod_uid: '1' })], pods: [owned('a', 'kafka', { pod_uid: '1' })], otherPods })).toEqual(['kafka']);
    expect(await ownersOf({ usage: [used('a', { pod_uid: '1' })], otherPods })).toEqual(['a-12345']);
  });

  test('nobody, where nothing says it', async () => {
    expect(await ownersOf({ usage: [used('a')] })).toEqual([null]);
    expect(await ownersOf({ usage: [used('a')], pods: [owned('a', null)] })).toEqual([null]);
    expect(await ownersOf({ usage: [used('a')], pods: [owned('a', 'web')], clusterOfPods: 'staging' })).toEqual([null]);
  });
});

test('each bucket is there once, however many parts know the pod', async () => {
  const pods = [owned('a', 'web', { pod_uid: '1', created: '2026-11-01T00:00:00Z' })];
  const otherPods = [owned('a', 'web', { pod_uid: '1', created: '2026-11-01T00:00:00Z' }), owned('a', 'web', { pod_uid: '1' })];
  expect(await ownersOf({ usage: [used('a', { pod_uid: '1' }), used('b')], pods, otherPods })).toEqual(['web', null]);
});

test('coverage is how much CPU time has an owner', async () => {
  const { io, folder } = testIo();
  const sql = await io.openSql({ scratch: folder });
  const given = { usage: [used('a'), used('b', { cpu_mean_cores: 1.5 })], pods: [owned('b', 'web')] };
  expect(await withFiles(given, (files) => usageCoverage(sql, files))).toEqual([
    { cluster: 'production', days: 1, containers: 2, cpuSeconds: 600, ownedCpuSeconds: 450 },
  ]);
  sql.close();
});

test('of several sources that looked at a cluster on a day, the one that saw most is read', () => {
  const part = (source: string, day: string, rows: number): StoredClusterPart => ({
    table: 'usage',
    cluster: 'production',
    source,
    day: day as Day,
    slice: 'all',
    file: '',
    sha256: '',
    bytes: 0,
    identity: '',
    facts: { rows, capabilities: [], gaps: [], observed: null, resolution: null, samples: 0 },
  });
  const parts = [part('metrics', '2026-11-01', 10), part('sampler', '2026-11-01', 4), part('sampler', '2026-11-01', 5), part('sampler', '2026-11-02', 1)];
  expect(oneSourceADay(parts)).toEqual([parts[0], parts[3]]);
});
