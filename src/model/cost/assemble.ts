import type { Gap, Money, Month } from '../facts.ts';
import { addMonths, monthPeriod, monthRange } from '../month.ts';
import { breakdowns } from './breakdown.ts';
import { changeOf } from './change.ts';
import { assertConserved, reconcile } from './conservation.ts';
import type { CostLine, ServiceCharge } from './cost-line.ts';
import type { CostMetric, CostReport, GeneratedFrom } from './cost-report.ts';
import { costRows, type Ownership } from './rows.ts';
import { trend } from './trend.ts';

export interface CostReportInput extends Ownership {
  readonly organisation: string | null;
  readonly generatedFrom: GeneratedFrom;
  readonly gaps: readonly Gap[];
  /** First and last month of the period. */
  readonly first: Month;
  readonly last: Month;
  readonly currency: string;
  readonly costMetric: CostMetric;
  /** Charges of the period, and of the one before where `previousBill` is given. */
  readonly lines: readonly CostLine[];
  readonly charges: readonly ServiceCharge[];
  /** The bill's own sum of the period, taken before anything was grouped. */
  readonly bill: Money;
  readonly previousBill: Money | null;
}

/**
 * The cost report of one or several whole months.
 * @throws Error if money is not conserved: see `assertConserved`
 */
export function costReport(input: CostReportInput): CostReport {
  const { first, last, bill, previousBill } = input;
  const rows = costRows(input.lines, monthRange(first, last), previousBill !== null, input);
  const before = previousMonths(first, last);
  const report: CostReport = {
    kind: 'CostReport',
    schemaVersion: 1,
    organisation: input.organisation,
    generatedFrom: input.generatedFrom,
    gaps: input.gaps,
    period: { start: monthPeriod(first).start, end: monthPeriod(last).end },
    previousPeriod: previousBill === null ? null : { start: monthPeriod(before.first).start, end: monthPeriod(before.last).end },
    currency: input.currency,
    costMetric: input.costMetric,
    reconciliation: reconcile(rows, bill),
    previousBill,
    change: changeOf(bill, previousBill),
    breakdowns: breakdowns(rows, bill),
    rows,
    trend: trend(input.charges),
  };
  assertConserved(report);
  return report;
}

/** As many months before the period as it has. */
export function previousMonths(first: Month, last: Month): { readonly first: Month; readonly last: Month } {
  const count = monthRange(first, last).length;
  return { first: addMonths(first, -count), last: addMonths(first, -1) };
}
