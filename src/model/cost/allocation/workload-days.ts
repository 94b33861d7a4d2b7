import { money, type Day } from '../../facts.ts';
import type { DailyCost } from '../anomalies/series.ts';
import type { NodeOptions } from './allocate-nodes.ts';
import { compare } from './node-coverage.ts';
import type { NodeInput, NodeRun } from './node-run.ts';
import { isKnown, nodeShares } from './shares.ts';

/** Of what nodes cost on a day, the part that must be known, for the day to say what workloads cost. */
const LEAST_KNOWN = 0.95;

const HOURS = 24;

/** What the workloads of a cluster cost a day, over a month. */
export interface ClusterDays {
  readonly cluster: string;
  /** null: not every day is known. A day of which only a part is known would look as if everything had cost less. */
  readonly days: readonly DailyCost[] | null;
}

/** What each workload was allocated of nodes a day, without idle, by cluster. */
export function workloadDays(input: NodeInput, { weights }: NodeOptions): ClusterDays[] {
  const clusters = Map.groupBy(input.runs, ({ cluster }) => cluster);
  return [...clusters]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([cluster, runs]) => ({ cluster, days: isKnownEveryDay(runs) ? daysOf(runs, { weights, owners: input.owners }) : null }));
}

/**
 * One list for each cluster, of its newest months that are known without a hole: before one that is not, there is nothing to compare with.
 * @param months oldest first
 */
export function joinedDays(months: readonly (readonly ClusterDays[])[]): DailyCost[][] {
  const clusters = Map.groupBy(months.flat(), ({ cluster }) => cluster);
  return [...clusters]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([, of]) => of.slice(of.findLastIndex(({ days }) => days === null) + 1).flatMap(({ days }) => days ?? []))
    .filter((days) => days.length > 0);
}

function isKnownEveryDay(runs: readonly NodeRun[]): boolean {
  const days = new Map<number, { known: number; all: number }>();
  for (const run of runs) {
    const costs = costOf(run);
    for (const [hour, cost] of costs.entries()) {
      const day = dayOf(run, hour);
      const sum = days.get(day) ?? { known: 0, all: 0 };
      days.set(day, sum);
      sum.all += Math.abs(cost);
      if (isKnown(run, hour)) sum.known += Math.abs(cost);
    }
  }
  return days.size > 0 && [...days.values()].every(({ known, all }) => known >= LEAST_KNOWN * all);
}

function daysOf(runs: readonly NodeRun[], { weights, owners }: Pick<NodeOptions, 'weights'> & Pick<NodeInput, 'owners'>): DailyCost[] {
  const sums = new Map<string, number>();
  for (const run of runs) {
    const costs = costOf(run);
    const { rows, hour: hours, slot: slots, share, owners: local, idleSlot } = nodeShares(run, weights, null, 'separate');
    for (let row = 0; row < rows; row += 1) {
      const slot = slots[row] ?? 0;
      const owner = slot < idleSlot ? owners[local[slot >> 1] ?? -1] : undefined;
      if (owner === undefined || owner.workload === null) continue;
      const hour = hours[row] ?? 0;
      const key = `${dayOf(run, hour)} ${owner.cluster}/${owner.namespace}/${owner.workload}`;
      sums.set(key, (sums.get(key) ?? 0) + (costs[hour] ?? 0) * (share[row] ?? 0));
    }
  }
  return [...sums]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([key, cost]) => {
      const at = key.indexOf(' ');
      return { name: key.slice(at + 1), day: new Date(Number(key.slice(0, at)) * 86_400_000).toISOString().slice(0, 10) as Day, cost: money(cost) };
    });
}

/** Days since 1970. */
const dayOf = ({ firstHour }: NodeRun, hour: number): number => Math.floor((firstHour + hour) / HOURS);

function costOf({ hours, costs }: NodeRun): Float64Array {
  const all = new Float64Array(hours);
  for (const { cost } of costs) for (let hour = 0; hour < hours; hour += 1) all[hour] = (all[hour] ?? 0) + (cost[hour] ?? 0);
  return all;
}
