import { join } from 'node:path';
import { text, type Sql } from '../../../src/io/sql.ts';
import { writeTableFile } from '../../../src/io/table-file.ts';
import { CLUSTER_TABLES, KNOWS_OWNERS, type ClusterTable, type Row } from '../../../src/model/cluster/tables.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../../../src/model/cost/charge.ts';
import type { Day } from '../../../src/model/facts.ts';
import type { AllocationQuery, LocatedPart } from '../../../src/snapshot/allocation/contract.ts';
import { testIo } from '../../io/test-io.ts';

export type Charge = Readonly<Partial<Record<ChargeColumn, string | number | boolean | null>>>;

/** Usage of an hour in October 2026, as far as a charge says no other. */
const CHARGE: Charge = {
  BilledCost: 1,
  BillingCurrency: 'USD',
  ChargeCategory: 'Usage',
  ChargePeriodStart: '2026-10-05 10:00:00',
  ChargePeriodEnd: '2026-10-05 11:00:00',
  ProviderName: 'AWS',
  RegionId: 'eu-west-1',
  ServiceName: 'Amazon EC2',
  SubAccountId: '111111111111',
  Tags: '{}',
  x_Known: true,
};

type Table = 'nodes' | 'pods' | 'workloads' | 'inventory';
/** Rows with the cluster and day of their part: of `production`, looked at on the 20th, where they say no other. */
export type Facts = { readonly [T in Table]?: readonly (Partial<Row<T>> & { readonly cluster?: string; readonly day?: string })[] };

export interface Given extends Facts {
  readonly charges: readonly Charge[];
  readonly months?: Readonly<Record<string, readonly Charge[]>>;
  readonly tags?: readonly string[];
  readonly labels?: readonly string[];
}

/** Small tables as a snapshot has them, and an engine to query them with. */
export async function withTables<T>(given: Given, use: (sql: Sql, query: AllocationQuery) => Promise<T>): Promise<T> {
  const { io, folder } = testIo();
  const sql = await io.openSql({ scratch: folder });
  try {
    const months = Object.entries({ '2026-10': given.charges, ...given.months });
    const files = await Promise.all(
      months.map(async ([month, charges]) => {
        const place = join(folder, 'charges', 'source=cur', `month=${month}`);
        await io.files.makeFolder(place);
        return { charges, path: join(place, '0.parquet') };
      }),
    );
    for (const { charges, path } of files) await sql.run(`copy (${charges.map(chargeSql).join(' union all ')}) to ${text(path)} (format parquet)`);
    const clusters: Partial<Record<ClusterTable, LocatedPart[]>> = {};
    for (const table of ['nodes', 'pods', 'workloads', 'inventory'] as const) {
      const parts = Map.groupBy(given[table] ?? [], ({ cluster = 'production', day = '2026-10-20' }) => JSON.stringify([cluster, day]));
      for (const [key, rows] of parts) {
        const [cluster, day] = JSON.parse(key) as [string, string];
        const place = join(folder, table, `cluster=${cluster}`, 'source=kubernetes', `day=${day}`);
        await io.files.makeFolder(place);
        const path = join(place, '0.parquet');
        await writeTableFile(
          sql,
          CLUSTER_TABLES[table],
          rows.map(({ cluster: _cluster, day: _day, ...row }) => row),
          path,
        );
        (clusters[table] ??= []).push({ part: partOf(table, cluster, day), path });
      }
    }
    return await use(sql, {
      files: files.map(({ path }) => path),
      metric: 'billed',
      currency: 'USD',
      tags: given.tags ?? [],
      labels: given.labels ?? [],
      clusters,
    });
  } finally {
    sql.close();
  }
}

function chargeSql(charge: Charge): string {
  const given: Charge = { ...CHARGE, ...charge };
  const columns = Object.entries(CHARGE_COLUMNS).map(([column, type]) => {
    const value = given[column as ChargeColumn] ?? null;
    return `cast(${value === null ? 'null' : text(String(value))} as ${type}) as ${column}`;
  });
  return `select ${columns.join(', ')}`;
}

function partOf(table: ClusterTable, cluster: string, day: string): LocatedPart['part'] {
  return {
    table,
    cluster,
    day: day as Day,
    slice: 'all',
    source: 'kubernetes',
    file: '',
    sha256: '',
    bytes: 0,
    identity: '',
    facts: { rows: 1, capabilities: [KNOWS_OWNERS], gaps: [], observed: null, resolution: null, samples: 0 },
  };
}

/** Nodes whose instances have the ids given, as EKS names them. */
export const node = (name: string, instance: string, cluster = 'production'): NonNullable<Facts['nodes']>[number] => ({
  node: name,
  provider_id: `aws:///eu-west-1a/${instance}`,
  cluster,
});

export const pod = (name: string, workload: string, more: Partial<Row<'pods'>> & { readonly cluster?: string } = {}): NonNullable<Facts['pods']>[number] => {
  const [kind = '', own = ''] = workload.split('/');
  return { namespace: 'web', pod: name, workload_kind: kind, workload: own, last_seen: '2026-10-20T12:00:00Z', ...more };
};

export const volume = (id: string, claim: string): NonNullable<Facts['inventory']>[number] => {
  const [namespace, name] = claim.split('/');
  return { kind: 'PersistentVolume', name: `pv-${id}`, provider_id: id, detail: JSON.stringify({ claim: { namespace, name } }) };
};
