import type { Sql, SqlRow } from '../../../io/sql.ts';
import { money, type ControlTotal, type CostTotals, type Gap, type Month, type SourceId, type Timestamp } from '../../../model/facts.ts';
import { COSTS } from './columns.ts';
import { CATEGORIES, GROUPS } from './groups.ts';

/** The bill's own sums, before anything is mapped, and what they leave unknown. */
export interface Survey {
  readonly lines: number;
  readonly lastUsage: Timestamp | null;
  readonly totals: readonly ControlTotal[];
  readonly gaps: readonly Gap[];
}

/** FOCUS has one effective cost, after all discounts: it stands for both. */
const METRICS: Readonly<Record<keyof CostTotals, (typeof COSTS)[number]>> = {
  billed: 'billed',
  effective: 'effective',
  netEffective: 'effective',
  list: 'list',
  contracted: 'contracted',
};

/** What the groups of a month add up to. `hasInvoices`: whether the export says at all which invoice a line is on. */
export async function survey(sql: Sql, source: SourceId, month: Month, hasInvoices: boolean): Promise<Survey> {
  const sums = COSTS.map((cost) => `coalesce(sum(${cost}), 0) as ${cost}`);
  const totals = await sql.rows(`
    select provider, payer, coalesce(currency, 'XXX') as currency, sum(lines) as lines, count(*) filter (where billed <> 0 and invoice is null) = 0 as is_invoiced, ${sums.join(', ')}
    from ${GROUPS} group by 1, 2, 3 order by 1, 2 nulls last, 3`);
  const unknown = COSTS.map(
    (cost) => `coalesce(sum(lines) filter (where ${cost} is null), 0) as ${cost}_unknown, sum(billed) filter (where ${cost} is null) as ${cost}_left`,
  );
  const left = await sql.rows(`select coalesce(currency, 'XXX') as currency, ${unknown.join(', ')} from ${GROUPS} group by 1 order by 1`);
  const strange = await sql.rows(`
    select coalesce(category, '') as type, coalesce(currency, 'XXX') as currency, sum(lines) as lines, coalesce(sum(billed), 0) as billed from ${GROUPS}
    where category is null or category not in (${CATEGORIES.map((category) => `'${category}'`).join(', ')}) group by 1, 2 order by 2, 1`);
  const [last] = await sql.rows(`select strftime(max(last_start) filter (where category = 'Usage'), '%Y-%m-%dT%H:%M:%SZ') as at from ${GROUPS}`);
  return {
    lines: totals.reduce((sum, { lines }) => sum + Number(lines), 0),
    lastUsage: typeof last?.['at'] === 'string' ? (last['at'] as Timestamp) : null,
    totals: totals.map((row) => controlTotal(row, hasInvoices)),
    gaps: [
      ...strange.map((row): Gap => ({
        code: 'unknown-line-type',
        source,
        month,
        lineType: String(row['type']),
        lines: Number(row['lines']),
        cost: money(Number(row['billed'])),
        currency: String(row['currency']),
      })),
      ...left.flatMap((row) => unknownCosts(row, source, month)),
    ],
  };
}

function controlTotal(row: SqlRow, hasInvoices: boolean): ControlTotal {
  const of = (metric: keyof CostTotals): string => String(row[METRICS[metric]]);
  return {
    provider: String(row['provider']),
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

function unknownCosts(row: SqlRow, source: SourceId, month: Month): Gap[] {
  return (Object.keys(METRICS) as (keyof CostTotals)[]).flatMap((metric): Gap[] => {
    const lines = Number(row[`${METRICS[metric]}_unknown`]);
    const billed = row[`${METRICS[metric]}_left`];
    if (lines === 0) return [];
    const known = typeof billed === 'string' || typeof billed === 'number' ? money(Number(billed)) : null;
    return [{ code: 'unknown-cost', source, month, metric, lines, billed: known, currency: String(row['currency']) }];
  });
}
