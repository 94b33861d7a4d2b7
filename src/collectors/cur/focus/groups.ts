import { name, text, type Sql } from '../../../io/sql.ts';
import type { Constants } from '../constants.ts';
import { FOCUS_COLUMNS, KEYS, type FocusColumn, type NUMBERS } from './columns.ts';
import { tagSets } from './tags.ts';
import { mended } from './values.ts';

/** The lines of a month. */
export interface MonthLines {
  /** A table expression. */
  readonly lines: string;
  /** The keys that are read; the others count as not there. */
  readonly keys: readonly FocusColumn[];
  readonly numbers: readonly (typeof NUMBERS)[number][];
  readonly constants: Constants;
  /** By `tagKey`; undefined: all. */
  readonly tags: readonly string[] | undefined;
}

/** The groups: all keys, `tag_object`, `charge_start`, `charge_end`, `lines`, `last_start`, and the sum of each number, NULL where it is not known; `unknown` says which, as bits. */
export const GROUPS = 'focus_groups';
const RAW = 'focus_raw';

/** Tags that say that a resource belongs to a cluster, as providers spell them: its charges are kept by the hour, for pods come and go by the hour. */
const CLUSTER_TAG = String.raw`"(user[:_])?((aws[:_])?eks[:_]cluster[-_]name|alpha[._]eksctl[._]io[/_]cluster[-_]name|kubernetes[._]io[/_][^"]*|karpenter[._]sh[/_][^"]*)"\s*:\s*"[^"]`;

/** Looked for first: a plain search is much faster than a pattern. */
const HINTS = ['cluster', 'kubernetes', 'karpenter'].map((word) => `contains(tags, '${word}')`).join(' or ');

/** The same as `tagKey` spells them. */
const CLUSTER_KEY = /^(aws:)?eks_cluster_name$|^alpha_eksctl_io_cluster_name$|^kubernetes_io_|^karpenter_sh_/;

/**
 * Groups the lines that differ only in their hour: one group a day, an hour for what belongs to a cluster; a line longer than a day stays as it is.
 * This is the one pass over all of them. Lines whose costs are not all known are groups of their own.
 * @returns tags that are no JSON, if there are any
 */
export async function groupLines(sql: Sql, { lines, keys, numbers, constants, tags }: MonthLines): Promise<string | undefined> {
  const varying = keys.filter((key) => !constants.has(key));
  const isLong = `end_time > start_time + interval '1' day`;
  const isHourly = [
    ...(keys.includes('tags') && (tags === undefined || tags.some((tag) => CLUSTER_KEY.test(tag)))
      ? [`case when ${HINTS} then regexp_matches(tags, ${text(CLUSTER_TAG)}) end`]
      : []),
    ...(keys.includes('allocation_method') ? [`${mended(rawKey('allocation_method', keys, constants))} is not null`] : []),
  ];
  const hourly = isHourly.length === 0 ? 'false' : `(${isHourly.join(' or ')}) and end_time <= start_time + interval '1' hour`;
  const unknown = numbers.map((column, at) => `case when ${column} is null then ${2 ** at} else 0 end`).join(' + ');
  const groupBy = [...varying.map(name), 'charge_start', 'charge_end', 'unknown'].join(', ');
  const sums = numbers.map((column) => `sum(${column}) as ${column}`);
  await sql.run(`create or replace table ${RAW} as
    with timed as (select *, coalesce(${isLong}, false) as is_long, coalesce(${hourly}, false) as is_hourly, ${unknown} as unknown from (${lines})),
    placed as (select * exclude (is_long, is_hourly),
      case when is_long then start_time when is_hourly then date_trunc('hour', start_time) else date_trunc('day', start_time) end as charge_start,
      case when is_long then end_time when is_hourly then date_trunc('hour', start_time) + interval '1' hour else date_trunc('day', start_time) + interval '1' day end as charge_end
      from timed)
    select ${groupBy}, count(*) as lines, max(start_time) as last_start, ${sums.join(', ')} from placed group by ${groupBy}`);

  const { join, tagObject, unreadable } = await tagSets(sql, RAW, keys, isAws(rawKey('provider', keys, constants)), tags);
  const described = KEYS.filter((key) => FOCUS_COLUMNS[key].kind === 'text').map(
    (key) => `${MENDED[key]?.(rawKey(key, keys, constants)) ?? mended(rawKey(key, keys, constants))} as ${name(key)}`,
  );
  await sql.run(`create or replace table ${GROUPS} as
    with mended as (select ${described.join(', ')}, ${tagObject} as tag_object, charge_start, charge_end, unknown, lines, last_start, ${numbers.join(', ')} from ${RAW} ${join})
    select ${['* exclude (lines, last_start, ' + numbers.join(', ') + ')', 'sum(lines) as lines', 'max(last_start) as last_start', ...sums].join(', ')} from mended group by all`);
  await sql.run(`drop table ${RAW}`);
  return unreadable;
}

export async function dropGroups(sql: Sql): Promise<void> {
  await sql.run(`drop table ${GROUPS}`);
}

function rawKey(key: FocusColumn, keys: readonly FocusColumn[], constants: Constants): string {
  const value = constants.get(key);
  if (!keys.includes(key) || value === null) return 'cast(null as varchar)';
  return value === undefined ? name(key) : text(value);
}

/** A value of a list, however its letters are cased (the official sample has `Usage-based`); others stay as they are. */
function oneOf(values: readonly string[]): (column: string) => string {
  return (column) =>
    `case lower(${mended(column)}) ${values.map((value) => `when ${text(value.toLowerCase())} then ${text(value)}`).join(' ')} else ${mended(column)} end`;
}

/** FOCUS ChargeCategory: what the mapping knows. */
export const CATEGORIES = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'] as const;

const MENDED: Partial<Readonly<Record<FocusColumn, (column: string) => string>>> = {
  category: oneOf(CATEGORIES),
  class: oneOf(['Correction']),
  frequency: oneOf(['One-Time', 'Recurring', 'Usage-Based']),
  pricing_category: oneOf(['Standard', 'Dynamic', 'Committed', 'Other']),
  commitment_category: oneOf(['Spend', 'Usage']),
  commitment_status: oneOf(['Used', 'Unused']),
  provider: (column) => `case when ${isAws(column)} then 'AWS' else coalesce(${mended(column)}, 'unknown provider') end`,
};

/** AWS by any of its names: 1.0 has `AWS`, 1.3 may have the company's. */
function isAws(column: string): string {
  return `coalesce(regexp_matches(lower(${column}), '^(aws|amazon web services.*)$'), false)`;
}
