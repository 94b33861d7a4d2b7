import { addDays, dayOf } from '../../model/day.ts';
import type { Day, Month } from '../../model/facts.ts';
import { addMonths, monthOf, monthPeriod, monthRange } from '../../model/month.ts';
import type { Window } from '../types.ts';
import { DAILY_MONTHS } from './settings.ts';

/** [Start, End) as Cost Explorer wants it: UTC days. */
export interface Interval {
  readonly Start: Day;
  readonly End: Day;
}

/** Months to read, oldest first: those of the window that have begun, else the last `history`. */
export function billMonths({ first, last }: Window, began: Date, history: number): Month[] {
  const open = openMonth(began);
  const end = last === undefined || last > open ? open : last;
  return monthRange(first ?? addMonths(end, 1 - history), end);
}

export const openMonth = (began: Date): Month => monthOf(began.toISOString());

/** The whole month, or of the open one up to and with today: what lies ahead is no usage. */
export function intervalOf(month: Month, began: Date): Interval {
  const whole = wholeMonth(month);
  const tomorrow = addDays(dayOf(began), 1);
  return { Start: whole.Start, End: tomorrow < whole.End ? tomorrow : whole.End };
}

/** Of commitments AWS answers up to yesterday: an end that lies ahead is refused. undefined: nothing of the month is over. */
export function intervalSoFar(month: Month, began: Date): Interval | undefined {
  const { Start, End } = wholeMonth(month);
  const today = dayOf(began);
  if (today <= Start) return undefined;
  return { Start, End: today < End ? today : End };
}

export function wholeMonth(month: Month): Interval {
  const { start, end } = monthPeriod(month);
  return { Start: dayOf(Date.parse(start)), End: dayOf(Date.parse(end)) };
}

/** Days are kept for 13 months and the current one. */
export function granularityOf(month: Month, began: Date): 'DAILY' | 'MONTHLY' {
  return month > addMonths(openMonth(began), -DAILY_MONTHS) ? 'DAILY' : 'MONTHLY';
}

/**
 * A month's costs change after its end: support fees come on the sixth or seventh, refunds and credits later.
 * https://docs.aws.amazon.com/cur/latest/userguide/view-finalized-cur.html
 */
const SETTLES_AFTER = 14 * 86_400_000;

/** Whether the month was over for so long at that time that it is not asked for again. */
export function isOver(month: Month, at: Date): boolean {
  return Date.parse(monthPeriod(month).end) + SETTLES_AFTER <= at.getTime();
}
