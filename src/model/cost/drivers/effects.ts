import { isBilledByTime, type Placed } from './family.ts';

/** What a part of a family (or all of it) contributes to the change of the bill in one way. */
export interface Effect {
  readonly kind: 'usage' | 'price' | 'mix' | 'coverage' | 'calendar' | 'new' | 'gone' | 'other';
  readonly amount: number;
  readonly of: readonly Placed[];
}

/** Days of the two months, as far as there is data of them. */
export interface Days {
  readonly previous: number;
  readonly current: number;
}

interface Side {
  readonly cost: number;
  readonly quantity: number;
}

interface Cell {
  readonly before: Side;
  readonly now: Side;
  /** Price before; what did not exist then has the price of now, so that nothing of it counts as a change of price. */
  readonly oldPrice: number;
}

/**
 * The change of one family's cost, told apart: formulas in `DRIVER_KINDS`. The effects add up to the change. Usage and mix are of the family, price and
 * coverage of each of its elements.
 * What has a cost and no quantity is a price; where no cell has quantities in both months, nothing can be told apart.
 */
export function effects(family: readonly Placed[], days: Days): Effect[] {
  const elements = [...Map.groupBy(family, ({ element }) => element).values()].map(elementOf);
  const cells = elements.flatMap((element) => element.cells);
  const [before, now] = [sides(cells, 'before'), sides(cells, 'now')];
  const whole = (kind: Effect['kind'], amount = now.cost - before.cost): Effect => ({ kind, amount, of: family });
  if (isNothing(before)) return isNothing(now) ? [] : [whole('new')];
  if (isNothing(now)) return [whole('gone')];
  if (!(before.quantity > 0 && now.quantity > 0) || cells.some((cell) => cell.before.quantity < 0 || cell.now.quantity < 0)) return [whole('other')];

  const meanPrice = sum(cells, (cell) => cell.before.quantity * cell.oldPrice) / before.quantity;
  const calendar = isBilledByTime(family[0]?.unit ?? null) ? before.quantity * (days.current / days.previous - 1) * meanPrice : 0;
  return [
    whole('calendar', calendar),
    whole('usage', (now.quantity - before.quantity) * meanPrice - calendar),
    whole(
      'mix',
      sum(elements, ({ quantity, previousQuantity, oldPrice }) => (quantity - (previousQuantity / before.quantity) * now.quantity) * oldPrice),
    ),
    ...elements.flatMap(({ of, coverage, price }): Effect[] => [
      { kind: 'coverage', amount: coverage, of },
      { kind: 'price', amount: price, of },
    ]),
  ];
}

/** What of a family can only change in how it is paid, and in its price. */
interface Element {
  readonly of: readonly Placed[];
  readonly cells: readonly Cell[];
  readonly quantity: number;
  readonly previousQuantity: number;
  /** Mean, at the old prices of its cells. */
  readonly oldPrice: number;
  readonly coverage: number;
  readonly price: number;
}

function elementOf(of: readonly Placed[]): Element {
  const cells = [...Map.groupBy(of, ({ isCovered }) => isCovered).values()].map(cellOf);
  const quantity = sum(cells, ({ now }) => now.quantity);
  const previousQuantity = sum(cells, ({ before }) => before.quantity);
  const atOldPrices = sum(cells, (cell) => cell.now.quantity * cell.oldPrice);
  const isNew = previousQuantity === 0;
  const oldPrice = isNew ? ratio(atOldPrices, quantity) : sum(cells, (cell) => cell.before.quantity * cell.oldPrice) / previousQuantity;
  const price = sum(
    cells,
    ({ now, before, oldPrice: old }) => (now.quantity > 0 ? now.cost - now.quantity * old : now.cost) - (before.quantity > 0 ? 0 : before.cost),
  );
  return { of, cells, quantity, previousQuantity, oldPrice, coverage: isNew ? 0 : atOldPrices - quantity * oldPrice, price };
}

const ratio = (cost: number, quantity: number): number => (quantity === 0 ? 0 : cost / quantity);

/** Cells that are the same thing, paid for in the same way: a bill that leaves out units, or has discounts on lines of their own, has several. */
function cellOf(same: readonly Placed[]): Cell {
  const before = { cost: sum(same, ({ cell }) => cell.previousCost), quantity: sum(same, ({ cell, factor }) => (cell.previousQuantity ?? 0) * factor) };
  const now = { cost: sum(same, ({ cell }) => cell.cost), quantity: sum(same, ({ cell, factor }) => (cell.quantity ?? 0) * factor) };
  const priced = before.quantity > 0 ? before : now;
  return { before, now, oldPrice: priced.quantity > 0 ? priced.cost / priced.quantity : 0 };
}

function sides(cells: readonly Cell[], of: 'before' | 'now'): Side {
  return { cost: sum(cells, (cell) => cell[of].cost), quantity: sum(cells, (cell) => cell[of].quantity) };
}

const isNothing = ({ cost, quantity }: Side): boolean => cost === 0 && quantity === 0;

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
