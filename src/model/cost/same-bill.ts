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
interface Conflict {
  readonly month: Month;
  readonly provider: string;
  readonly billingAccount: string | null;
  readonly sources: readonly [SourceId, SourceId];
  readonly billed: readonly [Money, Money];
}

export interface Counted<T extends ToldMonth> {
  /** What is added up, in the order given. */
  readonly counted: readonly T[];
  readonly crossChecks: readonly CrossCheck[];
  readonly conflicts: readonly Conflict[];
}

/** What a source can tell, finest first: of two that tell the same bill the finer counts. */
const FINENESS = ['split-costs', 'resource-ids', 'line-ids'] as const;

/** A sum over services and days, which may lack what came in since: always the same bill as a finer one of its account. */
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
    const shared = rivals.flatMap((other) => comparisons(other, next));
    const isSame = next.capabilities.includes(SUMMARY) || (shared.every(agrees) && covers(rivals, next));
    if (isSame) {
      crossChecks.push(...shared);
      continue;
    }
    const [worst] = shared.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
    if (worst !== undefined) conflicts.push(conflictOf(worst));
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

function comparisons(rival: ToldMonth, next: ToldMonth): CrossCheck[] {
  return next.totals.flatMap((own) => {
    const same = rival.totals.filter((total) => isSameAccount(own, total));
    const [first] = same;
    if (first === undefined) return [];
    const billed = sum(same);
    const otherBilled = sum([own]);
    return {
      month: next.month,
      provider: own.provider,
      billingAccount: own.billingAccount ?? first.billingAccount,
      currency: own.currency,
      source: rival.source,
      billed,
      other: next.source,
      otherBilled,
      difference: money(otherBilled - billed),
    };
  });
}

/** Whether every account of `next` is one of the others'. */
function covers(rivals: readonly ToldMonth[], next: ToldMonth): boolean {
  return next.totals.every((own) => rivals.some(({ totals }) => totals.some((total) => isSameAccount(own, total))));
}

function agrees({ billed, difference }: CrossCheck): boolean {
  return Math.abs(difference) <= Math.abs(billed) * SAME_WITHIN;
}

function conflictOf({ month, provider, billingAccount, source, other, billed, otherBilled }: CrossCheck): Conflict {
  return { month, provider, billingAccount, sources: [source, other], billed: [billed, otherBilled] };
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
