import { money, type Money } from '../../facts.ts';
import { serviceOf } from '../cost-line.ts';
import type { Driver, DriverCause, DriverCell, DriverKind } from './driver.ts';
import { effects, type Days } from './effects.ts';
import { place, type Placed } from './family.ts';

/** Causes that a driver names at most, and the least part of the largest that one must be; the others are counted. */
const CAUSES = 5;
const LEAST_CAUSE = 0.01;

/** What the drivers may miss of the change, as a part of all that was added: rounding of binary sums, and no more. */
const TOLERANCE = 1e-9;

export interface Change {
  /** The bill less the one before: what the drivers must add up to. */
  readonly amount: Money;
  readonly days: Days;
}

/**
 * Why the bill changed, by service and kind (formulas in `DRIVER_KINDS`), largest first. Their sum is the change.
 * @throws Error where it is not: a bug, or cells that are not those of the bill
 */
export function drivers(cells: readonly DriverCell[], { amount, days }: Change): Driver[] {
  const causes = [...Map.groupBy(cells, placeOf).values()].flatMap((group) => causesOf(group, days));
  const found = [...Map.groupBy(causes, ({ service, kind }) => `${service}\n${kind}`).values()].flatMap(driverOf).toSorted(largestFirst);
  const explained = found.reduce((sum, driver) => sum + driver.amount, 0);
  const gross = cells.reduce((sum, cell) => sum + Math.abs(cell.cost) + Math.abs(cell.previousCost), 0);
  if (!(Math.abs(explained - amount) <= TOLERANCE * Math.max(gross, 1e-3))) throw new Error(`drivers add up to ${explained}, not to ${amount}`);
  return found;
}

interface Cause extends DriverCause {
  readonly service: string;
  readonly kind: DriverKind;
}

const placeOf = (cell: DriverCell): string => JSON.stringify([cell.provider, serviceOf(cell), cell.account, cell.region]);

function causesOf(cells: readonly DriverCell[], days: Days): Cause[] {
  const metered = cells.filter((cell) => kindOf(cell) === undefined);
  const families = [...Map.groupBy(place(metered), ({ family }) => family)];
  return [...families.flatMap(([name, family]) => familyCauses(name, family, days)), ...cells.flatMap(wholeCause)];
}

/** The kind of a cell's whole change; undefined for metered usage, whose change has several. */
function kindOf({ category, frequency, isCorrection, isUnused, isCommitment, cells }: DriverCell): DriverKind | undefined {
  if (category === 'Tax') return 'tax';
  if (category === 'Credit') return 'credit';
  if (isCorrection) return 'correction';
  if (isUnused) return 'coverage';
  if (category === 'Purchase') return isCommitment && frequency !== 'One-Time' ? 'coverage' : 'other';
  return category === 'Usage' && frequency !== 'One-Time' && cells === 1 ? undefined : 'other';
}

function wholeCause(cell: DriverCell): Cause[] {
  const kind = kindOf(cell);
  if (kind === undefined) return [];
  const { account, region, cost, previousCost, quantity, previousQuantity, unit } = cell;
  const service = serviceOf(cell);
  const meter = cell.meter ?? (service === cell.service ? null : cell.service); // tax and credits: what they are for
  return [{ service, kind, meter, account, region, amount: money(cost - previousCost), previousCost, cost, previousQuantity, quantity, unit }];
}

function familyCauses(name: string, family: readonly Placed[], days: Days): Cause[] {
  return effects(family, days).flatMap(({ kind, amount, of }) => {
    const [first] = of;
    return first === undefined ? [] : [{ ...causeOf(first, name, of), kind, amount: money(amount) }];
  });
}

/** Some cells of a family, called as their meter is, or as the family where they have several. */
function causeOf({ cell, element, unit }: Placed, family: string, of: readonly Placed[]): Omit<Cause, 'kind' | 'amount'> {
  const isOne = of.every((placed) => placed.element === element || placed.cell.meter === cell.meter);
  const sum = (value: (placed: Placed) => number): number => of.reduce((total, placed) => total + value(placed), 0);
  const quantity = (key: 'quantity' | 'previousQuantity'): number | null =>
    of.every((placed) => placed.cell[key] === null) ? null : sum((placed) => (placed.cell[key] ?? 0) * placed.factor);
  return {
    service: serviceOf(cell),
    meter: isOne ? cell.meter : family,
    account: cell.account,
    region: cell.region,
    previousCost: money(sum((placed) => placed.cell.previousCost)),
    cost: money(sum((placed) => placed.cell.cost)),
    previousQuantity: quantity('previousQuantity'),
    quantity: quantity('quantity'),
    unit,
  };
}

/** What is less than this of all that a driver's causes move is rounding, and no cause. */
const NOTHING = 1e-12;

function driverOf(all: readonly Cause[]): Driver[] {
  const [first] = all;
  if (first === undefined) return [];
  const gross = all.reduce((most, { previousCost, cost }) => most + Math.abs(previousCost) + Math.abs(cost), 0);
  const [causes, others] = [all.filter(({ amount }) => Math.abs(amount) > NOTHING * gross), all.filter(({ amount }) => Math.abs(amount) <= NOTHING * gross)];
  if (causes.length === 0) return [];
  const ranked = causes.toSorted(largestFirst);
  const least = LEAST_CAUSE * Math.abs(ranked[0]?.amount ?? 0);
  const named = ranked.slice(0, CAUSES).filter(({ amount }) => Math.abs(amount) >= least);
  const rest = ranked.slice(named.length);
  const sum = (some: readonly Cause[]): number => some.reduce((total, { amount }) => total + amount, 0);
  return [
    {
      service: first.service,
      kind: first.kind,
      amount: money(sum(all)),
      causes: named.map(({ service: _service, kind: _kind, ...cause }) => cause),
      otherCauses: rest.length,
      otherAmount: money(sum(rest) + sum(others)),
    },
  ];
}

interface Ranked {
  readonly amount: number;
  readonly service: string;
  readonly kind: string;
  readonly meter?: string | null;
  readonly account?: string | null;
  readonly region?: string | null;
}

/** Amounts of the same size stand by name, so that the order never hangs on that of the rows. */
function largestFirst(a: Ranked, b: Ranked): number {
  return Math.abs(b.amount) - Math.abs(a.amount) || (nameOf(a) < nameOf(b) ? -1 : 1);
}

const nameOf = ({ service, kind, meter, account, region }: Ranked): string => JSON.stringify([service, kind, meter, account, region]);
