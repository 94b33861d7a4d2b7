import { addDays } from '../../day.ts';
import type { Day, Month } from '../../facts.ts';
import { monthOf } from '../../month.ts';
import { natureOf, type DatedCharge, type Nature } from '../dated-charge.ts';

/** A charge with all that does not hang on the day on which it is looked at: a back-test looks at it many times. */
export interface Entry {
  readonly month: Month;
  readonly provider: string;
  /** What it is for: charges of one stream come again in the same way. */
  readonly stream: string;
  readonly nature: Nature;
  readonly isRecurring: boolean;
  readonly firstDay: Day;
  /** The days that it is for, of the month that bills it and later, and its cost on each; of what is not charged by the day, none. */
  readonly days: readonly Day[];
  readonly perDay: number;
  readonly cost: number;
}

const DAY = 86_400_000;

export function entriesOf(charges: readonly DatedCharge[]): Entry[] {
  return charges.map((charge) => {
    const { month, provider, service, category, frequency, cost } = charge;
    const nature = natureOf(charge);
    const days = nature === 'daily' ? daysOf(charge) : [];
    const firstDay = charge.firstDay as Day;
    const stream = JSON.stringify([service, category, frequency]);
    return { month, provider, stream, nature, isRecurring: frequency === 'Recurring', firstDay, days, perDay: cost / Math.max(1, days.length), cost };
  });
}

function daysOf({ firstDay, endDay, month }: DatedCharge): Day[] {
  const start = (monthOf(firstDay) < month ? `${month}-01` : firstDay) as Day;
  const count = Math.max(1, Math.round((Date.parse(endDay) - Date.parse(start)) / DAY));
  return count === 1 ? [start] : Array.from({ length: count }, (_, at) => addDays(start, at));
}
