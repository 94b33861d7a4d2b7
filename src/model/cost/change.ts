import { money, type Money } from '../facts.ts';
import type { Change } from './cost-report.ts';

/** The change from one amount to another; null where there is no earlier one. The ratio has the sign of the amount, also where the earlier one is a refund. */
export function changeOf(cost: Money, previous: Money | null): Change | null {
  if (previous === null) return null;
  const ratio = previous > 0 ? cost / previous - 1 : 1 - cost / previous;
  return { amount: money(cost - previous), ratio: previous === 0 ? null : ratio };
}

/** A sum in the order given. */
export function total(amounts: Iterable<Money>): Money {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return money(sum);
}
