import { BUCKET_SECONDS, usageBuckets, type UsageBuckets } from '../../../model/usage/buckets.ts';
import { queryRange } from '../api.ts';
import type { Client } from '../client.ts';
import { presentMetrics } from '../probe.ts';
import { matrixOf, sampleOf } from '../samples.ts';
import { selector } from '../selection.ts';
import type { Matcher } from '../remote-read/request.ts';
import { containerOf } from './container-id.ts';
import { LONGEST_INTERVAL } from './fold.ts';
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

/**
 * What the server is asked for each bucket, a millisecond before its end: what is seen at the end itself is of the next one, and a range has its end in it.
 * `interval`: seconds between scrapes.
 */
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
    const answer = await queryRange(client, asked, { start: start + BUCKET - 1, end, step: BUCKET }, signal);
    for (const { usage, time, value } of pointsOf(answer, containers, start, end)) {
      found.add(metric);
      // Some servers answer at whole multiples of the step, whatever they are asked for.
      const at = Math.round((time - start) / BUCKET) - 1;
      if (at < 0 || at >= usage.buckets.cpuSeconds.length) continue;
      if (!Number.isFinite(value)) {
        unreadable += 1;
        continue;
      }
      add(usage.buckets, at, value);
      samples += 1;
      first = Math.min(first, start + at * BUCKET);
      last = Math.max(last, start + (at + 1) * BUCKET - 1);
    }
  }
  for (const metric of await around(client, { start, end, matchers }, found)) found.add(metric);
  return { usage: containers.values(), samples, first, last, intervals: [], found, unreadable };
}

/** Metrics that are there, though nothing was seen of them in this stretch: they are not missing. As samples that are read from a little earlier on show, too. */
async function around(client: Client, { start, end, matchers }: Stretch, found: ReadonlySet<UsageMetric>): Promise<readonly UsageMetric[]> {
  const open = (['cpu', 'memory'] as const).filter((metric) => !found.has(metric));
  if (open.length === 0) return [];
  const metrics = open.map((metric) => USAGE_METRICS[metric]);
  const present = await presentMetrics(client, { metrics, matchers: [...CONTAINERS, ...matchers] }, start - LONGEST_INTERVAL, end - 1);
  return open.filter((metric) => present.has(USAGE_METRICS[metric]));
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
