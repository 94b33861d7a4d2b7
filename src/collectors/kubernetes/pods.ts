import { eventsOf } from './events.ts';
import { controllerOf, type Owners, type Workload } from './owners.ts';
import type { Look } from './look.ts';
import { instant, json, reader, resourcesOf, type Doubt, type Fact } from './rows.ts';
import type { Pod } from './schema.ts';
import { annotationsOf, containerRows, schedulingOf } from './templates.ts';

/** A pod's row, what has happened to it, and those of its containers that no template has. */
export function podFacts(pod: Pod, workload: Workload, { owners, began, bucket, doubt }: Look): Fact[] {
  const { metadata, spec, status } = pod;
  const namespace = metadata.namespace ?? '';
  const object = `pod ${namespace}/${metadata.name}`;
  const { cores, bytes } = reader(doubt, object);
  const since = (type: string): string | null => {
    const condition = status?.conditions?.find((one) => one.type === type);
    return condition?.status === 'True' ? instant(condition.lastTransitionTime) : null;
  };
  const row: Extract<Fact, { table: 'pods' }> = {
    table: 'pods',
    row: {
      namespace,
      pod: metadata.name,
      pod_uid: metadata.uid ?? null,
      workload_kind: workload.kind,
      workload: workload.name,
      node: spec.nodeName ?? null,
      phase: status?.phase ?? null,
      qos_class: status?.qosClass ?? null,
      priority_class: spec.priorityClassName ?? null,
      created: instant(metadata.creationTimestamp),
      scheduled: since('PodScheduled'),
      // Since a restart the condition is that of another start, and says nothing of the pod's own.
      ready: hasRestarted(pod) ? null : since('Ready'),
      last_seen: began,
      ...resourcesOf(spec.resources, doubt, object),
      overhead_cpu_cores: cores(spec.overhead, 'cpu', 'overhead'),
      overhead_memory_bytes: bytes(spec.overhead, 'memory', 'overhead'),
      labels: json(metadata.labels ?? {}),
    },
  };
  return [row, ...ownContainers(pod, workload, owners, doubt), ...ownReplica(pod, workload, owners, bucket), ...eventsOf(pod, began)];
}

function hasRestarted({ status }: Pod): boolean {
  return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].some(({ restartCount }) => (restartCount ?? 0) > 0);
}

/** Containers that an admission webhook put in, and all of a pod whose owner has no template that is read. */
function ownContainers(pod: Pod, workload: Workload, owners: Owners, doubt: Doubt): Fact[] {
  const { metadata, spec } = pod;
  const owner = controllerOf(metadata);
  const entry = owner === undefined ? undefined : owners.get(owner.uid);
  const template = entry?.containers;
  // Of a pod of an older revision it cannot be said what its template had.
  const { revision } = entry ?? {};
  if (template !== undefined && revision !== undefined && metadata.labels?.[revision.label] !== revision.value) return [];
  const common = {
    namespace: metadata.namespace ?? '',
    workload_kind: workload.kind,
    workload: workload.name,
    injected: template === undefined ? null : true,
    since: instant(metadata.creationTimestamp),
    replicas: null,
    labels: workload.labels,
    annotations: annotationsOf(metadata.annotations),
    scheduling: schedulingOf(spec, undefined),
    lineage: '',
    origin: 'pod',
    revision: null,
    rolled_out: null,
  } as const;
  const object = `pod ${metadata.namespace}/${metadata.name}`;
  return containerRows(spec, common, object, doubt, (name) => template === undefined || !template.has(name)).map((row) => ({ table: 'workloads', row }));
}

/** Where no controller was read that counts its pods, each counts itself. */
function ownReplica(pod: Pod, workload: Workload, owners: Owners, bucket: Look['bucket']): Fact[] {
  const owner = controllerOf(pod.metadata);
  if (owner !== undefined && owners.get(owner.uid)?.containers !== undefined) return [];
  const isOver = ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
  const isReady = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return [
    {
      table: 'replicas',
      row: {
        namespace: pod.metadata.namespace ?? '',
        workload_kind: workload.kind,
        workload: workload.name,
        ...bucket,
        desired: owner === undefined ? Number(!isOver) : null,
        ready: Number(isReady),
        autoscaler: null,
        autoscaler_min: null,
        autoscaler_max: null,
        autoscaler_desired: null,
      },
    },
  ];
}
