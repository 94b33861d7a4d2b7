import { mean, median } from '../../robust.ts';

/** Days of one level: [from, to) of a series. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly level: number;
  /** Standard deviation of its days. */
  readonly noise: number;
  /** How sure it is that its level is not the one before: difference of the two means in units of their noise; 0 for the first. */
  readonly score: number;
}

/** Differences of levels below this many times their noise are chance: on white noise of two months less than one series in 1,000 has a larger one. */
export const CHANCE = 5;

/** A level of fewer days is a spike. */
export const LEAST_DAYS = 3;

/** A day counts as no further from its segment's median than this many times the noise: one wild day makes no level. */
const WILD = 4;

/**
 * Noise from one day to the next, as the standard deviation of a day: from differences of neighbours, which steps hardly touch. The larger of a median and
 * a mean: many days alike and some wild ones have a median of 0, and are not calm. Where a day resembles the one before, means of days are as noisy as those
 * of fewer: it is raised by what that makes, sqrt((1 + r) / (1 - r)) for a correlation r of neighbours.
 */
export function noiseOf(values: readonly number[]): number {
  const one = differences(values, 1, 0.05);
  if (one.length === 0 || one.at(-1) === 0) return 0;
  // Of normal noise, the median and the mean of |difference| are 0.954 and 1.128 standard deviations.
  const neighbours = Math.max(median(one) / 0.954, mean(one) / 1.128);
  // The square of differences two days apart is (1 + r) times that of neighbours. A step or spike stands in twice as many of them.
  const squares = (some: readonly number[]): number => mean(some.map((difference) => difference ** 2));
  const correlation = Math.min(Math.max(0, squares(differences(values, 2, 0.1)) / squares(differences(values, 1, 0.1)) - 1 - CHANCE_CORRELATION), 0.8);
  return (neighbours / Math.sqrt(1 - correlation)) * Math.sqrt((1 + correlation) / (1 - correlation));
}

/** What chance alone makes of a correlation in two months. */
const CHANCE_CORRELATION = 0.2;

/** How far values some days apart differ, without the largest part of them: steps and spikes are not noise. */
function differences(values: readonly number[], lag: number, wild: number): number[] {
  const all = values.slice(lag).map((value, at) => Math.abs(value - (values[at] ?? 0)));
  return all.toSorted((a, b) => a - b).slice(0, Math.ceil(all.length * (1 - wild)));
}

/** Splits a series where its level changes, by the largest change first, until none is larger than chance. `noise`, above 0: the least that counts as noise. */
export function segments(values: readonly number[], noise: number): Segment[] {
  return splitAt(values, noise, 0, values.length, 0);
}

interface Whole {
  readonly mid: number;
  readonly noise: number;
}

/** Days from which noise can be told from the changes within. */
const TELLING = 28;

function splitAt(values: readonly number[], least: number, from: number, to: number, score: number, whole?: Whole): Segment[] {
  const own = values.slice(from, to);
  const mid = median(own);
  const noise = Math.max(least, ownNoise(own, mid, whole));
  const tamed = own.map((value) => Math.min(Math.max(value, mid - WILD * noise), mid + WILD * noise));
  const best = largestChange(tamed, noise);
  if (best === undefined) return [{ from, to, level: mid, noise, score }];
  const start = from + boundary(values.slice(from, best.end === undefined ? to : from + best.end), best.at);
  const end = best.end === undefined ? to : start + boundary(values.slice(start, to), best.end + from - start);
  const part = (first: number, last: number, of: number): Segment[] => (first === last ? [] : splitAt(values, least, first, last, of, { mid, noise }));
  return [...part(from, start, score), ...part(start, end, best.score), ...part(end, to, best.score)];
}

/** A level of much has more noise than one of nothing, and of few days a change would pass for noise: they are no noisier than the whole, in proportion. */
function ownNoise(own: readonly number[], mid: number, whole: Whole | undefined): number {
  const noise = noiseOf(own);
  if (whole === undefined || own.length >= TELLING || whole.mid === 0) return noise;
  return Math.min(noise, whole.noise * Math.max(1, Math.abs(mid / whole.mid)));
}

/** The first day that is nearer to the level after than to the one before: where wild days are cut off, the largest change may be a day or two beside it. */
function boundary(values: readonly number[], found: number): number {
  const middle = (median(values.slice(0, found)) + median(values.slice(found))) / 2;
  const isUp = median(values.slice(found)) > middle;
  const isAfter = (at: number): boolean => (values[at] ?? middle) > middle === isUp;
  let at = found;
  while (at < found + 2 && !isAfter(at) && at < values.length - LEAST_DAYS) at += 1;
  while (at > found - 2 && isAfter(at - 1) && at > LEAST_DAYS) at -= 1;
  return at;
}

interface LevelChange {
  readonly at: number;
  /** Where the level before comes back; undefined: it does not. */
  readonly end?: number;
  readonly score: number;
}

/** A level that was left for longer comes back by a change of its own. */
const LONGEST = 31;

/** What days between others must reach: they are sought at more places than one change of level, so that chance has more of them. */
const CHANCE_BETWEEN = 7;

/**
 * Where the means of days differ most, as a multiple of the noise of that difference, |m2 - m1| / (noise × sqrt(1/n1 + 1/n2)): of the days before and after;
 * or else of some days and those around them, for a level that was left and came back moves the mean of all that follows but little.
 */
function largestChange(values: readonly number[], noise: number): LevelChange | undefined {
  const { length } = values;
  const sums = new Float64Array(length + 1);
  for (let at = 0; at < length; at++) sums[at + 1] = (sums[at] ?? 0) + (values[at] ?? 0);
  const scoreOf = (at: number, end: number): number => {
    const [inside, sum] = [end - at, (sums[end] ?? 0) - (sums[at] ?? 0)];
    const difference = Math.abs(sum / inside - ((sums[length] ?? 0) - sum) / (length - inside));
    return difference / (noise * Math.sqrt(1 / inside + 1 / (length - inside)));
  };
  let best: LevelChange = { at: 0, score: 0 };
  for (let at = LEAST_DAYS; at <= length - LEAST_DAYS; at++) {
    const score = scoreOf(at, length);
    if (score > best.score) best = { at, score };
  }
  if (best.score >= CHANCE) return best;
  best = { at: 0, score: CHANCE_BETWEEN };
  for (let at = LEAST_DAYS; at <= length - 2 * LEAST_DAYS; at++) {
    for (let end = at + LEAST_DAYS; end <= Math.min(at + LONGEST, length - LEAST_DAYS); end++) {
      const score = scoreOf(at, end);
      if (score > best.score) best = { at, end, score };
    }
  }
  return best.end === undefined ? undefined : best;
}
