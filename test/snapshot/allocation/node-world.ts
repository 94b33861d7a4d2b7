import { join } from 'node:path';
import type { Sql } from '../../../src/io/sql.ts';
import { writeTableFile } from '../../../src/io/table-file.ts';
import { CLUSTER_TABLES, KNOWS_OWNERS, type ClusterTable, type Row } from '../../../src/model/cluster/tables.ts';
import type { Day, Period, Timestamp } from '../../../src/model/facts.ts';
import { CLUSTER_CHARGE_COLUMNS, SPLIT_ROW_COLUMNS, type AllocationQuery, type LocatedPart } from '../../../src/snapshot/allocation/contract.ts';
import { testIo } from '../../io/test-io.ts';

const GIB = 2 ** 30;

/** A charge of a node: by default an hour of an m5.xlarge. */
export interface Charge {
  readonly instance?: string;
  readonly target?: string | null;
  readonly cluster?: string;
  readonly start: string;
  readonly end: string;
  readonly cost: string;
  /** At public prices; by default its cost. */
  readonly list?: string;
  readonly service?: string;
  readonly instanceType?: string;
  readonly meter?: string;
  readonly month?: string;
  readonly tags?: readonly string[];
}

interface Split {
  readonly parent: string;
  readonly start: string;
  readonly end: string;
  readonly workload: string;
  readonly split: string;
  readonly unused: string;
}

/** Rows of a table of one day, of one source. */
interface Look<Table extends ClusterTable> {
  readonly day: string;
  readonly rows: readonly Row<Table>[];
  readonly cluster?: string;
  readonly source?: string;
  readonly observed?: Period;
  readonly knowsOwners?: boolean;
}

export interface World {
  readonly charges: readonly Charge[];
  readonly splits?: readonly Split[];
  readonly nodes?: readonly Look<'nodes'>[];
  readonly pods?: readonly Look<'pods'>[];
  readonly workloads?: readonly Look<'workloads'>[];
  readonly usage?: readonly Look<'usage'>[];
  readonly labels?: readonly string[];
  readonly tags?: readonly string[];
}

export async function inWorld<T>(world: World, use: (sql: Sql, query: AllocationQuery) => Promise<T>): Promise<T> {
  const { io, folder } = testIo();
  const sql = await io.openSql({ scratch: folder });
  const write = async <Table extends ClusterTable>(table: Table, looks: readonly Look<Table>[] = []): Promise<LocatedPart[]> => {
    const located: LocatedPart[] = [];
    for (const [at, { day, rows, cluster = 'production', source = 'metrics', observed, knowsOwners = false }] of looks.entries()) {
      const place = join(folder, table, `cluster=${cluster}`, `source=${source}`, `day=${day}`);
      const path = join(place, `${at}.parquet`);
      await io.files.makeFolder(place);
      await writeTableFile(sql, CLUSTER_TABLES[table], rows, path);
      const facts = {
        rows: rows.length,
        capabilities: knowsOwners ? [KNOWS_OWNERS] : [],
        gaps: [],
        observed: observed ?? wholeDay(day),
        resolution: null,
        samples: 0,
      };
      located.push({ path, part: { table, cluster, source, day: day as Day, slice: 'all', file: path, sha256: '', bytes: 0, identity: '', facts } });
    }
    return located;
  };
  try {
    const { labels = [], tags = [] } = world;
    await makeCharges(sql, world.charges, tags);
    await makeSplits(sql, world.splits ?? [], labels);
    const clusters = {
      nodes: await write('nodes', world.nodes),
      pods: await write('pods', world.pods),
      workloads: await write('workloads', world.workloads),
      usage: await write('usage', world.usage),
    };
    return await use(sql, { files: [], metric: 'effective', currency: 'USD', tags, labels, clusters });
  } finally {
    sql.close();
  }
}

function wholeDay(day: string): Period {
  const start = `${day}T00:00:00.000Z`;
  return { start: start as Timestamp, end: new Date(Date.parse(start) + 86_400_000).toISOString() as Timestamp };
}

const LINE = { provider: 'VARCHAR', service: 'VARCHAR', account: 'VARCHAR', account_name: 'VARCHAR', region: 'VARCHAR', category: 'VARCHAR' } as const;

async function makeCharges(sql: Sql, charges: readonly Charge[], tags: readonly string[]): Promise<void> {
  const columns = [
    'month VARCHAR',
    ...Object.entries(LINE).map(([column, type]) => `${column} ${type}`),
    'unused BOOLEAN',
    'known BOOLEAN',
    'is_correction BOOLEAN',
    'load_balancer VARCHAR',
    ...tags.map((_, at) => `tag${at} VARCHAR`),
    ...Object.entries(CLUSTER_CHARGE_COLUMNS).map(([column, type]) => `${column} ${type}`),
  ];
  await sql.run(`create or replace temp table cluster_charges (${columns.join(', ')})`);
  const rows = charges.map(
    ({
      instance = 'i-1',
      target = 'node-1',
      cluster = 'production',
      start,
      end,
      cost,
      service = 'Amazon EC2',
      instanceType,
      meter,
      month,
      list,
      tags: of = [],
    }) => {
      const values = [
        month ?? start.slice(0, 7),
        'AWS',
        service,
        '1234',
        null,
        'eu-west-1',
        'Usage',
        false,
        true,
        false,
        null,
        ...tags.map((_, at) => of[at] ?? null),
        start,
        end,
        instance,
        meter ?? 'BoxUsage:m5.xlarge',
        instanceType ?? 'm5.xlarge',
        cost,
        list ?? cost,
        cluster,
        'node',
        target,
        instance,
      ];
      return `(${values.map(literal).join(', ')})`;
    },
  );
  for (let at = 0; at < rows.length; at += 1000) await sql.run(`insert into cluster_charges values ${rows.slice(at, at + 1000).join(', ')}`);
}

async function makeSplits(sql: Sql, splits: readonly Split[], labels: readonly string[]): Promise<void> {
  const columns = [...Object.entries(SPLIT_ROW_COLUMNS).map(([column, type]) => `${column} ${type}`), ...labels.map((_, at) => `label${at} VARCHAR`)];
  await sql.run(`create or replace temp table split_rows (${columns.join(', ')})`);
  for (const { parent, start, end, workload, split, unused } of splits) {
    const values = [
      start.slice(0, 7),
      start,
      end,
      parent,
      'production',
      'web',
      `${workload}-1`,
      null,
      'Deployment',
      workload,
      'EUW1-EKS-EC2-vCPU-Hours',
      split,
      unused,
    ];
    await sql.run(`insert into split_rows values (${[...values, ...labels.map(() => null)].map(literal).join(', ')})`);
  }
}

const literal = (value: string | number | boolean | null): string => (typeof value === 'string' ? `'${value}'` : String(value));

const empty = <Table extends ClusterTable>(table: Table): Row<Table> =>
  Object.fromEntries(Object.keys(CLUSTER_TABLES[table]).map((column) => [column, null])) as Row<Table>;

/** An m5.xlarge that was there from before the month. */
export const node = (more: Partial<Row<'nodes'>> = {}): Row<'nodes'> => ({
  ...empty('nodes'),
  node: 'node-1',
  provider_id: 'aws:///eu-west-1a/i-1',
  instance_type: 'm5.xlarge',
  created: '2026-09-20T00:00:00Z',
  last_seen: '2026-10-31T23:59:30Z',
  cpu_capacity_cores: 4,
  memory_capacity_bytes: 16 * GIB,
  ...more,
});

/** A pod of Deployment/api that was there from before the month. */
export const pod = (name: string, more: Partial<Row<'pods'>> = {}): Row<'pods'> => ({
  ...empty('pods'),
  namespace: 'web',
  pod: name,
  pod_uid: `uid-${name}`,
  workload_kind: 'Deployment',
  workload: name,
  node: 'node-1',
  phase: 'Running',
  created: '2026-09-25T00:00:00Z',
  scheduled: '2026-09-25T00:00:05Z',
  last_seen: '2026-10-31T23:59:30Z',
  ...more,
});

/** A container of a workload that asks for cores and GiB. */
export const asks = (workload: string, cores: number | null, gib: number | null, more: Partial<Row<'workloads'>> = {}): Row<'workloads'> => ({
  ...empty('workloads'),
  namespace: 'web',
  workload_kind: 'Deployment',
  workload,
  container: 'app',
  container_type: 'main',
  cpu_request_cores: cores,
  memory_request_bytes: gib === null ? null : gib * GIB,
  since: '2026-09-25T00:00:00Z',
  ...more,
});

/** What a pod used in each of the twelve buckets of an hour. */
export function uses(name: string, hour: string, cores: number, gib: number, more: Partial<Row<'usage'>> = {}): Row<'usage'>[] {
  return Array.from({ length: 12 }, (_, at) => ({
    ...empty('usage'),
    namespace: 'web',
    pod: name,
    pod_uid: `uid-${name}`,
    container: 'app',
    bucket_start: new Date(Date.parse(hour) + at * 300_000).toISOString(),
    observed_seconds: 300,
    cpu_mean_cores: cores,
    cpu_max_cores: cores,
    working_set_max_bytes: gib * GIB,
    ...more,
  }));
}

/** An hour's charge of each hour of a day. */
export const hourly = (day: string, cost: string, more: Partial<Charge> = {}): Charge[] =>
  Array.from({ length: 24 }, (_, hour) => {
    const start = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
    return { start: iso(start), end: iso(start + 3_600_000), cost, ...more };
  });

const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', '');
