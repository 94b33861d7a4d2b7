import type { SharedRule } from './allocation/shared-rules.ts';

/** What a core costs beside a GiB: 9 to 1 as AWS splits, 7.46 to 1 as OpenCost does, or as fits best to what instance types of the bill cost. */
export const WEIGHTS = ['aws-9to1', 'opencost', 'fitted'] as const;
export type Weights = (typeof WEIGHTS)[number];

/** Where the cost goes of what nobody used: on lines of its own, or to those on the same node, or in the same cluster. */
export const IDLE_MODES = ['separate', 'node', 'cluster'] as const;
export type IdleMode = (typeof IDLE_MODES)[number];

/** By what a shared charge is split over namespaces: what else they cost, evenly, by parts that are given, or by what was measured. */
export const SHARED_METHODS = ['proportional', 'even', 'fixed', 'cpu', 'memory', 'pods'] as const;

/** How the cost of clusters is split over workloads. */
export interface AllocationSettings {
  readonly weights: Weights;
  readonly idle: IdleMode;
  /** The first that matches wins. */
  readonly shared: readonly SharedRule[];
}

export const DEFAULT_ALLOCATION: AllocationSettings = { weights: 'aws-9to1', idle: 'separate', shared: [] };
