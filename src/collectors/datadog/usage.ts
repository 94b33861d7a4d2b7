import { addCpu, addPeriods, addThrottledPeriods, addWorkingSet, BUCKET_SECONDS, usageBuckets, type UsageBuckets } from '../../model/usage/buckets.ts';
import { CONTAINER } from './queries.ts';
import { keyOf, type Series } from './series.ts';

/** The answers to the questions of `USAGE`, for a day and a group of namespaces. */
export interface UsageAnswers {
  readonly cpuMean: readonly Series[];
  readonly cpuMax: readonly Series[];
  /** How many points the means were made of. */
  readonly cpuCount: readonly Series[];
  readonly memory: readonly Series[];
  readonly periods: readonly Series[];
  readonly throttled: readonly Series[];
}

const NANO = 1e9;
const BUCKET = BUCKET_SECONDS * 1000;

interface Container {
  readonly tags: Readonly<Record<string, string>>;
  readonly buckets: UsageBuckets;
  readonly cpuMax: Float64Array;
}

/** The rows of `usage` of one container, column by column, in the order of time. NaN is NULL. */
export interface UsageBlock {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly rows: number;
  /** Buckets since the day began. */
  readonly bucket: Int32Array;
  readonly observedSeconds: Float64Array;
  readonly cpuMeanCores: Float64Array;
  readonly cpuMaxCores: Float64Array;
  readonly workingSetMaxBytes: Float64Array;
  readonly throttledShare: Float64Array;
}

/** What `usage` has of a day, container by container. Series that do not say which container of which pod they are of are left out: see `unnamed`. */
export function* usageBlocks(answers: UsageAnswers, day: { readonly from: number; readonly end: number }, resolution: number): Generator<UsageBlock> {
  const containers = new Map<string, Container>();
  const each = (series: readonly Series[], take: (container: Container, time: number, value: number) => void): void => {
    for (const { tags, times, values } of series) {
      if (!isNamed(tags)) continue;
      const key = keyOf(tags, CONTAINER);
      const container = containers.get(key) ?? begin(tags, day);
      containers.set(key, container);
      for (const [at, time] of times.entries()) take(container, time, values[at] ?? Number.NaN);
    }
  };
  const ranFor = sharesOf(answers.cpuCount);
  each(answers.cpuMean, ({ buckets, tags }, time, nano) => {
    const seconds = resolution * (ranFor.get(`${keyOf(tags, CONTAINER)} ${time}`) ?? 1);
    addCpu(buckets, time, time + seconds * 1000, (nano / NANO) * seconds);
  });
  each(answers.cpuMax, ({ cpuMax }, time, nano) => {
    const at = Math.floor((time - day.from) / BUCKET);
    if (!((cpuMax[at] ?? Number.NaN) >= nano / NANO)) cpuMax[at] = nano / NANO;
  });
  each(answers.memory, ({ buckets }, time, bytes) => addWorkingSet(buckets, time, bytes));
  // Both are periods a second: what they are of cancels out in their ratio.
  each(answers.periods, ({ buckets }, time, rate) => addPeriods(buckets, time, time + BUCKET, rate * BUCKET_SECONDS));
  each(answers.throttled, ({ buckets }, time, rate) => addThrottledPeriods(buckets, time, time + BUCKET, rate * BUCKET_SECONDS));
  for (const container of containers.values()) yield blockOf(container);
}

/** A container's first and last steps are not counted among so few. */
const FEWEST = 3;

/**
 * For which share of a step a container ran, where that is not all of it: by how many points of it there are, of those that a whole step has. That many it has itself,
 * in between its first and its last; one that was there for less is measured by the others.
 */
function sharesOf(counts: readonly Series[]): ReadonlyMap<string, number> {
  const most = ({ values }: Series): number => values.reduce((a, b) => Math.max(a, b), 0);
  const long = counts.filter(({ values }) => values.length >= FEWEST);
  const usual = median((long.length > 0 ? long : counts).map(most));
  return new Map(
    counts.flatMap((one) => {
      const whole = one.values.length >= FEWEST ? most(one) : Math.max(usual, most(one));
      const key = keyOf(one.tags, CONTAINER);
      return [...one.times].flatMap((time, at): [string, number][] => {
        const share = (one.values[at] ?? 0) / whole;
        return share > 0 && share < 1 ? [[`${key} ${time}`, share]] : [];
      });
    }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** How many series lack the tags that say which container of which pod they are of. */
export function unnamed(series: readonly Series[]): number {
  return series.filter(({ tags }) => !isNamed(tags)).length;
}

function isNamed(tags: Readonly<Record<string, string>>): boolean {
  return CONTAINER.every((tag) => tags[tag] !== undefined);
}

function begin(tags: Series['tags'], { from, end }: { readonly from: number; readonly end: number }): Container {
  return { tags, buckets: usageBuckets(from, end), cpuMax: new Float64Array((end - from) / BUCKET).fill(Number.NaN) };
}

function blockOf({ tags, buckets, cpuMax }: Container): UsageBlock {
  const { cpuSeconds, observedSeconds, workingSetMaxBytes, periods, throttledPeriods } = buckets;
  const bucket = Int32Array.from(observedSeconds.keys()).filter((at) => (observedSeconds[at] ?? 0) > 0 || !Number.isNaN(workingSetMaxBytes[at]));
  const column = (value: (at: number) => number): Float64Array => Float64Array.from(bucket, value);
  const ratio = (part: Float64Array, whole: Float64Array, at: number): number => (whole[at] === 0 ? Number.NaN : (part[at] ?? 0) / (whole[at] ?? 0));
  return {
    namespace: tags['kube_namespace'] ?? '',
    pod: tags['pod_name'] ?? '',
    container: tags['kube_container_name'] ?? '',
    rows: bucket.length,
    bucket,
    observedSeconds: column((at) => observedSeconds[at] ?? 0),
    cpuMeanCores: column((at) => ratio(cpuSeconds, observedSeconds, at)),
    cpuMaxCores: column((at) => cpuMax[at] ?? Number.NaN),
    workingSetMaxBytes: column((at) => Math.round(workingSetMaxBytes[at] ?? Number.NaN)),
    throttledShare: column((at) => Math.min(1, ratio(throttledPeriods, periods, at))),
  };
}
