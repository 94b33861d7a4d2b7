import type { Gap, Period, SourceId, Timestamp } from '../../model/facts.ts';
import { failureOf, type RequestFailed } from './failure.ts';

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Remembers over a run what a server could not do, so that it is not asked for it again and again. */
export class Limits {
  /** Stretches that are read at once, in milliseconds: as long as went well at last. */
  longest = Number.POSITIVE_INFINITY;
  /** Smallest slices that failed one after another. */
  #failures = 0;

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
  }

  /** Nothing works any more: the rest of the day is not tried. */
  get isOver(): boolean {
    return this.#failures >= FAILURES;
  }

  /** A new day is given one try. */
  newDay(): void {
    this.#failures = Math.min(this.#failures, FAILURES - 1);
  }
}

const FAILURES = 3;

/** Reads slices, and where one is too much for the server its halves; the smallest that still fails is a gap. */
export interface Halving<Slice extends Stretch, Result> {
  readonly read: (slice: Slice) => Promise<Result>;
  readonly halves: (slice: Slice) => readonly [Slice, Slice] | undefined;
  /** The failure where less at a time may do; undefined where it is of another kind. */
  readonly tooMuch: (error: unknown) => RequestFailed | undefined;
  readonly gap: (slice: Slice, failure: RequestFailed) => Gap;
}

export interface Halved<Result> {
  readonly results: readonly Result[];
  readonly gaps: readonly Gap[];
}

export async function readHalving<Slice extends Stretch, Result>(
  slice: Slice,
  limits: Limits,
  halving: Halving<Slice, Result>,
  last?: RequestFailed,
): Promise<Halved<Result>> {
  if (last !== undefined && limits.isOver) return { results: [], gaps: [halving.gap(slice, last)] };
  try {
    const result = await halving.read(slice);
    limits.succeeded();
    return { results: [result], gaps: [] };
  } catch (error) {
    const failure = halving.tooMuch(error);
    if (failure === undefined) throw error;
    const halves = halving.halves(slice);
    if (halves === undefined) {
      limits.failed();
      return { results: [], gaps: [halving.gap(slice, failure)] };
    }
    limits.longest = Math.min(limits.longest, halves[0].end - halves[0].start);
    const first = await readHalving(halves[0], limits, halving, failure);
    const second = await readHalving(halves[1], limits, halving, failure);
    return { results: [...first.results, ...second.results], gaps: [...first.gaps, ...second.gaps] };
  }
}

/** The failure of a request where less at a time may do; never of one that is given up. */
export function tooMuch(error: unknown, signal: AbortSignal): RequestFailed | undefined {
  const failure = failureOf(error);
  return failure?.isTooMuch === true && !signal.aborted ? failure : undefined;
}

export function unread(source: SourceId, what: string, { start, end }: Stretch, { message: reason }: RequestFailed): Gap {
  return { code: 'unread-period', source, what, period: periodOf(start, end), reason };
}

export const periodOf = (start: number, end: number): Period => ({ start: timestamp(start), end: timestamp(end) });
const timestamp = (time: number): Timestamp => new Date(time).toISOString().replace('.000Z', 'Z') as Timestamp;

/** Gaps that follow each other, and are the same otherwise, as one. */
export function joined(gaps: readonly Gap[]): Gap[] {
  const all: Gap[] = [];
  for (const gap of gaps) {
    const last = all.at(-1);
    if (gap.code === 'unread-period' && last?.code === 'unread-period' && last.what === gap.what && last.period.end === gap.period.start)
      all[all.length - 1] = { ...last, period: { start: last.period.start, end: gap.period.end } };
    else all.push(gap);
  }
  return all;
}
