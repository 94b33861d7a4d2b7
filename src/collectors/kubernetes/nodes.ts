import { gpusIn, instant, json, reader, type Doubt, type Fact } from './rows.ts';
import type { Node } from './schema.ts';

/** Labels in the order in which they are believed. */
const INSTANCE_TYPE = ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'];
const REGION = ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'];
const ZONE = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
const CAPACITY_TYPE = ['karpenter.sh/capacity-type', 'eks.amazonaws.com/capacityType', 'node.kubernetes.io/lifecycle', 'eks.amazonaws.com/compute-type'];
const NODE_GROUP = [
  'karpenter.sh/nodepool',
  'eks.amazonaws.com/nodegroup',
  'alpha.eksctl.io/nodegroup-name',
  'karpenter.sh/provisioner-name',
  'kops.k8s.io/instancegroup',
];

export function nodeFacts({ metadata, spec, status }: Node, began: string, doubt: Doubt): Fact[] {
  const labels = metadata.labels ?? {};
  const label = (names: readonly string[]): string | null => names.map((name) => labels[name]).find(Boolean) ?? null;
  const object = `node ${metadata.name}`;
  const { cores, bytes, count } = reader(doubt, object);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  return [
    {
      table: 'nodes',
      row: {
        node: metadata.name,
        provider_id: spec?.providerID ?? null,
        instance_type: label(INSTANCE_TYPE),
        region: label(REGION),
        zone: label(ZONE),
        architecture: status?.nodeInfo?.architecture ?? label(['kubernetes.io/arch']),
        capacity_type: label(CAPACITY_TYPE)?.toLowerCase().replaceAll('_', '-') ?? null,
        node_group: label(NODE_GROUP),
        os_image: status?.nodeInfo?.osImage ?? null,
        kubelet_version: status?.nodeInfo?.kubeletVersion ?? null,
        created: instant(metadata.creationTimestamp),
        last_seen: began,
        // `Unknown`: the node has not been heard of.
        ready: ready === undefined ? null : ready === 'True',
        cpu_capacity_cores: cores(status?.capacity, 'cpu', 'capacity'),
        memory_capacity_bytes: bytes(status?.capacity, 'memory', 'capacity'),
        pods_capacity: count(status?.capacity, 'pods', 'capacity'),
        gpu_capacity: gpusIn(status?.capacity, 'capacity', doubt, object),
        cpu_allocatable_cores: cores(status?.allocatable, 'cpu', 'allocatable'),
        memory_allocatable_bytes: bytes(status?.allocatable, 'memory', 'allocatable'),
        pods_allocatable: count(status?.allocatable, 'pods', 'allocatable'),
        gpu_allocatable: gpusIn(status?.allocatable, 'allocatable', doubt, object),
        labels: json(labels),
        taints: json(spec?.taints ?? []),
      },
    },
  ];
}
