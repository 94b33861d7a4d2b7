import type { Row } from '../../model/cluster/tables.ts';
import type { Period, Timestamp } from '../../model/facts.ts';
import { addCpu, addWorkingSet, BUCKET_SECONDS, usageBuckets, type UsageBuckets } from '../../model/usage/buckets.ts';
import type { Sample } from './look-at-usage.ts';

const BUCKET = BUCKET_SECONDS * 1000;
export const HOUR = 3_600_000;

interface Series {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly uid: string | null;
  readonly buckets: UsageBuckets;
  samples: number;
}

/** What was used in [start, end): at most an hour, for it is held until it is over. */
export class UsageSlice {
  readonly start: number;
  readonly end: number;
  readonly #series = new Map<string, Series>();
  #samples = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /** From the bucket that an instant lies in to the end of its hour. */
  constructor(instant: number) {
    this.start = Math.floor(instant / BUCKET) * BUCKET;
    this.end = Math.floor(instant / HOUR) * HOUR + HOUR;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Whether anything was measured more than once. */
  get isRepeated(): boolean {
    return [...this.#series.values()].some(({ samples }) => samples > 1);
  }

  /** From the first to after the last instant that was observed; null where none was. */
  get observed(): Period | null {
    if (this.#samples === 0) return null;
    return {
      start: new Date(Math.max(this.#first, this.start)).toISOString() as Timestamp,
      end: new Date(Math.min(this.#last, this.end)).toISOString() as Timestamp,
    };
  }

  /** Only what lies in the slice counts. */
  add(sample: Sample, uid: string | null): void {
    if (sample.to <= this.start || sample.from >= this.end) return;
    const series = this.#seriesOf(sample, uid);
    const { buckets } = series;
    series.samples += 1;
    if (sample.cores !== null) addCpu(buckets, sample.from, sample.to, (sample.cores * (sample.to - sample.from)) / 1000);
    // Memory is that of the end of the window, which no longer lies in it.
    if (sample.workingSet !== null) addWorkingSet(buckets, sample.to - 1, sample.workingSet);
    this.#samples += 1;
    this.#first = Math.min(this.#first, sample.from);
    this.#last = Math.max(this.#last, sample.to);
  }

  #seriesOf({ namespace, pod, container }: Sample, uid: string | null): Series {
    const key = `${namespace}/${pod}/${container}/${uid ?? ''}`;
    const found = this.#series.get(key) ?? { namespace, pod, container, uid, buckets: usageBuckets(this.start, this.end), samples: 0 };
    this.#series.set(key, found);
    return found;
  }

  *rows(): Generator<Row<'usage'>> {
    for (const { namespace, pod, container, uid, buckets } of this.#series.values()) {
      for (const [at, seconds] of buckets.observedSeconds.entries()) {
        const workingSet = known(buckets.workingSetMaxBytes[at]);
        if (seconds === 0 && workingSet === null) continue;
        yield {
          namespace,
          pod,
          pod_uid: uid,
          container,
          bucket_start: new Date(buckets.start + at * BUCKET).toISOString(),
          observed_seconds: seconds,
          cpu_mean_cores: seconds === 0 ? null : (buckets.cpuSeconds[at] ?? Number.NaN) / seconds,
          cpu_max_cores: known(buckets.cpuMaxCores[at]),
          working_set_max_bytes: workingSet,
          throttled_share: null,
        };
      }
    }
  }
}

const known = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
