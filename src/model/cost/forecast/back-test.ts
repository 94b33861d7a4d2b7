import type { Day, Month } from '../../facts.ts';
import { addMonths, daysIn } from '../../month.ts';
import { median } from '../../robust.ts';
import type { Entry } from './entries.ts';
import { FORECAST_METHODS, type ForecastMethod } from './forecast-report.ts';
import { ledgers } from './ledger.ts';
import { foresee, originOf, type Origin } from './methods.ts';

/** A past month, foreseen in all ways that were possible on a day like today's. */
export interface Trial {
  /** The month in which it was foreseen, and how many months later the month was that was foreseen. */
  readonly from: Month;
  readonly ahead: number;
  readonly actual: number;
  readonly forecasts: Partial<Readonly<Record<ForecastMethod, number>>>;
}

/** Months of trials: what was longer ago says little of how one would err today. */
const MOST = 18;

/** History that an origin looks at. */
const MEMORY = 13;

/**
 * Rolling origins: each whole month with one before it is an origin, on the same day of the month as the forecast (its last day, if the month of the forecast
 * is over), and knows only charges that had begun by then. Tax that a bill dates at the first of its month is not among what is known.
 */
export function trials(entries: readonly Entry[], bills: ReadonlyMap<Month, number>, origin: Origin, most: number): Trial[] {
  const whole = [...bills.keys()].toSorted();
  return whole
    .slice(origin.isOver ? 0 : 1)
    .slice(-MOST)
    .flatMap((from) => {
      const asOf = origin.isOver ? lastDay(from) : dayOfMonth(from, origin.asOf);
      const then = originAt(entries, bills, asOf);
      const months = Array.from({ length: most + 1 }, (_, ahead) => ({ ahead, actual: bills.get(addMonths(from, ahead)) }));
      return months.flatMap(({ ahead, actual }) => {
        if (actual === undefined || actual === 0 || (ahead === 0 && origin.isOver)) return [];
        return [{ from, ahead, actual, forecasts: all(then, addMonths(from, ahead)) }];
      });
    });
}

/** What was known on a day. */
export function originAt(entries: readonly Entry[], bills: ReadonlyMap<Month, number>, asOf: Day): Origin {
  const oldest = addMonths(asOf.slice(0, 7) as Month, -MEMORY);
  return originOf(
    ledgers(
      entries.filter(({ month }) => month >= oldest),
      asOf,
    ),
    bills,
    asOf,
  );
}

/** A month foreseen in all ways that are possible. */
export function all(origin: Origin, month: Month): Partial<Record<ForecastMethod, number>> {
  return Object.fromEntries(
    FORECAST_METHODS.flatMap((method) => {
      const forecast = foresee(method, origin, month);
      return forecast === undefined ? [] : [[method, forecast]];
    }),
  );
}

/** Months of trials without which no way is known to be better than another. */
const LEAST = 3;

/** How much better than the first another must have been, to be believed. */
const BETTER = 0.9;

/**
 * The way whose median error in the trials is the smallest part of that of the first way, each pair on the trials that knew enough for both; the first that
 * there is, in the order of `FORECAST_METHODS`, where there are few trials or where none was better by a tenth. `last-month` is what all are compared with,
 * and not among them unless there is nothing else.
 */
export function bestMethod(past: readonly Trial[], possible: Partial<Readonly<Record<ForecastMethod, number>>>): ForecastMethod | undefined {
  const [first, ...others] = FORECAST_METHODS.filter((method) => possible[method] !== undefined && method !== 'last-month');
  if (first === undefined) return possible['last-month'] === undefined ? undefined : 'last-month';
  let best = { method: first, part: BETTER };
  for (const method of others) {
    const pairs = past.flatMap((trial) => {
      const [error, compared] = [errorOf(trial, method), errorOf(trial, first)];
      return error === undefined || compared === undefined ? [] : [{ error, compared }];
    });
    if (pairs.length < LEAST) continue;
    const part = median(pairs.map(({ error }) => error)) / median(pairs.map(({ compared }) => compared));
    if (part < best.part) best = { method, part };
  }
  return best.method;
}

/** |forecast - bill| / |bill|; undefined where it could not be foreseen so. */
export function errorOf({ forecasts, actual }: Trial, method: ForecastMethod): number | undefined {
  const forecast = forecasts[method];
  return forecast === undefined ? undefined : Math.abs(forecast - actual) / Math.abs(actual);
}

const lastDay = (month: Month): Day => `${month}-${daysIn(month)}` as Day;

function dayOfMonth(month: Month, like: Day): Day {
  const day = Math.min(Number(like.slice(8)), daysIn(month) - 1);
  return `${month}-${String(day).padStart(2, '0')}` as Day;
}
