import type { IdleMode } from '../allocation-settings.ts';
import { allocatedOf, hourPrice, scaled, type Allocated, type HourPrice } from './hour-price.ts';
import { idleKinds, type PodShape } from './idle.ts';
import type { NodeRun } from './node-run.ts';
import type { ResourceWeights } from './weights.ts';

/** A slot is who has a share: an owner for what its pods had, or for its part of what nobody had; or nobody, by kind of idle. */
export const PART_OF_IDLE = 1;
/** Kinds of idle, from `idleSlot` on: those of `IDLE_KINDS`, and one of which the kind is not known. */
export const IDLE_SLOTS = 4;

/** Who had which part of a node in each hour that is known. The shares of an hour add up to 1. In order of hour; in an hour pods before what is left. */
export interface NodeShares {
  readonly rows: number;
  readonly hour: Int32Array;
  readonly slot: Int32Array;
  readonly share: Float64Array;
  /** Owners on the node: `2 x` their place here is their first slot. */
  readonly owners: readonly number[];
  /** First of the kinds of idle: twice the number of owners. */
  readonly idleSlot: number;
}

export const isKnown = ({ observed, splits }: NodeRun, hour: number): boolean => observed[hour] === 1 || splits.said[hour] === 1;

/**
 * Splits each hour of a node as AWS does: of each resource a pod's share is alloc / max(capacity, all allocs) with alloc = max(reserved, used), and the
 * resources share the cost by weight x capacity (https://docs.aws.amazon.com/cur/latest/userguide/example-split-cost-allocation-data.html).
 * Where pods have more than there is, they share what there is; so nothing is negative, and nothing is left over or made up.
 * Where idle is spread over the node, what is left of a resource goes to its pods by what they have of it, as AWS does it too; of one that nobody has, by their cost.
 * Of hours of which the bill has its own split, that is taken: split and unused costs, as shares of their sum.
 */
export function nodeShares(run: NodeRun, weights: ResourceWeights, shape: PodShape, idle: IdleMode): NodeShares {
  const rows = new Rows(run, ownersOf(run), idle);
  const sums = allocatedOf(run);
  for (let hour = 0; hour < run.hours; hour += 1) {
    const isObserved = run.observed[hour] === 1;
    const isSplit = run.splits.said[hour] === 1;
    if (!isObserved && !isSplit) continue;
    const price = isObserved ? hourPrice(run, hour, sums, weights) : undefined;
    if (isSplit) rows.nobody(hour, rows.splits(hour, price === undefined ? UNKNOWN_LEFT : leftOf(run, hour, sums, price, shape, weights)));
    else rows.nobody(hour, price === undefined ? UNKNOWN_LEFT : rows.pods(hour, sums, price, shape, weights));
  }
  return rows.done();
}

/** Shares of the hour that are left, by kind of idle, and of unknown kind. */
type Left = readonly [number, number, number, number];
const UNKNOWN_LEFT: Left = [0, 0, 0, 1];
const NOTHING_LEFT: Left = [0, 0, 0, 0];

function ownersOf({ pods, splits }: NodeRun): Map<number, number> {
  const local = new Map<number, number>();
  for (const owners of [pods.owner, splits.owner]) for (const owner of owners) if (!local.has(owner)) local.set(owner, local.size);
  return local;
}

function leftOf(run: NodeRun, hour: number, sums: Allocated, { capacity, units }: HourPrice, shape: PodShape, weights: ResourceWeights): Left {
  const seconds = run.seconds[hour] ?? 0;
  const allocated = { cores: sums.cores[hour] ?? 0, gib: sums.gib[hour] ?? 0, gpus: sums.gpus[hour] ?? 0 };
  const allocatable = run.allocatable === null ? null : scaled(run.allocatable, seconds);
  const freeSlots = run.podSlots === null ? null : run.podSlots * seconds - (sums.seconds[hour] ?? 0);
  const [system, unallocatable, schedulable] = idleKinds({ capacity, allocatable, allocated, freeSlots }, shape, weights);
  return [system / units, unallocatable / units, schedulable / units, 0];
}

/** Grows row by row. */
class Rows {
  readonly #run: NodeRun;
  readonly #owners: ReadonlyMap<number, number>;
  readonly #spreads: boolean;
  readonly #hour: Int32Array;
  readonly #slot: Int32Array;
  readonly #share: Float64Array;
  #rows = 0;
  #splitRow = 0;

  constructor(run: NodeRun, owners: ReadonlyMap<number, number>, idle: IdleMode) {
    const most = 2 * (run.pods.rows + run.splits.rows) + IDLE_SLOTS * run.hours;
    this.#run = run;
    this.#owners = owners;
    this.#spreads = idle === 'node';
    this.#hour = new Int32Array(most);
    this.#slot = new Int32Array(most);
    this.#share = new Float64Array(most);
  }

  /** Adds the pods of an hour, each with its part of what is left where that is spread; says what is left to nobody. A hot loop. */
  pods(hour: number, sums: Allocated, price: HourPrice, shape: PodShape, weights: ResourceWeights): Left {
    const { owner, coreSeconds, gibSeconds, gpuSeconds } = this.#run.pods;
    const had = price.core * (sums.cores[hour] ?? 0) + price.gib * (sums.gib[hour] ?? 0) + price.gpu * (sums.gpus[hour] ?? 0);
    const spreads = this.#spreads && had > 0;
    const { idle } = price;
    for (let row = sums.first[hour] ?? 0; row < (sums.first[hour + 1] ?? 0); row += 1) {
      const [cores, gib, gpus] = [coreSeconds[row] ?? 0, gibSeconds[row] ?? 0, gpuSeconds[row] ?? 0];
      const own = price.core * cores + price.gib * gib + price.gpu * gpus;
      const slot = this.#slotOf(owner[row] ?? 0);
      this.#add(hour, slot, own);
      if (spreads) this.#add(hour, slot + PART_OF_IDLE, idle.core * cores + idle.gib * gib + idle.gpu * gpus + idle.rest * (own / had));
    }
    return spreads ? NOTHING_LEFT : leftOf(this.#run, hour, sums, price, shape, weights);
  }

  /** Adds what the bill says of an hour. What is left is told apart as the node's own `left` is. */
  splits(hour: number, left: Left): Left {
    const { rows, hour: hours, owner, split, unused } = this.#run.splits;
    const first = this.#splitRow;
    let [all, idle] = [0, 0];
    for (; this.#splitRow < rows && hours[this.#splitRow] === hour; this.#splitRow += 1) {
      all += (split[this.#splitRow] ?? 0) + (unused[this.#splitRow] ?? 0);
      idle += unused[this.#splitRow] ?? 0;
    }
    const sum = left[0] + left[1] + left[2] + left[3];
    const apart = (part: number): Left =>
      sum > 0 ? [(left[0] / sum) * part, (left[1] / sum) * part, (left[2] / sum) * part, (left[3] / sum) * part] : [0, 0, 0, part];
    // No pod, or none that costs anything: nobody had the node.
    if (all <= 0) return apart(1);
    for (let row = first; row < this.#splitRow; row += 1) {
      const slot = this.#slotOf(owner[row] ?? 0);
      this.#add(hour, slot, (split[row] ?? 0) / all);
      if (this.#spreads) this.#add(hour, slot + PART_OF_IDLE, (unused[row] ?? 0) / all);
    }
    return this.#spreads ? NOTHING_LEFT : apart(idle / all);
  }

  nobody(hour: number, left: Left): void {
    for (const [kind, part] of left.entries()) this.#add(hour, 2 * this.#owners.size + kind, part);
  }

  done(): NodeShares {
    return {
      rows: this.#rows,
      hour: this.#hour.subarray(0, this.#rows),
      slot: this.#slot.subarray(0, this.#rows),
      share: this.#share.subarray(0, this.#rows),
      owners: [...this.#owners.keys()],
      idleSlot: 2 * this.#owners.size,
    };
  }

  #slotOf(owner: number): number {
    return 2 * (this.#owners.get(owner) ?? 0);
  }

  #add(hour: number, slot: number, part: number): void {
    if (part === 0) return;
    this.#hour[this.#rows] = hour;
    this.#slot[this.#rows] = slot;
    this.#share[this.#rows] = part;
    this.#rows += 1;
  }
}
