import { addObserved, type UsageBuckets } from '../../../model/usage/buckets.ts';
import type { ContainerId } from './container-id.ts';

/** What one observer saw of a container: of its cgroups that followed each other, added up. */
export interface Copy {
  readonly buckets: UsageBuckets;
  /** When CPU was observed: begin, end, begin, end, ... in milliseconds, of one cgroup after another. */
  readonly spans: number[];
}

export interface UsageOf {
  readonly id: ContainerId;
  readonly buckets: UsageBuckets;
}

interface Observed {
  readonly id: ContainerId;
  readonly copies: readonly Copy[];
}

/**
 * Copies of one truth (an HA pair, two jobs with the same target) become one: in each bucket that which observed most, and the highest memory.
 * Where one observer keeps a pod's uid and another one does not, the latter's are copies as well.
 */
export function* collapse(containers: readonly Observed[]): Iterable<UsageOf> {
  const known = new Map<string, UsageOf[]>();
  const nameless: UsageOf[] = [];
  for (const { id, copies } of containers) {
    const usage = { id, buckets: best(copies.map(withObserved)) };
    if (id.uid === null) {
      nameless.push(usage);
      continue;
    }
    const others = known.get(nameOf(id));
    if (others === undefined) known.set(nameOf(id), [usage]);
    else others.push(usage);
  }
  for (const usage of nameless) {
    const named = known.get(nameOf(usage.id));
    if (named !== undefined) giveBuckets(usage.buckets, named);
    yield usage;
  }
  for (const usages of known.values()) yield* usages;
}

const nameOf = ({ namespace, pod, container }: ContainerId): string => `${namespace}\u0000${pod}\u0000${container}`;

function withObserved({ buckets, spans }: Copy): UsageBuckets {
  for (const [from, to] of union(spans)) addObserved(buckets, from, to);
  return buckets;
}

/** Spans without overlaps, in order: a cgroup that stands still beside its successor is not observed twice. */
function union(spans: readonly number[]): [number, number][] {
  const pairs: [number, number][] = [];
  for (let at = 0; at < spans.length; at += 2) pairs.push([spans[at] ?? 0, spans[at + 1] ?? 0]);
  pairs.sort(([a], [b]) => a - b);
  const joined: [number, number][] = [];
  for (const pair of pairs) {
    const last = joined.at(-1);
    if (last !== undefined && pair[0] <= last[1]) last[1] = Math.max(last[1], pair[1]);
    else joined.push(pair);
  }
  return joined;
}

/** The first of them, with the better of all of them in each bucket. */
function best([first, ...others]: readonly UsageBuckets[]): UsageBuckets {
  if (first === undefined) throw new RangeError('a container that nobody saw');
  for (const other of others) {
    for (let at = 0; at < first.cpuSeconds.length; at += 1) take(first, other, at);
  }
  return first;
}

/** Takes over what the other saw in a bucket, where it saw more of it. Of two that saw the same, one must win whatever their order: the higher use. */
function take(into: UsageBuckets, other: UsageBuckets, at: number): void {
  const mine = into.observedSeconds[at] ?? 0;
  const its = other.observedSeconds[at] ?? 0;
  if (its > mine || (its === mine && (other.cpuSeconds[at] ?? 0) > (into.cpuSeconds[at] ?? 0))) {
    for (const value of ['cpuSeconds', 'observedSeconds', 'cpuMaxCores'] as const) into[value][at] = other[value][at] ?? Number.NaN;
  }
  if ((other.periods[at] ?? 0) > (into.periods[at] ?? 0)) {
    for (const value of ['periods', 'throttledPeriods'] as const) into[value][at] = other[value][at] ?? 0;
  }
  const held = other.workingSetMaxBytes[at] ?? Number.NaN;
  if (held >= 0 && !((into.workingSetMaxBytes[at] ?? Number.NaN) >= held)) into.workingSetMaxBytes[at] = held;
}

/** Empties the buckets in which a pod of the name is seen with its uid: one such pod gets what it lacks, of several nobody knows which. */
function giveBuckets(from: UsageBuckets, named: readonly UsageOf[]): void {
  for (let at = 0; at < from.cpuSeconds.length; at += 1) {
    const seen = named.filter(({ buckets }) => isSeen(buckets, at));
    const [only] = seen;
    if (only === undefined) continue;
    if (seen.length === 1) take(only.buckets, from, at);
    for (const value of ['cpuSeconds', 'observedSeconds', 'periods', 'throttledPeriods'] as const) from[value][at] = 0;
    from.cpuMaxCores[at] = Number.NaN;
    from.workingSetMaxBytes[at] = Number.NaN;
  }
}

/** Whether anything is known of the bucket. */
export function isSeen({ observedSeconds, workingSetMaxBytes }: UsageBuckets, at: number): boolean {
  return (observedSeconds[at] ?? 0) > 0 || (workingSetMaxBytes[at] ?? Number.NaN) >= 0;
}
