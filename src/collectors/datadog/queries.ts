/** One question to Datadog: a metric, or the first of several that is there. Names and units: `metadata.csv` of DataDog/integrations-core (kubelet, container, kubernetes_state_core). */
export interface Question {
  readonly metrics: readonly [string, ...string[]];
  /** What it is asked by. A series that lacks one of these tags is answered under `N/A`. */
  readonly by: readonly string[];
  /** How series of the same tags are joined, and how points within a step are. */
  readonly space: 'avg' | 'max' | 'min' | 'sum';
  readonly time: 'avg' | 'max' | 'min' | 'sum' | 'count';
  /** Seconds between two points. */
  readonly step: number;
  /** Tags that it must have, beside those of the cluster. */
  readonly tags?: string;
  /** A day at a time, or several days in one call, where there are few points. */
  readonly per: 'day' | 'window';
  /** Whether it has a series for each container or pod: such answers are cut into groups of namespaces in a large cluster. */
  readonly sliced: boolean;
  /** What cannot be said without it. */
  readonly unknown: string;
  /** A cluster may well have none of it, such as no HPA: no data is no gap, as long as there are other metrics of that kind. */
  readonly optional?: true;
}

/** A series has at most 1,500 points; beyond, Datadog makes the interval longer without a word. Days of a window at 300 s: 1,440 points. */
export const WINDOW_DAYS = 5;

const STEP = 300;
const HOUR = 3600;

export const POD = ['kube_namespace', 'pod_name'];
export const CONTAINER = [...POD, 'kube_container_name'];

/** Tags that say what a pod belongs to: the top of the chain, where it is not the direct owner; and the direct owner. Few, for each is a key of the answer. */
export const OWNERS = ['kube_argo_rollout', 'kube_deployment', 'kube_cronjob', 'kube_ownerref_kind', 'kube_ownerref_name'];

/** What kube-state metrics say of it instead, also of pods that have ended: the direct owner by its kind. */
const STATE_OWNERS = ['kube_deployment', 'kube_cronjob', 'kube_stateful_set', 'kube_daemon_set', 'kube_job'];

/** A container or node may have several kinds of GPUs, or slices of them. https://github.com/DataDog/datadog-agent/blob/main/CHANGELOG.rst (7.49.0) */
export const GPU_KINDS = ['resource', 'mig_profile'];

const perDay = { per: 'day', sliced: true, by: CONTAINER, step: STEP } as const;

/** Of every container, day by day. Usage is in nanocores where requests are in cores. */
export const USAGE = {
  cpuMean: { ...perDay, metrics: ['kubernetes.cpu.usage.total', 'container.cpu.usage'], space: 'avg', time: 'avg', unknown: 'what CPU was used' },
  cpuMax: { ...perDay, metrics: ['kubernetes.cpu.usage.total', 'container.cpu.usage'], space: 'max', time: 'max', unknown: 'the highest CPU use' },
  /** How many points there were: of a container that began or ended within five minutes fewer than of others. */
  cpuCount: {
    ...perDay,
    metrics: ['kubernetes.cpu.usage.total', 'container.cpu.usage'],
    optional: true,
    space: 'sum',
    time: 'count',
    unknown: 'for how long of five minutes a container ran',
  },
  memory: {
    ...perDay,
    metrics: ['kubernetes.memory.working_set', 'container.memory.working_set'],
    space: 'max',
    time: 'max',
    unknown: 'what memory was held',
  },
  periods: { ...perDay, optional: true, metrics: ['kubernetes.cpu.cfs.periods'], space: 'max', time: 'avg', unknown: 'how much containers were throttled' },
  throttled: {
    ...perDay,
    optional: true,
    metrics: ['kubernetes.cpu.cfs.throttled.periods'],
    space: 'max',
    time: 'avg',
    unknown: 'how much containers were throttled',
  },
} as const satisfies Record<string, Question>;

export const EVENTS = {
  restarts: {
    ...perDay,
    metrics: ['kubernetes_state.container.restarts', 'kubernetes.containers.restarts'],
    space: 'max',
    time: 'max',
    unknown: 'when containers were restarted',
  },
  /** How the container before this one ended. */
  killedBefore: {
    ...perDay,
    metrics: ['kubernetes.containers.last_state.terminated'],
    tags: 'reason:oomkilled',
    optional: true,
    space: 'max',
    time: 'max',
    unknown: 'which restarts were OOM kills',
  },
  /** How a container ended that was not started again. */
  killedNow: {
    ...perDay,
    metrics: ['kubernetes_state.container.status_report.count.terminated'],
    tags: 'reason:oomkilled',
    optional: true,
    space: 'max',
    time: 'max',
    unknown: 'which containers were killed for memory and not started again',
  },
} as const satisfies Record<string, Question>;

const perWindow = { per: 'window', sliced: true, space: 'max', time: 'max', step: HOUR } as const;

export const PODS = {
  /** Of what is always there: that a container used memory says that it ran. */
  who: {
    ...perWindow,
    metrics: ['kubernetes.memory.working_set', 'container.memory.working_set', 'kubernetes.cpu.usage.total', 'container.cpu.usage'],
    by: [...CONTAINER, 'image_name', 'image_tag', ...OWNERS],
    unknown: 'what pods belong to',
  },
  age: {
    ...perWindow,
    metrics: ['kubernetes_state.pod.age'],
    by: [...POD, 'node', 'pod_phase', ...STATE_OWNERS],
    unknown: 'when pods were created, and on which node they ran',
  },
} as const satisfies Record<string, Question>;

const asked = { ...perWindow, by: CONTAINER } as const;

export const REQUESTS = {
  cpuRequest: { ...asked, metrics: ['kubernetes_state.container.cpu_requested', 'kubernetes.cpu.requests'], unknown: 'what CPU containers asked for' },
  cpuLimit: { ...asked, optional: true, metrics: ['kubernetes_state.container.cpu_limit', 'kubernetes.cpu.limits'], unknown: 'what CPU limits containers had' },
  memoryRequest: {
    ...asked,
    metrics: ['kubernetes_state.container.memory_requested', 'kubernetes.memory.requests'],
    unknown: 'what memory containers asked for',
  },
  memoryLimit: {
    ...asked,
    optional: true,
    metrics: ['kubernetes_state.container.memory_limit', 'kubernetes.memory.limits'],
    unknown: 'what memory limits containers had',
  },
  /** Since Agent 7.49; a limit is a request, for Kubernetes allows no other one (https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/). */
  gpuRequest: {
    ...asked,
    by: [...CONTAINER, ...GPU_KINDS],
    optional: true,
    metrics: ['kubernetes_state.container.gpu_limit', 'kubernetes_state.container.gpu_requested'],
    unknown: 'what GPUs containers asked for',
  },
} as const satisfies Record<string, Question>;

const few = { per: 'window', sliced: false, space: 'max', time: 'max', step: STEP } as const;

/** By kind of workload: what is desired, and what is ready. */
export const REPLICAS = {
  Deployment: {
    tag: 'kube_deployment',
    desired: count('kubernetes_state.deployment.replicas_desired', 'kube_deployment'),
    ready: count('kubernetes_state.deployment.replicas_available', 'kube_deployment'),
  },
  StatefulSet: {
    tag: 'kube_stateful_set',
    desired: count('kubernetes_state.statefulset.replicas_desired', 'kube_stateful_set'),
    ready: count('kubernetes_state.statefulset.replicas_ready', 'kube_stateful_set'),
  },
  DaemonSet: {
    tag: 'kube_daemon_set',
    desired: count('kubernetes_state.daemonset.desired', 'kube_daemon_set'),
    ready: count('kubernetes_state.daemonset.ready', 'kube_daemon_set'),
  },
} as const satisfies Record<string, { readonly tag: string; readonly desired: Question; readonly ready: Question }>;

function count(metric: string, tag: string): Question {
  return {
    ...few,
    optional: true,
    metrics: [metric],
    by: ['kube_namespace', tag],
    unknown: `how many pods each ${tag.replace('kube_', '').replace('_', ' ')} had`,
  };
}

const hpa = { ...few, optional: true, by: ['kube_namespace', 'horizontalpodautoscaler'], unknown: 'what HPAs did' } as const;

export const HPAS = {
  min: { ...hpa, metrics: ['kubernetes_state.hpa.min_replicas'] },
  max: { ...hpa, metrics: ['kubernetes_state.hpa.max_replicas'] },
  current: { ...hpa, metrics: ['kubernetes_state.hpa.current_replicas'] },
  desired: { ...hpa, metrics: ['kubernetes_state.hpa.desired_replicas'] },
} as const satisfies Record<string, Question>;

const node = { ...few, optional: true, step: HOUR, by: ['node'], unknown: 'what nodes hold' } as const;

export const NODES = {
  /** The one that each cluster has. */
  cpuCapacity: {
    ...few,
    step: HOUR,
    metrics: ['kubernetes_state.node.cpu_capacity'],
    by: ['node', 'instance-id', 'instance-type', 'region', 'availability-zone'],
    unknown: 'what nodes hold',
  },
  memoryCapacity: { ...node, metrics: ['kubernetes_state.node.memory_capacity'] },
  podsCapacity: { ...node, metrics: ['kubernetes_state.node.pods_capacity'] },
  cpuAllocatable: { ...node, metrics: ['kubernetes_state.node.cpu_allocatable'] },
  memoryAllocatable: { ...node, metrics: ['kubernetes_state.node.memory_allocatable'] },
  podsAllocatable: { ...node, metrics: ['kubernetes_state.node.pods_allocatable'] },
  gpuCapacity: { ...node, by: ['node', ...GPU_KINDS], metrics: ['kubernetes_state.node.gpu_capacity'], unknown: 'what GPUs nodes have' },
  gpuAllocatable: { ...node, by: ['node', ...GPU_KINDS], metrics: ['kubernetes_state.node.gpu_allocatable'], unknown: 'what GPUs nodes have' },
  age: { ...node, metrics: ['kubernetes_state.node.age'], unknown: 'when nodes were created' },
  ready: { ...node, metrics: ['kubernetes_state.node.by_condition'], tags: 'condition:ready AND status:true', unknown: 'whether nodes were ready' },
} as const satisfies Record<string, Question>;

export const ALL_QUESTIONS: readonly Question[] = [
  ...Object.values(USAGE),
  ...Object.values(EVENTS),
  ...Object.values(PODS),
  ...Object.values(REQUESTS),
  ...Object.values(REPLICAS).flatMap(({ desired, ready }) => [desired, ready]),
  ...Object.values(HPAS),
  ...Object.values(NODES),
];

/** Some namespaces of a cluster; undefined: all of them. */
export interface Slice {
  readonly namespaces: readonly string[];
  /** The others instead of these: what the cluster gets later falls into this one. */
  readonly others: boolean;
}

/** The query of a question. `.fill(null)`: nothing is made up between two points. */
export function queryText(question: Question, metric: string, cluster: string, slice: Slice | undefined): string {
  const { space, time, step, by } = question;
  return `${space}:${metric}{${filterText(cluster, question.tags, slice)}} by {${by.join(',')}}.rollup(${time}, ${step}).fill(null)`;
}

/** How many series the same query has at each point: tells when its answer was cut. */
export function countText(question: Question, metric: string, cluster: string, slice: Slice | undefined): string {
  return `count_not_null(${queryText(question, metric, cluster, slice)})`;
}

/** How many containers ran in each namespace, at most: of each day. */
export function sizeText(cluster: string): string {
  return `sum:kubernetes.containers.running{${filterText(cluster, undefined, undefined)}} by {kube_namespace}.rollup(max, 86400)`;
}

function filterText(cluster: string, tags: string | undefined, slice: Slice | undefined): string {
  const parts = [`kube_cluster_name:${cluster.toLowerCase()}`, ...(tags === undefined ? [] : [tags])];
  if (slice !== undefined) parts.push(`kube_namespace ${slice.others ? 'NOT IN' : 'IN'} (${slice.namespaces.join(',')})`);
  return parts.join(' AND ');
}
