import { gpusOf, isGpu } from '../../../model/cluster/gpus.ts';
import type { Row } from '../../../model/cluster/tables.ts';
import { beginOf } from './incarnations.ts';
import type { Owners } from './owners.ts';
import { isoTime, lastLabels, lastNumber, numbers, sight, type Span } from './read.ts';
import { seriesOf, type Subject } from './store.ts';
import { GAP, valueAt } from './timeline.ts';

type Spec = Pick<
  Row<'workloads'>,
  'container_type' | 'image' | 'cpu_request_cores' | 'cpu_limit_cores' | 'memory_request_bytes' | 'memory_limit_bytes' | 'gpu_request'
>;

/** What a container of one pod asked for, from a time to when that was last seen. */
interface Stretch {
  readonly spec: Spec;
  readonly from: number;
  readonly to: number;
}

const RESOURCES = [
  ['cpu_request_cores', 'requests', 'cpu'],
  ['cpu_limit_cores', 'limits', 'cpu'],
  ['memory_request_bytes', 'requests', 'memory'],
  ['memory_limit_bytes', 'limits', 'memory'],
] as const;

/**
 * The containers of each workload, and what they asked for. While a workload is rolled out, two specifications stand side by side: the newer one counts.
 * The newest one holds until another begins, also where no pod of it is left: a CronJob between its runs still asks for the same.
 * @param replicas the last known number of replicas of a workload, by `namespace/kind/name`
 */
export function workloadRows(pods: readonly Subject[], { ofPod }: Owners, replicas: ReadonlyMap<string, number>, span: Span): Row<'workloads'>[] {
  // A container that asks for nothing has no series: where requests are told at all, it asks for no GPU.
  const isSaid = pods.some((pod) => seriesOf(pod, 'requests').length > 0);
  const containers = new Map<string, { of: Pick<Row<'workloads'>, 'namespace' | 'workload_kind' | 'workload' | 'container'>; stretches: Stretch[] }>();
  for (const pod of pods) {
    const seen = sight(pod, span);
    const owner = ofPod(pod);
    if (owner === null || seen === undefined || seen.end < span.start) continue;
    const namespace = pod.identity[0] ?? '';
    for (const container of containersOf(pod)) {
      const key = [namespace, owner.kind, owner.name, container].join('/');
      const known = containers.get(key) ?? { of: { namespace, workload_kind: owner.kind, workload: owner.name, container }, stretches: [] };
      const life = { start: Math.min(beginOf(pod, span), seen.start), end: seen.end };
      known.stretches.push(...stretchesOf(pod, container, life, span).map((one) => (isSaid ? one : { ...one, spec: { ...one.spec, gpu_request: null } })));
      containers.set(key, known);
    }
  }
  return [...containers.values()].flatMap(({ of, stretches }) =>
    inTurn(stretches).map(({ spec, since, until }) => ({
      ...of,
      ...spec,
      injected: null,
      since: isoTime(since),
      until: until === null ? null : isoTime(until),
      runtime: null,
      runtime_hint: null,
      replicas: replicas.get(`${of.namespace}/${of.workload_kind}/${of.workload}`) ?? null,
      labels: null,
      annotations: null,
      scheduling: null,
    })),
  );
}

function containersOf(pod: Subject): string[] {
  const slots = ['container', 'init-container', 'requests', 'limits', 'restarts'] as const;
  return [...new Set(slots.flatMap((slot) => seriesOf(pod, slot).map(({ labels }) => labels['container'] ?? '')))].toSorted();
}

function stretchesOf(pod: Subject, container: string, life: Span, span: Span): Stretch[] {
  const described = describe(pod, container, span);
  const lines = RESOURCES.map(([column, slot, resource]) => [column, numbers(pod, slot, span, { container, resource })] as const);
  // Of GPUs a pod has, from its first instant on, what it asks for.
  const gpus = gpusOf(gpuRequests(pod, container, span));
  // Pods are resized in place since Kubernetes 1.33.
  const changes = lines.flatMap(([, runs]) => runs.flatMap(({ first, value }, at) => (at > 0 && runs[at - 1]?.value !== value ? [first] : [])));
  const starts = [life.start, ...[...new Set(changes)].toSorted((a, b) => a - b)];
  return starts.map((from, at) => {
    const values = lines.map(([column, runs]) => [column, valueAt(runs, from) ?? null]);
    return { spec: { ...described, ...Object.fromEntries(values), gpu_request: gpus } as Spec, from, to: starts[at + 1] ?? life.end };
  });
}

function gpuRequests(pod: Subject, container: string, span: Span): (readonly [string, number])[] {
  const resources = seriesOf(pod, 'requests').flatMap(({ labels }) => (labels['container'] === container ? (labels['resource'] ?? []) : []));
  return [...new Set(resources)].filter(isGpu).map((resource) => [resource, lastNumber(pod, 'requests', span, { container, resource }) ?? 0]);
}

/** The specification's image where it is said, else that of the status, which the runtime may spell otherwise, and only once the container has started. */
function describe(pod: Subject, container: string, span: Span): Pick<Spec, 'container_type' | 'image'> {
  const of = (slot: 'container' | 'init-container') => lastLabels(only(pod, slot, container), slot, span);
  const [main, init] = [of('container'), of('init-container')];
  const image = (main ?? init)?.['image_spec'] ?? (main ?? init)?.['image'] ?? null;
  if (main !== undefined || init === undefined) return { container_type: 'main', image };
  return { container_type: init['restart_policy'] === 'Always' ? 'sidecar' : 'init', image };
}

function only(pod: Subject, slot: 'container' | 'init-container', container: string): Subject {
  return { ...pod, slots: new Map([[slot, seriesOf(pod, slot).filter(({ labels }) => labels['container'] === container)]]) };
}

/** Specifications one after another: each from when it was first there, until the next one began. */
function inTurn(stretches: readonly Stretch[]): { spec: Spec; since: number; until: number | null }[] {
  const bySpec = Map.groupBy(stretches, ({ spec }) => JSON.stringify(spec));
  const standing = [...bySpec].flatMap(([text, same]) => joined(same).map((stretch) => ({ ...stretch, text })));
  const sorted = standing.toSorted((a, b) => a.from - b.from || a.to - b.to || (a.text < b.text ? -1 : 1));
  const turns = sorted.filter(({ text }, at) => sorted[at - 1]?.text !== text);
  return turns.map(({ spec, from }) => ({ spec, since: from, until: turns.find((next) => next.from > from)?.from ?? null }));
}

/** Stretches that touch are one: pods come and go. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from)) {
    const before = result.at(-1);
    if (before !== undefined && stretch.from <= before.to + GAP) result[result.length - 1] = { ...before, to: Math.max(before.to, stretch.to) };
    else result.push(stretch);
  }
  return result;
}
