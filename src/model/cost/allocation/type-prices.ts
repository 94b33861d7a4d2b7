import type { NodeFacts } from './node-facts.ts';
import type { NodeRun } from './node-run.ts';
import type { TypePrice } from './weights.ts';

/**
 * What the nodes of each instance type cost at public prices, and for how long.
 * @param wholeCosts what each of `nodes` would cost for itself at public prices; NaN: not known
 */
export function typePrices(nodes: readonly NodeFacts[], wholeCosts: Float64Array, runs: readonly NodeRun[]): TypePrice[] {
  const byNode = new Map(runs.map((run) => [`${run.cluster} ${run.instance}`, run]));
  const types = new Map<string, TypePrice>();
  for (const [at, { cluster, instance, instanceType, capacity, hasGpus }] of nodes.entries()) {
    const [cost, run] = [wholeCosts[at] ?? Number.NaN, byNode.get(`${cluster} ${instance}`)];
    if (instanceType === null || capacity === null || run === undefined || !(cost > 0)) continue;
    const { cores, gib, gpus } = capacity;
    // What it costs is for more than its cores and memory, and nobody knows for how many GPUs.
    if (hasGpus && gpus === 0) continue;
    const known = types.get(instanceType) ?? { instanceType, cores, gib, gpus, hours: 0, cost: 0 };
    types.set(instanceType, { ...known, hours: known.hours + hoursOf(run), cost: known.cost + cost });
  }
  return [...types.values()];
}

function hoursOf({ hours, costs, seconds }: NodeRun): number {
  let sum = 0;
  for (let hour = 0; hour < hours; hour += 1) if (costs.some(({ cost }) => cost[hour] !== 0)) sum += seconds[hour] ?? 0;
  return sum / 3600;
}
