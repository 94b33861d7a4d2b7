import type { Day, Money, Month } from '../../facts.ts';

/**
 * How a month is foreseen:
 * - `last-month`: as the last whole month was, to the cent, or as much as it has cost already: what any other way must beat;
 * - `month-rate`: as much a day as in the last whole month;
 * - `run-rate`, `last-week`: as much a day as in the last 28 or 7 days;
 * - `weekday`: as much on each weekday as in the last four weeks;
 * - `trend`, `damped-trend`: from the last 28 days on, as steeply as days of the last twelve months became dearer or cheaper (Theil-Sen), or flattening out.
 * All but the first add what comes once a month (flat prices, recurring credits) and tax as a part of the rest; what came only once is not repeated.
 */
export const FORECAST_METHODS = ['weekday', 'run-rate', 'month-rate', 'last-week', 'damped-trend', 'trend', 'last-month'] as const;
export type ForecastMethod = (typeof FORECAST_METHODS)[number];

/** The bill to come: the month that goes on, if one does, and the three after it. */
export interface Forecast {
  /** The last day whose costs it builds on. */
  readonly asOf: Day;
  readonly months: readonly ForecastMonth[];
}

export interface ForecastMonth {
  readonly month: Month;
  /** What it has cost by `asOf`; null for a month that has not begun. */
  readonly soFar: Money | null;
  /** The whole month. */
  readonly cost: Money;
  /** The month costs between these with a probability of `level`, judged by past errors; null where those are not known. */
  readonly low: Money | null;
  readonly high: Money | null;
  /** 0.8 */
  readonly level: number;
  /** How `cost` was found. */
  readonly method: ForecastMethod;
  /**
   * Median of |forecast - bill| / |bill| over the months that were foreseen from as far away, in the way that was best by then. null: fewer than
   * three whole months, so that it cannot know its error.
   */
  readonly error: number | null;
  /** Months that the error was measured on. */
  readonly tested: number;
  /** The same of `last-month`, on the same months: its forecast and its error. null: there is no whole month. */
  readonly naive: Money | null;
  readonly naiveError: number | null;
  /** The error was larger than that of `last-month`, which therefore is what `cost` and the interval are; `error` stays that of what it replaces. */
  readonly worseThanNaive: boolean;
}
