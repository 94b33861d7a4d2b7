import type { Resources } from './node-run.ts';
import type { ResourceWeights } from './weights.ts';

/** Amounts of one node and hour; all are of the same time (core-hours, or cores). */
export interface NodeUse {
  readonly capacity: Resources;
  readonly allocatable: Resources | null;
  readonly allocated: Resources;
  /** How many more pods it may have; null: not known. */
  readonly freeSlots: number | null;
}

/** What an average pod of the cluster has: its part of all that is allocated there. null: there are none. */
export type PodShape = Resources | null;

/**
 * What is left of a node, by kind (in the order of `IDLE_KINDS`), in weighted units.
 *
 * Of each resource, idle = max(capacity - allocated, 0), and it is told apart without a rest:
 * - system-reserved: min(idle, capacity - allocatable). Pods that use more than what is allocatable take it from the system, not from other pods;
 * - schedulable: what the cluster's average pod could still use of the rest: with n = the most such pods that fit (a real number, bounded by the free cores, by the
 *   free memory and by the free places for pods), min(rest, n x the pod);
 * - unallocatable: all else: cores without the memory to go with them, memory without cores, or both without a place for a pod.
 * The average pod is the one shape that neither needs a threshold nor depends on how many small pods there are. A resource that the average pod has nothing of
 * bounds nothing, and is schedulable while n > 0; so are GPUs, which few pods ask for. Without pods, nothing says what would fit: all of the rest is schedulable.
 */
export function idleKinds({ capacity, allocatable, allocated, freeSlots }: NodeUse, shape: PodShape, weights: ResourceWeights): [number, number, number] {
  const cpu = kept(capacity.cores, allocatable?.cores ?? capacity.cores, allocated.cores);
  const memory = kept(capacity.gib, allocatable?.gib ?? capacity.gib, allocated.gib);
  const gpu = kept(capacity.gpus, allocatable?.gpus ?? capacity.gpus, allocated.gpus);
  const fit = shape === null ? Infinity : Math.min(times(cpu.rest, shape.cores), times(memory.rest, shape.gib), Math.max(freeSlots ?? Infinity, 0));
  const usable = [usableOf(cpu.rest, shape?.cores ?? 0, fit), usableOf(memory.rest, shape?.gib ?? 0, fit), usableOf(gpu.rest, 0, fit)] as const;
  return [
    weights.cpu * cpu.system + weights.memory * memory.system + weights.gpu * gpu.system,
    weights.cpu * (cpu.rest - usable[0]) + weights.memory * (memory.rest - usable[1]) + weights.gpu * (gpu.rest - usable[2]),
    weights.cpu * usable[0] + weights.memory * usable[1] + weights.gpu * usable[2],
  ];
}

function kept(capacity: number, allocatable: number, allocated: number): { readonly system: number; readonly rest: number } {
  const idle = Math.max(capacity - allocated, 0);
  const system = Math.min(idle, Math.max(capacity - allocatable, 0));
  return { system, rest: idle - system };
}

const times = (free: number, each: number): number => (each > 0 ? free / each : Infinity);

function usableOf(rest: number, each: number, fit: number): number {
  if (fit <= 0) return 0;
  return each > 0 && fit < Infinity ? Math.min(rest, fit * each) : rest;
}
