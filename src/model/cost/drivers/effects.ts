import { isBilledByTime, type Placed } from './family.ts';

/** What a family contributes to the change of the bill, by kind. Kinds that it does not have are left out. */
export type Effects = Partial<Record<'usage' | 'price' | 'mix' | 'coverage' | 'calendar' | 'new' | 'gone' | 'other', number>>;

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
  readonly element: string;
  readonly before: Side;
  readonly now: Side;
  /** Price before; what did not exist then has the price of now, so that nothing of it counts as a change of price. */
  readonly oldPrice: number;
}

/**
 * The change of one family's cost, told apart: formulas in `DRIVER_KINDS`. The effects add up to the change.
 * What has a cost and no quantity is a price; where no cell has quantities in both months, nothing can be told apart.
 */
export function effects(family: readonly Placed[], days: Days): Effects {
  const cells = [...Map.groupBy(family, ({ element, isCovered }) => `${isCovered} ${element}`).values()].flatMap(cellOf);
  const [before, now] = [sides(cells, 'before'), sides(cells, 'now')];
  const change = now.cost - before.cost;
  if (isNothing(before)) return isNothing(now) ? {} : { new: change };
  if (isNothing(now)) return { gone: change };
  if (!(before.quantity > 0 && now.quantity > 0) || cells.some((cell) => cell.before.quantity < 0 || cell.now.quantity < 0)) return { other: change };

  const stray = (side: Side): number => (side.quantity > 0 ? 0 : side.cost);
  const meanPrice = sum(cells, (cell) => cell.before.quantity * cell.oldPrice) / before.quantity;
  const unit = family[0]?.unit ?? null;
  const calendar = isBilledByTime(unit) ? before.quantity * (days.current / days.previous - 1) * meanPrice : 0;
  const elements = [...Map.groupBy(cells, ({ element }) => element).values()].map((of) => elementEffects(of));
  return {
    calendar,
    usage: (now.quantity - before.quantity) * meanPrice - calendar,
    mix: sum(elements, ({ quantity, share, oldPrice }) => (quantity - (share / before.quantity) * now.quantity) * oldPrice),
    coverage: sum(elements, ({ coverage }) => coverage),
    price: sum(cells, (cell) => (cell.now.quantity > 0 ? cell.now.cost - cell.now.quantity * cell.oldPrice : 0) + stray(cell.now) - stray(cell.before)),
  };
}

/** Of one element: its quantity now and before (`share` of the family's), its mean old price, and what changed by how it is paid. */
function elementEffects(cells: readonly Cell[]): { readonly quantity: number; readonly share: number; readonly oldPrice: number; readonly coverage: number } {
  const quantity = sum(cells, ({ now }) => now.quantity);
  const share = sum(cells, ({ before }) => before.quantity);
  const atOldPrices = sum(cells, (cell) => cell.now.quantity * cell.oldPrice);
  if (share === 0) return { quantity, share, oldPrice: quantity === 0 ? 0 : atOldPrices / quantity, coverage: 0 };
  const oldPrice = sum(cells, (cell) => cell.before.quantity * cell.oldPrice) / share;
  return { quantity, share, oldPrice, coverage: atOldPrices - quantity * oldPrice };
}

/** Cells that are the same thing, paid for in the same way: a bill that leaves out units, or has discounts on lines of their own, has several. */
function cellOf(same: readonly Placed[]): Cell[] {
  const [first] = same;
  if (first === undefined) return [];
  const before = { cost: sum(same, ({ cell }) => cell.previousCost), quantity: sum(same, ({ cell, factor }) => (cell.previousQuantity ?? 0) * factor) };
  const now = { cost: sum(same, ({ cell }) => cell.cost), quantity: sum(same, ({ cell, factor }) => (cell.quantity ?? 0) * factor) };
  const priced = before.quantity > 0 ? before : now;
  return [{ element: first.element, before, now, oldPrice: priced.quantity > 0 ? priced.cost / priced.quantity : 0 }];
}

function sides(cells: readonly Cell[], of: 'before' | 'now'): Side {
  return { cost: sum(cells, (cell) => cell[of].cost), quantity: sum(cells, (cell) => cell[of].quantity) };
}

const isNothing = ({ cost, quantity }: Side): boolean => cost === 0 && quantity === 0;

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
