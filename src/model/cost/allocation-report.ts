import { money, type Money, type Month } from '../facts.ts';
import type { IdleMode, Weights } from './allocation-settings.ts';
import type { NodeCoverage, Sensitivity } from './allocation/node-findings.ts';
import type { FittedPrices, Unfitted } from './allocation/weights.ts';
import { IDLE_KINDS, type CostLine, type IdleKind } from './cost-line.ts';

/** How the cost of clusters was split over workloads. */
export interface AllocationReport {
  readonly weights: Weights;
  readonly idle: IdleMode;
  /** Why the weights asked for could not be had, and those of AWS stand instead; null: they are those asked for. */
  readonly instead: Unfitted | null;
  /** Dearest first. */
  readonly clusters: readonly ClusterCost[];
  /** What each namespace was allocated of nodes by each of the weights, dearest first: how much hangs on that choice. */
  readonly sensitivity: readonly NamespaceSensitivity[];
  /** Clusters of the bill that no source reads. */
  readonly unread: readonly string[];
  /** Clusters of which something was observed in the period, and nothing in the one before: what namespaces cost then is not known, and no change from it says anything. */
  readonly unobservedBefore: readonly string[];
}

/** Where the cost of one cluster went in the period. */
export interface ClusterCost {
  readonly cluster: string;
  readonly cost: Money;
  readonly allocated: Money;
  readonly shared: Money;
  readonly idle: Readonly<Record<IdleKind, Money>>;
  /** Idle whose kind is not known: what the bill's own split leaves of a node that no source knows, volumes that nobody uses. */
  readonly otherIdle: Money;
  /** Share of the hours of its nodes that somebody observed; the others are taken to have been like them. null: none was. */
  readonly observed: number | null;
}

export interface NamespaceSensitivity {
  readonly cluster: string;
  readonly namespace: string;
  /** null: such weights could not be had. */
  readonly costs: Readonly<Record<Weights, Money | null>>;
}

/** Why the weights asked for could not be had; null: they could in each month. */
export function weightsInstead(
  months: readonly { readonly used: Weights; readonly fitted: FittedPrices | Unfitted }[],
  asked: Weights,
): AllocationReport['instead'] {
  const missed = months.find(({ used }) => used !== asked);
  return missed === undefined || typeof missed.fitted !== 'string' ? null : missed.fitted;
}

/** What namespaces cost by each of the weights, over all months, dearest first. */
export function sensitivityOf(months: readonly Sensitivity[]): NamespaceSensitivity[] {
  const groups = Map.groupBy(months, ({ cluster, namespace }) => JSON.stringify([cluster, namespace]));
  const sums = [...groups.values()].flatMap((of): NamespaceSensitivity[] => {
    const [first] = of;
    if (first === undefined) return [];
    const sum = (weights: Weights): Money | null =>
      of.some((one) => one[weights] === null) ? null : money(of.reduce((total, one) => total + (one[weights] ?? 0), 0));
    const costs = { 'aws-9to1': sum('aws-9to1'), opencost: sum('opencost'), fitted: sum('fitted') };
    return [{ cluster: first.cluster, namespace: first.namespace, costs }];
  });
  return sums.toSorted((a, b) => (b.costs['aws-9to1'] ?? 0) - (a.costs['aws-9to1'] ?? 0) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ cluster, namespace }: NamespaceSensitivity): string => JSON.stringify([cluster, namespace]);

/** Where the cost of each cluster went, by the lines of the period. */
export function clusterCosts(lines: readonly CostLine[], months: readonly Month[], coverage: readonly NodeCoverage[]): ClusterCost[] {
  const own = lines.filter(({ month, use }) => use !== null && months.includes(month));
  const costs = [...Map.groupBy(own, ({ use }) => use?.cluster ?? '')].map(([cluster, of]): ClusterCost => {
    const sum = (isOf: (use: NonNullable<CostLine['use']>) => boolean): Money =>
      money(of.reduce((total, { use, cost }) => (use !== null && isOf(use) ? total + cost : total), 0));
    const idleOf = (kind: IdleKind): Money => sum(({ share, idle }) => share === 'idle' && idle === kind);
    return {
      cluster,
      cost: sum(() => true),
      allocated: sum(({ share }) => share === 'allocated'),
      shared: sum(({ share }) => share === 'shared'),
      idle: Object.fromEntries(IDLE_KINDS.map((kind) => [kind, idleOf(kind)])) as Record<IdleKind, Money>,
      otherIdle: sum(({ share, idle }) => share === 'idle' && idle === null),
      observed: observedOf(coverage.filter((one) => one.cluster === cluster)),
    };
  });
  return costs.toSorted((a, b) => b.cost - a.cost || (a.cluster < b.cluster ? -1 : 1));
}

/** Clusters that had nodes in both periods, of which somebody observed those of the second one only. */
export function unobservedBefore(now: readonly ClusterCost[], before: readonly NodeCoverage[]): string[] {
  return now
    .filter(({ observed }) => observed !== null)
    .map(({ cluster }) => cluster)
    .filter((cluster) => {
      const coverage = before.filter((one) => one.cluster === cluster);
      return coverage.length > 0 && observedOf(coverage) === null;
    })
    .toSorted();
}

function observedOf(coverage: readonly NodeCoverage[]): number | null {
  const [known, all] = coverage.reduce(([knownSoFar, so], { knownHours, nodeHours }) => [knownSoFar + knownHours, so + nodeHours] as const, [0, 0] as readonly [
    number,
    number,
  ]);
  return all === 0 || known === 0 ? null : known / all;
}
