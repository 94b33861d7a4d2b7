import type { Month, Period, Timestamp } from './facts.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The month that a text names (`YYYY-MM`), or undefined. */
export function month(text: string): Month | undefined {
  return MONTH.test(text) ? (text as Month) : undefined;
}

/** The month that an instant or a date (`YYYY-MM-...`) lies in. @throws if it does not begin like one */
export function monthOf(time: string): Month {
  const found = month(time.slice(0, 7));
  if (found === undefined) throw new Error(`not a date: ${time}`);
  return found;
}

/** The month `count` months later (earlier if negative). */
export function addMonths(from: Month, count: number): Month {
  const index = Number(from.slice(0, 4)) * 12 + Number(from.slice(5)) - 1 + count;
  const year = Math.floor(index / 12);
  return `${String(year).padStart(4, '0')}-${String(index - year * 12 + 1).padStart(2, '0')}` as Month;
}

/** [first day, first day of the next month). */
export function monthPeriod(of: Month): Period {
  return { start: `${of}-01T00:00:00Z` as Timestamp, end: `${addMonths(of, 1)}-01T00:00:00Z` as Timestamp };
}

/** Every month from `first` to `last`, both included. */
export function monthRange(first: Month, last: Month): Month[] {
  const months: Month[] = [];
  for (let at = first; at <= last; at = addMonths(at, 1)) months.push(at);
  return months;
}

/** Days of the month, from the real calendar. */
export function daysIn(of: Month): number {
  const { start, end } = monthPeriod(of);
  return (Date.parse(end) - Date.parse(start)) / 86_400_000;
}
