import { BUCKET_SECONDS } from '../../../model/usage/buckets.ts';

/** A value that was seen at `first`, at `last`, and never further apart than `GAP` in between: so in each five minutes that it touches. Times in ms. */
export interface Run {
  readonly first: number;
  readonly last: number;
  readonly value: number;
}

/** Between two looks that are further apart than this, nothing is known. */
export const GAP = BUCKET_SECONDS * 1000;

/** An increase of a counter: after the look at `previous`, at the latest when it was seen, at `time`. */
export interface Increase {
  readonly time: number;
  readonly previous: number;
  readonly count: number;
}

/** Appends `count` samples of one value to flat triples of (first, last, value): numbers alone, for there are hundreds of thousands of series. */
export function addRun(runs: number[], time: number, step: number, count: number, value: number): void {
  if (count > 1 && step > GAP) {
    for (let at = 0; at < count; at += 1) addRun(runs, time + at * step, 0, 1, value);
    return;
  }
  const end = time + (count - 1) * step;
  const last = runs[runs.length - 2];
  if (last !== undefined && runs.at(-1) === value && time >= last && time - last <= GAP) runs[runs.length - 2] = end;
  else runs.push(time, end, value);
}

/**
 * What a series showed before `end`, in order of time, from triples in any order. Where several sources say it, their looks are put together;
 * where they contradict each other, the value that was seen first the latest counts: the other source is behind.
 */
export function timeline(runs: readonly number[], end: number): Run[] {
  const pieces = piecesBefore(runs, end);
  const joined: Run[] = [];
  for (const piece of pieces) {
    const before = lastBefore(joined, piece);
    if (before?.value === piece.value && piece.first - before.last <= GAP) {
      joined[joined.length - 1] = { ...before, last: Math.max(before.last, piece.last) };
      continue;
    }
    if (before !== undefined && before.last >= piece.first) joined[joined.length - 1] = { ...before, last: lookBefore(pieces, piece.first, before.first) };
    joined.push(piece);
  }
  return joined;
}

/** The value at a time: that of the last look until then, or of the first look after it. */
export function valueAt(line: readonly Run[], time: number): number | undefined {
  return (line.findLast(({ first }) => first <= time) ?? line[0])?.value;
}

/** Where a counter rises. Where it falls it began anew, and nothing is known of what came before. */
export function increases(line: readonly Run[]): Increase[] {
  return line.flatMap(({ first, value }, at) => {
    const before = line[at - 1];
    return before !== undefined && value > before.value ? [{ time: first, previous: before.last, count: Math.round(value - before.value) }] : [];
  });
}

/** The run that was seen last in [start, start + GAP), `start` being a multiple of it. */
export function inBucket(line: readonly Run[], start: number): Run | undefined {
  return line.findLast(({ first, last }) => first < start + GAP && last >= start);
}

/** The last look before a time that is known as such; at the least `first`. */
function lookBefore(pieces: readonly Run[], time: number, first: number): number {
  return pieces.reduce((latest, { last }) => (last < time ? Math.max(latest, last) : latest), first);
}

function piecesBefore(runs: readonly number[], end: number): Run[] {
  const pieces: Run[] = [];
  for (let at = 0; at + 2 < runs.length; at += 3) {
    const [first = 0, last = 0, value = 0] = [runs[at], runs[at + 1], runs[at + 2]];
    if (first < end) pieces.push({ first, last: Math.min(last, end - 1), value });
  }
  return pieces.toSorted((a, b) => a.first - b.first || a.value - b.value || a.last - b.last);
}

/** The last run, after those are dropped that were contradicted from their first look on. */
function lastBefore(joined: Run[], { first, value }: Run): Run | undefined {
  while (joined.length > 0 && joined.at(-1)?.first === first && joined.at(-1)?.value !== value) joined.pop();
  return joined.at(-1);
}
