import { addDays } from '../../day.ts';
import type { Day, Money } from '../../facts.ts';
import { serviceOf } from '../cost-line.ts';
import { natureOf, type DatedCharge } from '../dated-charge.ts';
import { ownerOf, type OwnerRule } from '../owner.ts';
import type { DatedLine } from '../dated-charge.ts';
import type { SeriesKind } from './anomaly.ts';

/** What one of a kind cost on one day. */
export interface DailyCost {
  readonly name: string;
  readonly day: Day;
  readonly cost: Money;
}

/** Cost of each day from `first` on, without a hole: a day that nothing was charged for costs 0. */
export interface DailySeries {
  readonly by: SeriesKind;
  readonly name: string;
  readonly first: Day;
  readonly costs: readonly number[];
}

const DAY = 86_400_000;

/** What services cost a day, as far as it hangs on what is used. */
export function serviceDays(charges: readonly DatedCharge[]): DailyCost[] {
  return charges.filter((charge) => natureOf(charge) === 'daily').flatMap((charge) => spread(serviceOf(charge), charge));
}

/** What teams cost a day, as far as it hangs on what is used. Charges that nobody owns are left out. */
export function teamDays(lines: readonly DatedLine[], teams: readonly OwnerRule[]): DailyCost[] {
  return lines
    .filter((line) => natureOf(line) === 'daily')
    .flatMap((line) => {
      const team = ownerOf(line, teams);
      return team === null ? [] : spread(team, line);
    });
}

function spread(name: string, { firstDay, endDay, cost }: { readonly firstDay: string; readonly endDay: string; readonly cost: Money }): DailyCost[] {
  const days = Math.max(1, Math.round((Date.parse(endDay) - Date.parse(firstDay)) / DAY));
  return Array.from({ length: days }, (_, at) => ({ name, day: addDays(firstDay as Day, at), cost: (cost / days) as Money }));
}

/** One series for each name, all of the same days: from the first day that any of them has to `through`. */
export function dailySeries(by: SeriesKind, costs: readonly DailyCost[], through: Day): DailySeries[] {
  const known = costs.filter(({ day }) => day <= through);
  const first = known.reduce<Day>((least, { day }) => (day < least ? day : least), through);
  const length = dayNumber(through) - dayNumber(first) + 1;
  const series = new Map<string, Float64Array>();
  for (const { name, day, cost } of known) {
    const values = series.get(name) ?? new Float64Array(length);
    const at = dayNumber(day) - dayNumber(first);
    values[at] = (values[at] ?? 0) + cost;
    series.set(name, values);
  }
  return [...series].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => ({ by, name, first, costs: [...values] }));
}

const dayNumber = (day: Day): number => Math.round(Date.parse(day) / DAY);
