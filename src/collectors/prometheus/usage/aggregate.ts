import { BUCKET_SECONDS, usageBuckets, type UsageBuckets } from '../../../model/usage/buckets.ts';
import { queryRange } from '../api.ts';
import type { Client } from '../client.ts';
import { matrixOf, sampleOf } from '../samples.ts';
import { selector } from '../selection.ts';
import type { Matcher } from '../remote-read/request.ts';
import { containerOf } from './container-id.ts';
import type { Folded } from './folded.ts';
import { CONTAINERS, USAGE_METRICS, type UsageMetric } from './metrics.ts';
import type { UsageOf } from './copies.ts';

const BUCKET = BUCKET_SECONDS * 1000;

export interface Stretch {
  /** Bounds of buckets, milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly matchers: readonly Matcher[];
}

interface Question {
  readonly metric: UsageMetric;
  readonly expression: (series: string) => string;
  readonly add: (buckets: UsageBuckets, at: number, value: number) => void;
}

/** What the server is asked for each bucket, at its end. `interval`: seconds between scrapes. */
function questions(interval: number): readonly Question[] {
  const short = Math.ceil(interval * 2.5);
  const increase: Question['expression'] = (series) => `increase(${series}[${BUCKET_SECONDS}s])`;
  return [
    {
      metric: 'cpu',
      expression: (series) => `rate(${series}[${BUCKET_SECONDS}s])`,
      add: (buckets, at, cores) => {
        buckets.cpuSeconds[at] = cores * BUCKET_SECONDS;
        buckets.observedSeconds[at] = BUCKET_SECONDS;
        buckets.cpuMaxCores[at] = Math.max(cores, buckets.cpuMaxCores[at] || 0);
      },
    },
    {
      metric: 'cpu',
      expression: (series) => `max_over_time(rate(${series}[${Math.min(short, BUCKET_SECONDS)}s])[${BUCKET_SECONDS}s:${Math.ceil(interval)}s])`,
      add: (buckets, at, cores) => {
        buckets.cpuMaxCores[at] = Math.max(cores, buckets.cpuMaxCores[at] || 0);
      },
    },
    {
      metric: 'memory',
      expression: (series) => `max_over_time(${series}[${BUCKET_SECONDS}s])`,
      add: (buckets, at, bytes) => {
        buckets.workingSetMaxBytes[at] = bytes;
      },
    },
    {
      metric: 'periods',
      expression: increase,
      add: (buckets, at, periods) => {
        buckets.periods[at] = periods;
      },
    },
    {
      metric: 'throttled',
      expression: increase,
      add: (buckets, at, periods) => {
        buckets.throttledPeriods[at] = periods;
      },
    },
  ];
}

/** Lets the server aggregate: a request for each of the questions. Pods have no uid then, and rates are as PromQL extrapolates them. */
export async function aggregated(client: Client, { start, end, matchers }: Stretch, interval: number, signal?: AbortSignal): Promise<Folded> {
  const containers = new Map<string, UsageOf>();
  const found = new Set<UsageMetric>();
  let samples = 0;
  let unreadable = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { metric, expression, add } of questions(interval)) {
    const series = selector({ metrics: [USAGE_METRICS[metric]], matchers: [...CONTAINERS, ...matchers] });
    const asked = `max by (namespace, pod, container) (${expression(series)})`;
    const answer = await queryRange(client, asked, { start: start + BUCKET, end, step: BUCKET }, signal);
    for (const { usage, time, value } of pointsOf(answer, containers, start, end)) {
      found.add(metric);
      if (!Number.isFinite(value)) {
        unreadable += 1;
        continue;
      }
      add(usage.buckets, Math.round((time - start) / BUCKET) - 1, value);
      samples += 1;
      first = Math.min(first, time - BUCKET);
      last = Math.max(last, time - 1);
    }
  }
  return { usage: containers.values(), samples, first, last, intervals: [], found, unreadable };
}

function* pointsOf(answer: unknown, containers: Map<string, UsageOf>, start: number, end: number): Iterable<{ usage: UsageOf; time: number; value: number }> {
  for (const { metric, values } of matrixOf(answer)) {
    const id = containerOf(metric);
    if (id === undefined) continue;
    const key = `${id.namespace}\u0000${id.pod}\u0000${id.container}`;
    const usage = containers.get(key) ?? { id, buckets: usageBuckets(start, end) };
    containers.set(key, usage);
    for (const one of values) {
      const [time, value] = sampleOf(one);
      yield { usage, time, value };
    }
  }
}
