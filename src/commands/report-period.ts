import { UserError } from '../io/errors.ts';
import type { ControlTotal, Month } from '../model/facts.ts';
import { daysIn, monthRange } from '../model/month.ts';
import type { StoredCharges } from '../snapshot/stored-part.ts';
import type { Months } from './period.ts';

/** First and last month of a report. */
export interface ReportMonths {
  readonly first: Month;
  readonly last: Month;
}

/** The months asked for, else the newest one that is whole. @throws UserError where there are no charges for one of them */
export function reportMonths(parts: readonly StoredCharges[], asked: Months): ReportMonths {
  const months = [...new Set(parts.filter(({ facts }) => facts.rows > 0).map(({ month }) => month))].toSorted();
  const [oldest, newest] = [months[0], months.at(-1)];
  if (oldest === undefined || newest === undefined) {
    const wanted = asked.first ?? asked.last;
    // A bill that a flag names is read for the months asked for alone: nothing is known of others.
    if (wanted !== undefined)
      throw new UserError(`no charges in ${wanted}`, 'without --month and --from it is the newest whole month; tonnage collect reads what is new');
    throw new UserError('the snapshot has no charges', 'collect a bill first: tonnage collect, or tonnage report --cur PATH');
  }
  const whole = newestWhole(parts, months) ?? newest;
  const last = asked.last ?? (asked.first !== undefined && asked.first > whole ? latest(newest, asked.first) : whole);
  const first = asked.first ?? (asked.last === undefined || asked.last < oldest ? last : oldest);
  const missing = monthRange(first, last).find((month) => !months.includes(month));
  if (missing === undefined) return { first, last };
  throw new UserError(`no charges in ${missing}`, `there are charges in ${months.join(', ')}`);
}

const latest = (a: Month, b: Month): Month => (a > b ? a : b);

/** The newest month that the bill follows to its last day: a month that goes on is no month to compare. */
function newestWhole(parts: readonly StoredCharges[], months: readonly Month[]): Month | undefined {
  const isWhole = (month: Month): boolean =>
    parts.some((part) => part.month === month && part.facts.lastUsage !== null && part.facts.lastUsage.slice(0, 10) >= `${month}-${daysIn(month)}`);
  return months.findLast(isWhole);
}

export function partsOf(parts: readonly StoredCharges[], { first, last }: ReportMonths): StoredCharges[] {
  return parts.filter(({ month }) => month >= first && month <= last);
}

/** Whether each month has charges in the currency. */
export function hasAll(parts: readonly StoredCharges[], { first, last }: ReportMonths, currency: string): boolean {
  return monthRange(first, last).every((month) => parts.some((part) => part.month === month && totalsIn(part, currency).length > 0));
}

export function totalsIn({ facts }: StoredCharges, currency: string): ControlTotal[] {
  return facts.totals.filter((total) => total.currency === currency);
}

/** The currency of a report: amounts of different ones are never added. @throws UserError where there are several, or not the one that is wanted */
export function currencyOf(parts: readonly StoredCharges[], wanted: string | undefined): string {
  const currencies = [...new Set(parts.flatMap(({ facts }) => facts.totals.map(({ currency }) => currency)))].toSorted();
  if (wanted !== undefined && currencies.includes(wanted)) return wanted;
  const [only, other] = currencies;
  if (only === undefined || other !== undefined || wanted !== undefined) {
    throw new UserError(
      wanted === undefined
        ? `the bill is in ${currencies.join(' and ')}, which are never added`
        : `no charges in ${wanted}: the bill is in ${currencies.join(' and ')}`,
      'name one of them: --currency, or `currency` in tonnage.yaml',
    );
  }
  return only;
}
