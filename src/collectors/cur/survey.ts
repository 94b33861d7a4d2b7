import { UserError } from '../../io/errors.ts';
import type { Sql, SqlRow } from '../../io/sql.ts';
import { money, type ControlTotal, type Gap, type Month, type SourceId, type Timestamp } from '../../model/facts.ts';
import { monthOf } from '../../model/month.ts';
import { costsOf } from './costs.ts';
import { GROUPS } from './groups.ts';
import { LINE_ITEM_TYPES } from './line-item-types.ts';
import { linesSql, type BillFile } from './lines.ts';
import type { Profile } from './profile.ts';

/** The months that a file holds lines of. */
export async function monthsOf(sql: Sql, file: BillFile): Promise<Month[]> {
  const starts = `select distinct bill_start, case when bill_start is null then date_trunc('month', usage_start) end as usage_month from (${linesSql([file], ['bill_start', 'usage_start'], [])})`;
  const found = await sql.rows(`select distinct strftime(coalesce(bill_start, usage_month), '%Y-%m') as month from (${starts}) order by 1`);
  return found.map(({ month }) => {
    if (typeof month !== 'string')
      throw new UserError(`${file.file.path}: a line has neither a billing period nor a usage date`, 'take the report as AWS wrote it');
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

const METRICS = ['billed', 'effective', 'list', 'contracted'] as const;

/**
 * What the groups of a month add up to, by type and in all. `billed` is the sum of the lines themselves, taken before they were grouped.
 * @throws Error if grouping has lost a cent
 */
export async function survey(sql: Sql, source: SourceId, month: Month, { types, billed }: Profile, hasInvoices: boolean): Promise<Survey> {
  const { unused, ...costs } = costsOf(types);
  const sums = METRICS.map(
    (metric) =>
      `coalesce(sum(${metric}), 0)${metric === 'effective' ? ' + coalesce(sum(unused), 0)' : ''} as ${metric}, coalesce(sum(lines) filter (where ${metric} is null), 0) as ${metric}_unknown,
      sum(billed) filter (where ${metric} is null) as ${metric}_left`,
  );
  const rows = await sql.rows(`
    with cost as (
      select type, coalesce(currency, 'XXX') as currency, payer, invoice_id, lines, last_usage, ${unused} as unused, ${Object.entries(costs)
        .map(([cost, of]) => `${of} as ${cost}`)
        .join(', ')} from ${GROUPS}
    )
    select cast(grouping(type, payer) as integer) as level, type, currency, payer, sum(lines) as lines, strftime(max(last_usage), '%Y-%m-%dT%H:%M:%SZ') as last_usage,
      count(*) filter (where billed <> 0 and invoice_id is null) = 0 as is_invoiced, ${sums.join(', ')}
    from cost group by grouping sets ((type, currency), (payer, currency), (currency)) order by level, currency, type nulls last, payer nulls last`);
  const totals = rows.filter(({ level }) => level === OF_PAYER).map((row) => controlTotal(row, hasInvoices));
  const overall = rows.filter(({ level }) => level === OF_ALL);
  for (const { currency: code, billed: grouped } of overall) {
    const currency = String(code);
    const own = billed.get(currency) ?? ZERO;
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
    gaps: rows.flatMap((row) => {
      if (row['level'] === OF_PAYER) return [];
      if (row['level'] === OF_ALL)
        return METRICS.filter((metric) => Number(row[`${metric}_unknown`]) > 0).map((metric) => unknownCost(row, metric, source, month));
      return LINE_ITEM_TYPES[String(row['type'])] === undefined ? [unknownType(row, source, month)] : [];
    }),
  };
}

const ZERO = '0.000000000000';

/** What a row of the survey is of: SQL's grouping(type, payer). */
const OF_PAYER = 2;
const OF_ALL = 3;

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
    netEffective: of('effective'),
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
