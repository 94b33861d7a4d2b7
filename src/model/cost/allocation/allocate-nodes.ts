import type { Month } from '../../facts.ts';
import type { IdleMode } from '../allocation-settings.ts';
import { clusterShapes } from './cluster-shape.ts';
import { BY_REQUESTS, BY_SPLITS, EXTRAPOLATED, Ledger, type Bearer } from './ledger.ts';
import type { NodeInput, NodeRun } from './node-run.ts';
import { IDLE_SLOTS, isKnown, nodeShares, type NodeShares } from './shares.ts';
import type { ResourceWeights } from './weights.ts';

/** Hours of a cluster and month that must be known before the others are taken to have been like them. */
const LEAST_HOURS = 24;

export interface NodeOptions {
  readonly weights: ResourceWeights;
  readonly idle: IdleMode;
}

/**
 * Gives what each node cost in each hour to those who had it in that hour. The sums by line are those of the input.
 * Hours of which nothing is known are split as the known ones of the same node and month were (weighted by what they cost), or, of a node of which less than a day and less
 * than half of its hours are known, as those of its cluster; in a cluster of which less than a day of the month is known, they stay unobserved.
 */
export function allocateNodes(input: NodeInput, { weights, idle }: NodeOptions): Ledger {
  const ledger = new Ledger(input, idle);
  const shapes = clusterShapes(input);
  const known = knownHours(input);
  const bases = new Map<string, Basis>();
  const rests: Rest[] = [];
  for (const run of input.runs) {
    const shares = nodeShares(run, weights, shapes.get(run.cluster) ?? null, idle);
    const bearers = bearersOf(run, shares, ledger);
    addKnown(run, shares, bearers, ledger);
    for (const [month, basis] of basesOf(run, shares, bearers, input.lines)) {
      const rest = restOf(run, month, input.lines);
      if (rest.length > 0) rests.push({ run, month, basis, rest });
      bases.set(keyOf(run, month), added(bases.get(keyOf(run, month)), basis));
    }
  }
  for (const { run, month, basis, rest } of rests) {
    addRest(rest, basisOfRest(run, basis, bases.get(keyOf(run, month)), known.get(keyOf(run, month)) ?? 0), ledger, run);
  }
  if (idle === 'cluster') spreadIdle(ledger, bases, input);
  return ledger;
}

/**
 * By what the hours of a node are split of which nothing is known: its own other hours, or those of its cluster; undefined: by nothing.
 * @param known hours of the cluster and month that are
 */
export function basisOfRest(run: NodeRun, own: Basis, ofCluster: Basis | undefined, known: number): Basis | undefined {
  if (known < LEAST_HOURS) return undefined;
  return [isLikeItself(run) ? own : undefined, ofCluster].find((basis) => basis !== undefined && basis.size > 0);
}

/** Whether enough is known of a node to say how it was in its other hours. */
function isLikeItself(run: NodeRun): boolean {
  let [known, billed] = [0, 0];
  for (let hour = 0; hour < run.hours; hour += 1) {
    if (run.costs.every(({ cost }) => cost[hour] === 0)) continue;
    billed += 1;
    if (isKnown(run, hour)) known += 1;
  }
  return known >= LEAST_HOURS || known * 2 >= billed;
}

/** How much each had of hours that are known, by what those hours cost (refunds too: an amount, not its sign). So it is never negative. */
export type Basis = ReadonlyMap<Bearer, number>;

interface Rest {
  readonly run: NodeRun;
  readonly month: Month;
  readonly basis: Basis;
  readonly rest: readonly { readonly line: number; readonly cost: number }[];
}

export const keyOf = ({ cluster }: { readonly cluster: string }, month: Month): string => `${month} ${cluster}`;

/** Hours of each cluster and month of which something is known, on any of its nodes that cost something then. */
export function knownHours({ runs, lines }: NodeInput): Map<string, number> {
  const hours = new Map<string, Set<number>>();
  for (const run of runs) {
    for (const [month, cost] of costsByMonth(run, lines)) {
      const known = hours.get(keyOf(run, month)) ?? new Set<number>();
      hours.set(keyOf(run, month), known);
      addHours(known, run, cost);
    }
  }
  return new Map([...hours].map(([key, { size }]) => [key, size]));
}

function addHours(known: Set<number>, run: NodeRun, cost: Float64Array): void {
  for (const [hour, amount] of cost.entries()) if (amount !== 0 && isKnown(run, hour)) known.add(run.firstHour + hour);
}

/** What a node cost in each hour, in all lines of a month. */
export function costsByMonth({ costs, hours }: NodeRun, lines: readonly Month[]): Map<Month, Float64Array> {
  const sums = new Map<Month, Float64Array>();
  for (const { line, cost } of costs) {
    const month = monthOfLine(lines, line);
    const sum = sums.get(month) ?? new Float64Array(hours);
    sums.set(month, sum);
    for (let hour = 0; hour < hours; hour += 1) sum[hour] = (sum[hour] ?? 0) + (cost[hour] ?? 0);
  }
  return sums;
}

export function monthOfLine(lines: readonly Month[], line: number): Month {
  const month = lines[line];
  if (month === undefined) throw new RangeError(`no line ${line}`);
  return month;
}

/** The bearer of each slot. */
export function bearersOf(run: NodeRun, { owners, idleSlot }: NodeShares, ledger: Ledger): Int32Array {
  const bearers = new Int32Array(idleSlot + IDLE_SLOTS);
  for (const [at, owner] of owners.entries()) {
    bearers[2 * at] = ledger.ownerBearer(owner, false);
    bearers[2 * at + 1] = ledger.ownerBearer(owner, true);
  }
  for (let kind = 0; kind < IDLE_SLOTS; kind += 1) bearers[idleSlot + kind] = ledger.idleBearer(run.cluster, kind);
  return bearers;
}

/** A hot loop: an hour of a pod at a time. */
function addKnown({ costs, splits }: NodeRun, { rows, hour: hours, slot: slots, share }: NodeShares, bearers: Int32Array, ledger: Ledger): void {
  for (const { line, cost } of costs) {
    const sums = [new Float64Array(bearers.length), new Float64Array(bearers.length)] as const;
    for (let row = 0; row < rows; row += 1) {
      const hour = hours[row] ?? 0;
      const sum = splits.said[hour] === 1 ? sums[1] : sums[0];
      const slot = slots[row] ?? 0;
      sum[slot] = (sum[slot] ?? 0) + (cost[hour] ?? 0) * (share[row] ?? 0);
    }
    for (const [method, sum] of [[BY_REQUESTS, sums[0]] as const, [BY_SPLITS, sums[1]] as const]) {
      for (const [slot, amount] of sum.entries()) ledger.add(line, bearers[slot] ?? 0, method ?? 0, amount);
    }
  }
}

export function basesOf(run: NodeRun, { rows, hour: hours, slot: slots, share }: NodeShares, bearers: Int32Array, lines: readonly Month[]): Map<Month, Basis> {
  const bases = new Map<Month, Basis>();
  for (const [month, cost] of costsByMonth(run, lines)) {
    const sums = new Float64Array(bearers.length);
    for (let row = 0; row < rows; row += 1) {
      const slot = slots[row] ?? 0;
      sums[slot] = (sums[slot] ?? 0) + Math.abs(cost[hours[row] ?? 0] ?? 0) * (share[row] ?? 0);
    }
    bases.set(month, new Map([...sums.entries()].filter(([, sum]) => sum > 0).map(([slot, sum]) => [bearers[slot] ?? 0, sum])));
  }
  return bases;
}

export function added(one: Basis | undefined, other: Basis): Basis {
  if (one === undefined) return other;
  const sum = new Map(one);
  for (const [bearer, amount] of other) sum.set(bearer, (sum.get(bearer) ?? 0) + amount);
  return sum;
}

/** What the node cost in hours of which nothing is known, by line of the month. */
function restOf(run: NodeRun, month: Month, lines: readonly Month[]): Rest['rest'] {
  return run.costs.flatMap(({ line, cost }) => {
    if (monthOfLine(lines, line) !== month) return [];
    let [rest, isAny] = [0, false];
    for (let hour = 0; hour < run.hours; hour += 1) {
      const amount = cost[hour] ?? 0;
      if (amount === 0 || isKnown(run, hour)) continue;
      [rest, isAny] = [rest + amount, true];
    }
    return isAny ? [{ line, cost: rest }] : [];
  });
}

function addRest(rest: Rest['rest'], basis: Basis | undefined, ledger: Ledger, run: NodeRun): void {
  const all = basis === undefined ? 0 : [...basis.values()].reduce((sum, amount) => sum + amount, 0);
  for (const { line, cost } of rest) {
    if (basis === undefined) ledger.add(line, ledger.unobservedBearer(run.cluster), BY_REQUESTS, cost);
    else for (const [bearer, amount] of basis) ledger.add(line, bearer, EXTRAPOLATED, (amount / all) * cost);
  }
}

/** Gives what nobody had to all owners of the cluster by what they had of it in the month. Where nobody had anything it stays. */
function spreadIdle(ledger: Ledger, bases: ReadonlyMap<string, Basis>, { lines, owners }: NodeInput): void {
  const idle = [...ledger.sums()].filter(({ bearer }) => ledger.isIdle(bearer));
  for (const { line, bearer, method, cost } of idle) {
    const basis = bases.get(keyOf({ cluster: ledger.clusterOf(bearer) }, monthOfLine(lines, line)));
    const had = [...(basis ?? [])].filter(([one]) => one < 2 * owners.length);
    const all = had.reduce((sum, [, amount]) => sum + amount, 0);
    if (all === 0) continue;
    ledger.remove(line, bearer, method);
    for (const [one, amount] of had) ledger.add(line, one + 1, method, (amount / all) * cost);
  }
}
