import { name, text, type Sql } from '../../io/sql.ts';
import { tagOf, type Column } from './columns.ts';
import type { Constants } from './constants.ts';
import { exactSum, type NumberProfile } from './costs.ts';

/** Columns in which the lines of one charge are the same. */
export const KEYS = [
  'invoice_id',
  'invoice_issuer',
  'billing_entity',
  'seller',
  'payer',
  'payer_name',
  'account',
  'account_name',
  'type',
  'product_code',
  'product_name',
  'product_family',
  'usage_type',
  'operation',
  'instance_type',
  'region',
  'zone',
  'resource_id',
  'currency',
  'description',
  'sku',
  'rate_id',
  'unit',
  'purchase_option',
  'reservation',
  'savings_plan',
] as const satisfies readonly Column[];

export const SUMS = [
  'unblended',
  'on_demand',
  'quantity',
  'reservation_effective',
  'reservation_unused_upfront',
  'reservation_unused_recurring',
  'savings_plan_effective',
  'savings_plan_commitment',
  'savings_plan_used',
] as const satisfies readonly Column[];

export type Numbers = Readonly<Record<(typeof SUMS)[number], NumberProfile>>;

/** The lines of a month, and what is known of them before they are grouped. */
export interface MonthLines {
  /** A table expression. */
  readonly lines: string;
  readonly tags: readonly string[];
  readonly numbers: Numbers;
  readonly constants: Constants;
}

/** Tags that say that a resource belongs to a cluster: its charges are kept by the hour, for pods come and go by the hour. */
const CLUSTER_TAG = /^(aws:)?eks_cluster_name$|^alpha_eksctl_io_cluster_name$|^kubernetes_io_|^karpenter_sh_/;

/** What a group has beside its keys and sums. */
const KEPT = ['charge_start', 'long_end', 'lines', 'last_usage'];

/** The groups: all keys, `charge_start`, `charge_end`, `lines`, `last_usage`, and of each number its sum and its count. */
export const GROUPS = 'line_groups';

/**
 * Groups the lines that differ only in their hour: one group a day, an hour for what belongs to a cluster; a line longer than a day stays as it is.
 * This is the one pass over all of them; what comes after works on the groups.
 */
export async function groupLines(sql: Sql, { lines, tags, numbers, constants }: MonthLines): Promise<void> {
  const keys = keysOf(tags);
  const varying = keys.filter((key) => !constants.has(key)).map(name);
  const isCluster = tags.filter((tag) => CLUSTER_TAG.test(tagOf(tag) ?? '') && constants.get(tag) !== null).map((tag) => `coalesce(${name(tag)}, '') <> ''`);
  const isLong = `usage_end > usage_start + interval '1' day`;
  const start = `case when ${isLong} then usage_start ${isCluster.length === 0 ? '' : `when ${isCluster.join(' or ')} then date_trunc('hour', usage_start)`} else date_trunc('day', usage_start) end`;
  const groupBy = [...varying, 'charge_start', 'long_end'].join(', ');
  const sums = SUMS.map((column) => `${exactSum(column, numbers[column])} as ${column}, ${count(column, numbers[column])} as ${column}_count`);
  await sql.run(`create or replace table grouped as
    with timed as (select *, ${start} as charge_start, case when ${isLong} then usage_end end as long_end from (${lines}))
    select ${groupBy}, count(*) as lines, max(usage_start) as last_usage, ${sums.join(', ')} from timed group by ${groupBy}`);

  const mended = varying.map((key) => `nullif(${key}, '') as ${key}`);
  const fixed = keys.flatMap((key) => literal(key, constants.get(key)));
  await sql.run(`create or replace view ${GROUPS} as
    select *, ${chargeEnd(isCluster)} as charge_end from (select ${[...mended, ...fixed].join(', ')}, ${[...KEPT, ...SUMS.flatMap((column) => [column, `${column}_count`])].join(', ')} from grouped)`);
}

export async function dropGroups(sql: Sql): Promise<void> {
  await sql.run(`drop view ${GROUPS}`);
  await sql.run('drop table grouped');
}

/** The columns that make a charge: those of the report, then its tags. */
export function keysOf(tags: readonly string[]): string[] {
  return [...KEYS, ...tags];
}

function literal(key: string, value: string | null | undefined): string[] {
  return value === undefined ? [] : [`cast(${value === null ? 'null' : text(value)} as varchar) as ${name(key)}`];
}

function count(column: string, { values, lines }: NumberProfile): string {
  if (values === 0) return '0';
  return values === lines ? 'count(*)' : `count(${column})`;
}

/** The end of a period that the bill gives as 23:59:59 is midnight. */
function chargeEnd(isCluster: readonly string[]): string {
  const midnight = `long_end + case when date_part('second', long_end) = 59 then interval '1' second else interval '0' second end`;
  const hourly = isCluster.length === 0 ? 'false' : isCluster.join(' or ');
  return `case when long_end is not null then ${midnight} when ${hourly} then charge_start + interval '1' hour else charge_start + interval '1' day end`;
}
