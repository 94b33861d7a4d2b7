import { addDays } from '../day.ts';
import { money, type BillState, type Day, type Money, type Month, type ReportGap } from '../facts.ts';
import { addMonths, monthPeriod, monthRange } from '../month.ts';
import type { AllocationReport } from './allocation-report.ts';
import { anomalies } from './anomalies/anomalies.ts';
import { dailySeries, serviceDays, teamDays, type DailyCost } from './anomalies/series.ts';
import { breakdowns } from './breakdown.ts';
import { changeOf } from './change.ts';
import type { Commitment } from './commitment.ts';
import { assertConserved, reconcile } from './conservation.ts';
import { corrections } from './corrections.ts';
import type { CostLine } from './cost-line.ts';
import type { CostMetric, CostReport, CountedBill, GeneratedFrom } from './cost-report.ts';
import type { DatedCharge, DatedLine } from './dated-charge.ts';
import { drivers } from './drivers/drivers.ts';
import { checkDrivers, type ProviderComparison } from './drivers/comparison.ts';
import type { DriverCell } from './drivers/driver.ts';
import { forecast } from './forecast/forecast.ts';
import { invoiceOf, type InvoiceCharge } from './invoice.ts';
import { lastCompleteDay, monthCosts, ofCurrency, type MonthFacts } from './months.ts';
import { ownershipOf } from './ownership.ts';
import { costRows, type Ownership } from './rows.ts';
import type { CrossCheck } from './same-bill.ts';
import { trend } from './trend.ts';

export interface CostReportInput extends Ownership {
  readonly organisation: string | null;
  readonly generatedFrom: GeneratedFrom;
  readonly gaps: readonly ReportGap[];
  /** First and last month of the period. */
  readonly first: Month;
  readonly last: Month;
  readonly currency: string;
  readonly costMetric: CostMetric;
  /** Charges of the period, and of the one before where `previousBill` is given. */
  readonly lines: readonly CostLine[];
  /** The bill's own sum of the period, taken before anything was grouped. */
  readonly bill: Money;
  readonly previousBill: Money | null;
  /** The same, by provider and account. */
  readonly bills: readonly CountedBill[];
  readonly crossChecks: readonly CrossCheck[];
  /** What each month that there is adds up to, and all its charges by day: also of months outside of the period. */
  readonly months: readonly MonthFacts[];
  readonly charges: readonly DatedCharge[];
  /** Charges of the period and the one before, by day and by all that ownership asks for; none without teams. */
  readonly datedLines: readonly DatedLine[];
  /** What workloads cost a day, of each cluster and month where that is known. */
  readonly workloadDays: readonly (readonly DailyCost[])[];
  /** What changed from the period before; none where there is none. */
  readonly driverCells: readonly DriverCell[];
  /** The provider's own comparison, where it was asked for. */
  readonly comparisons: readonly ProviderComparison[];
  readonly commitments: readonly Commitment[];
  readonly invoiceCharges: readonly InvoiceCharge[];
  readonly allocation: AllocationReport | null;
}

/**
 * The cost report of one or several whole months.
 * @throws Error if money is not conserved: see `assertConserved`
 */
export function costReport(input: CostReportInput): CostReport {
  const { first, last, bill, previousBill, costMetric, currency } = input;
  const months = monthRange(first, last);
  const rows = costRows(input.lines, months, previousBill !== null, input);
  const before = previousMonths(first, last);
  const change = changeOf(bill, previousBill);
  const shown = previousBill === null ? months : [...monthRange(before.first, before.last), ...months];
  const stray = input.lines.find(({ month }) => !shown.includes(month));
  if (stray !== undefined) throw new Error(`a line of ${stray.month} in a report of ${shown.join(', ')}`);
  const report: CostReport = {
    kind: 'CostReport',
    schemaVersion: 2,
    organisation: input.organisation,
    generatedFrom: input.generatedFrom,
    gaps: input.gaps,
    period: { start: monthPeriod(first).start, end: monthPeriod(last).end },
    previousPeriod: previousBill === null ? null : { start: monthPeriod(before.first).start, end: monthPeriod(before.last).end },
    currency,
    costMetric,
    state: stateOf(input.bills),
    bills: input.bills,
    crossChecks: input.crossChecks,
    reconciliation: reconcile(rows, bill),
    previousBill,
    change,
    ...driversOf(input, change?.amount ?? null),
    breakdowns: breakdowns(rows, bill),
    rows,
    trend: trend(input.charges.filter(({ month }) => shown.includes(month))),
    months: monthCosts(input.months, { metric: costMetric, currency, last: newest(input.months) ?? last }),
    forecast: forecastOf(input),
    anomalies: anomaliesOf(input),
    corrections: corrections(input.charges.filter(({ month }) => months.includes(month))),
    allocation: input.allocation,
    ownership: ownershipOf(rows, input.teams.length > 0),
    commitments: input.commitments,
    invoice: invoiceOf(input.invoiceCharges),
  };
  assertConserved(report);
  return report;
}

/** As many months before the period as it has. */
export function previousMonths(first: Month, last: Month): { readonly first: Month; readonly last: Month } {
  const count = monthRange(first, last).length;
  return { first: addMonths(first, -count), last: addMonths(last, -count) };
}

/** A period is as final as the least final of its bills. */
function stateOf(bills: readonly CountedBill[]): BillState {
  if (bills.some(({ state }) => state === 'preliminary')) return 'preliminary';
  return bills.every(({ state }) => state === 'final') ? 'final' : 'unknown';
}

function newest(months: readonly MonthFacts[]): Month | undefined {
  return months
    .map(({ month }) => month)
    .toSorted()
    .at(-1);
}

/** Why the bill changed; nothing where there is nothing to compare it with. */
function driversOf({ first, last, driverCells, comparisons }: CostReportInput, change: Money | null): Pick<CostReport, 'drivers' | 'driverCheck'> {
  if (change === null) return { drivers: [], driverCheck: null };
  const before = previousMonths(first, last);
  const daysOf = (from: Month, to: Month): number => (Date.parse(monthPeriod(to).end) - Date.parse(monthPeriod(from).start)) / DAY;
  const days = { previous: daysOf(before.first, before.last), current: daysOf(first, last) };
  // Only AWS compares: beside it stand the drivers of its own bill.
  const compared = comparisons.length === 0 ? [] : driverCells.filter(({ provider }) => provider === 'AWS');
  const own = drivers(compared, { amount: money(compared.reduce((sum, { cost, previousCost }) => sum + cost - previousCost, 0)), days });
  return { drivers: drivers(driverCells, { amount: change, days }), driverCheck: checkDrivers(own, comparisons) };
}

const DAY = 86_400_000;

function forecastOf({ months, charges, costMetric, currency, last }: CostReportInput): CostReport['forecast'] {
  const asOf = lastCompleteDay(ofCurrency(months, currency));
  return asOf === null ? null : forecast({ charges, months: monthCosts(months, { metric: costMetric, currency, last: newest(months) ?? last }), asOf });
}

/** Where daily costs left their level in the period. */
function anomaliesOf({ months, charges, datedLines, workloadDays, teams, first, last, bill, currency }: CostReportInput): CostReport['anomalies'] {
  const known = lastCompleteDay(ofCurrency(months, currency).filter(({ month }) => month <= last));
  if (known === null) return [];
  const end = addDays(monthPeriod(last).end.slice(0, 10) as Day, -1);
  const through = known < end ? known : end;
  const series = [
    ...dailySeries('service', serviceDays(charges), through),
    ...dailySeries('team', teamDays(datedLines, teams), through),
    ...workloadDays.flatMap((of) => dailySeries('workload', of, through)),
  ];
  return anomalies(series, { bill: money(bill / monthRange(first, last).length), since: monthPeriod(first).start.slice(0, 10) as Day });
}
