/**
 * The tables of what runs in a cluster, and what it used. Units stand in the names of the columns; times are UTC; NULL is what is not known, or does not apply.
 *
 * Every table is in parts of one cluster, one source and one day. `usage`, `events`, `replicas` and `pods` are of that day; the others are of things as they stood on it.
 * A workload is the top of the chain of owners: a Deployment rather than its ReplicaSet, a CronJob rather than its Job, the operator's own object where there is one.
 */
export const CLUSTER_TABLES = {
  /** A container in five minutes, [bucket_start, bucket_start + 300 s). No row where nothing was observed. */
  usage: {
    namespace: 'VARCHAR',
    pod: 'VARCHAR',
    /** NULL where the source does not know it. */
    pod_uid: 'VARCHAR',
    container: 'VARCHAR',
    bucket_start: 'TIMESTAMP',
    /** Seconds of the bucket in which CPU was observed: `cpu_mean_cores` is of these. */
    observed_seconds: 'DOUBLE',
    cpu_mean_cores: 'DOUBLE',
    /** The highest rate between two samples that follow each other. */
    cpu_max_cores: 'DOUBLE',
    working_set_max_bytes: 'BIGINT',
    /** Share of CFS periods in which it was throttled; NULL without a CPU limit. */
    throttled_share: 'DOUBLE',
  },
  /** Something that happened to a container (or, container NULL, to a pod). */
  events: {
    /** When; where it is only known to have happened between two looks, the later one. */
    time: 'TIMESTAMP',
    /** How much earlier it may have been. */
    uncertain_seconds: 'DOUBLE',
    /** `oom-kill`, `restart`, `eviction`. An OOM kill that restarts a container is both. */
    kind: 'VARCHAR',
    namespace: 'VARCHAR',
    pod: 'VARCHAR',
    pod_uid: 'VARCHAR',
    container: 'VARCHAR',
    /** How often, where several fell between two looks. */
    count: 'INTEGER',
    /** As Kubernetes names it: `OOMKilled`, `Error`, `Evicted`, ... */
    reason: 'VARCHAR',
    exit_code: 'INTEGER',
  },
  /** A pod, what it belongs to, and its times. */
  pods: {
    namespace: 'VARCHAR',
    pod: 'VARCHAR',
    pod_uid: 'VARCHAR',
    workload_kind: 'VARCHAR',
    workload: 'VARCHAR',
    node: 'VARCHAR',
    phase: 'VARCHAR',
    qos_class: 'VARCHAR',
    priority_class: 'VARCHAR',
    created: 'TIMESTAMP',
    scheduled: 'TIMESTAMP',
    ready: 'TIMESTAMP',
    /** When it was last known to be there. */
    last_seen: 'TIMESTAMP',
    /** Pod-level resources (KEP-2837), where it has them. */
    cpu_request_cores: 'DOUBLE',
    cpu_limit_cores: 'DOUBLE',
    memory_request_bytes: 'BIGINT',
    memory_limit_bytes: 'BIGINT',
    /** What its runtime class takes on top of its containers. */
    overhead_cpu_cores: 'DOUBLE',
    overhead_memory_bytes: 'BIGINT',
    /** A JSON object; NULL where the source does not say. */
    labels: 'VARCHAR',
  },
  /** How many pods a workload had and was to have, while it was so: a change begins a new row, as does a time in which nobody looked. */
  replicas: {
    namespace: 'VARCHAR',
    workload_kind: 'VARCHAR',
    workload: 'VARCHAR',
    /** [since, until), in whole buckets of five minutes; what changed within one counts for all of it. */
    since: 'TIMESTAMP',
    until: 'TIMESTAMP',
    desired: 'INTEGER',
    ready: 'INTEGER',
    /** Of its HPA, where it has one. */
    autoscaler: 'VARCHAR',
    autoscaler_min: 'INTEGER',
    autoscaler_max: 'INTEGER',
    autoscaler_desired: 'INTEGER',
  },
  nodes: {
    node: 'VARCHAR',
    provider_id: 'VARCHAR',
    instance_type: 'VARCHAR',
    region: 'VARCHAR',
    zone: 'VARCHAR',
    architecture: 'VARCHAR',
    /** `on-demand`, `spot`, ... as the vendor labels it, in lower case with `-`. */
    capacity_type: 'VARCHAR',
    /** Managed node group, eksctl node group or Karpenter NodePool. */
    node_group: 'VARCHAR',
    os_image: 'VARCHAR',
    kubelet_version: 'VARCHAR',
    created: 'TIMESTAMP',
    last_seen: 'TIMESTAMP',
    ready: 'BOOLEAN',
    cpu_capacity_cores: 'DOUBLE',
    memory_capacity_bytes: 'BIGINT',
    pods_capacity: 'INTEGER',
    /** GPUs and other accelerators, as device plugins count them: see `gpus.ts`. 0: none; NULL: not known. */
    gpu_capacity: 'INTEGER',
    cpu_allocatable_cores: 'DOUBLE',
    memory_allocatable_bytes: 'BIGINT',
    pods_allocatable: 'INTEGER',
    gpu_allocatable: 'INTEGER',
    /** JSON. */
    labels: 'VARCHAR',
    taints: 'VARCHAR',
  },
  /** A container of a workload, with what it asked for, while it asked for that. A change of requests, limits or image begins a new row. */
  workloads: {
    namespace: 'VARCHAR',
    workload_kind: 'VARCHAR',
    workload: 'VARCHAR',
    container: 'VARCHAR',
    /** `main`, `init`, or `sidecar` (an init container that restarts). */
    container_type: 'VARCHAR',
    /** It stands in the pods, but not in the workload's template: an admission webhook put it there. NULL where the source does not know. */
    injected: 'BOOLEAN',
    image: 'VARCHAR',
    cpu_request_cores: 'DOUBLE',
    cpu_limit_cores: 'DOUBLE',
    memory_request_bytes: 'BIGINT',
    memory_limit_bytes: 'BIGINT',
    /** Counted as in `nodes`. Of these a limit is a request. 0: it asks for none; NULL: not known. */
    gpu_request: 'INTEGER',
    /** [since, until); `until` is NULL where it still holds. */
    since: 'TIMESTAMP',
    until: 'TIMESTAMP',
    /** What it seems to run on (`jvm`, `node`, `go`, ...), and what says so. Never the value of a variable. */
    runtime: 'VARCHAR',
    runtime_hint: 'VARCHAR',
    replicas: 'INTEGER',
    /** JSON: labels of the workload; annotations that say who deploys it or may move it; what the scheduler looks at in its pods. */
    labels: 'VARCHAR',
    annotations: 'VARCHAR',
    scheduling: 'VARCHAR',
  },
  /** What changes the number of pods or nodes by itself: HPA, KEDA, VPA, cluster-autoscaler, Karpenter. */
  autoscalers: {
    kind: 'VARCHAR',
    namespace: 'VARCHAR',
    name: 'VARCHAR',
    target_kind: 'VARCHAR',
    target: 'VARCHAR',
    min_replicas: 'INTEGER',
    max_replicas: 'INTEGER',
    current_replicas: 'INTEGER',
    desired_replicas: 'INTEGER',
    created: 'TIMESTAMP',
    /** JSON, as the vendor has it. */
    spec: 'VARCHAR',
    status: 'VARCHAR',
  },
  /** What limits moving and asking: PodDisruptionBudget, LimitRange, ResourceQuota, PriorityClass. */
  budgets: {
    kind: 'VARCHAR',
    namespace: 'VARCHAR',
    name: 'VARCHAR',
    spec: 'VARCHAR',
    status: 'VARCHAR',
  },
  /** What else costs money or says where a workload comes from: namespaces, volumes and claims, load balancers, ingresses, Argo CD applications, ... */
  inventory: {
    kind: 'VARCHAR',
    api_version: 'VARCHAR',
    namespace: 'VARCHAR',
    name: 'VARCHAR',
    uid: 'VARCHAR',
    created: 'TIMESTAMP',
    /** What the bill calls it: a volume's id, a load balancer's host name. */
    provider_id: 'VARCHAR',
    /** JSON. */
    labels: 'VARCHAR',
    detail: 'VARCHAR',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnType>>>>;

export type ColumnType = 'VARCHAR' | 'DOUBLE' | 'BIGINT' | 'INTEGER' | 'BOOLEAN' | 'TIMESTAMP';

export type ClusterTable = keyof typeof CLUSTER_TABLES;

/** How a value of a column is held in the program: times as ISO 8601 text, integers as numbers (exact below 2^53). */
interface Values {
  VARCHAR: string;
  DOUBLE: number;
  BIGINT: number;
  INTEGER: number;
  BOOLEAN: boolean;
  TIMESTAMP: string;
}

/** A row of a table; null is NULL. */
export type Row<Table extends ClusterTable> = {
  readonly [Column in keyof (typeof CLUSTER_TABLES)[Table]]: (typeof CLUSTER_TABLES)[Table][Column] extends keyof Values
    ? Values[(typeof CLUSTER_TABLES)[Table][Column]] | null
    : never;
};

/** Capability of a part of `pods`: its owners are as the cluster itself names them, followed to operators' own objects. They stand before those that metrics tell. */
export const KNOWS_OWNERS = 'owner-references';
