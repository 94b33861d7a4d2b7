import { money, type Money } from '../facts.ts';
import { total } from './change.ts';
import { SHARES, type CostReport, type CostRow, type Reconciliation, type Share } from './cost-report.ts';

/** What the rows may miss of the bill, as a part of it: rounding of binary sums, and no more. */
const TOLERANCE = 1e-9;

/** Where the bill went. The residual is what the rows do not explain. */
export function reconcile(rows: readonly CostRow[], bill: Money): Reconciliation {
  const of = (share: Share): Money => total(rows.filter((row) => row.share === share).map(({ cost }) => cost));
  const [allocated, idle, shared, unattributed, tax, credit] = [of('allocated'), of('idle'), of('shared'), of('unattributed'), of('tax'), of('credit')];
  const explained = total([allocated, idle, shared, unattributed, tax, credit]);
  return { bill, allocated, idle, shared, unattributed, tax, credit, residual: money(bill - explained) };
}

/**
 * Money is conserved: rows, every breakdown and the trend add up to the bill, of this period and of the one before.
 * @throws Error naming the sum that does not: it is a bug, and no report is better than a wrong one
 */
export function assertConserved(report: CostReport): void {
  const { bill } = report.reconciliation;
  const allowed = tolerance(report.rows, bill);
  const expectSum = (what: string, sum: number, expected: number): void => {
    if (!(Math.abs(sum - expected) <= allowed)) throw new Error(`${what} add up to ${sum}, not to ${expected}`);
  };
  expectSum('the shares of the bill', total(SHARES.map((share) => report.reconciliation[share])), bill);
  expectSum('rows', total(report.rows.map(({ cost }) => cost)), bill);
  const previous = report.previousBill;
  for (const { by, rows } of report.breakdowns) {
    expectSum(`costs by ${by}`, total(rows.map(({ cost }) => cost)), bill);
    if (previous !== null) expectSum(`earlier costs by ${by}`, total(rows.flatMap(({ previousCost }) => previousCost ?? [])), previous);
  }
  expectSum('days', total(report.trend.map(({ cost }) => cost)), bill + (previous ?? 0));
}

/** Large credits may leave a small bill: the amounts that were added decide what rounding can do. */
function tolerance(rows: readonly CostRow[], bill: Money): number {
  const gross = total(rows.flatMap(({ cost, previousCost }) => [cost, previousCost ?? cost]).map((amount) => money(Math.abs(amount))));
  return TOLERANCE * Math.max(Math.abs(bill), gross * 1e-3, 1e-6);
}
