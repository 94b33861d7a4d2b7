import { UserError } from '../../io/errors.ts';
import { BUCKET_SECONDS } from '../../model/usage/buckets.ts';
import type { Gap, Timestamp } from '../../model/facts.ts';
import { isSkewed } from '../clock-skew.ts';
import type { Client } from './client.ts';
import { lookAtNames, lookAtUsage, podKey, type Named, type Sample } from './look-at-usage.ts';
import type { Doubt } from './rows.ts';
import { HOUR, UsageSlice } from './usage-slice.ts';

/** Waits until an instant, in milliseconds since 1970. */
export type WaitUntil = (instant: number) => Promise<void>;

/** A slice that is over, with what could not be read of it. */
export interface Slice {
  readonly usage: UsageSlice;
  readonly gaps: readonly Gap[];
}

export interface Plan {
  readonly source: string;
  readonly namespaces: readonly string[] | undefined;
  /** In milliseconds. */
  readonly every: number;
  /** What was used before it is left out: an earlier run may have it. */
  readonly start: number;
  /** No look begins at or after it. */
  readonly end: number;
  readonly now: () => number;
  readonly wait: WaitUntil;
  readonly doubt: Doubt;
  /** Is told how many samples a look has brought. */
  readonly count: (samples: number) => void;
}

const BUCKET = BUCKET_SECONDS * 1000;
/** Measurements of an hour arrive until so long after its end. */
const LATE = 120_000;
/** How often it is asked which pod a name stands for: a StatefulSet gives the same name again. */
const NAMES_EVERY = 300_000;

/**
 * Looks again and again, and gives each hour when it is over. A look that fails is a gap in time; the first must not.
 * @throws UserError where not even the first look succeeds
 */
export async function* sample(client: Client, plan: Plan): AsyncGenerator<Slice> {
  const run = new Sampling(client, plan);
  await run.look();
  for (let next = plan.now() + plan.every; next < plan.end; next += plan.every) {
    await plan.wait(next);
    await run.lookOrNote(next);
    // Looks that would have begun while the last one went on are left out.
    while (next + plan.every < plan.now()) next += plan.every;
    yield* run.over(plan.now() + run.skew() - LATE);
  }
  await run.assign();
  yield* run.over(Number.POSITIVE_INFINITY);
}

class Sampling {
  readonly #client: Client;
  readonly #plan: Plan;
  readonly #slices = new Map<number, UsageSlice>();
  /** Until when each container is known, so that nothing counts twice. */
  readonly #until = new Map<string, number>();
  readonly #names = new Map<string, Named[]>();
  readonly #failures: { readonly from: number; to: number; readonly reason: string }[] = [];
  /** Samples of which it is not yet asked which pod they are of. */
  #pending: Sample[] = [];
  #askNames = true;
  #namesAt = Number.NEGATIVE_INFINITY;
  #closed = Number.NEGATIVE_INFINITY;
  #isFailing = false;

  constructor(client: Client, plan: Plan) {
    this.#client = client;
    this.#plan = plan;
  }

  /** Milliseconds by which the cluster's clock is ahead: measurements have its time. Less than a minute is how long answers take. */
  skew(): number {
    const seconds = this.#client.skew();
    return isSkewed(seconds) ? seconds * 1000 : 0;
  }

  async look(): Promise<void> {
    const samples = await lookAtUsage(this.#client, this.#plan.namespaces, this.#plan.doubt);
    const fresh = samples.flatMap((one) => this.#fresh(one));
    this.#plan.count(fresh.length);
    this.#pending = [...this.#pending, ...fresh];
    if (this.#plan.now() - this.#namesAt >= NAMES_EVERY || samples.some(({ namespace, pod }) => !this.#names.has(podKey(namespace, pod)))) await this.assign();
  }

  async lookOrNote(at: number): Promise<void> {
    const last = this.#failures.at(-1);
    try {
      await this.look();
      if (this.#isFailing && last !== undefined) last.to = at + this.skew();
      this.#isFailing = false;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const from = at + this.skew();
      if (this.#isFailing && last !== undefined) last.to = from + this.#plan.every;
      else this.#failures.push({ from, to: from + this.#plan.every, reason: error.message });
      this.#isFailing = true;
    }
  }

  /** The sample without what is known already; nothing where it has been seen. */
  #fresh(one: Sample): readonly Sample[] {
    const key = `${podKey(one.namespace, one.pod)}/${one.container}`;
    const until = this.#until.get(key) ?? this.#plan.start + Math.floor(this.skew() / BUCKET) * BUCKET;
    if (one.to <= until) return [];
    this.#until.set(key, one.to);
    return [{ ...one, from: Math.max(one.from, until) }];
  }

  /** Puts samples to the pods that had their names then. */
  async assign(): Promise<void> {
    await this.#learnNames();
    const first = this.#pending.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
    for (const one of this.#pending) {
      const uid = this.#uidOf(one);
      for (const slice of this.#slicesOf(one, first)) slice.add(one, uid);
    }
    this.#pending = [];
  }

  async #learnNames(): Promise<void> {
    this.#namesAt = this.#plan.now();
    if (!this.#askNames) return;
    const names = await this.#askedNames();
    if (names === undefined) this.#askNames = false;
    for (const one of names ?? []) {
      const known = this.#names.get(one.key) ?? [];
      if (!known.some(({ uid }) => uid === one.uid)) this.#names.set(one.key, [...known, one]);
    }
  }

  /** Where they cannot be had for once, those that are known hold. */
  async #askedNames(): Promise<readonly Named[] | undefined> {
    try {
      return await lookAtNames(this.#client, this.#plan.namespaces);
    } catch (error) {
      if (!(error instanceof UserError) || this.#names.size === 0) throw error;
      return [];
    }
  }

  /** The youngest pod of the name that was there. A window that begins before its pod does is of it all the same: containers are measured from their start. */
  #uidOf({ namespace, pod, to }: Sample): string | null {
    const known = this.#names.get(podKey(namespace, pod)) ?? [];
    return known.findLast(({ created }) => created < to)?.uid ?? null;
  }

  /** `first`: when the first of those that are waiting begins. */
  #slicesOf({ from, to }: Sample, first: number): readonly UsageSlice[] {
    const hours = [...new Set([from, to - 1].map((time) => Math.floor(time / HOUR) * HOUR))];
    return hours.flatMap((hour) => {
      if (hour <= this.#closed) return [];
      const found = this.#slices.get(hour) ?? new UsageSlice(Math.max(hour, first));
      this.#slices.set(hour, found);
      return [found];
    });
  }

  /** Hours that ended before an instant, the oldest first. */
  async *over(instant: number): AsyncGenerator<Slice> {
    if ([...this.#slices.values()].some(({ end }) => end <= instant) && this.#pending.length > 0) await this.assign();
    for (const [hour, usage] of [...this.#slices].toSorted(([a], [b]) => a - b)) {
      if (usage.end > instant) continue;
      this.#slices.delete(hour);
      this.#closed = hour;
      yield { usage, gaps: this.#gapsOf(usage) };
    }
  }

  #gapsOf({ start, end }: UsageSlice): readonly Gap[] {
    const { source } = this.#plan;
    return this.#failures.flatMap(({ from, to, reason }) => {
      if (to <= start || from >= end) return [];
      const period = { start: iso(Math.max(from, start)), end: iso(Math.min(to, end)) };
      return [{ code: 'unread-period', source, what: 'usage', period, reason } as const];
    });
  }
}

const iso = (time: number): Timestamp => new Date(time).toISOString() as Timestamp;
