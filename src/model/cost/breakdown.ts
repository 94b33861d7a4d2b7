import { money, type Money } from '../facts.ts';
import { changeOf } from './change.ts';
import { DIMENSIONS, type Breakdown, type BreakdownRow, type CostRow, type Dimension } from './cost-report.ts';

/** The rows added up by each dimension that has a name at all. Each breakdown adds up to the bill. */
export function breakdowns(rows: readonly CostRow[], bill: Money): Breakdown[] {
  return DIMENSIONS.map((by) => ({ by, rows: breakdownRows(rows, by, bill) })).filter(saysSomething);
}

/** One provider is all of them: it needs no table. */
function saysSomething({ by, rows }: Breakdown): boolean {
  return rows.some(({ name }) => name !== null) && (by !== 'provider' || rows.length > 1);
}

function breakdownRows(rows: readonly CostRow[], by: Dimension, bill: Money): BreakdownRow[] {
  const groups = [...Map.groupBy(rows, (row) => nameOf(row, by))].map(([name, group]) => {
    const cost = money(group.reduce((sum, row) => sum + row.cost, 0));
    const before = group.flatMap(({ previousCost }) => previousCost ?? []);
    const previousCost = before.length === 0 ? null : money(before.reduce((sum, amount) => sum + amount, 0));
    const title = by === 'account' ? (group.find(({ accountName }) => accountName !== null)?.accountName ?? null) : null;
    return { name, title, cost, previousCost, change: changeOf(cost, previousCost), share: bill === 0 ? null : cost / bill };
  });
  return groups.toSorted(dearestFirst);
}

/** Namespaces of two clusters, and workloads of two namespaces, may have one name: theirs stand before it, as in `production/web/Deployment/api`. */
export function nameOf(row: Pick<CostRow, Dimension>, by: Dimension): string | null {
  const { cluster, namespace, workload } = row;
  if (by !== 'namespace' && by !== 'workload') return row[by];
  const path = by === 'namespace' ? [cluster, namespace] : [cluster, namespace, workload];
  return path.includes(null) ? null : path.join('/');
}

function dearestFirst(a: BreakdownRow, b: BreakdownRow): number {
  return b.cost - a.cost || ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
}
