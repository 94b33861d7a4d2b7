import type { ClusterTable } from '../../model/cluster/tables.ts';

/** A kind of object that is read by lists of it. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  /** As it is asked for where discovery says nothing better. */
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  /** The table that lacks something without it. */
  readonly table: ClusterTable;
  readonly why: string;
  /** Without it there is nothing to say of a cluster. */
  readonly isNeeded?: boolean;
  /** Of a custom resource: it is there only where its operator is. */
  readonly isCustom?: boolean;
  /** Only names, labels and owners are read, and no more is asked for. */
  readonly isMetadataOnly?: boolean;
}

type Line = readonly [resource: string, kind: string];

const ALL = { isNamespaced: true } as const;
const WIDE = { isNamespaced: false } as const;

function of(base: Omit<Resource, 'resource' | 'kind'>, ...lines: readonly Line[]): readonly Resource[] {
  return lines.map(([resource, kind]) => ({ ...base, resource, kind }));
}

/** An operator's objects, to which its pods belong. */
function owners(group: string, version: string, ...lines: readonly Line[]): readonly Resource[] {
  return of(
    { ...ALL, group, version, table: 'workloads', why: 'the operators’ own objects that pods belong to', isCustom: true, isMetadataOnly: true },
    ...lines,
  );
}

const CUSTOM = { isCustom: true } as const;

/**
 * All that is listed, in the order in which it is: an owner before what it owns, an Ingress before the Services that it names, and pods last. Requests, `doctor`, the RBAC that is printed and the documentation come
 * from here. Secrets are not in it, and never will be.
 */
export const RESOURCES: readonly Resource[] = [
  ...of({ ...WIDE, group: '', version: 'v1', table: 'nodes', why: 'nodes: what there is to run on', isNeeded: true }, ['nodes', 'Node']),
  ...of(
    { ...WIDE, group: '', version: 'v1', table: 'inventory', why: 'what else costs money, and whose it is' },
    ['namespaces', 'Namespace'],
    ['persistentvolumes', 'PersistentVolume'],
  ),
  ...of({ ...ALL, group: 'networking.k8s.io', version: 'v1', table: 'inventory', why: 'load balancers, and what they lead to' }, ['ingresses', 'Ingress']),
  ...of(
    { ...ALL, group: '', version: 'v1', table: 'inventory', why: 'what else costs money, and whose it is' },
    ['persistentvolumeclaims', 'PersistentVolumeClaim'],
    ['services', 'Service'],
  ),
  ...of(
    { ...ALL, group: '', version: 'v1', table: 'budgets', why: 'what limits requests' },
    ['limitranges', 'LimitRange'],
    ['resourcequotas', 'ResourceQuota'],
  ),
  ...of({ ...ALL, group: 'policy', version: 'v1', table: 'budgets', why: 'what limits moving pods' }, ['poddisruptionbudgets', 'PodDisruptionBudget']),
  ...of({ ...WIDE, group: 'scheduling.k8s.io', version: 'v1', table: 'budgets', why: 'which pods go first' }, ['priorityclasses', 'PriorityClass']),
  ...of({ ...ALL, group: 'autoscaling', version: 'v2', table: 'autoscalers', why: 'what changes the number of pods' }, [
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
  ]),
  ...of(
    { ...ALL, ...CUSTOM, group: 'keda.sh', version: 'v1alpha1', table: 'autoscalers', why: 'what changes the number of pods' },
    ['scaledobjects', 'ScaledObject'],
    ['scaledjobs', 'ScaledJob'],
  ),
  ...of({ ...ALL, ...CUSTOM, group: 'autoscaling.k8s.io', version: 'v1', table: 'autoscalers', why: 'what changes requests' }, [
    'verticalpodautoscalers',
    'VerticalPodAutoscaler',
  ]),
  ...of({ ...WIDE, ...CUSTOM, group: 'karpenter.sh', version: 'v1', table: 'autoscalers', why: 'what changes the number of nodes' }, ['nodepools', 'NodePool']),
  ...of({ ...WIDE, ...CUSTOM, group: 'karpenter.sh', version: 'v1', table: 'inventory', why: 'what changes the number of nodes' }, ['nodeclaims', 'NodeClaim']),
  ...of({ ...WIDE, ...CUSTOM, group: 'karpenter.k8s.aws', version: 'v1', table: 'autoscalers', why: 'what changes the number of nodes' }, [
    'ec2nodeclasses',
    'EC2NodeClass',
  ]),
  ...of(
    { ...ALL, ...CUSTOM, group: 'argoproj.io', version: 'v1alpha1', table: 'inventory', why: 'where workloads come from' },
    ['applications', 'Application'],
    ['applicationsets', 'ApplicationSet'],
  ),
  ...of({ ...ALL, ...CUSTOM, group: 'external-secrets.io', version: 'v1', table: 'inventory', why: 'what depends on an outside store; no secret is read' }, [
    'externalsecrets',
    'ExternalSecret',
  ]),
  ...owners('postgresql.cnpg.io', 'v1', ['clusters', 'Cluster'], ['poolers', 'Pooler']),
  ...owners('kafka.strimzi.io', 'v1beta2', ['kafkas', 'Kafka'], ['kafkanodepools', 'KafkaNodePool'], ['kafkaconnects', 'KafkaConnect']),
  ...owners('core.strimzi.io', 'v1beta2', ['strimzipodsets', 'StrimziPodSet']),
  ...owners('argoproj.io', 'v1alpha1', ['cronworkflows', 'CronWorkflow'], ['workflows', 'Workflow']),
  ...owners('serving.knative.dev', 'v1', ['services', 'Service'], ['configurations', 'Configuration'], ['revisions', 'Revision']),
  ...owners('ray.io', 'v1', ['rayservices', 'RayService'], ['rayjobs', 'RayJob'], ['rayclusters', 'RayCluster']),
  ...of({ ...ALL, ...CUSTOM, group: 'argoproj.io', version: 'v1alpha1', table: 'workloads', why: 'what runs, and what it asked for' }, ['rollouts', 'Rollout']),
  ...of(
    { ...ALL, group: 'apps', version: 'v1', table: 'workloads', why: 'what runs, and what it asked for', isNeeded: true },
    ['deployments', 'Deployment'],
    ['replicasets', 'ReplicaSet'],
    ['statefulsets', 'StatefulSet'],
    ['daemonsets', 'DaemonSet'],
  ),
  ...of(
    { ...ALL, group: 'batch', version: 'v1', table: 'workloads', why: 'what runs, and what it asked for', isNeeded: true },
    ['cronjobs', 'CronJob'],
    ['jobs', 'Job'],
  ),
  ...of({ ...ALL, group: '', version: 'v1', table: 'pods', why: 'what runs, where, and whose it is', isNeeded: true }, ['pods', 'Pod']),
];

export const METRICS_GROUP = 'metrics.k8s.io';

/** What metrics-server answers. */
export const METRICS: readonly Resource[] = [
  ...of({ ...ALL, group: METRICS_GROUP, version: 'v1beta1', table: 'usage', why: 'what containers use now (kind metrics-server)' }, ['pods', 'PodMetrics']),
  ...of({ ...WIDE, group: METRICS_GROUP, version: 'v1beta1', table: 'usage', why: 'whether each node is measured (kind metrics-server)' }, [
    'nodes',
    'NodeMetrics',
  ]),
];

/** The only ConfigMaps that are read, each by its name. */
export const CONFIG_MAPS = {
  namespace: 'kube-system',
  status: 'cluster-autoscaler-status',
  priorities: 'cluster-autoscaler-priority-expander',
  why: 'settings and state of cluster-autoscaler',
} as const;

/** Addresses that are no objects: which kinds there are, and the version. */
export const DISCOVERY = { groups: '/apis', version: '/version', why: 'which kinds there are; the version, for doctor' } as const;

/** Where a list of it stands; `namespace` undefined: of all. */
export function listPath({ group, resource, isNamespaced }: Resource, version: string, namespace: string | undefined): string {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${base}${isNamespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''}/${resource}`;
}

export function configMapPath(name: string): string {
  return `/api/v1/namespaces/${CONFIG_MAPS.namespace}/configmaps/${name}`;
}

/** `deployments.apps`, as kubectl names it. */
export const fullName = ({ group, resource }: Pick<Resource, 'group' | 'resource'>): string => (group === '' ? resource : `${resource}.${group}`);
