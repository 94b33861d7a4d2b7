import { addDays, dayRange } from '../../day.ts';
import type { Day, Month } from '../../facts.ts';
import { addMonths, daysIn, monthOf } from '../../month.ts';
import { median } from '../../robust.ts';
import type { Nature } from '../dated-charge.ts';
import type { Entry } from './entries.ts';

/** What is known of the bills of one provider on some day: sums that the methods work with. */
export interface Ledger {
  /** Cost of each day, of what is charged as it is used. A day without an entry cost nothing. */
  readonly daily: ReadonlyMap<Day, number>;
  /** The same by month. */
  readonly monthly: ReadonlyMap<Month, number>;
  readonly firstDay: Day;
  /** The last day with such costs. */
  readonly lastDay: Day;
  /** What comes once a month, by what it is for and month. */
  readonly items: ReadonlyMap<string, ReadonlyMap<Month, number>>;
  /** Fees, flat prices: they are expected again if the last month had them. */
  readonly recurring: ReadonlySet<string>;
  /** Late corrections, by the month that bills them: they never come again. */
  readonly once: ReadonlyMap<Month, number>;
  /** By month. */
  readonly tax: ReadonlyMap<Month, number>;
}

/** How much larger than the days after it the first of a month must be for a fee to stand in it. */
const FEE = 3;

/** The ledgers of the charges that are known by the end of a day, by provider. */
export function ledgers(entries: readonly Entry[], asOf: Day): Ledger[] {
  const known = entries.filter(({ firstDay, month }) => firstDay <= asOf && month <= monthOf(asOf));
  return [...Map.groupBy(known, ({ provider }) => provider).values()].map((of) => ledger(of, asOf));
}

type Sums<Key> = Map<Key, number>;

function add<Key>(sums: Sums<Key>, key: Key, cost: number): void {
  sums.set(key, (sums.get(key) ?? 0) + cost);
}

function ledger(entries: readonly Entry[], asOf: Day): Ledger {
  const [daily, monthly]: [Sums<Day>, Sums<Month>] = [new Map(), new Map()];
  const items = new Map<string, Sums<Month>>();
  for (const [name, stream] of Map.groupBy(entries, (entry) => entry.stream)) {
    const usage = daysOf(stream, asOf);
    const [own, fees] = [monthsOf(stream, 'monthly'), takeFees(usage, asOf)];
    if (own.size > 0) items.set(name, own);
    if (fees.size > 0) items.set(`${name} on the first`, fees);
    for (const [day, cost] of usage) add(daily, day, cost);
  }
  for (const [day, cost] of daily) add(monthly, monthOf(day), cost);
  const days = [...daily.keys()].toSorted();
  return {
    daily,
    monthly,
    firstDay: days[0] ?? asOf,
    lastDay: days.at(-1) ?? asOf,
    items,
    recurring: new Set(entries.filter(({ nature, isRecurring }) => nature === 'monthly' && isRecurring).map(({ stream }) => stream)),
    once: monthsOf(entries, 'correction'),
    tax: monthsOf(entries, 'tax'),
  };
}

function monthsOf(entries: readonly Entry[], nature: Nature): Sums<Month> {
  const sums: Sums<Month> = new Map();
  for (const entry of entries) if (entry.nature === nature) add(sums, entry.month, entry.cost);
  return sums;
}

/** What goes on beyond `asOf` has cost what it has by then. */
function daysOf(entries: readonly Entry[], asOf: Day): Sums<Day> {
  const sums: Sums<Day> = new Map();
  for (const { days, perDay } of entries) {
    for (const day of days.filter((each) => each <= asOf)) add(sums, day, perDay);
  }
  return sums;
}

/** Takes out of the days what stands only in the first of their month: hosted zones, subscriptions that are billed as usage. @returns what it took */
function takeFees(usage: Sums<Day>, asOf: Day): Sums<Month> {
  const fees: Sums<Month> = new Map();
  const months = Map.groupBy(usage, ([day]) => monthOf(day));
  for (const [month, days] of months) {
    const first = `${month}-01` as Day;
    const cost = usage.get(first) ?? 0;
    if (cost <= 0) continue;
    const others = days.flatMap(([day, of]) => (day === first ? [] : [of]));
    const length = month === monthOf(asOf) ? Number(asOf.slice(8)) : daysIn(month);
    const nothing = Array.from({ length: length - 1 - others.length }, () => 0);
    // Of a month that has just begun the days after are not known: then those before say what a day costs.
    const compared = length > 3 ? [...others, ...nothing] : dayRange(addDays(first, -7), addDays(first, -1)).map((day) => usage.get(day) ?? 0);
    const usual = median(compared);
    if (cost <= FEE * Math.max(usual, 0)) continue;
    usage.set(first, usual);
    add(fees, month, cost - usual);
  }
  return fees;
}

export function daysOfMonth(month: Month): Day[] {
  return dayRange(`${month}-01` as Day, `${month}-${daysIn(month)}` as Day);
}

function expectedItem(months: ReadonlyMap<Month, number>, isRecurring: boolean, last: Month): number {
  const [one, two, three] = [0, -1, -2].map((count) => months.get(addMonths(last, count)));
  if (isRecurring) return one ?? 0;
  if (one === undefined || two === undefined || three === undefined) return 0;
  return median([one, two, three]);
}

/**
 * What comes once a month, in a month to come. `last`: the last whole month. Flat prices are expected as they were; what is not said to recur (fees,
 * credits, and amounts on the first of a month) only if it came in each of the last three months.
 */
export function expectedItems({ items, recurring }: Ledger, last: Month): number {
  return [...items].reduce((sum, [name, months]) => sum + expectedItem(months, recurring.has(name), last), 0);
}

/** The same of the month that goes on: what has come has come, and the rest is expected. Corrections so far are with them. */
export function expectedItemsOf({ items, recurring, once }: Ledger, month: Month): number {
  const expected = [...items].map(([name, months]) => months.get(month) ?? expectedItem(months, recurring.has(name), addMonths(month, -1)));
  return expected.reduce((sum, cost) => sum + cost, once.get(month) ?? 0);
}

/** What a month has cost so far. */
export function soFar({ monthly, items, once, tax }: Ledger, month: Month): number {
  const of = (months: ReadonlyMap<Month, number>): number => months.get(month) ?? 0;
  return [...items.values()].reduce((sum, months) => sum + of(months), of(monthly) + of(once) + of(tax));
}
