import { castColumns } from '../../../io/table-file.ts';
import { text, type Sql } from '../../../io/sql.ts';
import { CLUSTER_TABLES } from '../../../model/cluster/tables.ts';
import { BUCKET_SECONDS, type UsageBuckets } from '../../../model/usage/buckets.ts';
import type { ContainerId } from './container-id.ts';
import { isSeen, type UsageOf } from './copies.ts';

/** Takes in usage a slice at a time, and writes it as one file. A container may come in several slices, of different times. */
export class UsageTable {
  readonly #sql: Sql;
  readonly #rows: string;
  readonly #keys: string;
  readonly #numbers = new Map<string, number>();
  readonly #ids: ContainerId[] = [];
  /** Whether rows have come as they are to be written: then they need no sorting, which takes memory. */
  #isInOrder = true;
  #last: ContainerId | undefined;

  private constructor(sql: Sql, name: string) {
    this.#sql = sql;
    this.#rows = `${name}_rows`;
    this.#keys = `${name}_containers`;
  }

  static async create(sql: Sql): Promise<UsageTable> {
    const table = new UsageTable(sql, 'usage');
    await sql.run(
      `create or replace temp table ${table.#rows} (container INTEGER, bucket INTEGER, observed DOUBLE, mean DOUBLE, high DOUBLE, held DOUBLE, throttled DOUBLE)`,
    );
    return table;
  }

  async add(usage: Iterable<UsageOf>): Promise<void> {
    const all = [...usage].toSorted((a, b) => compare(a.id, b.id));
    const batch = new Batch(this.#sql, this.#rows);
    for (const { id, buckets } of all) {
      this.#isInOrder &&= this.#last === undefined || compare(this.#last, id) < 0;
      this.#last = id;
      await batch.add(this.#number(id), buckets);
    }
    await batch.flush();
  }

  /** Writes the file, in the order of names and times, and forgets the rows. Returns how many there were. */
  async write(file: string): Promise<number> {
    const order = this.#ids.map((_, at) => at).toSorted((a, b) => compare(this.#ids[a], this.#ids[b]));
    const ranks = new Int32Array(order.length);
    for (const [rank, at] of order.entries()) ranks[at] = rank;
    await this.#sql.run(
      `create or replace temp table ${this.#keys} (container INTEGER, rank INTEGER, namespace VARCHAR, pod VARCHAR, pod_uid VARCHAR, name VARCHAR)`,
    );
    await this.#sql.append(
      this.#keys,
      [
        { type: 'INTEGER', values: Int32Array.from(ranks, (_, at) => at) },
        { type: 'INTEGER', values: ranks },
        { type: 'VARCHAR', values: this.#ids.map(({ namespace }) => namespace) },
        { type: 'VARCHAR', values: this.#ids.map(({ pod }) => pod) },
        { type: 'VARCHAR', values: this.#ids.map(({ uid }) => uid) },
        { type: 'VARCHAR', values: this.#ids.map(({ container }) => container) },
      ],
      ranks.length,
    );
    const rows = `select namespace, pod, pod_uid, name as container, make_timestamp(bucket::BIGINT * ${BUCKET_SECONDS * 1_000_000}) as bucket_start, observed as observed_seconds,
      ${orNull('mean')} as cpu_mean_cores, ${orNull('high')} as cpu_max_cores, ${orNull('held')} as working_set_max_bytes,
      ${orNull('throttled')} as throttled_share, rank, bucket from ${this.#rows} join ${this.#keys} using (container)`;
    await this.#sql.run(
      `copy (select ${castColumns(CLUSTER_TABLES.usage)} from (${rows})${this.#isInOrder ? '' : ' order by rank, bucket'}) to ${text(file)} (format parquet, compression zstd)`,
    );
    const [counted] = await this.#sql.rows(`select count(*) as rows from ${this.#rows}`);
    await this.drop();
    return Number(counted?.['rows']);
  }

  /** Whether any container's pod is known by its uid. */
  get hasUids(): boolean {
    return this.#ids.some(({ uid }) => uid !== null);
  }

  async drop(): Promise<void> {
    await this.#sql.run(`drop table if exists ${this.#rows}`);
    await this.#sql.run(`drop table if exists ${this.#keys}`);
  }

  #number(id: ContainerId): number {
    const key = `${id.namespace}\u0000${id.pod}\u0000${id.uid ?? ''}\u0000${id.container}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#ids.length);
    this.#ids.push(id);
    return this.#ids.length - 1;
  }
}

function compare(a: ContainerId | undefined, b: ContainerId | undefined): number {
  for (const part of ['namespace', 'pod', 'uid', 'container'] as const) {
    const [mine, its] = [a?.[part] ?? '', b?.[part] ?? ''];
    if (mine !== its) return mine < its ? -1 : 1;
  }
  return 0;
}

const BATCH = 20_480;

/** Stands for NULL on the way into the engine: nothing that is measured is negative, and NULLs are dear to hand over one by one. */
const UNKNOWN = -1;

const known = (value: number | undefined): number => (value !== undefined && value >= 0 ? value : UNKNOWN);
const orNull = (column: string): string => `nullif(${column}, ${UNKNOWN})`;

/** Rows as columns: typed arrays, for a large cluster has millions a day. */
class Batch {
  readonly #sql: Sql;
  readonly #table: string;
  readonly #container = new Int32Array(BATCH);
  readonly #bucket = new Int32Array(BATCH);
  readonly #observed = new Float64Array(BATCH);
  readonly #mean = new Float64Array(BATCH);
  readonly #high = new Float64Array(BATCH);
  readonly #held = new Float64Array(BATCH);
  readonly #throttled = new Float64Array(BATCH);
  #length = 0;

  constructor(sql: Sql, table: string) {
    this.#sql = sql;
    this.#table = table;
  }

  async add(container: number, buckets: UsageBuckets): Promise<void> {
    const first = buckets.start / (BUCKET_SECONDS * 1000);
    for (let at = 0; at < buckets.cpuSeconds.length; at += 1) {
      if (!isSeen(buckets, at)) continue;
      if (this.#length === BATCH) await this.flush();
      const row = this.#length;
      const seconds = buckets.observedSeconds[at] ?? 0;
      const periods = buckets.periods[at] ?? 0;
      this.#container[row] = container;
      this.#bucket[row] = first + at;
      this.#observed[row] = seconds;
      this.#mean[row] = seconds > 0 ? (buckets.cpuSeconds[at] ?? 0) / seconds : UNKNOWN;
      this.#high[row] = seconds > 0 ? known(buckets.cpuMaxCores[at]) : UNKNOWN;
      this.#held[row] = known(buckets.workingSetMaxBytes[at]);
      // Both counters are read at one time, but each is spread by itself: a share of a little over 1 is rounding.
      this.#throttled[row] = periods > 0 ? Math.min(1, (buckets.throttledPeriods[at] ?? 0) / periods) : UNKNOWN;
      this.#length += 1;
    }
  }

  async flush(): Promise<void> {
    const values = [this.#observed, this.#mean, this.#high, this.#held, this.#throttled].map((column) => ({ type: 'DOUBLE', values: column }) as const);
    await this.#sql.append(this.#table, [{ type: 'INTEGER', values: this.#container }, { type: 'INTEGER', values: this.#bucket }, ...values], this.#length);
    this.#length = 0;
  }
}
