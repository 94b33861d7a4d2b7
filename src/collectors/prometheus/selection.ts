import type { Matcher } from './remote-read/request.ts';
import type { SeriesSink } from './series.ts';
import type { LeftOut } from './remote-read/xor.ts';

/** Series of some names. */
export interface SeriesQuery {
  readonly metrics: readonly string[];
  readonly matchers: readonly Matcher[];
  /** Where other samples of these are wanted than of the whole selection. */
  readonly within?: Stretch;
}

/** [start, end), milliseconds. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Series, and their samples in [from, to), milliseconds. */
export interface Selection {
  readonly queries: readonly SeriesQuery[];
  readonly from: number;
  readonly to: number;
}

/** A sink that has taken in all of a selection. */
interface Taken<Sink> {
  readonly sink: Sink;
  readonly leftOut: LeftOut;
}

/** Reads a selection. A sink is made for each try, so that what a failed one took in is gone with it. */
export type Read = <Sink extends SeriesSink>(selection: Selection, makeSink: () => Sink, signal?: AbortSignal) => Promise<Taken<Sink>>;

export function nameMatcher(metrics: readonly string[]): Matcher {
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) return { type: '=', name: '__name__', value: only };
  return { type: '=~', name: '__name__', value: metrics.join('|') };
}

/** `{__name__="up",job="a"}` */
export function selector({ metrics, matchers }: SeriesQuery): string {
  return `{${[nameMatcher(metrics), ...matchers].map(({ type, name, value }) => `${name}${type}${JSON.stringify(value)}`).join(',')}}`;
}

/** Matches any of the values, each as it stands. */
export function anyOf(name: string, values: readonly string[], type: '=~' | '!~' = '=~'): Matcher {
  return { type, name, value: values.map(escaped).join('|') };
}

/** As `anyOf`; a value that ends in `*` stands for all that begin so. */
export function anyLike(name: string, values: readonly string[]): Matcher {
  return { type: '=~', name, value: values.map((value) => (value.endsWith('*') ? `${escaped(value.slice(0, -1))}.*` : escaped(value))).join('|') };
}

const escaped = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
