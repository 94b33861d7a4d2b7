import { UserError } from '../../io/errors.ts';
import type { Sql, SqlRow } from '../../io/sql.ts';
import { money, type ControlTotal, type Gap, type Month, type SourceId, type Timestamp } from '../../model/facts.ts';
import { monthOf } from '../../model/month.ts';
import { costsOf } from './costs.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './dialects/duckdb.ts';
import { GROUPS } from './groups.ts';
import { LINE_ITEM_TYPES } from './line-item-types.ts';
import { linesSql, type BillFile } from './lines.ts';
import type { Nets } from './net-costs.ts';
import type { Profile } from './profile.ts';

/** The months that a file holds lines of. */
export async function monthsOf(sql: Sql, file: BillFile): Promise<Month[]> {
  return readMonths(await sql.rows(monthsSql(duckdb, linesSql([file], ['bill_start', 'usage_start'], []))), file.file.path);
}

/** A SELECT of the months of lines: one column `month`; NULL for a line without a time. */
export function monthsSql(dialect: Dialect, lines: string): string {
  // A bill has one start, as a rule: with it there is nothing to be grouped by usage.
  const starts = `select distinct bill_start, case when bill_start is null then date_trunc('month', usage_start) end as usage_month from (${lines})`;
  return `select distinct ${dialect.month('coalesce(bill_start, usage_month)')} as month from (${starts}) order by 1`;
}

/** @throws UserError where a line has no month */
function readMonths(rows: readonly SqlRow[], label: string): Month[] {
  return rows.map(({ month }) => {
    if (typeof month !== 'string') throw new UserError(`${label}: a line has neither a billing period nor a usage date`, 'take the report as AWS wrote it');
    return monthOf(month);
  });
}

/** The bill's own sums, before anything is grouped, and what they leave unknown. */
export interface Survey {
  readonly lines: number;
  readonly lastUsage: Timestamp | null;
  readonly totals: readonly ControlTotal[];
  readonly gaps: readonly Gap[];
}

const METRICS = ['billed', 'effective', 'netEffective', 'list', 'contracted'] as const;

/** The part that nobody used is a charge of its own. */
const UNUSED: Readonly<Record<string, string>> = { effective: 'unused', netEffective: 'net_unused' };

export interface Surveyed {
  readonly looked: Profile;
  readonly nets: Nets;
  readonly hasInvoices: boolean;
  readonly hasSplits: boolean;
}

/**
 * What the groups of a month add up to, by type and in all. That no cent was lost in grouping is checked against the sum of the lines themselves.
 * @throws Error if grouping has lost a cent
 */
export async function survey(sql: Sql, source: SourceId, month: Month, { looked, nets, hasInvoices, hasSplits }: Surveyed): Promise<Survey> {
  const costs = costsOf(looked.types, nets);
  const isNet = nets.size > 0;
  const sums = METRICS.filter((metric) => isNet || metric !== 'netEffective').map(
    (metric) =>
      `coalesce(sum(${metric}), 0)${UNUSED[metric] === undefined ? '' : ` + coalesce(sum(${UNUSED[metric]}), 0)`} as ${metric}, coalesce(sum(lines) filter (where ${metric} is null), 0) as ${metric}_unknown,
      sum(billed) filter (where ${metric} is null) as ${metric}_left`,
  );
  const summed = await sql.rows(`
    with cost as (
      select type, coalesce(currency, 'XXX') as currency, payer, invoice_id, lines, last_usage, unblended, ${costs.billed} as billed, ${costs.list} as list, ${costs.contracted} as contracted,
        ${isNet ? `${costs.amortized} as effective, ${costs.unused_amortized} as unused, ${costs.effective} as netEffective, ${costs.unused} as net_unused` : `${costs.effective} as effective, ${costs.unused} as unused`}
      from ${GROUPS}
    )
    select cast(grouping(type, payer) as integer) as level, type, currency, payer, sum(lines) as lines, coalesce(sum(unblended), 0) as unblended, strftime(max(last_usage), '%Y-%m-%dT%H:%M:%SZ') as last_usage,
      count(*) filter (where billed <> 0 and invoice_id is null) = 0 as is_invoiced, ${sums.join(', ')}
    from cost group by grouping sets ((type, currency), (payer, currency), (currency)) order by level, currency, type nulls last, payer nulls last`);
  const rows = isNet ? summed : summed.map(withoutNet);
  const totals = rows.filter(({ level }) => level === OF_PAYER).map((row) => controlTotal(row, hasInvoices));
  const overall = rows.filter(({ level }) => level === OF_ALL);
  for (const { currency: code, unblended: grouped } of overall) {
    const currency = String(code);
    const own = looked.billed.get(currency) ?? ZERO;
    if (own !== grouped) throw new Error(`the lines of ${month} add up to ${own} ${currency}, their groups to ${grouped}`);
  }
  const lastUsage = rows
    .flatMap(({ last_usage: at }) => (typeof at === 'string' ? at : []))
    .toSorted()
    .at(-1);
  return {
    lines: totals.reduce((sum, { lines }) => sum + lines, 0),
    lastUsage: lastUsage === undefined ? null : (lastUsage as Timestamp),
    totals,
    gaps: [
      ...(hasSplits ? await orphans(sql, source, month) : []),
      ...rows.flatMap((row) => {
        if (row['level'] === OF_PAYER) return [];
        if (row['level'] === OF_ALL)
          return METRICS.filter((metric) => Number(row[`${metric}_unknown`]) > 0).map((metric) => unknownCost(row, metric, source, month));
        return LINE_ITEM_TYPES[String(row['type'])] === undefined ? [unknownType(row, source, month)] : [];
      }),
    ],
  };
}

/**
 * Split rows that cost something, but whose parent is not in the bill: what they say is lost, for a charge that has no row has no cost to split. AWS writes rows without
 * a parent that cost nothing, too. Where nothing is known of resources, only those that name no parent can be told.
 */
async function orphans(sql: Sql, source: SourceId, month: Month): Promise<Gap[]> {
  const resources = `select resource_id from ${GROUPS} where not is_split and resource_id is not null`;
  const cost = 'coalesce(split_cost, 0) + coalesce(split_unused, 0)';
  const rows = await sql.rows(`
    select coalesce(currency, 'XXX') as currency, sum(lines) as lines, sum(${cost}) as cost from ${GROUPS}
    where is_split and ${cost} <> 0 and (split_parent is null or exists (${resources}) and split_parent not in (${resources})) group by 1 order by 1`);
  return rows.map(({ currency, lines, cost: sum }) => ({
    code: 'split-without-parent',
    source,
    month,
    lines: Number(lines),
    cost: money(Number(sum)),
    currency: String(currency),
  }));
}

const ZERO = '0.000000000000';

/** What a row of the survey is of: SQL's grouping(type, payer). */
const OF_PAYER = 2;
const OF_ALL = 3;

/** Without discounts, what is amortized is so after them. */
function withoutNet(row: SqlRow): SqlRow {
  const { effective = null, effective_unknown: unknown = null, effective_left: left = null } = row;
  return { ...row, netEffective: effective, netEffective_unknown: unknown, netEffective_left: left };
}

function controlTotal(row: SqlRow, hasInvoices: boolean): ControlTotal {
  const of = (metric: (typeof METRICS)[number]): string => String(row[metric]);
  return {
    provider: 'AWS',
    billingAccount: row['payer'] === null ? null : String(row['payer']),
    currency: String(row['currency']),
    state: !hasInvoices ? 'unknown' : row['is_invoiced'] === true ? 'final' : 'preliminary',
    lines: Number(row['lines']),
    billed: of('billed'),
    effective: of('effective'),
    netEffective: of('netEffective'),
    list: of('list'),
    contracted: of('contracted'),
  };
}

function unknownType(row: SqlRow, source: SourceId, month: Month): Gap {
  return {
    code: 'unknown-line-type',
    source,
    month,
    lineType: row['type'] === null ? '' : String(row['type']),
    lines: Number(row['lines']),
    cost: money(Number(row['billed'])),
    currency: String(row['currency']),
  };
}

function unknownCost(row: SqlRow, metric: (typeof METRICS)[number], source: SourceId, month: Month): Gap {
  const left = row[`${metric}_left`];
  return {
    code: 'unknown-cost',
    source,
    month,
    metric,
    lines: Number(row[`${metric}_unknown`]),
    billed: left === null ? null : money(Number(left)),
    currency: String(row['currency']),
  };
}
