import { gpusOf, isGpu } from '../../../model/cluster/gpus.ts';
import type { Row } from '../../../model/cluster/tables.ts';
import type { Labels } from '../series.ts';
import { isoSeconds, isoTime, labelsJson, lastLabels, lastNumber, said, sight, type Span } from './read.ts';
import { seriesOf, type Subject } from './store.ts';
import { GAP } from './timeline.ts';

const INSTANCE_TYPE = ['label_node_kubernetes_io_instance_type', 'label_beta_kubernetes_io_instance_type'];
const REGION = ['label_topology_kubernetes_io_region', 'label_failure_domain_beta_kubernetes_io_region'];
const ZONE = ['label_topology_kubernetes_io_zone', 'label_failure_domain_beta_kubernetes_io_zone'];
const ARCHITECTURE = ['label_kubernetes_io_arch', 'label_beta_kubernetes_io_arch'];
const CAPACITY_TYPE = ['label_karpenter_sh_capacity_type', 'label_eks_amazonaws_com_capacitytype', 'label_eks_amazonaws_com_capacityType'];
const NODE_GROUP = [
  'label_karpenter_sh_nodepool',
  'label_karpenter_sh_provisioner_name',
  'label_eks_amazonaws_com_nodegroup',
  'label_alpha_eksctl_io_nodegroup_name',
];

/** As AWS' cloud provider writes it: `aws:///eu-west-1a/i-0123456789abcdef0`. Local zones have longer names, which do not end in the region's. */
const AWS_ZONE = /^aws:\/\/\/(([a-z]{2}(?:-[a-z]+)+-\d)[a-z])\//;

/** A node as the day ended, or as it was last seen. Undefined for one that was not there. */
export function nodeRow(node: Subject, taintsAreSaid: boolean, span: Span): Row<'nodes'> | undefined {
  const seen = sight(node, span);
  if (seen === undefined || seen.end < span.start) return undefined;
  const info = lastLabels(node, 'info', span);
  const labels = lastLabels(node, 'labels', span);
  const [, zone = null, region = null] = AWS_ZONE.exec(info?.['provider_id'] ?? '') ?? [];
  return {
    node: node.identity[0] ?? null,
    provider_id: info?.['provider_id'] ?? null,
    instance_type: anyOf(labels, INSTANCE_TYPE),
    region: anyOf(labels, REGION) ?? region,
    zone: anyOf(labels, ZONE) ?? zone,
    architecture: anyOf(labels, ARCHITECTURE),
    capacity_type: anyOf(labels, CAPACITY_TYPE)?.toLowerCase().replaceAll('_', '-') ?? null,
    node_group: anyOf(labels, NODE_GROUP),
    os_image: info?.['os_image'] ?? null,
    kubelet_version: info?.['kubelet_version'] ?? null,
    created: isoSeconds(lastNumber(node, 'created', span)),
    last_seen: isoTime(seen.end),
    ready: readyOf(node, span),
    cpu_capacity_cores: lastNumber(node, 'capacity', span, { resource: 'cpu' }),
    memory_capacity_bytes: lastNumber(node, 'capacity', span, { resource: 'memory' }),
    pods_capacity: lastNumber(node, 'capacity', span, { resource: 'pods' }),
    gpu_capacity: gpusIn(node, 'capacity', span),
    cpu_allocatable_cores: lastNumber(node, 'allocatable', span, { resource: 'cpu' }),
    memory_allocatable_bytes: lastNumber(node, 'allocatable', span, { resource: 'memory' }),
    pods_allocatable: lastNumber(node, 'allocatable', span, { resource: 'pods' }),
    gpu_allocatable: gpusIn(node, 'allocatable', span),
    labels: labelsJson(labels),
    taints: taintsAreSaid ? taintsOf(node, seen.end, span) : null,
  };
}

/** Where resources of a node are told at all, those that are not are none. */
function gpusIn(node: Subject, slot: 'capacity' | 'allocatable', span: Span): number | null {
  const resources = [...new Set(seriesOf(node, slot).map(({ labels }) => labels['resource'] ?? ''))];
  return resources.length === 0 ? null : gpusOf(resources.filter(isGpu).map((resource) => [resource, lastNumber(node, slot, span, { resource }) ?? 0]));
}

function anyOf(labels: Labels | undefined, names: readonly string[]): string | null {
  const name = names.find((known) => labels?.[known] !== undefined);
  return name === undefined ? null : (labels?.[name] ?? null);
}

function readyOf(node: Subject, span: Span): boolean | null {
  const status = lastLabels(node, 'condition', span)?.['status'];
  return status === undefined ? null : status === 'true';
}

/** Those that it still had when it was last seen, as JSON. */
function taintsOf(node: Subject, lastSeen: number, span: Span): string {
  const taints = said(node, 'taint', span).filter(({ last }) => last > lastSeen - GAP);
  const objects = taints.map(({ labels: { key = '', value, effect = '' } }) => JSON.stringify({ key, ...(value === undefined ? {} : { value }), effect }));
  return `[${[...new Set(objects)].toSorted().join(',')}]`;
}
