import { addDays, dayRange } from '../../day.ts';
import type { Day, Month } from '../../facts.ts';
import { addMonths, daysIn, monthOf, monthRange } from '../../month.ts';
import { mean, median, theilSen } from '../../robust.ts';
import { daysOfMonth, expectedItems, expectedItemsOf, soFar, type Ledger } from './ledger.ts';
import type { ForecastMethod } from './forecast-report.ts';

/** What was known on a day. */
export interface Origin {
  readonly asOf: Day;
  /** The month of that day, and whether it was over with it. */
  readonly month: Month;
  readonly isOver: boolean;
  /** The last month that was over; undefined where the data has none. */
  readonly last: Month | undefined;
  readonly ledgers: readonly Ledger[];
  /** What whole months cost in all. */
  readonly bills: ReadonlyMap<Month, number>;
  /** Tax as a part of all else: the median of the last three whole months; null where there is none. */
  readonly taxRate: number | null;
}

/** What each day to come costs. Undefined: too little history. */
type Rate = (ledger: Ledger, origin: Origin) => ((day: Day) => number) | undefined;

const DAY = 86_400_000;
const WEEK = 7;
const RECENT = 28;
/** Of a mean month. */
const MONTH_DAYS = 30.44;
const TREND_MONTHS = 12;
const LEAST_TREND = 4;
/** How much of a month's slope is left in the next: short trends rarely last. */
const DAMPING = 0.7;

/** A provider that charged nothing for so long before is not expected to again. */
const OVER = 35;

const RATES: Readonly<Record<Exclude<ForecastMethod, 'last-month'>, Rate>> = {
  weekday: ({ daily, firstDay, lastDay }) => {
    const from = addDays(lastDay, 1 - RECENT);
    if (from < firstDay) return undefined;
    const days = Array.from({ length: WEEK }, (_, at) =>
      mean(Array.from({ length: RECENT / WEEK }, (_week, week) => daily.get(addDays(from, at + week * WEEK)) ?? 0)),
    );
    return (day) => days[Math.round((Date.parse(day) - Date.parse(from)) / DAY) % WEEK] ?? Number.NaN;
  },
  'run-rate': (ledger) => always(meanOf(ledger, RECENT, 3)),
  'last-week': (ledger) => always(meanOf(ledger, WEEK, WEEK)),
  'month-rate': (ledger, { last }) => (last === undefined || `${last}-01` < ledger.firstDay ? undefined : always(monthMean(ledger, last))),
  trend: (ledger, origin) => lineOf(ledger, origin, (months) => months),
  'damped-trend': (ledger, origin) => lineOf(ledger, origin, (months) => (DAMPING * (1 - DAMPING ** months)) / (1 - DAMPING)),
};

const always = (rate: number | undefined): (() => number) | undefined => (rate === undefined ? undefined : () => rate);

/** The mean of the last days that the ledger has; undefined where it has fewer than `least`. */
function meanOf({ daily, firstDay, lastDay }: Ledger, count: number, least: number): number | undefined {
  const from = addDays(lastDay, 1 - count);
  const days = dayRange(from < firstDay ? firstDay : from, lastDay);
  return days.length < least ? undefined : mean(days.map((day) => daily.get(day) ?? 0));
}

const monthMean = ({ monthly }: Ledger, month: Month): number => (monthly.get(month) ?? 0) / daysIn(month);

/** What a day costs by the slope of whole months, from what days cost of late on. `reach`: for how many months of slope a distance in months counts. */
function lineOf(ledger: Ledger, { last }: Origin, reach: (months: number) => number): ((day: Day) => number) | undefined {
  const level = meanOf(ledger, RECENT, RECENT);
  if (last === undefined || level === undefined) return undefined;
  const first = monthOf(ledger.firstDay);
  const months = monthRange(ledger.firstDay.endsWith('-01') ? first : addMonths(first, 1), last).slice(-TREND_MONTHS);
  if (months.length < LEAST_TREND) return undefined;
  const { slope } = theilSen(months.map((month, index) => [index, monthMean(ledger, month)]));
  const middle = Date.parse(ledger.lastDay) - (RECENT / 2) * DAY;
  return (day) => {
    const cost = level + slope * reach((Date.parse(day) - middle) / (MONTH_DAYS * DAY));
    return level >= 0 ? Math.max(0, cost) : cost;
  };
}

/** What is known by the end of a day. `bills`: of all whole months that the data has. */
export function originOf(all: readonly Ledger[], bills: ReadonlyMap<Month, number>, asOf: Day): Origin {
  const month = monthOf(asOf);
  const isOver = asOf === `${month}-${daysIn(month)}`;
  const known = [...bills.keys()].filter((one) => one < month || (isOver && one === month)).toSorted();
  const rates = known.slice(-3).flatMap((one) => {
    const tax = all.reduce((sum, ledger) => sum + (ledger.tax.get(one) ?? 0), 0);
    const rest = (bills.get(one) ?? 0) - tax;
    return rest > 0 ? [tax / rest] : [];
  });
  return { asOf, month, isOver, last: known.at(-1), ledgers: all, bills, taxRate: rates.length === 0 ? null : median(rates) };
}

/** A month foreseen in one way; undefined where there is too little history for it. `month`: that of the origin, or a later one. */
export function foresee(method: ForecastMethod, origin: Origin, month: Month): number | undefined {
  if (method === 'last-month') return asLastMonth(origin, month);
  // Nothing is known yet: that is no forecast of nothing.
  if (origin.ledgers.length === 0) return undefined;
  const days = daysOfMonth(month);
  let cost = 0;
  for (const ledger of origin.ledgers) {
    const left = days.filter((day) => day > ledger.lastDay);
    const isOver = ledger.lastDay < addDays(origin.asOf, -OVER);
    const rate = isOver || left.length === 0 ? () => 0 : RATES[method](ledger, origin);
    if (rate === undefined) return undefined;
    cost += days.reduce((sum, day) => sum + (day > ledger.lastDay ? rate(day) : (ledger.daily.get(day) ?? 0)), 0);
    cost += month === origin.month ? expectedItemsOf(ledger, month) : expectedItems(ledger, origin.isOver ? origin.month : addMonths(origin.month, -1));
  }
  const taxSoFar = origin.ledgers.reduce((sum, { tax }) => sum + (tax.get(month) ?? 0), 0);
  return origin.taxRate === null ? cost + taxSoFar : cost * (1 + origin.taxRate);
}

/** As the last whole month, or, of a month that has cost more by now, as much as that. */
function asLastMonth({ last, bills, ledgers }: Origin, month: Month): number | undefined {
  const bill = last === undefined ? undefined : bills.get(last);
  if (bill === undefined) return undefined;
  const known = ledgers.reduce((sum, ledger) => sum + soFar(ledger, month), 0);
  return known > 0 ? Math.max(bill, known) : bill;
}
