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
  /** Values that make no sense: negative or infinite ones, and a second one of the same series and time. They are left out. */
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
  const points = new Map<string, { readonly tags: Series['tags']; readonly times: number[]; readonly values: number[] }>();
  for (const { interval, tag_set: tagSet, scope, pointlist } of answer.series ?? []) {
    const tags = tagsOf(tagSet ?? scope?.split(',') ?? []);
    const seconds = interval ?? smallestStep(pointlist);
    longest = Math.max(longest, seconds >= step * 1000 ? seconds / 1000 : seconds);
    // Of two series with the same tags there is one.
    const names = Object.keys(tags).toSorted();
    const key = `${names.join()} ${keyOf(tags, names)}`;
    const { times, values } = points.get(key) ?? { times: [] as number[], values: [] as number[] };
    points.set(key, { tags, times, values });
    for (const [time, value] of pointlist) {
      if (value === null || !Number.isFinite(time)) continue;
      // JSON has no infinity, but 1e999.
      if (value < 0 || value === Infinity) {
        refused.push({ tags, time, value });
        continue;
      }
      times.push(time);
      values.push(value);
    }
  }
  return { series: [...points.values()].map((one) => inOrder(one, refused)), interval: longest, refused };
}

/** In the order of time, each time once: the first value counts. */
function inOrder({ tags, times, values }: { readonly tags: Series['tags']; readonly times: number[]; readonly values: number[] }, refused: Refused[]): Series {
  if (times.every((time, at) => at === 0 || time > (times[at - 1] ?? time)))
    return { tags, times: Float64Array.from(times), values: Float64Array.from(values) };
  const kept: number[] = [];
  for (const at of [...times.keys()].toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)) {
    const [last = -1, time = 0, value = 0] = [kept.at(-1), times[at], values[at]];
    if (times[last] !== time) kept.push(at);
    else if (values[last] !== value) refused.push({ tags, time, value });
  }
  return { tags, times: Float64Array.from(kept, (at) => times[at] ?? 0), values: Float64Array.from(kept, (at) => values[at] ?? 0) };
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
