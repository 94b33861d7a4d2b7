import { addDays, dayOf, dayRange } from '../model/day.ts';
import type { Day } from '../model/facts.ts';
import { monthPeriod } from '../model/month.ts';
import type { Window } from './types.ts';

/**
 * The days that a cluster's source is asked for: those of the window's months, else the last `history` days; none that has not begun.
 * @param began when the run began; its day is the last, and is not whole
 */
export function clusterDays({ first, last }: Window, began: Date, history: number): Day[] {
  const today = dayOf(began);
  const newest = last === undefined ? today : addDays(dayOf(Date.parse(monthPeriod(last).end)), -1);
  const end = newest < today ? newest : today;
  return dayRange(first === undefined ? addDays(end, 1 - history) : dayOf(Date.parse(monthPeriod(first).start)), end);
}
