import { BUCKET_SECONDS } from '../../../model/usage/buckets.ts';
import type { Matcher } from '../remote-read/request.ts';
import { anyOf } from '../selection.ts';

/** A stretch of a day, and some of its namespaces. What is read at once. */
export interface Slice {
  /** Bounds of buckets, milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly group: Group;
}

/** Namespaces that are read together. */
export type Group =
  | { readonly all: true }
  | { readonly only: readonly string[] }
  /** All others: those that were not there when namespaces were counted. */
  | { readonly but: readonly string[] };

export const HOUR = 3_600_000;
const BUCKET = BUCKET_SECONDS * 1000;

/** Bounds the memory: a container's day takes some 14 kB while it is folded, and two slices are in flight. */
export const CONTAINERS_AT_ONCE = 1250;

export function matcherOf(group: Group): readonly Matcher[] {
  if ('all' in group) return [];
  return 'only' in group ? [anyOf('namespace', group.only)] : [anyOf('namespace', group.but, '!~')];
}

/**
 * Puts namespaces together so that each group has at most `most` containers, where a namespace has not more by itself.
 * In the order of their names: what is read then comes in the order in which it is written.
 */
export function groupsOf(counts: ReadonlyMap<string, number>, wanted: readonly string[] | undefined, most = CONTAINERS_AT_ONCE): Group[] {
  const names = (wanted ?? [...counts.keys()]).toSorted();
  const groups: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const count = counts.get(name) ?? 0;
    if (size + count > most) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(name);
    size += count;
  }
  if (wanted !== undefined) return groups.map((only) => ({ only }));
  return groups.length < 2 ? [{ all: true }] : [...groups.map((only) => ({ only })), { but: names }];
}

/** Cuts a day into stretches of at most `longest` milliseconds, at whole buckets. */
export function stretches(start: number, end: number, longest: number): { readonly start: number; readonly end: number }[] {
  const length = Math.max(BUCKET, Math.floor(longest / BUCKET) * BUCKET);
  const cut: { start: number; end: number }[] = [];
  for (let at = start; at < end; at += length) cut.push({ start: at, end: Math.min(end, at + length) });
  return cut;
}

/** Two halves: of the time, or of the namespaces where it is short; undefined for what is not cut any more. */
export function halves({ start, end, group }: Slice): readonly [Slice, Slice] | undefined {
  if (end - start > HOUR) {
    const middle = start + Math.ceil((end - start) / 2 / BUCKET) * BUCKET;
    return [
      { start, end: middle, group },
      { start: middle, end, group },
    ];
  }
  if (!('only' in group) || group.only.length < 2) return undefined;
  const middle = Math.ceil(group.only.length / 2);
  return [
    { start, end, group: { only: group.only.slice(0, middle) } },
    { start, end, group: { only: group.only.slice(middle) } },
  ];
}
