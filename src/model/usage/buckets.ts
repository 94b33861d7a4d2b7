/** Length of a bucket, in seconds and in milliseconds. Buckets begin at whole multiples of it since 1970. */
export const BUCKET_SECONDS = 300;
const BUCKET = BUCKET_SECONDS * 1000;

/**
 * What a container used, in buckets that follow each other. Typed arrays, for there are millions of samples.
 * A bucket in which nothing was observed has `observedSeconds` 0, and NaN where a value has no neutral one.
 */
export interface UsageBuckets {
  /** Milliseconds since 1970: a whole multiple of the bucket's length. */
  readonly start: number;
  /** CPU time used, in core-seconds, and how many seconds it was observed in. */
  readonly cpuSeconds: Float64Array;
  readonly observedSeconds: Float64Array;
  /** Highest rate between two looks, in cores. */
  readonly cpuMaxCores: Float64Array;
  readonly workingSetMaxBytes: Float64Array;
  /** CFS periods, and those in which it was throttled. */
  readonly periods: Float64Array;
  readonly throttledPeriods: Float64Array;
}

/** Empty buckets of [start, end), both in milliseconds. @throws RangeError if these are no bounds of buckets */
export function usageBuckets(start: number, end: number): UsageBuckets {
  if (start % BUCKET !== 0 || end % BUCKET !== 0 || end < start) throw new RangeError(`not the bounds of buckets: ${start}, ${end}`);
  const count = (end - start) / BUCKET;
  // One piece of memory: there are thousands of containers, and small pieces are dear to give back.
  const all = new Float64Array(count * 6);
  const column = (at: number): Float64Array => all.subarray(at * count, (at + 1) * count);
  return {
    start,
    cpuSeconds: column(0),
    observedSeconds: column(1),
    cpuMaxCores: column(2).fill(Number.NaN),
    workingSetMaxBytes: column(3).fill(Number.NaN),
    periods: column(4),
    throttledPeriods: column(5),
  };
}

/** Adds CPU time (core-seconds) that was used at an even rate in [from, to), in milliseconds. What lies outside of the buckets is left out. */
export function addCpu(buckets: UsageBuckets, from: number, to: number, coreSeconds: number): void {
  addCpuTime(buckets, from, to, coreSeconds);
  addObserved(buckets, from, to);
}

/** As `addCpu`, where what was observed is told apart: counters of one container that overlap in time are observed once. */
export function addCpuTime(buckets: UsageBuckets, from: number, to: number, coreSeconds: number): void {
  const { start, cpuSeconds, cpuMaxCores } = buckets;
  const rate = (coreSeconds * 1000) / (to - from);
  const first = Math.floor((from - start) / BUCKET);
  // Most intervals lie in one bucket: it gets the time as it is, so that nothing is lost to rounding.
  if (first >= 0 && first < cpuSeconds.length && to <= start + (first + 1) * BUCKET) {
    cpuSeconds[first] = (cpuSeconds[first] ?? 0) + coreSeconds;
    if (!((cpuMaxCores[first] ?? Number.NaN) >= rate)) cpuMaxCores[first] = rate;
    return;
  }
  spread(buckets, cpuSeconds, from, to, coreSeconds);
  const last = Math.min(cpuMaxCores.length - 1, Math.ceil((to - start) / BUCKET) - 1);
  for (let at = Math.max(0, first); at <= last; at += 1) if (!((cpuMaxCores[at] ?? Number.NaN) >= rate)) cpuMaxCores[at] = rate;
}

/** Adds time in which CPU was observed, [from, to) in milliseconds. */
export function addObserved(buckets: UsageBuckets, from: number, to: number): void {
  spread(buckets, buckets.observedSeconds, from, to, (to - from) / 1000);
}

/** Adds CFS periods that passed at an even rate in [from, to), in milliseconds. */
export function addPeriods(buckets: UsageBuckets, from: number, to: number, periods: number): void {
  spread(buckets, buckets.periods, from, to, periods);
}

/** Adds CFS periods in which the container was throttled. */
export function addThrottledPeriods(buckets: UsageBuckets, from: number, to: number, periods: number): void {
  spread(buckets, buckets.throttledPeriods, from, to, periods);
}

/** Adds what memory was held at an instant, in milliseconds and bytes. */
export function addWorkingSet({ start, workingSetMaxBytes }: UsageBuckets, time: number, bytes: number): void {
  const at = Math.floor((time - start) / BUCKET);
  if (at < 0 || at >= workingSetMaxBytes.length) return;
  if (!((workingSetMaxBytes[at] ?? Number.NaN) >= bytes)) workingSetMaxBytes[at] = bytes;
}

function spread({ start }: UsageBuckets, into: Float64Array, from: number, to: number, amount: number): void {
  const last = Math.min(into.length - 1, Math.ceil((to - start) / BUCKET) - 1);
  for (let at = Math.max(0, Math.floor((from - start) / BUCKET)); at <= last; at += 1) {
    const begins = start + at * BUCKET;
    into[at] = (into[at] ?? 0) + (amount * (Math.min(to, begins + BUCKET) - Math.max(from, begins))) / (to - from);
  }
}
