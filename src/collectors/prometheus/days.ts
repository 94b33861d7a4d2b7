import { addDays } from '../../model/day.ts';
import type { Day, SourceId } from '../../model/facts.ts';
import { BUCKET_SECONDS } from '../../model/usage/buckets.ts';
import { Limits, type Halved } from './halving.ts';
import { Lookahead } from './lookahead.ts';
import { namespaceMatchers, type Session } from './session.ts';
import { readStates, type DayStates } from './state-reader.ts';
import type { Folded } from './usage/folded.ts';
import { readUsage, type UsageSource } from './usage/reader.ts';
import { stretches, type Group, type Slice } from './usage/slices.ts';

const BUCKET = BUCKET_SECONDS * 1000;

export interface Plan {
  readonly days: readonly Day[];
  /** Nothing after this is read, in milliseconds. */
  readonly until: number;
  /** How namespaces are put together, and how long a stretch of them is read at once, in milliseconds. */
  readonly groups: readonly Group[];
  readonly longest: number;
  /** Seconds between scrapes, as far as known. */
  readonly interval: number;
  readonly namespaces: readonly string[] | undefined;
}

/** Reads the days of a cluster, a slice at a time. While one is written, the next is on its way. */
export class Days {
  readonly #plan: Plan;
  readonly #usage: Lookahead<Halved<Folded>>;
  readonly #states: Lookahead<DayStates>;
  readonly #slices: readonly (readonly Slice[])[];
  readonly #samples = new Map<number, number>();
  readonly #stop = new AbortController();

  constructor(session: Session, source: SourceId, plan: Plan, ahead: number) {
    this.#plan = plan;
    this.#slices = plan.days.map((day) => slicesOf(day, plan, session.way === 'aggregate'));
    const { until, interval } = plan;
    const limits = new Limits();
    const from = { ...session, source, until, limits, signal: this.#stop.signal };
    const usage = this.#slices.flatMap((slices, day) =>
      slices.map((slice, at) => () => {
        if (at === 0) limits.newDay();
        return readStretches({ ...from, interval, onSamples: (count) => this.#samples.set(day, this.samples(day) + count) }, slice);
      }),
    );
    this.#usage = new Lookahead(usage, ahead);
    const matchers = [...session.matchers, ...namespaceMatchers(plan.namespaces)];
    const ofStates = new Limits();
    this.#states = new Lookahead(
      plan.days.map((day) => () => readStates({ ...from, matchers, limits: ofStates }, Date.parse(day), Date.parse(addDays(day, 1)))),
      0,
    );
  }

  /** How many slices a day is read in. Days are counted from 0. */
  slices(day: number): number {
    return this.#slices[day]?.length ?? 0;
  }

  /** How many samples of a day have come. */
  samples(day: number): number {
    return this.#samples.get(day) ?? 0;
  }

  /** What containers used, a slice after another. The day's states are on their way before the last of it is written. */
  async *usage(day: number): AsyncIterable<Halved<Folded>> {
    const before = this.#slices.slice(0, day).reduce((sum, { length }) => sum + length, 0);
    for (let at = 0; at < this.slices(day); at += 1) {
      const slice = await this.#usage.take(before + at);
      if (at === this.slices(day) - 1) void this.#states.begin(day);
      yield slice;
    }
  }

  async states(day: number): Promise<DayStates> {
    return this.#states.take(day);
  }

  /** What is on its way is not waited for. */
  stop(): void {
    this.#stop.abort();
  }

  get days(): readonly Day[] {
    return this.#plan.days;
  }
}

function slicesOf(day: Day, { groups, longest, until }: Plan, isAggregated: boolean): Slice[] {
  const start = Date.parse(day);
  // A bucket that goes on is read as far as it has come; aggregates there are of whole buckets alone.
  const open = isAggregated ? Math.floor(until / BUCKET) * BUCKET : Math.ceil(until / BUCKET) * BUCKET;
  const end = Math.min(start + 86_400_000, open);
  return stretches(start, end, longest).flatMap((stretch) => groups.map((group) => ({ ...stretch, group })));
}

/** A slice, in stretches as long as the server could give before. */
async function readStretches(from: UsageSource, slice: Slice): Promise<Halved<Folded>> {
  const all: Halved<Folded>[] = [];
  for (const { start, end } of stretches(slice.start, slice.end, from.limits.longest)) all.push(await readUsage(from, { ...slice, start, end }));
  return { results: all.flatMap(({ results }) => results), gaps: all.flatMap(({ gaps }) => gaps) };
}
