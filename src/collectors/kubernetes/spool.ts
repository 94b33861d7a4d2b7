import { name, text, type ColumnValues, type Sql } from '../../io/sql.ts';
import { castColumns } from '../../io/table-file.ts';
import { CLUSTER_TABLES, type ColumnType } from '../../model/cluster/tables.ts';
import { CONTAINER_EXTRAS, type Fact } from './rows.ts';

export type ListedTable = Fact['table'];

type Columns = Readonly<Record<string, ColumnType>>;

const { until: _, ...CONTAINER_COLUMNS } = CLUSTER_TABLES.workloads;

/** What is listed lies here until it is written: in the engine, which puts on disk what is too much. */
const COLUMNS: Readonly<Record<ListedTable, Columns>> = {
  pods: CLUSTER_TABLES.pods,
  workloads: { ...CONTAINER_COLUMNS, ...CONTAINER_EXTRAS },
  replicas: CLUSTER_TABLES.replicas,
  events: CLUSTER_TABLES.events,
  nodes: CLUSTER_TABLES.nodes,
  autoscalers: CLUSTER_TABLES.autoscalers,
  budgets: CLUSTER_TABLES.budgets,
  inventory: CLUSTER_TABLES.inventory,
};

export const LISTED_TABLES: readonly ListedTable[] = ['nodes', 'pods', 'workloads', 'replicas', 'autoscalers', 'budgets', 'inventory', 'events'];

const spoolOf = (table: ListedTable): string => name(`spool_${table}`);
const finalOf = (table: ListedTable): string => name(`listed_${table}`);

const isNumber = (type: ColumnType): boolean => type === 'DOUBLE' || type === 'BIGINT' || type === 'INTEGER';

/** The engine's own chunk: what is appended in smaller pieces takes as much memory as one of these each time. */
const ROWS_AT_ONCE = 2048;

interface Held {
  readonly row: Readonly<Record<string, unknown>>;
  readonly batch: number;
}

/** Takes in rows, few at a time, and hands them to the engine, many at a time. */
export class Spool {
  readonly #sql: Sql;
  readonly #held: ReadonlyMap<ListedTable, Held[]> = new Map(LISTED_TABLES.map((table) => [table, []]));

  private constructor(sql: Sql) {
    this.#sql = sql;
  }

  static async open(sql: Sql): Promise<Spool> {
    for (const table of LISTED_TABLES) {
      const columns = Object.entries(COLUMNS[table]).map(([column, type]) => `${name(column)} ${isNumber(type) ? 'DOUBLE' : 'VARCHAR'}`);
      await sql.run(`create table ${spoolOf(table)} (${columns.join(', ')}, batch DOUBLE)`);
    }
    return new Spool(sql);
  }

  /** `batch`: the reading of a list that they belong to. */
  async add(facts: readonly Fact[], batch: number): Promise<void> {
    for (const { table, row } of facts) this.#held.get(table)?.push({ row, batch });
    for (const [table, held] of this.#held) if (held.length >= ROWS_AT_ONCE) await this.#flush(table, held);
  }

  /** Takes back what a list had that has begun again. */
  async drop(batch: number): Promise<void> {
    for (const [table, held] of this.#held) {
      held.splice(0, held.length, ...held.filter((one) => one.batch !== batch));
      await this.#sql.run(`delete from ${spoolOf(table)} where batch = ${batch}`);
    }
  }

  /** Makes the tables as they are written. `began`: when the cluster was looked at. */
  async finish(began: string): Promise<void> {
    for (const [table, held] of this.#held) {
      await this.#flush(table, held);
      await this.#sql.run(`create table ${finalOf(table)} as select ${castColumns(CLUSTER_TABLES[table])} from (${contentOf(table, began)})`);
      await this.#sql.run(`drop table ${spoolOf(table)}`);
    }
  }

  async #flush(table: ListedTable, held: Held[]): Promise<void> {
    if (held.length === 0) return;
    const rows = held.map(({ row }) => row);
    const columns = Object.entries(COLUMNS[table]).map(([column, type]) => valuesOf(rows, column, type));
    await this.#sql.append(`spool_${table}`, [...columns, { type: 'DOUBLE', values: Float64Array.from(held, ({ batch }) => batch) }], rows.length);
    held.length = 0;
  }
}

function valuesOf(rows: readonly Readonly<Record<string, unknown>>[], column: string, type: ColumnType): ColumnValues {
  if (isNumber(type)) return { type: 'DOUBLE', values: Float64Array.from(rows, (row) => numberOf(row[column])) };
  return { type: 'VARCHAR', values: rows.map((row) => textOf(row[column])) };
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : null;
}

function contentOf(table: ListedTable, began: string): string {
  if (table === 'workloads') return workloads(began);
  if (table === 'replicas') return REPLICAS;
  return `select * exclude (batch) from ${spoolOf(table)}`;
}

/** A digest of all rows, in whatever order they came. */
export async function digest(sql: Sql, table: ListedTable): Promise<string> {
  const [row] = await sql.rows(
    `select md5(coalesce(string_agg(line, '' order by line), '')) as digest from (select md5(cast(t as VARCHAR)) as line from ${finalOf(table)} t)`,
  );
  return String(row?.['digest']);
}

/** Writes the Parquet file of a table. Returns how many rows it has. */
export async function writeListed(sql: Sql, table: ListedTable, file: string): Promise<number> {
  await sql.run(`copy (select * from ${finalOf(table)} order by all) to ${text(file)} (format parquet, compression zstd)`);
  const [row] = await sql.rows(`select cast(count(*) as INTEGER) as rows from ${finalOf(table)}`);
  return Number(row?.['rows']);
}

/** One row a workload: an operator's object may have several controllers. What one of them does not say, is not known of all. */
const REPLICAS = `
  select namespace, workload_kind, workload, since, until,
    case when count(desired) = count(*) then sum(desired) end as desired,
    case when count(ready) = count(*) then sum(ready) end as ready,
    min(autoscaler) as autoscaler,
    arg_min(autoscaler_min, autoscaler) as autoscaler_min, arg_min(autoscaler_max, autoscaler) as autoscaler_max,
    arg_min(autoscaler_desired, autoscaler) as autoscaler_desired
  from ${spoolOf('replicas')} group by all`;

const SPEC = `container_type, injected, image, cpu_request_cores, cpu_limit_cores, memory_request_bytes, memory_limit_bytes, gpu_request, runtime, runtime_hint`;
const WORKLOAD = `namespace, workload_kind, workload`;

/**
 * Periods of containers. A template holds from when it was made (its ReplicaSet or Job) until the next of its lineage was; where a Deployment went back to an earlier template,
 * from when that was last known to be rolled out; where the current template has made nothing yet, from now on. Periods with the same request, limits and image are one.
 * Containers that are known from pods alone hold from the oldest pod that has them so.
 */
const workloads = (began: string): string => `
  with template as (select *, cast(since as TIMESTAMP) as made from ${spoolOf('workloads')} where origin <> 'pod'),
  newest as (select lineage, max(made) as newest from template where origin = 'earlier' group by lineage),
  matched as (select lineage, revision, max(made) as matched from template where origin = 'earlier' and revision is not null group by lineage, revision),
  dated as (
    select template.* exclude (since), newest, matched,
      case
        when origin = 'earlier' or newest is null then made
        when matched is null then greatest(newest, cast(${text(began)} as TIMESTAMP))
        when newest > matched then greatest(newest, coalesce(cast(rolled_out as TIMESTAMP), newest))
        else matched
      end as since
    from template left join newest using (lineage) left join matched using (lineage, revision)
  ),
  present as (
    select * from dated d
    where origin = 'current' or not exists (
      select 1 from dated c where c.origin = 'current' and c.lineage = d.lineage and c.revision = d.revision and c.newest = c.matched)
  ),
  generation as (
    select *, lead(since) over (partition by lineage order by since, origin = 'current', revision) as until
    from (select distinct lineage, origin, revision, since from present)
  ),
  period as (
    select present.*, generation.until from present join generation
      on generation.lineage = present.lineage and generation.origin = present.origin and generation.since is not distinct from present.since
        and generation.revision is not distinct from present.revision
    where generation.until is null or generation.until > present.since
  ),
  marked as (
    select *, row(${SPEC}) is distinct from lag(row(${SPEC})) over one or lag(until) over one is distinct from since as begins
    from period window one as (partition by lineage, ${WORKLOAD}, container order by since)
  ),
  island as (select *, count(*) filter (begins) over (partition by lineage, ${WORKLOAD}, container order by since) as island from marked),
  texts as (select lineage, max(labels) as labels, max(annotations) as annotations from period group by lineage),
  templated as (
    select ${WORKLOAD}, container, any_value(lineage) as lineage, ${SPEC}, min(since) as since, case when bool_or(until is null) then null else max(until) end as until,
      arg_max(replicas, since) as replicas, arg_max(scheduling, since) as scheduling
    from island group by lineage, ${WORKLOAD}, container, island, ${SPEC}
  ),
  variant as (
    select ${WORKLOAD}, container, ${SPEC}, min(cast(since as TIMESTAMP)) as since, count(*) as replicas, max(labels) as labels, max(annotations) as annotations, max(scheduling) as scheduling
    from ${spoolOf('workloads')} where origin = 'pod' group by ${WORKLOAD}, container, ${SPEC}
  ),
  seen as (
    select *, lead(since) over (partition by ${WORKLOAD}, container order by since, row(${SPEC})) as until from variant
  )
  select ${WORKLOAD}, container, ${SPEC}, since, until, replicas, labels, annotations, scheduling from templated join texts using (lineage)
  union all by name
  select ${WORKLOAD}, container, ${SPEC}, since, until, replicas, labels, annotations, scheduling from seen where until is null or until > since`;
