import { money, type Money, type Month } from '../../facts.ts';
import type { Ledger } from './ledger.ts';
import { compare } from './node-coverage.ts';
import type { NodeInput, NodeRun } from './node-run.ts';
import type { Unfitted } from './weights.ts';

/** What the split of nodes cannot say, as data. */
export type NodeFinding =
  /** Instances that the bill has of a cluster in hours in which it was observed, but that no source saw as its nodes: split as the cluster's other nodes were. */
  | { readonly code: 'unknown-nodes'; readonly cluster: string; readonly month: Month; readonly nodes: number; readonly example: string; readonly cost: Money }
  /** Nodes with pods of which nothing says which instance of the bill they are, if any: these pods cost nothing here. */
  | { readonly code: 'unbilled-nodes'; readonly cluster: string; readonly nodes: number; readonly example: string }
  /** Less than a day of the month was observed: what its nodes cost then is nobody's. */
  | { readonly code: 'unobserved'; readonly cluster: string; readonly month: Month; readonly cost: Money }
  /** Nodes whose size no source knows: all of their cost is that of their pods, and no idle is known. */
  | { readonly code: 'unknown-size'; readonly cluster: string; readonly nodes: number; readonly example: string }
  /** Nodes with GPUs of which no source knows what pods ask for, so that their cost is split by CPU and memory. */
  | { readonly code: 'unsplit-gpus'; readonly cluster: string; readonly nodes: number; readonly example: string }
  /** Pods of which nothing says what they ask for or use: they cost nothing. */
  | { readonly code: 'unmeasured-pods'; readonly pods: number }
  /** No price of a core and a GiB could be found in the bill: `aws-9to1` was taken. */
  | { readonly code: 'unfitted-weights'; readonly month: Month; readonly why: Unfitted };

/** How much of what a cluster's nodes cost in a month is known, in hours of nodes. */
export interface NodeCoverage {
  readonly cluster: string;
  readonly month: Month;
  readonly nodes: number;
  readonly nodeHours: number;
  /** Of these, hours of which requests and use, or the bill's own split, are known. */
  readonly knownHours: number;
  readonly splitHours: number;
  readonly cost: Money;
  readonly knownCost: Money;
}

/** What the namespaces of a cluster cost under each of the weights. */
export interface Sensitivity {
  readonly cluster: string;
  readonly month: Month;
  readonly namespace: string;
  readonly 'aws-9to1': Money;
  readonly opencost: Money;
  /** null: no prices could be fitted. */
  readonly fitted: Money | null;
}

/** What is to be said of the nodes of a month, cluster by cluster. */
export function nodeFindings({ runs, lines }: NodeInput, ledger: Ledger, month: Month): NodeFinding[] {
  const unobserved = new Map<string, number>();
  for (const { line, bearer, method, cost } of ledger.sums()) {
    const { cluster, method: how } = ledger.useOf(bearer, method);
    if (how === 'unobserved' && lines[line] === month) unobserved.set(cluster, (unobserved.get(cluster) ?? 0) + cost);
  }
  const clusters = [...Map.groupBy(runs, ({ cluster }) => cluster)].toSorted(([a], [b]) => compare(a, b));
  return clusters.flatMap(([cluster, of]) => {
    const lookedAt = observedHours(of);
    // One that is gone before anybody looked is not unknown: it was not observed.
    const unknown = of.filter((run) => run.node === null && run.splits.rows === 0 && isBilledIn(run, lookedAt));
    const unsized = of.filter(({ node, capacity }) => node !== null && capacity === null);
    const unsplit = of.filter(({ hasUnsplitGpus, observed, splits }) => hasUnsplitGpus && observed.some((one, hour) => one === 1 && splits.said[hour] !== 1));
    const cost = unobserved.get(cluster);
    const found: NodeFinding[] = [];
    if (unknown.length > 0) found.push({ code: 'unknown-nodes', cluster, month, ...some(unknown), cost: money(costOf(unknown)) });
    if (unsized.length > 0) found.push({ code: 'unknown-size', cluster, ...some(unsized) });
    if (unsplit.length > 0) found.push({ code: 'unsplit-gpus', cluster, ...some(unsplit) });
    if (cost !== undefined) found.push({ code: 'unobserved', cluster, month, cost: money(cost) });
    return found;
  });
}

/** Hours in which any of the nodes was observed. */
function observedHours(runs: readonly NodeRun[]): ReadonlySet<number> {
  const hours = new Set<number>();
  for (const { firstHour, observed } of runs) for (const [hour, is] of observed.entries()) if (is === 1) hours.add(firstHour + hour);
  return hours;
}

function isBilledIn({ firstHour, costs }: NodeRun, hours: ReadonlySet<number>): boolean {
  return costs.some(({ cost }) => cost.some((amount, hour) => amount !== 0 && hours.has(firstHour + hour)));
}

const some = (runs: readonly NodeRun[]): { readonly nodes: number; readonly example: string } => ({
  nodes: runs.length,
  example: runs[0]?.node ?? runs[0]?.instance ?? '',
});

const costOf = (runs: readonly NodeRun[]): number =>
  runs.reduce((sum, { costs }) => sum + costs.reduce((of, { cost }) => of + cost.reduce((all, hour) => all + hour, 0), 0), 0);
