import type { Day, Period, Timestamp } from './facts.ts';

const LENGTH = 86_400_000;

/** The UTC day that an instant lies in. */
export function dayOf(time: Date | number): Day {
  return new Date(time).toISOString().slice(0, 10) as Day;
}

/** The day `count` days later (earlier if negative). */
export function addDays(from: Day, count: number): Day {
  return dayOf(Date.parse(from) + count * LENGTH);
}

/** [midnight, next midnight). */
export function dayPeriod(of: Day): Period {
  return { start: `${of}T00:00:00Z` as Timestamp, end: `${addDays(of, 1)}T00:00:00Z` as Timestamp };
}

/** Every day from `first` to `last`, both included. */
export function dayRange(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let at = first; at <= last; at = addDays(at, 1)) days.push(at);
  return days;
}
