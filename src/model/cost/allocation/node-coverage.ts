import { money } from '../../facts.ts';
import { monthOfLine } from './allocate-nodes.ts';
import type { NodeCoverage } from './node-findings.ts';
import type { NodeInput, NodeRun } from './node-run.ts';
import { isKnown } from './shares.ts';

type Sum = { -readonly [Key in keyof NodeCoverage]: NodeCoverage[Key] extends number ? number : NodeCoverage[Key] };

/** By cluster and month, in that order. */
export function nodeCoverage({ runs, lines }: NodeInput): NodeCoverage[] {
  const sums = new Map<string, Sum>();
  for (const run of runs) {
    for (const [month, costs] of Map.groupBy(run.costs, ({ line }) => monthOfLine(lines, line))) {
      const key = JSON.stringify([run.cluster, month]);
      const sum = sums.get(key) ?? { cluster: run.cluster, month, nodes: 0, nodeHours: 0, knownHours: 0, splitHours: 0, cost: 0, knownCost: 0 };
      sums.set(key, sum);
      sum.nodes += 1;
      addHours(sum, run, costs);
    }
  }
  const sorted = [...sums.values()].toSorted((a, b) => compare(a.cluster, b.cluster) || compare(a.month, b.month));
  return sorted.map(({ cost, knownCost, ...sum }) => ({ ...sum, cost: money(cost), knownCost: money(knownCost) }));
}

function addHours(sum: Sum, run: NodeRun, costs: NodeRun['costs']): void {
  for (let hour = 0; hour < run.hours; hour += 1) {
    let [cost, isBilled] = [0, false];
    for (const of of costs) [cost, isBilled] = [cost + (of.cost[hour] ?? 0), isBilled || of.cost[hour] !== 0];
    if (!isBilled) continue;
    sum.nodeHours += 1;
    sum.cost += cost;
    if (!isKnown(run, hour)) continue;
    sum.knownHours += 1;
    sum.knownCost += cost;
    sum.splitHours += run.splits.said[hour] === 1 ? 1 : 0;
  }
}

export const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
