import { money, type Money } from '../../facts.ts';
import type { ClusterUse, CostLine } from '../cost-line.ts';
import type { WorkloadUse } from './workload-use.ts';

/** How a charge that serves several workloads is shared. With `fixed`, `parts` are of namespaces, and parts of their sum. */
export interface SharedMethod {
  readonly method: 'proportional' | 'even' | 'fixed' | 'cpu' | 'memory' | 'pods';
  readonly parts?: Readonly<Record<string, number>> | undefined;
}

/** Whom a charge is shared by: what a workload had of its cluster in a month. `cost`: of all that is its own, without idle. */
export type Sharer = WorkloadUse;

/** Who shares in a cluster and month. */
export type SharersOf = (month: string, cluster: string) => readonly Sharer[];

/** What the nodes of a cluster cost in a month, idle too; 0 where it has none. */
export type NodeCost = (month: string, cluster: string) => number;

/**
 * The workloads, by whose part of a charge that is of a cluster its lines are made:
 * - `proportional`: what else they cost; `cpu`, `memory`, `pods`: core-hours, GiB-hours, pod-hours;
 * - `even`: the same for each namespace; `fixed`: the parts given. Within a namespace by what else its workloads cost, or the same for each where they cost nothing.
 *
 * The parts of a line add up to it: what rounding leaves goes to the largest. A part of a cost that is not negative is not negative. They do not depend on the order of the
 * sharers, and stand in the order of cluster, namespace, workload. Where nobody is there to share with, the line stays the cluster's: `namespace` null.
 */
export function shareInCluster(line: CostLine, cluster: string, sharers: readonly Sharer[], { method, parts }: SharedMethod): CostLine[] {
  const sorted = sharers.toSorted(byKey);
  const weights =
    method === 'fixed' || method === 'even' ? byNamespace(sorted, method === 'fixed' ? (parts ?? {}) : undefined) : sorted.map((one) => weightOf(one, method));
  const unseen = method === 'fixed' ? unseenNamespaces(sorted, parts ?? {}) : [];
  const uses = [
    ...sorted.map(({ namespace, workload, labels }) => use(cluster, namespace, workload, labels, method)),
    ...unseen.map(([namespace]) => use(cluster, namespace, null, {}, method)),
  ];
  const split = line.cost === 0 ? undefined : splitCost(line.cost, [...weights, ...unseen.map(([, part]) => part)]);
  if (split === undefined) return [{ ...line, use: use(cluster, null, null, {}, method) }];
  return uses.flatMap((of, at) => (split[at] === 0 || split[at] === undefined ? [] : [{ ...line, use: of, cost: money(split[at]) }]));
}

/**
 * A charge that is of no cluster by itself, over several: by what their nodes cost, then within each. The line stays as it is where none has nodes.
 * Sums and order as `shareInCluster`.
 */
export function shareOverClusters(line: CostLine, clusters: readonly string[], nodeCost: NodeCost, sharersOf: SharersOf, method: SharedMethod): CostLine[] {
  const sorted = clusters.toSorted();
  const split = splitCost(
    line.cost,
    sorted.map((cluster) => Math.max(0, nodeCost(line.month, cluster))),
  );
  if (split === undefined || line.cost === 0) return [line];
  return sorted.flatMap((cluster, at) => {
    const cost = split[at] ?? 0;
    return cost === 0 ? [] : shareInCluster({ ...line, cost: money(cost) }, cluster, sharersOf(line.month, cluster), method);
  });
}

/** An amount by weights, none negative; undefined where their sum is 0, or no number. */
export function splitCost(cost: Money, weights: readonly number[]): number[] | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && Number.isFinite(total))) return undefined;
  const split = weights.map((weight) => cost * (weight / total));
  let largest = 0;
  for (const [at, weight] of weights.entries()) if (weight > (weights[largest] ?? 0)) largest = at;
  // Twice: the first correction rounds too.
  for (let pass = 0; pass < 2; pass += 1) split[largest] = (split[largest] ?? 0) + (cost - split.reduce((sum, part) => sum + part, 0));
  return split;
}

/** Sharers that are the same in cluster, namespace, workload and labels are one. */
export function mergeSharers(sharers: readonly Sharer[]): Sharer[] {
  const groups = Map.groupBy(sharers.toSorted(byKey), (one) => JSON.stringify([one.month, keyOf(one)]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const sum = (of: (one: Sharer) => number): number => group.reduce((total, one) => total + of(one), 0);
    return [
      {
        ...first,
        cost: sum(({ cost }) => cost),
        cpuCoreHours: sum(({ cpuCoreHours }) => cpuCoreHours),
        memoryGibHours: sum(({ memoryGibHours }) => memoryGibHours),
        podHours: sum(({ podHours }) => podHours),
      },
    ];
  });
}

function weightOf(sharer: Sharer, method: 'proportional' | 'cpu' | 'memory' | 'pods'): number {
  const weight = { proportional: sharer.cost, cpu: sharer.cpuCoreHours, memory: sharer.memoryGibHours, pods: sharer.podHours }[method];
  return Math.max(0, weight);
}

/** Weights by which each namespace gets the same, or its part. */
function byNamespace(sorted: readonly Sharer[], parts: Readonly<Record<string, number>> | undefined): number[] {
  const namespaces = Map.groupBy(sorted, ({ namespace }) => namespace);
  const costs = new Map([...namespaces].map(([namespace, group]) => [namespace, group.reduce((sum, { cost }) => sum + Math.max(0, cost), 0)]));
  return sorted.map(({ namespace, cost }) => {
    const whole = costs.get(namespace) ?? 0;
    const within = whole > 0 ? Math.max(0, cost) / whole : 1 / (namespaces.get(namespace)?.length ?? 1);
    return within * (parts === undefined ? 1 : partOf(parts, namespace));
  });
}

/** Namespaces that have a part, and in which nothing ran: the user said that they pay. */
function unseenNamespaces(sharers: readonly Sharer[], parts: Readonly<Record<string, number>>): [string, number][] {
  const seen = new Set(sharers.map(({ namespace }) => namespace));
  return Object.entries(parts)
    .filter(([namespace]) => !seen.has(namespace))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const partOf = (parts: Readonly<Record<string, number>>, namespace: string): number => (Object.hasOwn(parts, namespace) ? (parts[namespace] ?? 0) : 0);

function use(cluster: string, namespace: string | null, workload: string | null, labels: ClusterUse['labels'], method: string): ClusterUse {
  return { cluster, namespace, workload, labels, share: 'shared', idle: null, method };
}

const keyOf = ({ cluster, namespace, workload, labels }: Sharer): string =>
  JSON.stringify([cluster, namespace, workload, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

function byKey(a: Sharer, b: Sharer): number {
  return (
    order(a.cluster, b.cluster) || order(a.namespace, b.namespace) || order(a.workload ?? '', b.workload ?? '') || order(keyOf(a), keyOf(b)) || a.cost - b.cost
  );
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
