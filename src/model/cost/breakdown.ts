import { money, type Money } from '../facts.ts';
import { changeOf } from './change.ts';
import { DIMENSIONS, type Breakdown, type BreakdownRow, type CostRow, type Dimension } from './cost-report.ts';

/** The rows added up by each dimension that has a name at all. Each breakdown adds up to the bill. */
export function breakdowns(rows: readonly CostRow[], bill: Money): Breakdown[] {
  return DIMENSIONS.map((by) => ({ by, rows: breakdownRows(rows, by, bill) })).filter((breakdown) => breakdown.rows.some(({ name }) => name !== null));
}

function breakdownRows(rows: readonly CostRow[], by: Dimension, bill: Money): BreakdownRow[] {
  const groups = [...Map.groupBy(rows, (row) => row[by])].map(([name, group]) => {
    const cost = money(group.reduce((sum, row) => sum + row.cost, 0));
    const before = group.flatMap(({ previousCost }) => previousCost ?? []);
    const previousCost = before.length === 0 ? null : money(before.reduce((sum, amount) => sum + amount, 0));
    const title = by === 'account' ? (group.find(({ accountName }) => accountName !== null)?.accountName ?? null) : null;
    return { name, title, cost, previousCost, change: changeOf(cost, previousCost), share: bill === 0 ? null : cost / bill };
  });
  return groups.toSorted(dearestFirst);
}

function dearestFirst(a: BreakdownRow, b: BreakdownRow): number {
  return b.cost - a.cost || ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
}
