import type { NodeRun, Resources } from './node-run.ts';
import type { ResourceWeights } from './weights.ts';

/** What the pods of a node have together, by the hour. */
export interface Allocated {
  /** Row of `pods` with which an hour begins. */
  readonly first: Int32Array;
  readonly seconds: Float64Array;
  readonly cores: Float64Array;
  readonly gib: Float64Array;
  readonly gpus: Float64Array;
}

/** Sums over the pods of an hour. A hot loop. */
export function allocatedOf({ hours, pods }: NodeRun): Allocated {
  const first = new Int32Array(hours + 1).fill(pods.rows);
  const [seconds, cores, gib, gpus] = [new Float64Array(hours), new Float64Array(hours), new Float64Array(hours), new Float64Array(hours)];
  for (let row = pods.rows - 1; row >= 0; row -= 1) {
    const hour = pods.hour[row] ?? 0;
    first[hour] = row;
    seconds[hour] = (seconds[hour] ?? 0) + (pods.seconds[row] ?? 0);
    cores[hour] = (cores[hour] ?? 0) + (pods.coreSeconds[row] ?? 0);
    gib[hour] = (gib[hour] ?? 0) + (pods.gibSeconds[row] ?? 0);
    gpus[hour] = (gpus[hour] ?? 0) + (pods.gpuSeconds[row] ?? 0);
  }
  for (let hour = hours - 1; hour >= 0; hour -= 1) first[hour] = Math.min(first[hour] ?? 0, first[hour + 1] ?? pods.rows);
  return { first, seconds, cores, gib, gpus };
}

export const scaled = ({ cores, gib, gpus }: Resources, by: number): Resources => ({ cores: cores * by, gib: gib * by, gpus: gpus * by });

/** Of an hour, what a core-second, a GiB-second and a GPU-second of a pod are, as shares of the node's hour. */
export interface HourPrice {
  readonly core: number;
  readonly gib: number;
  readonly gpu: number;
  /** The same of what is left of the resource; `rest` is what is left of resources that no pod has. */
  readonly idle: { readonly core: number; readonly gib: number; readonly gpu: number; readonly rest: number };
  readonly capacity: Resources;
  /** Weighted capacity, of which all these are shares. */
  readonly units: number;
}

/** Undefined: the node has nothing that is known, and so has no share of it. */
export function hourPrice({ capacity: known, seconds }: NodeRun, hour: number, sums: Allocated, weights: ResourceWeights): HourPrice | undefined {
  const had = { cores: sums.cores[hour] ?? 0, gib: sums.gib[hour] ?? 0, gpus: sums.gpus[hour] ?? 0 };
  const capacity = known === null ? had : scaled(known, seconds[hour] ?? 0);
  const units = weights.cpu * capacity.cores + weights.memory * capacity.gib + weights.gpu * capacity.gpus;
  if (units <= 0) return undefined;
  const core = priceOf(weights.cpu / units, capacity.cores, had.cores);
  const gib = priceOf(weights.memory / units, capacity.gib, had.gib);
  const gpu = priceOf(weights.gpu / units, capacity.gpus, had.gpus);
  const idle = { core: core.idle, gib: gib.idle, gpu: gpu.idle, rest: core.rest + gib.rest + gpu.rest };
  return { core: core.used, gib: gib.used, gpu: gpu.used, idle, capacity, units };
}

function priceOf(weight: number, capacity: number, had: number): { readonly used: number; readonly idle: number; readonly rest: number } {
  const left = weight * Math.max(capacity - had, 0);
  if (had <= 0) return { used: 0, idle: 0, rest: left };
  return { used: (weight * capacity) / Math.max(capacity, had), idle: left / had, rest: 0 };
}
