import { GPU_RESOURCES } from '../../../model/cluster/gpus.ts';
import type { StateMetric, SubjectKind } from './metric.ts';

const pod = { table: 'pods', subject: 'pod', read: 'end' } as const;
const event = { table: 'events', subject: 'pod' } as const;
const spec = { table: 'workloads', subject: 'pod', read: 'end' } as const;
const node = { table: 'nodes', subject: 'node', expected: 'nodes' } as const;
const hpa = { table: 'replicas', subject: 'autoscaler', expected: 'autoscalers' } as const;
const owner = { slot: 'owner', unit: 'flag', labels: ['owner_kind', 'owner_name', 'owner_is_controller'] } as const;
const CONTAINER_RESOURCES = {
  read: 'ends',
  unit: 'resource',
  labels: ['container', 'resource'],
  only: { resource: ['cpu', 'memory', ...GPU_RESOURCES] },
} as const;
const NODE_RESOURCES = { unit: 'resource', labels: ['resource'], only: { resource: ['cpu', 'memory', 'pods', ...GPU_RESOURCES] } } as const;

/**
 * What is read of kube-state-metrics 1.x and 2.x, and one metric of cAdvisor. Those that say to whom a pod belongs come first: `wants` needs them.
 * Names and labels: https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
 */
export const STATE_METRICS: readonly StateMetric[] = [
  { ...pod, ...owner, name: 'kube_pod_owner', expected: 'pods', unknown: 'which workload a pod belongs to' },
  {
    ...owner,
    name: 'kube_replicaset_owner',
    table: 'pods',
    subject: 'ReplicaSet',
    expected: 'ReplicaSet',
    unknown: 'which Rollout a ReplicaSet belongs to, if any',
    // There are eleven for each Deployment, and their names say what they belong to. Which names do not, only the others tell.
    without: { owner_kind: ['Deployment'] },
  },
  { ...owner, name: 'kube_job_owner', table: 'pods', subject: 'Job', expected: 'Job', unknown: 'which CronJob a Job belongs to, other than by its name' },
  {
    ...pod,
    // Each pod has this one: it tells which were there, and how long.
    read: 'course',
    name: 'kube_pod_info',
    expected: 'pods',
    unknown: 'on which node a pod runs, and its priority class',
    slot: 'info',
    unit: 'flag',
    labels: ['node', 'created_by_kind', 'created_by_name', 'priority_class'],
  },
  { ...pod, name: 'kube_pod_created', expected: 'pods', unknown: 'when a pod was created', slot: 'created', unit: 'unix-seconds' },
  { ...pod, name: 'kube_pod_status_scheduled_time', expected: 'pods', unknown: 'when a pod was scheduled', slot: 'scheduled', unit: 'unix-seconds' },
  { ...pod, name: 'kube_pod_status_ready_time', expected: 'pods', unknown: 'when a pod became ready', slot: 'ready-time', unit: 'unix-seconds' },
  // Five series a pod, of which four say nothing, and the fifth that a pod which stands runs.
  { ...pod, read: 'named', name: 'kube_pod_status_phase', unknown: 'the phase of a pod', slot: 'phase', unit: 'flag', labels: ['phase'] },
  { ...pod, name: 'kube_pod_status_qos_class', unknown: 'the QoS class of a pod', slot: 'qos', unit: 'flag', labels: ['qos_class'] },
  { ...pod, name: 'kube_pod_overhead_cpu_cores', unknown: 'what the runtime class of a pod takes', slot: 'overhead-cpu', unit: 'cores' },
  { ...pod, name: 'kube_pod_overhead_memory_bytes', unknown: 'what the runtime class of a pod takes', slot: 'overhead-memory', unit: 'bytes' },
  { ...pod, name: 'kube_pod_labels', unknown: 'labels of pods', slot: 'labels', unit: 'flag', labels: ['label_'] },

  {
    ...spec,
    name: 'kube_pod_container_info',
    expected: 'pods',
    unknown: 'which image a container runs',
    slot: 'container',
    unit: 'flag',
    labels: ['container', 'image', 'image_spec'],
  },
  {
    ...spec,
    name: 'kube_pod_init_container_info',
    unknown: 'init containers and sidecars',
    slot: 'init-container',
    unit: 'flag',
    labels: ['container', 'image', 'image_spec', 'restart_policy'],
  },
  {
    ...spec,
    ...CONTAINER_RESOURCES,
    name: 'kube_pod_container_resource_requests',
    expected: 'pods',
    unknown: 'what containers request, if anything',
    slot: 'requests',
  },
  {
    ...spec,
    ...CONTAINER_RESOURCES,
    name: 'kube_pod_container_resource_limits',
    expected: 'pods',
    unknown: 'what containers are limited to, if anything',
    slot: 'limits',
  },
  { ...spec, ...CONTAINER_RESOURCES, name: 'kube_pod_init_container_resource_requests', unknown: 'what init containers request', slot: 'requests' },
  { ...spec, ...CONTAINER_RESOURCES, name: 'kube_pod_init_container_resource_limits', unknown: 'what init containers are limited to', slot: 'limits' },
  // As they were called before kube-state-metrics 2.0.
  ...(['requests', 'limits'] as const).flatMap((slot) =>
    (['container', 'init_container'] as const).flatMap((kind): StateMetric[] => [
      { ...oldName(slot, `kube_pod_${kind}_resource_${slot}_cpu_cores`), unit: 'cores', fixed: { resource: 'cpu' } },
      { ...oldName(slot, `kube_pod_${kind}_resource_${slot}_memory_bytes`), unit: 'bytes', fixed: { resource: 'memory' } },
    ]),
  ),

  {
    ...event,
    name: 'kube_pod_container_status_restarts_total',
    expected: 'pods',
    unknown: 'when containers restarted',
    slot: 'restarts',
    unit: 'integer',
    labels: ['container'],
  },
  {
    ...event,
    name: 'kube_pod_init_container_status_restarts_total',
    unknown: 'when sidecars restarted',
    slot: 'restarts',
    unit: 'integer',
    labels: ['container'],
  },
  {
    ...event,
    name: 'kube_pod_container_status_last_terminated_reason',
    expected: 'restarts',
    unknown: 'why a container restarted, such as for lack of memory',
    slot: 'terminated-reason',
    unit: 'flag',
    labels: ['container', 'reason'],
  },
  {
    ...event,
    name: 'kube_pod_init_container_status_last_terminated_reason',
    unknown: 'why a sidecar restarted',
    slot: 'terminated-reason',
    unit: 'flag',
    labels: ['container', 'reason'],
  },
  {
    ...event,
    name: 'kube_pod_container_status_last_terminated_exitcode',
    unknown: 'with which exit code a container ended',
    slot: 'terminated-code',
    unit: 'exit-code',
    labels: ['container'],
  },
  {
    ...event,
    name: 'kube_pod_container_status_last_terminated_timestamp',
    unknown: 'when exactly a container ended',
    slot: 'terminated-time',
    unit: 'unix-seconds',
    labels: ['container'],
  },
  {
    ...event,
    name: 'kube_pod_container_status_terminated_reason',
    unknown: 'which containers that are not started again, such as those of Jobs, ended for lack of memory',
    slot: 'ended-oom',
    unit: 'flag',
    labels: ['container'],
    only: { reason: ['OOMKilled'] },
  },
  {
    ...event,
    name: 'container_oom_events_total',
    expected: 'pods',
    unknown: 'processes killed for lack of memory in containers that went on',
    slot: 'oom',
    unit: 'integer',
    labels: ['container'],
  },
  {
    ...event,
    read: 'end',
    name: 'kube_pod_status_reason',
    expected: 'pods',
    unknown: 'which pods were evicted',
    slot: 'reason',
    // A flag, of which it matters too when it was last not set.
    unit: 'integer',
    labels: ['reason'],
    // The other reasons are those of pods that were never let in.
    only: { reason: ['Evicted', 'NodeLost', 'Shutdown'] },
  },

  ...scale('Deployment', {
    desired: 'kube_deployment_spec_replicas',
    ready: 'kube_deployment_status_replicas_ready',
    available: 'kube_deployment_status_replicas_available',
  }),
  ...scale('StatefulSet', { desired: 'kube_statefulset_replicas', ready: 'kube_statefulset_status_replicas_ready' }),
  ...scale('DaemonSet', { desired: 'kube_daemonset_status_desired_number_scheduled', ready: 'kube_daemonset_status_number_ready' }),
  ...scale('ReplicaSet', { desired: 'kube_replicaset_spec_replicas', ready: 'kube_replicaset_status_ready_replicas' }),
  {
    ...hpa,
    name: 'kube_horizontalpodautoscaler_info',
    unknown: 'which workload an HPA scales',
    slot: 'info',
    unit: 'flag',
    labels: ['scaletargetref_kind', 'scaletargetref_name'],
  },
  { ...hpa, name: 'kube_horizontalpodautoscaler_spec_min_replicas', unknown: 'the fewest replicas that an HPA allows', slot: 'min', unit: 'integer' },
  { ...hpa, name: 'kube_horizontalpodautoscaler_spec_max_replicas', unknown: 'the most replicas that an HPA allows', slot: 'max', unit: 'integer' },
  { ...hpa, name: 'kube_horizontalpodautoscaler_status_desired_replicas', unknown: 'how many replicas an HPA wants', slot: 'desired', unit: 'integer' },

  {
    ...node,
    name: 'kube_node_info',
    unknown: 'which instance a node is, its kubelet and its operating system',
    slot: 'info',
    unit: 'flag',
    labels: ['provider_id', 'os_image', 'kubelet_version'],
  },
  { ...node, name: 'kube_node_created', unknown: 'when a node was created', slot: 'created', unit: 'unix-seconds' },
  { ...node, ...NODE_RESOURCES, name: 'kube_node_status_capacity', unknown: 'how much a node has', slot: 'capacity' },
  { ...node, ...NODE_RESOURCES, name: 'kube_node_status_allocatable', unknown: 'how much of a node pods may take', slot: 'allocatable' },
  {
    ...node,
    name: 'kube_node_labels',
    unknown: 'the instance type, capacity type and group of a node',
    slot: 'labels',
    unit: 'flag',
    labels: ['label_'],
  },
  {
    ...node,
    name: 'kube_node_status_condition',
    unknown: 'whether a node is ready',
    slot: 'condition',
    unit: 'flag',
    labels: ['condition', 'status'],
    only: { condition: ['Ready'] },
  },
  {
    name: 'kube_node_spec_taint',
    table: 'nodes',
    subject: 'node',
    unknown: 'the taints of nodes',
    slot: 'taint',
    unit: 'flag',
    labels: ['key', 'value', 'effect'],
  },
];

function oldName(slot: 'requests' | 'limits', name: string): Omit<StateMetric, 'unit'> {
  return { ...spec, read: 'ends', name, slot, labels: ['container'], unknown: `the ${slot} of containers, from kube-state-metrics 1.x` };
}

function scale(
  kind: Exclude<SubjectKind, 'pod' | 'node' | 'Job' | 'autoscaler'>,
  names: Partial<Record<'desired' | 'ready' | 'available', string>>,
): StateMetric[] {
  return (['desired', 'ready', 'available'] as const).flatMap((slot): StateMetric[] => {
    const name = names[slot];
    if (name === undefined) return [];
    const of = { name, table: 'replicas', subject: kind, slot, unit: 'integer', unknown: `how many ${slot} pods a ${kind} has` } as const;
    return [slot === 'available' || kind === 'ReplicaSet' ? of : { ...of, expected: kind }];
  });
}
