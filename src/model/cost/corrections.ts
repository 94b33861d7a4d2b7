import { money, type Money, type Month } from '../facts.ts';
import { monthOf } from '../month.ts';
import type { DatedCharge } from './dated-charge.ts';

/** What a bill corrects of bills that were invoiced before. */
export interface Correction {
  /** The month whose bill has it. */
  readonly month: Month;
  readonly service: string;
  /** The month that it is for; null where the bill does not say an earlier one. */
  readonly corrects: Month | null;
  readonly amount: Money;
}

/** Late corrections by service and the month that they are for, largest first. FOCUS: ChargeClass `Correction`; its ChargePeriod is what it is for. */
export function corrections(charges: readonly DatedCharge[]): Correction[] {
  const late = charges.filter(({ isCorrection }) => isCorrection);
  const groups = Map.groupBy(late, ({ month, service, firstDay }) => JSON.stringify([month, service, firstDay.slice(0, 7)]));
  return [...groups.values()]
    .flatMap((group): Correction[] => {
      const [first] = group;
      if (first === undefined) return [];
      const of = monthOf(first.firstDay);
      const amount = money(group.reduce((sum, { cost }) => sum + cost, 0));
      return [{ month: first.month, service: first.service, corrects: of < first.month ? of : null, amount }];
    })
    .toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = ({ month, service, corrects }: Correction): string => JSON.stringify([month, service, corrects]);
