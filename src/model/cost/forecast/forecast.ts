import { money, type Day, type Money, type Month } from '../../facts.ts';
import { addMonths, daysIn } from '../../month.ts';
import { median } from '../../robust.ts';
import type { DatedCharge } from '../dated-charge.ts';
import type { MonthCost } from '../months.ts';
import { all, bestMethod, errorOf, originAt, trials, type Trial } from './back-test.ts';
import type { Forecast, ForecastMethod, ForecastMonth } from './forecast-report.ts';
import { entriesOf } from './entries.ts';
import { halfWidth, LEVEL } from './interval.ts';
import { soFar } from './ledger.ts';

/** Months after the one that goes on. */
const AHEAD = 3;

/** Errors below which nothing is said about errors: three whole months have two. */
const LEAST = 2;

export interface ForecastInput {
  /** All charges that there are of the months, newest included. */
  readonly charges: readonly DatedCharge[];
  /** As `monthCosts` tells them, in the same metric. */
  readonly months: readonly MonthCost[];
  /** `lastCompleteDay`: later charges are not looked at. */
  readonly asOf: Day;
}

/**
 * The bill to come: what each method says, the one that has erred least on the user's own past months, and how much it has erred. Errors are of the choice as
 * it would have been made then, from the trials that were over by then: never of a method that was chosen knowing them.
 * @returns null where there is nothing to build on: no whole month, and less than three days
 */
export function forecast({ charges, months, asOf }: ForecastInput): Forecast | null {
  const first = charges.reduce<Month | null>((oldest, { month }) => (oldest === null || month < oldest ? month : oldest), null);
  // A month that is over by then is whole, though a small source may lag behind: see `lastCompleteDay`.
  const isOver = ({ isWhole, month }: MonthCost): boolean => isWhole || `${month}-${daysIn(month)}` <= asOf;
  const whole = months.filter((one) => isOver(one) && one.missing.length === 0 && first !== null && one.month >= first && `${one.month}-01` <= asOf);
  const bills = new Map(whole.map(({ month, cost }) => [month, cost]));
  const entries = entriesOf(charges);
  const origin = originAt(entries, bills, asOf);
  const past = trials(entries, bills, origin, AHEAD);
  const found = Array.from({ length: AHEAD + 1 }, (_, ahead) => ahead).flatMap((ahead) => {
    if (ahead === 0 && origin.isOver) return [];
    const month = addMonths(origin.month, ahead);
    const cost = origin.ledgers.reduce((sum, ledger) => sum + soFar(ledger, month), 0);
    const of = past.filter((trial) => trial.ahead === ahead);
    return foreseen(month, ahead === 0 ? money(cost) : null, all(origin, month), of) ?? [];
  });
  return found.length === 0 ? null : { asOf, months: found };
}

type Forecasts = Partial<Readonly<Record<ForecastMethod, number>>>;

function foreseen(month: Month, known: Money | null, forecasts: Forecasts, past: readonly Trial[]): ForecastMonth | undefined {
  const own = bestMethod(past, forecasts);
  if (own === undefined) return undefined;
  const tests = past.flatMap((trial) => test(trial, past));
  const isKnown = tests.length >= LEAST;
  const errors = tests.map(({ trial, method }) => errorOf(trial, method) ?? Number.NaN);
  const naiveErrors = tests.flatMap(({ trial }) => errorOf(trial, 'last-month') ?? []);
  const error = isKnown ? median(errors) : null;
  const naiveError = isKnown && naiveErrors.length === tests.length ? median(naiveErrors) : null;
  const worseThanNaive = error !== null && naiveError !== null && error > naiveError;
  const method = worseThanNaive ? 'last-month' : own;
  const cost = forecasts[method] ?? Number.NaN;
  const ratios = tests.flatMap((one) => {
    const then = one.trial.forecasts[worseThanNaive ? 'last-month' : one.method];
    return then === undefined || then === 0 ? [] : [one.trial.actual / then - 1];
  });
  const width = isKnown ? halfWidth(ratios) : undefined;
  const naive = forecasts['last-month'];
  return {
    month,
    soFar: known,
    cost: money(cost),
    low: width === undefined ? null : money(Math.min(cost, Math.max(cost - Math.abs(cost) * width, leastOf(known, past)))),
    high: width === undefined ? null : money(cost + Math.abs(cost) * width),
    level: LEVEL,
    method,
    error,
    tested: tests.length,
    naive: naive === undefined ? null : money(naive),
    naiveError,
    worseThanNaive,
  };
}

/** The method that would have been chosen for a trial by what was known then. */
function test(trial: Trial, past: readonly Trial[]): { readonly trial: Trial; readonly method: ForecastMethod }[] {
  const before = past.filter((other) => addMonths(other.from, other.ahead) < trial.from);
  const method = bestMethod(before, trial.forecasts);
  return method === undefined ? [] : [{ trial, method }];
}

/** A bill of usage does not fall below what it has come to, nor below 0 where none has yet: only credits could do that. */
function leastOf(known: Money | null, past: readonly Trial[]): number {
  if (known !== null && known > 0) return known;
  return past.every(({ actual }) => actual >= 0) ? 0 : -Infinity;
}
