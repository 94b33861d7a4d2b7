import { text, type ColumnValues, type Sql } from '../../io/sql.ts';
import { castColumns } from '../../io/table-file.ts';
import { CLUSTER_TABLES } from '../../model/cluster/tables.ts';
import { BUCKET_SECONDS } from '../../model/usage/buckets.ts';
import type { UsageBlock } from './usage.ts';

const ROWS_AT_ONCE = 50_000;

/**
 * Writes a day of `usage`, ordered by container and time: the same blocks give the same bytes, in whatever order they come. A row is a few numbers until
 * it is written, and its container one: of a large cluster there are millions.
 * @param from when the day began, in milliseconds since 1970
 * @returns how many rows there were
 */
export async function writeUsageFile(sql: Sql, blocks: AsyncIterable<UsageBlock>, from: number, file: string): Promise<number> {
  await sql.run('create or replace temp table usage_container (id INTEGER, namespace VARCHAR, pod VARCHAR, container VARCHAR)');
  const numbers = ['observed_seconds', 'cpu_mean_cores', 'cpu_max_cores', 'working_set_max_bytes', 'throttled_share'];
  await sql.run(`create or replace temp table usage_bucket (id INTEGER, bucket INTEGER, ${numbers.map((name) => `${name} DOUBLE`).join(', ')})`);
  let containers = 0;
  let rows = 0;
  let held: UsageBlock[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    const first = containers;
    const ids = Int32Array.from(held.keys(), (at) => first + at);
    const names = (['namespace', 'pod', 'container'] as const).map((name): ColumnValues => ({ type: 'VARCHAR', values: held.map((block) => block[name]) }));
    await sql.append('usage_container', [{ type: 'INTEGER', values: ids }, ...names], held.length);
    const values = (['observedSeconds', 'cpuMeanCores', 'cpuMaxCores', 'workingSetMaxBytes', 'throttledShare'] as const).map((name): ColumnValues => ({
      type: 'DOUBLE',
      values: concatenated(held, count, name),
    }));
    const id = new Int32Array(count);
    const bucket = new Int32Array(count);
    let at = 0;
    for (const [index, block] of held.entries()) {
      id.fill(first + index, at, at + block.rows);
      bucket.set(block.bucket, at);
      at += block.rows;
    }
    await sql.append('usage_bucket', [{ type: 'INTEGER', values: id }, { type: 'INTEGER', values: bucket }, ...values], count);
    containers += held.length;
    rows += count;
    held = [];
    count = 0;
  };
  for await (const block of blocks) {
    if (block.rows === 0) continue;
    held.push(block);
    count += block.rows;
    if (count >= ROWS_AT_ONCE) await flush();
  }
  await flush();
  await sql.run(`copy (
    with ranked as (select *, row_number() over (order by namespace, pod, container) as rank from usage_container),
      usage as (select rank, namespace, pod, null as pod_uid, container, make_timestamp((${from} + cast(bucket as BIGINT) * ${BUCKET_SECONDS * 1000}) * 1000) as bucket_start,
        ${numbers.join(', ')} from usage_bucket join ranked using (id))
    select ${castColumns(CLUSTER_TABLES.usage)} from usage order by rank, bucket_start
  ) to ${text(file)} (format parquet, compression zstd)`);
  await sql.run('drop table usage_bucket');
  await sql.run('drop table usage_container');
  return rows;
}

function concatenated(
  blocks: readonly UsageBlock[],
  rows: number,
  name: 'observedSeconds' | 'cpuMeanCores' | 'cpuMaxCores' | 'workingSetMaxBytes' | 'throttledShare',
): Float64Array {
  const all = new Float64Array(rows);
  let at = 0;
  for (const block of blocks) {
    all.set(block[name], at);
    at += block.rows;
  }
  return all;
}
