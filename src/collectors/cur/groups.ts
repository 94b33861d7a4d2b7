import { name, text, type Sql } from '../../io/sql.ts';
import { isClusterTag, type Column } from './columns.ts';
import type { Constants } from './constants.ts';
import { exactSum, type NumberProfile } from './exact-sum.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './dialects/duckdb.ts';

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
  'split_parent',
] as const satisfies readonly Column[];

export const SUMS = [
  'unblended',
  'net_stated',
  'net_unblended',
  'on_demand',
  'quantity',
  'reservation_effective',
  'net_reservation_effective',
  'reservation_unused_upfront',
  'net_reservation_unused_upfront',
  'reservation_unused_recurring',
  'net_reservation_unused_recurring',
  'savings_plan_effective',
  'net_savings_plan_effective',
  'savings_plan_commitment',
  'savings_plan_used',
  'savings_plan_upfront',
  'net_savings_plan_upfront',
  'savings_plan_recurring',
  'net_savings_plan_recurring',
  'split_usage',
  'split_cost',
  'split_unused',
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

/**
 * A split row: part of what another line costs (split cost allocation data). It is kept by the day, though it belongs to a cluster: by the hour, 1,000 pods have
 * 1.5 million rows a month, and what they say is a share of what their parent costs that day.
 */
const HAS_PARENT = `coalesce(split_parent, '') <> ''`;

/** One without a parent is told by its operation. One that costs something is a line as others are: no cost is lost. */
const IS_SPLIT = `coalesce(split_parent is not null or operation like 'EKSPod-%' or operation like 'ECSTask-%', false) and coalesce(unblended, 0) = 0`;

/** What a group has beside its keys and sums. */
const KEPT = ['charge_start', 'long_end', 'lines', 'last_usage'] as const;

/** The groups as an engine gives them, in DuckDB, until they are taken apart. */
const GROUPED = 'grouped';

/** The distinct keys of the groups, and `is_split`: millions of lines are of some ten thousands of things. `place` is their order, for what is written of them. */
export const GROUP_KEYS = 'group_keys';

/** Those keys of them that differ. */
const VARYING_KEYS = 'varying_keys';

/** What the groups have beside their keys. */
const GROUP_SUMS = 'group_sums';

/** The groups: all keys and their `place`, `is_split`, `charge_start`, `charge_end`, `lines`, `last_usage`, and of each number its sum and its count. */
export const GROUPS = 'line_groups';

/** Keys that come first in the order of what is written. */
const FIRST = ['product_code', 'account', 'usage_type', 'resource_id', 'type'] as const satisfies readonly Column[];

/**
 * A SELECT of the groups of lines that differ only in their hour: one group a day, an hour for what belongs to a cluster; a line longer than
 * that stays as it is. This is the one pass over all of them; what comes after works on the groups. Its columns are those of `groupColumns`.
 */
export function groupSql(dialect: Dialect, month: MonthLines): string {
  const { lines, numbers } = month;
  const hourly = isHourly(month);
  const isLong = [
    `usage_end > usage_start + interval '1' day`,
    ...(hourly === undefined ? [] : [`usage_end > usage_start + interval '1' hour and ${hourly}`]),
  ].join(' or ');
  const start = `case when ${isLong} then usage_start ${hourly === undefined ? '' : `when ${hourly} then date_trunc('hour', usage_start)`} else date_trunc('day', usage_start) end`;
  const groupBy = [...varyingKeys(month).map(name), 'charge_start', 'long_end'].join(', ');
  const sums = SUMS.map((column) => `${exactSum(column, numbers[column], dialect)} as ${column}, ${count(column, numbers[column])} as ${column}_count`);
  return `with timed as (select *, ${start} as charge_start, case when ${isLong} then usage_end end as long_end from (${lines}))
    select ${groupBy}, count(*) as lines, max(usage_start) as last_usage, ${sums.join(', ')} from timed group by ${groupBy}`;
}

/** Names and types of what `groupSql` gives, in its order: for rows that come from another engine. */
export function groupColumns(month: Pick<MonthLines, 'tags' | 'constants'>): readonly { readonly name: string; readonly type: string }[] {
  return [
    ...varyingKeys(month).map((key) => ({ name: key, type: 'varchar' })),
    { name: 'charge_start', type: 'timestamp' },
    { name: 'long_end', type: 'timestamp' },
    { name: 'lines', type: 'bigint' },
    { name: 'last_usage', type: 'timestamp' },
    ...SUMS.flatMap((column) => [
      { name: column, type: 'decimal(38,12)' },
      { name: `${column}_count`, type: 'bigint' },
    ]),
  ];
}

/**
 * Takes the groups into DuckDB, from a SELECT with the columns of `groupColumns`. Their keys are told apart from their sums: what is a matter of keys alone is then
 * done once for all days, and what is sorted is narrow.
 */
export async function takeGroups(sql: Sql, month: Omit<MonthLines, 'lines'>, select: string): Promise<void> {
  const { tags, constants, numbers } = month;
  await sql.run(`create or replace table ${GROUPED} as ${select}`);
  const varying = varyingKeys(month);
  const mended = varying.map((key) => `nullif(${name(key)}, '') as ${name(key)}`);
  const fixed = keysOf(tags).flatMap((key) => literal(key, constants.get(key)));
  const kept = [...KEPT, ...SUMS.flatMap((column) => [column, `${column}_count`])];
  // What is the same for all groups is not kept with each of them.
  const told = new Map(SUMS.flatMap((column) => toldOf(column, numbers[column])));
  const summed = kept.filter((column) => !told.has(column));
  const groups = `(select *, ${IS_SPLIT} as is_split from (select ${[...mended, ...fixed, ...kept].join(', ')} from ${GROUPED}))`;
  const own = [...varying.map(name), 'is_split'];
  const order = [...FIRST.filter((key) => varying.includes(key)), ...own];
  await sql.run(`create or replace table ${VARYING_KEYS} as
    select row_number() over (order by ${order.join(', ')}) as place, * from (select distinct ${own.join(', ')} from ${groups})`);
  const same = own.map((key) => `of_group.${key} is not distinct from keys.${key}`);
  await sql.run(`create or replace table ${GROUP_SUMS} as
    select place, ${summed.map((column) => `of_group.${column}`).join(', ')} from ${groups} as of_group join ${VARYING_KEYS} as keys on ${same.join(' and ')}`);
  await sql.run(`drop table ${GROUPED}`);
  await sql.run(`create or replace view ${GROUP_KEYS} as select ${['*', ...fixed].join(', ')} from ${VARYING_KEYS}`);
  const sums = ['*', ...[...told].map(([column, value]) => `${value} as ${column}`)];
  await sql.run(`create or replace view ${GROUPS} as
    select *, ${chargeEnd(isHourly(month))} as charge_end from (select ${sums.join(', ')} from ${GROUP_SUMS} join ${GROUP_KEYS} using (place))`);
}

/** A number's sum and count, where they are known without its lines. */
function toldOf(column: string, { values, lines }: NumberProfile): (readonly [string, string])[] {
  if (values === 0)
    return [
      [column, 'cast(null as decimal(38,12))'],
      [`${column}_count`, 'cast(0 as bigint)'],
    ];
  return values === lines ? [[`${column}_count`, 'lines']] : [];
}

/** Groups the lines of files. */
export async function groupLines(sql: Sql, month: MonthLines): Promise<void> {
  await takeGroups(sql, month, groupSql(duckdb, month));
}

function varyingKeys({ tags, constants }: Pick<MonthLines, 'tags' | 'constants'>): string[] {
  return keysOf(tags).filter((key) => !constants.has(key));
}

/** A condition that is true for what belongs to a cluster; undefined: nothing does. */
function isHourly({ tags, constants }: Pick<MonthLines, 'tags' | 'constants'>): string | undefined {
  const named = tags.filter((tag) => isClusterTag(tag) && constants.get(tag) !== null);
  if (named.length === 0) return undefined;
  const isCluster = named.map((tag) => `coalesce(${name(tag)}, '') <> ''`).join(' or ');
  return constants.get('split_parent') === null ? `(${isCluster})` : `(${isCluster}) and not ${HAS_PARENT}`;
}

export async function dropGroups(sql: Sql): Promise<void> {
  for (const view of [GROUPS, GROUP_KEYS]) await sql.run(`drop view ${view}`);
  for (const table of [GROUP_SUMS, VARYING_KEYS]) await sql.run(`drop table ${table}`);
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
function chargeEnd(hourly: string | undefined): string {
  const midnight = `long_end + case when date_part('second', long_end) = 59 then interval '1' second else interval '0' second end`;
  return `case when long_end is not null then ${midnight} when ${hourly ?? 'false'} then charge_start + interval '1' hour else charge_start + interval '1' day end`;
}
