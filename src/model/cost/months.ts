import { addDays, dayOf } from '../day.ts';
import { money, type BillState, type ControlTotal, type Day, type Money, type Month, type SourceId, type Timestamp } from '../facts.ts';
import { addMonths, daysIn } from '../month.ts';
import { METRIC_TOTALS, type CostMetric } from './cost-report.ts';

/** What the snapshot's manifest says of one source's month. */
export interface MonthFacts {
  readonly month: Month;
  readonly source: SourceId;
  readonly totals: readonly ControlTotal[];
  /** When the latest usage began; null where there is none. */
  readonly lastUsage: Timestamp | null;
  /** Metrics that not all charges have a value for. */
  readonly unknown: readonly string[];
}

/** What a month cost in all. */
export interface MonthCost {
  readonly month: Month;
  readonly cost: Money;
  /**
   * `preliminary`: a part of the bill has no invoice yet, or its usage does not reach the last day; `final`: all of it is invoiced; `unknown`: a source
   * does not say.
   */
  readonly state: BillState;
  /** Whether usage of every source that has any reaches the month's last day, or the source goes on in a later one: then its usage ended early. */
  readonly isWhole: boolean;
  readonly sources: readonly SourceId[];
  /** Sources that have months before and after, and not this one: the cost lacks theirs. */
  readonly missing: readonly SourceId[];
  /** Some charges have no known value in the metric: the cost lacks them. */
  readonly isPartlyUnknown: boolean;
}

/** How many months a trend shows. */
export const TREND_MONTHS = 24;

/** The last months that there are, up to `last`, oldest first: from the manifest's control totals alone, without a look at a charge. */
export function monthCosts(
  facts: readonly MonthFacts[],
  { metric, currency, last }: { readonly metric: CostMetric; readonly currency: string; readonly last: Month },
): MonthCost[] {
  const first = addMonths(last, 1 - TREND_MONTHS);
  const own = facts.filter(({ totals }) => totals.some((total) => total.currency === currency)).toSorted((a, b) => (a.source < b.source ? -1 : 1));
  const range = rangeOf(own);
  const months = Map.groupBy(
    own.filter(({ month }) => month >= first && month <= last),
    ({ month }) => month,
  );
  return [...months]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, of]) => {
      const totals = of.flatMap((one) => one.totals.filter((total) => total.currency === currency));
      const isWhole = of.every(({ source, lastUsage }) => lastUsage === null || reachesEnd(month, lastUsage) || month < (range.get(source)?.[1] ?? month));
      const sources = [...new Set(of.map(({ source }) => source))];
      return {
        month,
        cost: money(totals.reduce((sum, total) => sum + Number(total[METRIC_TOTALS[metric]]), 0)),
        state: stateOf(totals, isWhole),
        isWhole,
        sources,
        missing: [...range].filter(([source, [oldest, newest]]) => oldest < month && month < newest && !sources.includes(source)).map(([source]) => source),
        isPartlyUnknown: of.some(({ unknown }) => unknown.includes(METRIC_TOTALS[metric])),
      };
    });
}

/** A bill is as final as its least final part. */
function stateOf(totals: readonly ControlTotal[], isWhole: boolean): BillState {
  if (!isWhole || totals.some(({ state }) => state === 'preliminary')) return 'preliminary';
  return totals.some(({ state }) => state === 'unknown') ? 'unknown' : 'final';
}

function rangeOf(facts: readonly MonthFacts[]): Map<SourceId, readonly [Month, Month]> {
  const ranges = new Map<SourceId, readonly [Month, Month]>();
  for (const { source, month } of facts) {
    const [oldest, newest] = ranges.get(source) ?? [month, month];
    ranges.set(source, [month < oldest ? month : oldest, month > newest ? month : newest]);
  }
  return ranges;
}

const reachesEnd = (month: Month, lastUsage: Timestamp): boolean => lastUsage.slice(0, 10) >= `${month}-${daysIn(month)}`;

/** What the months have of one currency: amounts of another one neither weigh here nor say how far the bill goes. */
export function ofCurrency(facts: readonly MonthFacts[], currency: string): MonthFacts[] {
  return facts.flatMap((one) => {
    const totals = one.totals.filter((total) => total.currency === currency);
    return totals.length === 0 ? [] : [{ ...one, totals }];
  });
}

/** Sources that together have no more of the bill than this need not be complete: they are expected to cost what they did. */
const LATE_SHARE = 0.1;

/**
 * The last day of which nearly all usage should be there; null where there is none. In a month that goes on the day of the latest usage is not over, and of
 * several sources the one that is furthest behind counts, but for those that are a tenth of the bill and less.
 */
export function lastCompleteDay(facts: readonly MonthFacts[]): Day | null {
  const newest = facts.reduce<Month | null>(
    (latest, { month, lastUsage }) => (lastUsage !== null && (latest === null || month > latest) ? month : latest),
    null,
  );
  if (newest === null) return null;
  const sources = facts.flatMap(({ month, lastUsage, totals }) => {
    if (month !== newest || lastUsage === null) return [];
    const day = reachesEnd(month, lastUsage) ? lastDayOf(month) : addDays(dayOf(Date.parse(lastUsage)), -1);
    return [{ day, cost: totals.reduce((sum, { effective }) => sum + Math.abs(Number(effective)), 0) }];
  });
  const all = sources.reduce((sum, { cost }) => sum + cost, 0);
  let late = 0;
  for (const { day, cost } of sources.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    late += cost;
    if (late > LATE_SHARE * all) return day;
  }
  return sources.reduce<Day | null>((last, { day }) => (last === null || day > last ? day : last), null);
}

const lastDayOf = (month: Month): Day => `${month}-${daysIn(month)}` as Day;
