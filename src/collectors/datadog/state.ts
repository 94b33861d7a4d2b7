import { joinReplicas } from '../../model/cluster/replicas.ts';
import type { Row } from '../../model/cluster/tables.ts';
import { timestamp, type Span } from './span.ts';
import { createdAt } from './pods.ts';
import { GPU_KINDS, type HPAS, type NODES } from './queries.ts';
import { keyOf, type Series } from './series.ts';

const BUCKET = 300_000;
const HOUR = 3_600_000;

/** Rows of `replicas` of one kind of workload. The HPA is left open: its metrics do not say what it scales. */
export function replicaRows(kind: string, tag: string, desired: readonly Series[], ready: readonly Series[]): Row<'replicas'>[] {
  const by = ['kube_namespace', tag];
  const readyAt = pointsBy(ready, by);
  const rows = new Map<string, Row<'replicas'>>();
  for (const [series, isDesired] of [...desired.map((one) => [one, true] as const), ...ready.map((one) => [one, false] as const)]) {
    const workload = series.tags[tag];
    if (workload === undefined) continue;
    for (const [at, time] of series.times.entries()) {
      const key = `${keyOf(series.tags, by)} ${time}`;
      if (rows.has(key)) continue;
      rows.set(key, {
        namespace: series.tags['kube_namespace'] ?? null,
        workload_kind: kind,
        workload,
        since: timestamp(Math.floor(time / BUCKET) * BUCKET),
        until: timestamp(Math.floor(time / BUCKET) * BUCKET + BUCKET),
        desired: isDesired ? Math.round(series.values[at] ?? 0) : null,
        ready: whole(readyAt.get(key)),
        autoscaler: null,
        autoscaler_min: null,
        autoscaler_max: null,
        autoscaler_desired: null,
      });
    }
  }
  return [...joinReplicas([...rows.values()].toSorted(byTime))];
}

/** Names before times: ISO times of one length stand in the order of their text. */
function byTime(a: Row<'replicas'>, b: Row<'replicas'>): number {
  const key = ({ namespace, workload, since }: Row<'replicas'>): string => `${namespace}/${workload} ${since}`;
  return key(a) < key(b) ? -1 : 1;
}

export type HpaAnswers = Readonly<Record<keyof typeof HPAS, readonly Series[]>>;

/** Rows of `autoscalers`: each HPA as it stood at last. */
export function autoscalerRows(answers: HpaAnswers): Row<'autoscalers'>[] {
  const by = ['kube_namespace', 'horizontalpodautoscaler'];
  const [min, max, current, desired] = [answers.min, answers.max, answers.current, answers.desired].map((series) => lastBy(series, by));
  const names = new Map(
    Object.values(answers)
      .flat()
      .filter(({ tags }) => tags['horizontalpodautoscaler'] !== undefined)
      .map(({ tags }) => [keyOf(tags, by), tags]),
  );
  return [...names].map(([key, tags]) => ({
    kind: 'HorizontalPodAutoscaler',
    namespace: tags['kube_namespace'] ?? null,
    name: tags['horizontalpodautoscaler'] ?? null,
    target_kind: null,
    target: null,
    min_replicas: whole(min?.get(key)),
    max_replicas: whole(max?.get(key)),
    current_replicas: whole(current?.get(key)),
    desired_replicas: whole(desired?.get(key)),
    created: null,
    spec: null,
    status: null,
  }));
}

export type NodeAnswers = Readonly<Record<keyof typeof NODES, readonly Series[]>>;

/** Rows of `nodes`: each node as it stood when it was last seen. */
export function nodeRows(answers: NodeAnswers, { to }: Span): Row<'nodes'>[] {
  const all = Object.values(answers).flat();
  const nodes = Map.groupBy(
    all.filter(({ tags }) => tags['node'] !== undefined),
    ({ tags }) => tags['node'] ?? '',
  );
  const last = Object.fromEntries(Object.entries(answers).map(([name, series]) => [name, lastBy(series, ['node'])]));
  const [gpuCapacity, gpuAllocatable] = [gpusByNode(answers.gpuCapacity), gpusByNode(answers.gpuAllocatable)];
  const value = (name: keyof NodeAnswers, node: string): number | null => last[name]?.get(keyOf({ node }, ['node'])) ?? null;
  return [...nodes].map(([node, series]) => {
    const tags: Readonly<Record<string, string>> = Object.assign({}, ...series.map((one) => one.tags));
    const ready = value('ready', node);
    return {
      node,
      provider_id: providerId(tags),
      instance_type: tags['instance-type'] ?? null,
      region: tags['region'] ?? null,
      zone: tags['availability-zone'] ?? null,
      architecture: null,
      capacity_type: null,
      node_group: null,
      os_image: null,
      kubelet_version: null,
      created: createdAt(answers.age.find((one) => one.tags['node'] === node)),
      last_seen: timestamp(Math.min(to, Math.max(...series.map(({ times }) => times.at(-1) ?? 0)) + HOUR)),
      ready: ready === null ? null : ready > 0,
      cpu_capacity_cores: value('cpuCapacity', node),
      memory_capacity_bytes: whole(value('memoryCapacity', node)),
      pods_capacity: whole(value('podsCapacity', node)),
      gpu_capacity: gpuCapacity?.(node) ?? null,
      cpu_allocatable_cores: value('cpuAllocatable', node),
      memory_allocatable_bytes: whole(value('memoryAllocatable', node)),
      pods_allocatable: whole(value('podsAllocatable', node)),
      gpu_allocatable: gpuAllocatable?.(node) ?? null,
      labels: null,
      taints: null,
    };
  });
}

/** As a node of EKS has it. Hosts have these tags from Datadog's AWS integration; without it nothing says which instance a node is. */
function providerId({ 'instance-id': instance, 'availability-zone': zone }: Readonly<Record<string, string>>): string | null {
  return instance?.startsWith('i-') === true && zone !== undefined ? `aws:///${zone}/${instance}` : null;
}

/** GPUs of all kinds of a node. Older agents do not tell them: so a node of which nothing is told has none only where it is told of others. */
function gpusByNode(series: readonly Series[]): ((node: string) => number) | undefined {
  if (series.length === 0) return undefined;
  const sums = new Map(
    [...Map.groupBy(series, ({ tags }) => tags['node'] ?? '')].map(([node, of]) => [
      node,
      [...lastBy(of, GPU_KINDS).values()].reduce((sum, count) => sum + Math.round(count), 0),
    ]),
  );
  return (node) => sums.get(node) ?? 0;
}

/** The newest value of each. */
function lastBy(series: readonly Series[], by: readonly string[]): ReadonlyMap<string, number> {
  const newest = new Map<string, { readonly time: number; readonly value: number }>();
  for (const { tags, times, values } of series) {
    const [time, value] = [times.at(-1), values.at(-1)];
    const key = keyOf(tags, by);
    if (time === undefined || value === undefined || (newest.get(key)?.time ?? -1) >= time) continue;
    newest.set(key, { time, value });
  }
  return new Map([...newest].map(([key, { value }]) => [key, value]));
}

function pointsBy(series: readonly Series[], by: readonly string[]): ReadonlyMap<string, number> {
  return new Map(series.flatMap(({ tags, times, values }) => [...times].map((time, at) => [`${keyOf(tags, by)} ${time}`, values[at] ?? 0] as const)));
}

function whole(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(value);
}
