import type { Matcher } from '../remote-read/request.ts';

/** What cAdvisor (in the kubelet) says of a container, by what becomes of it. */
export const USAGE_METRICS = {
  cpu: 'container_cpu_usage_seconds_total',
  memory: 'container_memory_working_set_bytes',
  periods: 'container_cpu_cfs_periods_total',
  throttled: 'container_cpu_cfs_throttled_periods_total',
} as const;

export type UsageMetric = keyof typeof USAGE_METRICS;

/** Not the sums over whole pods and nodes, and not the pause container of Docker. */
export const CONTAINERS: readonly Matcher[] = [
  { type: '!=', name: 'container', value: '' },
  { type: '!=', name: 'container', value: 'POD' },
];

/** What is unknown without a metric, for gaps. */
export const UNKNOWN_WITHOUT: Readonly<Record<UsageMetric, string>> = {
  cpu: 'what CPU containers used',
  memory: 'what memory containers used',
  periods: 'how much containers were throttled',
  throttled: 'how much containers were throttled',
};
