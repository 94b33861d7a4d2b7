import { median } from '../../robust.ts';
import { addDays } from '../../day.ts';
import type { Day } from '../../facts.ts';

const WEEK = 7;

/** Weeks without which a weekday cannot be told from chance. */
const LEAST_WEEKS = 3;

/** How much calmer a series must become by it, before weekdays are believed in. */
const CALMER = 0.8;

/**
 * What a fee on the first of the month adds to that day, by the other days around it: 0 elsewhere. With only one first day in the series nobody knows
 * whether it comes again: it is taken for a fee, for a doubtful alarm is worse than a late one.
 */
export function monthStartFees(costs: readonly number[], first: Day): number[] {
  const firsts = costs.flatMap((_, at) => (addDays(first, at).endsWith('-01') ? [at] : []));
  const excesses = firsts.map((at) => (costs[at] ?? 0) - median(around(costs, at)));
  const usual = median(excesses);
  return costs.map((_, at) => {
    const excess = excesses[firsts.indexOf(at)];
    return excess === undefined || excess <= 0 || usual <= 0 ? 0 : Math.min(excess, firsts.length === 1 ? excess : usual * 2);
  });
}

/** The days before and after, three each. */
function around(costs: readonly number[], at: number): number[] {
  const days = [...costs.slice(Math.max(0, at - 3), at), ...costs.slice(at + 1, at + 4)];
  return days.length === 0 ? [costs[at] ?? 0] : days;
}

/** What a day's weekday adds to it, or takes away: medians, which sum to about 0 over a week. All 0 where weekdays explain little. */
export function weekdays(costs: readonly number[]): number[] {
  if (costs.length < LEAST_WEEKS * WEEK) return costs.map(() => 0);
  const rests = costs.map((cost, at) => cost - level(costs, at));
  const byDay = Array.from({ length: WEEK }, (_, day) => median(rests.filter((_rest, at) => at % WEEK === day)));
  const mid = byDay.reduce((sum, effect) => sum + effect, 0) / WEEK;
  const effects = costs.map((_, at) => (byDay[at % WEEK] ?? 0) - mid);
  const left = rests.map((rest, at) => rest - (effects[at] ?? 0));
  return deviation(left) < CALMER * deviation(rests) ? effects : costs.map(() => 0);
}

const deviation = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.abs(value), 0);

/** The mean of the week around a day: each weekday is in it once, so that no weekday moves it. */
function level(costs: readonly number[], at: number): number {
  const from = Math.min(Math.max(0, at - 3), costs.length - WEEK);
  return costs.slice(from, from + WEEK).reduce((sum, cost) => sum + cost, 0) / WEEK;
}
