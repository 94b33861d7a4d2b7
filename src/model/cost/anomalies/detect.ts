import { addDays } from '../../day.ts';
import { money, type Money } from '../../facts.ts';
import { mean } from '../../robust.ts';
import type { Anomaly, AnomalyKind } from './anomaly.ts';
import { monthStartFees, weekdays } from './seasons.ts';
import { CHANCE, LEAST_DAYS, noiseOf, segments, type Segment } from './segments.ts';
import type { DailySeries } from './series.ts';

/** Days of history before one can say what is usual. */
const HISTORY = 14;

/** A level that has lasted so long is the usual one: what comes after is compared with it. */
const SETTLED = 14;

/** Usage is billed late: a level that is lower for fewer days, up to the last, may still rise. */
const LATE = 4;

/** A change of less than this of the level is none that one would look into. */
const LEAST_RATIO = 0.1;

const SURE = 8;

export const MONTH_DAYS = 30;

/**
 * Where the daily cost of one series left its level. `least`, above 0: what a level must differ by a day to be worth a look; a spike counts for a month of it.
 */
export function detect(series: DailySeries, least: Money): Anomaly[] {
  if (series.costs.length < HISTORY + LEAST_DAYS) return [];
  const fees = monthStartFees(series.costs, series.first);
  const used = series.costs.map((cost, at) => cost - (fees[at] ?? 0));
  const seasons = weekdays(used);
  const values = used.map((cost, at) => cost - (seasons[at] ?? 0));
  // Less than this is below what anybody would look into: without it, a series of cents a day would be noisy by its cents.
  const context: Context = { series, values, least, segments: segments(values, least / CHANCE) };
  return [...levels(context), ...spikes(context)].toSorted((a, b) => (a.began < b.began ? -1 : 1));
}

interface Context {
  readonly series: DailySeries;
  /** Cost without fees of the first and without weekdays. */
  readonly values: readonly number[];
  readonly least: number;
  readonly segments: readonly Segment[];
}

/** New levels, each against the last one that had settled. A level that is back where it was ends the one before. */
function levels(context: Context): Anomaly[] {
  const found: Anomaly[] = [];
  let [usual] = context.segments;
  for (const segment of context.segments.slice(1)) {
    if (usual === undefined) break;
    if (isChange(segment, usual, context) && !isGrowth(context.values.slice(usual.from, segment.to), segment.from - usual.from))
      found.push(anomaly(context, segment, usual));
    if (segment.to - segment.from >= SETTLED || !isChange(segment, usual, context)) usual = segment;
  }
  return found;
}

function isChange(segment: Segment, usual: Segment, { least, values }: Context): boolean {
  const [difference, days] = [segment.level - usual.level, segment.to - segment.from];
  if (Math.abs(difference) < Math.max(least, LEAST_RATIO * Math.abs(usual.level))) return false;
  return segment.from >= HISTORY && (difference > 0 || segment.to < values.length || days >= LATE);
}

/**
 * Whether a line explains the days nearly as well as a line with a step on one of them: then they became dearer or cheaper all along, and nothing began that
 * day. A step has its day to choose beside its height: it must be better by what such a choice makes of chance (Bayesian information criterion, for two
 * parameters).
 */
function isGrowth(values: readonly number[], step: number): boolean {
  const { length } = values;
  const days = withoutLine(values.map((_, at) => (at < step ? 0 : 1)));
  const rests = withoutLine(values);
  const height = product(days, rests) / product(days, days);
  const line = product(rests, rests);
  const steps = Math.max(0, line - height * product(days, rests));
  return length * (Math.log(line) - Math.log(steps)) <= 2 * Math.log(length);
}

/** What a line of least squares leaves of some values. */
function withoutLine(values: readonly number[]): number[] {
  const days = values.map((_, at) => at - (values.length - 1) / 2);
  const [mid, slope] = [mean(values), product(values, days) / product(days, days)];
  return values.map((value, at) => value - mid - slope * (days[at] ?? 0));
}

function product(some: readonly number[], others: readonly number[]): number {
  return some.reduce((sum, value, at) => sum + value * (others[at] ?? 0), 0);
}

function anomaly(context: Context, { from, to, level, score }: Segment, usual: Segment): Anomaly {
  return describe(context, from, to, kindOf(level, usual.level, context.least), usual.level, score);
}

function kindOf(level: number, usual: number, least: number): AnomalyKind {
  const isNothing = (value: number): boolean => Math.abs(value) < least / 10;
  if (isNothing(usual)) return 'new';
  if (isNothing(level)) return 'gone';
  return level > usual ? 'rise' : 'drop';
}

/** Single days, or two, that stand out of their level, and the like of which has not been there before. */
function spikes(context: Context): Anomaly[] {
  const { values, least, segments: found } = context;
  const rests = values.map((value, at) => value - segmentAt(found, at).level);
  const ratios = logRests(context);
  const isHigh = (at: number): boolean => {
    const [rest, { from, to, noise }] = [rests[at] ?? 0, segmentAt(found, at)];
    const isKnown = rests.slice(0, Math.max(0, at - 1)).filter((earlier) => earlier >= rest / 2).length >= 2;
    const stands = rest >= CHANCE * noise && rest >= least * MONTH_DAYS && (ratios === null || (ratios[at] ?? 0) >= CHANCE);
    return at >= HISTORY && to - from >= HISTORY / 2 && stands && !isKnown;
  };
  const days = values.flatMap((_, at) => (isHigh(at) ? [at] : []));
  const starts = days.filter((at) => !days.includes(at - 1));
  return starts.map((from) => {
    const to = days.includes(from + 1) ? from + 2 : from + 1;
    const { level, noise } = segmentAt(found, from);
    return describe(context, from, to, 'spike', level, (rests[from] ?? 0) / noise);
  });
}

/** How far days are from their level in the logarithm, in units of its noise: costs that scatter by a factor have high days that are no news. */
function logRests({ values, segments: found }: Context): number[] | null {
  if (values.some((value) => value <= 0)) return null;
  const logs = values.map((value, at) => Math.log(value / Math.max(segmentAt(found, at).level, Number.MIN_VALUE)));
  const noise = noiseOf(logs);
  return noise > 0 ? logs.map((log) => log / noise) : null;
}

function segmentAt(found: readonly Segment[], at: number): Segment {
  const segment = found.find(({ from, to }) => from <= at && at < to);
  if (segment === undefined) throw new Error(`day ${at} is in no segment`);
  return segment;
}

/** Expected is the usual level with what the weekdays and fees of those days add to it. */
function describe({ series, values }: Context, from: number, to: number, kind: AnomalyKind, usual: number, score: number): Anomaly {
  const actual = series.costs.slice(from, to);
  const expected = actual.map((cost, at) => cost - (values[from + at] ?? 0) + usual);
  const [actualPerDay, expectedPerDay] = [mean(actual), mean(expected)];
  return {
    by: series.by,
    name: series.name,
    kind,
    began: addDays(series.first, from),
    ended: to === series.costs.length ? null : addDays(series.first, to - 1),
    expectedPerDay: money(expectedPerDay),
    actualPerDay: money(actualPerDay),
    extra: money((actualPerDay - expectedPerDay) * actual.length),
    score,
    confidence: score >= SURE ? 'high' : 'medium',
  };
}
