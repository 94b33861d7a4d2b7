import type { Period } from '../model/facts.ts';

const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const MONTH_ALONE = new Intl.DateTimeFormat('en-US', { month: 'long', timeZone: 'UTC' });

/** `October 2018`, `August to October 2018`, or days where these are no whole months. */
export function describePeriod({ start, end }: Period): string {
  const first = new Date(start);
  const last = new Date(Date.parse(end) - 1);
  if (!isMonthStart(first) || !isMonthStart(new Date(end))) return describeDays(first, last);
  if (MONTH.format(first) === MONTH.format(last)) return MONTH.format(first);
  const sameYear = first.getUTCFullYear() === last.getUTCFullYear();
  return `${(sameYear ? MONTH_ALONE : MONTH).format(first)} to ${MONTH.format(last)}`;
}

/** `October 2018` of `2018-10`. */
export function describeMonth(month: string): string {
  return MONTH.format(new Date(`${month}-01T00:00:00Z`));
}

function describeDays(first: Date, last: Date): string {
  const [from, to] = [first, last].map((time) => time.toISOString().slice(0, 10));
  return from === to ? `${from}` : `${from} to ${to}`;
}

function isMonthStart(time: Date): boolean {
  return time.getUTCDate() === 1 && time.getTime() % 86_400_000 === 0;
}
