import { UserError } from '../io/errors.ts';
import type { Month } from '../model/facts.ts';
import { addMonths, month } from '../model/month.ts';
import type { PeriodOptions } from './options.ts';

/** Whole months, both included; undefined where the flags do not say. */
export interface Months {
  readonly first: Month | undefined;
  readonly last: Month | undefined;
}

/**
 * The months that `--month`, or `--from` and `--to`, ask for.
 * @throws UserError for anything but whole months: a bill is a month's
 */
export function monthsOf({ month: only, from, to }: PeriodOptions): Months {
  if (only === undefined) return check({ first: from === undefined ? undefined : firstMonth(from), last: to === undefined ? undefined : lastMonth(to) });
  if (from !== undefined || to !== undefined) throw new UserError('--month stands beside --from or --to', 'use --month alone, or --from and --to');
  const one = month(only);
  if (one === undefined) throw new UserError(`--month ${only}: expected YYYY-MM`, 'as in --month 2026-10');
  return { first: one, last: one };
}

function check(months: Months): Months {
  if (months.first !== undefined && months.last !== undefined && months.first > months.last) {
    throw new UserError(
      `--from ${months.first} comes after --to ${months.last}`,
      'a date after --to is the day after the last: --from 2026-09-01 --to 2026-11-01 is two months',
    );
  }
  return months;
}

function firstMonth(text: string): Month {
  return month(text) ?? monthBeginning(text, '--from');
}

function lastMonth(text: string): Month {
  return month(text) ?? addMonths(monthBeginning(text, '--to'), -1);
}

function monthBeginning(text: string, flag: string): Month {
  const found = /^\d{4}-\d{2}-01$/.test(text) ? month(text.slice(0, 7)) : undefined;
  if (found !== undefined) return found;
  throw new UserError(`${flag} ${text}: expected YYYY-MM, or the first day of a month`, 'a bill is a month’s: reports are of whole months');
}
