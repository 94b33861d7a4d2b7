import { changeOf, total } from '../model/cost/change.ts';
import type { BreakdownRow } from '../model/cost/cost-report.ts';
import { money, type Money } from '../model/facts.ts';

export interface Folded {
  readonly rows: readonly BreakdownRow[];
  /** The sum of all rows that are not named; null where every row is. */
  readonly others: Others | null;
}

type Others = Pick<BreakdownRow, 'cost' | 'previousCost' | 'change' | 'share'> & { readonly count: number };

/**
 * Keeps the `most` rows that weigh most, in their order, and sums up the rest.
 * A row weighs what it costs or cost before, whatever the sign: a large credit or a service that was given up stays in sight.
 * A single row is never folded: its line would not be shorter.
 */
export function fold(rows: readonly BreakdownRow[], most: number): Folded {
  if (rows.length <= most + 1) return { rows, others: null };
  const named = heaviest(rows, most, weight);
  return { rows: rows.filter((row) => named.has(row)), others: sumOf(rows.filter((row) => !named.has(row))) };
}

/** The `most` that weigh most; of equals, the earlier. */
export function heaviest<T>(items: readonly T[], most: number, weightOf: (item: T) => number): ReadonlySet<T> {
  return new Set(items.toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, most));
}

function weight({ cost, previousCost }: BreakdownRow): number {
  return Math.max(Math.abs(cost), previousCost === null ? 0 : Math.abs(previousCost));
}

function sumOf(rows: readonly BreakdownRow[]): Others {
  const cost = total(rows.map((row) => row.cost));
  const previousCost = totalIfKnown(rows.map((row) => row.previousCost));
  return { count: rows.length, cost, previousCost, change: changeOf(cost, previousCost), share: totalIfKnown(rows.map((row) => row.share)) };
}

/** One unknown part makes the sum unknown. */
function totalIfKnown(parts: readonly (number | null)[]): Money | null {
  const known = parts.filter((part) => part !== null);
  return known.length === parts.length ? total(known.map(money)) : null;
}
