import type { Points, QueryAnswer } from './schema.ts';

/** A series as it is worked with: where there was no value, there is no point. Typed arrays, for a day of a cluster has half a million points. */
export interface Series {
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970: where the point's interval begins. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Answer {
  readonly series: readonly Series[];
  /** The longest interval of its series, in seconds; 0 where there is none. */
  readonly interval: number;
  /** Values that make no sense: negative ones. They are left out. */
  readonly refused: readonly Refused[];
}

export interface Refused {
  readonly tags: Readonly<Record<string, string>>;
  readonly time: number;
  readonly value: number;
}

/** @param step seconds that were asked for: tells an interval in milliseconds from one in seconds */
export function readSeries(answer: QueryAnswer, step: number): Answer {
  const refused: Refused[] = [];
  let longest = 0;
  const series = (answer.series ?? []).map(({ interval, tag_set: tagSet, scope, pointlist }): Series => {
    const tags = tagsOf(tagSet ?? scope?.split(',') ?? []);
    const seconds = interval ?? smallestStep(pointlist);
    longest = Math.max(longest, seconds >= step * 1000 ? seconds / 1000 : seconds);
    const times: number[] = [];
    const values: number[] = [];
    for (const [time, value] of pointlist) {
      if (value === null) continue;
      if (value < 0) {
        refused.push({ tags, time, value });
        continue;
      }
      times.push(time);
      values.push(value);
    }
    return { tags, times: Float64Array.from(times), values: Float64Array.from(values) };
  });
  return { series, interval: longest, refused };
}

/** Only the points of [from, to), in milliseconds; series without one are left out. */
export function between(series: readonly Series[], from: number, to: number): Series[] {
  return series.flatMap((one) => {
    const { tags, times, values } = one;
    const first = times.findIndex((time) => time >= from);
    if (first === -1) return [];
    const after = times.findIndex((time) => time >= to);
    const end = after === -1 ? times.length : after;
    return end <= first ? [] : [{ tags, times: times.subarray(first, end), values: values.subarray(first, end) }];
  });
}

/** Joins the answers of windows that follow each other. */
export function joined(parts: readonly (readonly Series[])[]): Series[] {
  if (parts.length === 1) return [...(parts[0] ?? [])];
  const groups = Map.groupBy(parts.flat(), ({ tags }) => keyOf(tags, Object.keys(tags).toSorted()));
  return [...groups.values()].map((group) => ({
    tags: group[0]?.tags ?? {},
    times: Float64Array.from(group.flatMap(({ times }) => [...times])),
    values: Float64Array.from(group.flatMap(({ values }) => [...values])),
  }));
}

/** A text that stands for the values of some tags. */
export function keyOf(tags: Readonly<Record<string, string>>, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => tags[name] ?? null));
}

/** Without those that Datadog names `N/A`, because the series does not have them. */
function tagsOf(tagSet: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    tagSet.flatMap((tag) => {
      const at = tag.indexOf(':');
      const [name, value] = [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
      return at < 1 || value === '' || /^n\/a$/i.test(value) ? [] : [[name, value]];
    }),
  );
}

function smallestStep(points: Points): number {
  let smallest = 0;
  for (const [at, [time]] of points.entries()) {
    const before = points[at - 1]?.[0];
    if (before === undefined) continue;
    smallest = smallest === 0 ? (time - before) / 1000 : Math.min(smallest, (time - before) / 1000);
  }
  return smallest;
}
