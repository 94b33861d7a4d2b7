import { money, type ControlTotal, type Money, type Month, type SourceId } from '../facts.ts';

/** What a source tells of a month. */
export interface ToldMonth {
  readonly source: SourceId;
  readonly month: Month;
  /** `split-costs`, `resource-ids`, `summary`, ... */
  readonly capabilities: readonly string[];
  readonly totals: readonly ControlTotal[];
}

/** A bill that a second source tells too: it is not added, but compared. */
export interface CrossCheck {
  readonly month: Month;
  readonly provider: string;
  readonly billingAccount: string | null;
  readonly currency: string;
  /** The source whose lines count, and what they add up to as billed. */
  readonly source: SourceId;
  readonly billed: Money;
  /** The source that is compared, and what it says. */
  readonly other: SourceId;
  readonly otherBilled: Money;
  /** What the other says less what counts. */
  readonly difference: Money;
}

/** Two sources of which nobody can say whether they tell the same bill or two parts of one. */
export interface Conflict {
  readonly month: Month;
  readonly provider: string;
  readonly billingAccount: string | null;
  readonly sources: readonly [SourceId, SourceId];
  readonly billed: readonly [Money, Money];
  /** A bill that the second tells and the first does not, which would be lost with it; null: their sums differ. */
  readonly more: { readonly provider: string; readonly billingAccount: string | null } | null;
}

export interface Counted<T extends ToldMonth> {
  /** What is added up, in the order given. */
  readonly counted: readonly T[];
  readonly crossChecks: readonly CrossCheck[];
  readonly conflicts: readonly Conflict[];
}

/** What a source can tell, finest first: of two that tell the same bill the finer counts. */
const FINENESS = ['split-costs', 'resource-ids', 'line-ids'] as const;

/** A sum over services and days, which may lack what came in since: always the same bill as a finer one of its account, where both name that. */
const SUMMARY = 'summary';

/** Two deliveries of one bill differ by what came between them, in an open month; two parts of a bill differ by more. */
const SAME_WITHIN = 0.02;

/**
 * Tells the same bill by several sources from several bills, a provider's billing account and month at a time. A bill is counted once, from the source that tells
 * most of it; the others are compared.
 */
export function countedMonths<T extends ToldMonth>(told: readonly T[]): Counted<T> {
  const ranked = told.toSorted((a, b) => fineness(a) - fineness(b) || compare(a.source, b.source));
  const counted: T[] = [];
  const crossChecks: CrossCheck[] = [];
  const conflicts: Conflict[] = [];
  for (const next of ranked) {
    const rivals = counted.filter(({ month, totals }) => month === next.month && totals.some((total) => next.totals.some((own) => isSameAccount(own, total))));
    const [rival] = rivals;
    if (rival === undefined) {
      counted.push(next);
      continue;
    }
    const shared = comparisons(rivals, next);
    const more = next.totals.find((own) => !rivals.some(({ totals }) => totals.some((total) => isSameAccount(own, total)))) ?? null;
    if (more === null && shared.every((one) => agrees(one.check) || isDated(next, one))) {
      crossChecks.push(...shared.map(({ check }) => check));
      continue;
    }
    const [worst] = shared.toSorted((a, b) => Math.abs(b.check.difference) - Math.abs(a.check.difference));
    if (worst !== undefined) conflicts.push(conflictOf(worst.check, more));
  }
  return { counted: told.filter((month) => counted.includes(month)), crossChecks: crossChecks.toSorted(byPlace), conflicts };
}

function fineness({ capabilities }: ToldMonth): number {
  if (capabilities.includes(SUMMARY)) return FINENESS.length + 1;
  const at = FINENESS.findIndex((name) => capabilities.includes(name));
  return at < 0 ? FINENESS.length : at;
}

/** An account that a source does not name may be any of the provider's. */
function isSameAccount(a: ControlTotal, b: ControlTotal): boolean {
  return (
    a.provider === b.provider && a.currency === b.currency && (a.billingAccount === b.billingAccount || a.billingAccount === null || b.billingAccount === null)
  );
}

/** A comparison, and what it rests on. */
interface Shared {
  readonly check: CrossCheck;
  /** Both say whose bill it is. */
  readonly isNamed: boolean;
  /** Both bills are done. */
  readonly isDone: boolean;
}

/** What `next` tells beside what counts: account by account, or, where one of the two does not name its account, all of the provider's in one sum. */
function comparisons(rivals: readonly ToldMonth[], next: ToldMonth): Shared[] {
  const byCurrency = Map.groupBy(next.totals, ({ provider, currency }) => JSON.stringify([provider, currency]));
  return [...byCurrency.values()].flatMap((own) => {
    const theirs = rivals.map((rival) => ({ rival, totals: rival.totals.filter((total) => own.some((one) => isSameAccount(one, total))) }));
    const told = theirs.filter(({ totals }) => totals.length > 0);
    const isNamed = [...own, ...told.flatMap(({ totals }) => totals)].every(({ billingAccount }) => billingAccount !== null);
    if (!isNamed) return likeliest(told, own, next);
    return own.flatMap((one) => {
      const of = told.flatMap(({ rival, totals }) => totals.filter((total) => isSameAccount(one, total)).map((total) => ({ rival, total })));
      const [first] = of;
      if (first === undefined) return [];
      return compared(
        first.rival,
        of.map(({ total }) => total),
        [one],
        next,
      );
    });
  });
}

/** Whom a source without an account tells: the one whose sum is nearest to its own, or all of them together. */
function likeliest(
  told: readonly { readonly rival: ToldMonth; readonly totals: readonly ControlTotal[] }[],
  own: readonly ControlTotal[],
  next: ToldMonth,
): Shared[] {
  const [first] = told;
  if (first === undefined) return [];
  const each = told.map(({ rival, totals }) => compared(rival, totals, own, next));
  const all = compared(
    first.rival,
    told.flatMap(({ totals }) => totals),
    own,
    next,
  );
  const [nearest = all] = [...each, all].toSorted((a, b) => Math.abs(a.check.difference) - Math.abs(b.check.difference));
  return [nearest];
}

function compared(rival: ToldMonth, theirs: readonly ControlTotal[], own: readonly ControlTotal[], { month, source }: ToldMonth): Shared {
  const [billed, otherBilled] = [sum(theirs), sum(own)];
  const all = [...own, ...theirs];
  const accounts = [...new Set(all.flatMap(({ billingAccount }) => billingAccount ?? []))];
  const { provider = '', currency = '' } = own[0] ?? {};
  return {
    check: {
      month,
      provider,
      billingAccount: accounts.length === 1 ? (accounts[0] ?? null) : null,
      currency,
      source: rival.source,
      billed,
      other: source,
      otherBilled,
      difference: money(otherBilled - billed),
    },
    isNamed: all.every(({ billingAccount }) => billingAccount !== null),
    isDone: all.every(({ state }) => state !== 'preliminary'),
  };
}

/** A summary that differs is an older one of the same bill, where both name the account, or the bill goes on. */
function isDated({ capabilities }: ToldMonth, { isNamed, isDone }: Shared): boolean {
  return capabilities.includes(SUMMARY) && (isNamed || !isDone);
}

function agrees({ billed, difference }: CrossCheck): boolean {
  return Math.abs(difference) <= Math.abs(billed) * SAME_WITHIN;
}

function conflictOf({ month, provider, billingAccount, source, other, billed, otherBilled }: CrossCheck, more: ControlTotal | null): Conflict {
  const also = more === null ? null : { provider: more.provider, billingAccount: more.billingAccount };
  return { month, provider, billingAccount, sources: [source, other], billed: [billed, otherBilled], more: also };
}

function sum(totals: readonly ControlTotal[]): Money {
  return money(totals.reduce((cost, { billed }) => cost + Number(billed), 0));
}

function byPlace(a: CrossCheck, b: CrossCheck): number {
  return compare(a.month, b.month) || compare(a.provider, b.provider) || compare(a.billingAccount ?? '', b.billingAccount ?? '') || compare(a.other, b.other);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
