import type { Month } from '../../facts.ts';

export interface Resources {
  readonly cores: number;
  readonly gib: number;
  readonly gpus: number;
}

/**
 * One instance as a node, and what it cost: columns by hour, from `firstHour` (hours since 1970) on. Typed arrays, for a month of a hundred nodes is 75,000
 * hours and a million hours of pods.
 */
export interface NodeRun {
  readonly cluster: string;
  readonly instance: string;
  /** null: no source knows it. */
  readonly node: string | null;
  readonly firstHour: number;
  /** How many. */
  readonly hours: number;
  /** null: not known. Then it is what its pods had, and nothing is known to be idle. */
  readonly capacity: Resources | null;
  /** Never more than the capacity; null: not known. */
  readonly allocatable: Resources | null;
  /** How many pods it may have; null: not known. */
  readonly podSlots: number | null;
  /** Its GPUs count for nothing, for nobody knows who asks for them. */
  readonly hasUnsplitGpus: boolean;
  /** Seconds of each hour in which it was there. Where it was observed, more than 0. */
  readonly seconds: Float64Array;
  /** 1 where somebody looked at the cluster's pods in that hour. */
  readonly observed: Uint8Array;
  /** In order of their hour; of the same hour in the order of the pods. */
  readonly pods: PodHours;
  /** What the bill itself says of the node's pods, in order of their hour; `said` is 1 for hours of which it does. */
  readonly splits: SplitHours;
  readonly costs: readonly NodeCost[];
}

/** A pod in an hour of its node. Amounts are of max(reserved, used), times `seconds`. */
export interface PodHours {
  readonly rows: number;
  /** From the first hour of the node. */
  readonly hour: Int32Array;
  readonly owner: Int32Array;
  readonly seconds: Float64Array;
  readonly coreSeconds: Float64Array;
  readonly gibSeconds: Float64Array;
  readonly gpuSeconds: Float64Array;
}

export interface SplitHours {
  readonly said: Uint8Array;
  readonly rows: number;
  readonly hour: Int32Array;
  readonly owner: Int32Array;
  readonly split: Float64Array;
  readonly unused: Float64Array;
}

/** What a node cost in each hour of one line. */
export interface NodeCost {
  /** Number of the line (`NodeInput.lines`). */
  readonly line: number;
  readonly cost: Float64Array;
}

/** Whose the pods are. */
export interface Owner {
  readonly cluster: string;
  readonly namespace: string;
  /** As in `Deployment/api`; null: not known. */
  readonly workload: string | null;
  readonly labels: Readonly<Record<string, string | null>>;
}

/** All nodes. Sums are taken in the order of `runs`, which is that of cluster and instance. */
export interface NodeInput {
  readonly runs: readonly NodeRun[];
  readonly owners: readonly Owner[];
  /** Months of the lines, by their number. */
  readonly lines: readonly Month[];
}

export const NO_SPLITS = (hours: number): SplitHours => ({
  said: new Uint8Array(hours),
  rows: 0,
  hour: new Int32Array(0),
  owner: new Int32Array(0),
  split: new Float64Array(0),
  unused: new Float64Array(0),
});
