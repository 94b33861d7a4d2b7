import { money, type Money, type Month } from '../../facts.ts';
import { allocateNodes, type NodeOptions } from './allocate-nodes.ts';
import { allocatedOf, hourPrice } from './hour-price.ts';
import { compare } from './node-coverage.ts';
import type { NodeInput, NodeRun } from './node-run.ts';

/** Whose cost is explained. `workload` null: of pods of no known workload; undefined: the whole namespace. */
export interface Explained {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload?: string | null | undefined;
}

/** What somebody's pods cost on one node in a month: `cost` is the sum of the six parts below it. */
export interface NodePart {
  readonly instance: string;
  readonly node: string | null;
  /** Hours in which they had the node or a part of it, and what the node cost in these. */
  readonly hours: number;
  readonly nodeCost: Money;
  /** What they had of it: max(reserved, used), over the hours. */
  readonly coreHours: number;
  readonly gibHours: number;
  readonly cost: Money;
  readonly cpuCost: Money;
  readonly memoryCost: Money;
  readonly gpuCost: Money;
  /** As the bill's own split has it. */
  readonly splitCost: Money;
  /** Their part of what nobody had, where that is given to pods. */
  readonly idleCost: Money;
  /** For hours that nobody observed. */
  readonly extrapolatedCost: Money;
}

/** Where the cost of a workload or namespace comes from, node by node, dearest first. It is split as `allocateNodes` does, so that the parts add up to what the report says. */
export function explainNodes(input: NodeInput, month: Month, options: NodeOptions, whose: Explained): NodePart[] {
  const mine = new Set(input.owners.flatMap((owner, at) => (isOf(owner, whose) ? [at] : [])));
  // A line a node: so the sums are told apart by it.
  const runs = input.runs.map((run, line) => ({ ...run, costs: [{ line, cost: totalOf(run) }] }));
  const ledger = allocateNodes({ ...input, runs, lines: runs.map(() => month) }, options);
  const sums = runs.map(() => ({ own: 0, split: 0, idle: 0, extrapolated: 0 }));
  for (const { line, bearer, method, cost } of ledger.sums()) {
    const sum = sums[line];
    if (sum === undefined || !mine.has(ledger.ownerOf(bearer))) continue;
    if (ledger.useOf(bearer, method).method === 'extrapolated') sum.extrapolated += cost;
    else if (!ledger.isOwn(bearer)) sum.idle += cost;
    else if (ledger.useOf(bearer, method).method === 'split-cost') sum.split += cost;
    else sum.own += cost;
  }
  const parts = runs.map((run, at) => partOf(run, mine, options, sums[at] ?? { own: 0, split: 0, idle: 0, extrapolated: 0 }));
  return parts.filter(({ cost, hours }) => cost !== 0 || hours > 0).toSorted((a, b) => b.cost - a.cost || compare(a.instance, b.instance));
}

function isOf(owner: NodeInput['owners'][number], { cluster, namespace, workload }: Explained): boolean {
  return owner.cluster === cluster && owner.namespace === namespace && (workload === undefined || owner.workload === workload);
}

function totalOf({ hours, costs }: NodeRun): Float64Array {
  return Float64Array.from({ length: hours }, (_, hour) => costs.reduce((sum, { cost }) => sum + (cost[hour] ?? 0), 0));
}

interface Sums {
  readonly own: number;
  readonly split: number;
  readonly idle: number;
  readonly extrapolated: number;
}

function partOf(run: NodeRun, mine: ReadonlySet<number>, { weights }: NodeOptions, { own, split, idle, extrapolated }: Sums): NodePart {
  const { pods, splits, costs, observed } = run;
  const sums = allocatedOf(run);
  const had = new Set<number>();
  let [coreSeconds, gibSeconds, cpu, memory, gpu] = [0, 0, 0, 0, 0];
  for (let row = 0; row < pods.rows; row += 1) {
    const hour = pods.hour[row] ?? 0;
    const cost = costs[0]?.cost[hour] ?? 0;
    if (!mine.has(pods.owner[row] ?? -1) || cost === 0 || observed[hour] !== 1) continue;
    had.add(hour);
    coreSeconds += pods.coreSeconds[row] ?? 0;
    gibSeconds += pods.gibSeconds[row] ?? 0;
    if (splits.said[hour] === 1) continue;
    const price = hourPrice(run, hour, sums, weights);
    cpu += cost * (price?.core ?? 0) * (pods.coreSeconds[row] ?? 0);
    memory += cost * (price?.gib ?? 0) * (pods.gibSeconds[row] ?? 0);
    gpu += cost * (price?.gpu ?? 0) * (pods.gpuSeconds[row] ?? 0);
  }
  for (let row = 0; row < splits.rows; row += 1) if (mine.has(splits.owner[row] ?? -1)) had.add(splits.hour[row] ?? 0);
  return {
    instance: run.instance,
    node: run.node,
    hours: had.size,
    nodeCost: money([...had].reduce((sum, hour) => sum + (costs[0]?.cost[hour] ?? 0), 0)),
    coreHours: coreSeconds / 3600,
    gibHours: gibSeconds / 3600,
    cost: money(own + split + idle + extrapolated),
    cpuCost: money(cpu),
    memoryCost: money(memory),
    gpuCost: money(gpu),
    splitCost: money(split),
    idleCost: money(idle),
    extrapolatedCost: money(extrapolated),
  };
}
