import { addCpuTime, addPeriods, addThrottledPeriods, addWorkingSet, BUCKET_SECONDS, usageBuckets, type UsageBuckets } from '../../../model/usage/buckets.ts';
import type { Labels, SeriesSink } from '../series.ts';
import { collapse, type Copy, type UsageOf } from './copies.ts';
import { containerOf, observerOf, type ContainerId } from './container-id.ts';
import { USAGE_METRICS } from './metrics.ts';

const BUCKET = BUCKET_SECONDS * 1000;

/** Between two looks further apart than this nothing was observed: five minutes, and a little for scrapes that come late. Milliseconds. */
export const LONGEST_INTERVAL = 330_000;

interface Container {
  readonly id: ContainerId;
  readonly copies: Map<string, Copy>;
}

type Metric = 'cpu' | 'memory' | 'periods' | 'throttled';
const METRICS: ReadonlyMap<string, Metric> = new Map(Object.entries(USAGE_METRICS).map(([metric, name]) => [name, metric as Metric]));

/** More containers than the memory is planned for: the slice is to be cut. */
export class TooManyContainers extends Error {
  constructor() {
    super('more containers than were expected');
    this.name = 'TooManyContainers';
  }
}

/** Folds samples of a stretch of time into buckets, as they come. Nothing depends on how time and containers were cut into stretches. */
export class UsageFold implements SeriesSink {
  /** Samples in the stretch itself; those just outside are read for the intervals that reach into it. */
  samples = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  /** How often two CPU samples were so many seconds apart. */
  readonly intervals = new Uint32Array(LONGEST_INTERVAL / 1000 + 1);
  readonly found = new Set<Metric>();

  readonly #start: number;
  readonly #end: number;
  readonly #most: number;
  readonly #containers = new Map<string, Container>();
  #buckets: UsageBuckets | undefined;
  #spans: number[] = [];
  #metric: Metric = 'cpu';
  #time = Number.NaN;
  #value = 0;

  /** Of [start, end), milliseconds, both bounds of buckets; `most` containers at most. */
  constructor(start: number, end: number, most = Number.POSITIVE_INFINITY) {
    this.#start = start;
    this.#end = end;
    this.#most = most;
  }

  begin(labels: Labels): void {
    this.#buckets = undefined;
    this.#time = Number.NaN;
    const metric = METRICS.get(labels['__name__'] ?? '');
    const id = containerOf(labels);
    if (metric === undefined || id === undefined || !isWhole(labels)) return;
    this.#metric = metric;
    this.found.add(metric);
    const copy = this.#copy(id, observerOf(labels));
    this.#buckets = copy.buckets;
    this.#spans = copy.spans;
  }

  run(time: number, step: number, count: number, value: number): void {
    const buckets = this.#buckets;
    if (buckets === undefined) return;
    this.#count(time, step, count);
    if (this.#metric === 'memory') {
      addHeld(buckets, time, step, count, value);
      return;
    }
    const before = this.#time;
    // A counter that fell began again, from 0.
    if (time - before <= LONGEST_INTERVAL) this.#add(buckets, before, time, value < this.#value ? value : value - this.#value, 1);
    this.#value = value;
    this.#time = time;
    if (count === 1) return;
    const last = time + (count - 1) * step;
    if (step <= LONGEST_INTERVAL) this.#add(buckets, time, last, 0, count - 1);
    this.#time = last;
  }

  /** What was used, of each container that anything is known of. */
  *usage(): Iterable<UsageOf> {
    yield* collapse([...this.#containers.values()].map(({ id, copies }) => ({ id, copies: [...copies.values()] })));
  }

  #add(buckets: UsageBuckets, from: number, to: number, increase: number, intervals: number): void {
    if (this.#metric === 'periods') {
      addPeriods(buckets, from, to, increase);
      return;
    }
    if (this.#metric === 'throttled') {
      addThrottledPeriods(buckets, from, to, increase);
      return;
    }
    addCpuTime(buckets, from, to, increase);
    const spans = this.#spans;
    if (spans[spans.length - 1] === from) spans[spans.length - 1] = to;
    else spans.push(from, to);
    const seconds = Math.round((to - from) / intervals / 1000);
    this.intervals[seconds] = (this.intervals[seconds] ?? 0) + intervals;
  }

  #count(time: number, step: number, count: number): void {
    const first = time >= this.#start ? 0 : Math.ceil((this.#start - time) / step);
    const end = time + (count - 1) * step < this.#end ? count : Math.ceil((this.#end - time) / step);
    // Of a single sample outside the step is 0, and the count therefore not finite.
    if (!(end > first) || first >= count) return;
    this.samples += Math.min(end, count) - first;
    if (time + first * step < this.first) this.first = time + first * step;
    const last = time + (end - 1) * step;
    if (last > this.last) this.last = last;
  }

  #copy(id: ContainerId, observer: string): Copy {
    const key = `${id.namespace}\u0000${id.pod}\u0000${id.uid ?? ''}\u0000${id.container}`;
    let container = this.#containers.get(key);
    if (container === undefined) {
      if (this.#containers.size >= this.#most) throw new TooManyContainers();
      container = { id, copies: new Map() };
      this.#containers.set(key, container);
    }
    let copy = container.copies.get(observer);
    if (copy === undefined) {
      copy = { buckets: usageBuckets(this.#start, this.#end), spans: [] };
      container.copies.set(observer, copy);
    }
    return copy;
  }
}

/** Old kubelets split CPU time by core: the highest sum cannot be told from those. */
const isWhole = ({ cpu }: Labels): boolean => cpu === undefined || cpu === 'total' || cpu === '';

function addHeld(buckets: UsageBuckets, time: number, step: number, count: number, bytes: number): void {
  addWorkingSet(buckets, time, bytes);
  if (count === 1) return;
  const last = time + (count - 1) * step;
  // Every sample where they are rare, else one a bucket.
  const stride = Math.max(1, Math.floor(BUCKET / step)) * step;
  for (let at = time + stride; at < last; at += stride) addWorkingSet(buckets, at, bytes);
  addWorkingSet(buckets, last, bytes);
}
