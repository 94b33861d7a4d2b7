import { money, type Money } from '../../facts.ts';
import type { Driver } from './driver.ts';

/** A row of the table `comparisons`: what the provider itself says of the change. */
export interface ProviderComparison {
  /** null: of all services. */
  readonly service: string | null;
  /** As the provider calls it (`USAGE_CHANGE`); null: the comparison itself. */
  readonly driver: string | null;
  /** null: the provider does not say. */
  readonly difference: Money | null;
}

/** The provider's drivers beside ours. They are told apart differently (theirs by type of line), so that their sums are what can be compared. */
export interface DriverCheck {
  /** The change as the provider's comparison has it, and the sum of our drivers; null: it does not say. */
  readonly provider: Money | null;
  readonly ours: Money;
  readonly difference: Money | null;
  /** What the provider's own drivers add up to: it names the largest only. */
  readonly providerDrivers: Money;
  /** Its drivers by type, largest first. */
  readonly byDriver: readonly { readonly driver: string; readonly amount: Money }[];
}

/** Our drivers beside the provider's; null where the snapshot has none. Compare like with like: drivers of that provider's charges alone. */
export function checkDrivers(ours: readonly Driver[], comparisons: readonly ProviderComparison[]): DriverCheck | null {
  if (comparisons.length === 0) return null;
  const sum = money(ours.reduce((total, { amount }) => total + amount, 0));
  const provider = changeOf(comparisons);
  const drivers = comparisons.flatMap(({ driver, difference }) => (driver === null || difference === null ? [] : [{ driver, difference }]));
  const byDriver = [...Map.groupBy(drivers, ({ driver }) => driver)]
    .map(([driver, rows]) => ({ driver, amount: money(rows.reduce((total, { difference }) => total + difference, 0)) }))
    .toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || (a.driver < b.driver ? -1 : 1));
  return {
    provider,
    ours: sum,
    difference: provider === null ? null : money(sum - provider),
    providerDrivers: money(byDriver.reduce((total, { amount }) => total + amount, 0)),
    byDriver,
  };
}

/** The comparison of all; where there is none, the sum of those of the services. */
function changeOf(comparisons: readonly ProviderComparison[]): Money | null {
  const whole = comparisons.filter(({ driver }) => driver === null);
  const all = whole.find(({ service }) => service === null);
  if (all !== undefined) return all.difference;
  const known = whole.flatMap(({ difference }) => difference ?? []);
  return whole.length === 0 || known.length < whole.length ? null : money(known.reduce((total, amount) => total + amount, 0));
}
