import type { Resources } from './node-run.ts';

/** What is known of nodes, pods and charges before they are put together hour by hour. Times are seconds since 1970, hours are whole ones since then; NaN is not known. */

export interface NodeFacts {
  readonly cluster: string;
  readonly instance: string;
  readonly node: string | null;
  readonly instanceType: string | null;
  readonly capacity: Resources | null;
  readonly allocatable: Resources | null;
  readonly podSlots: number | null;
  /** It has GPUs, though `capacity` may not count them: its labels say so. */
  readonly hasGpus: boolean;
  readonly created: number;
  readonly lastSeen: number;
}

/** Charges of nodes: one a node, line, and stretch of hours [start, end). In order of all of these. */
export interface ChargeColumns {
  readonly rows: number;
  readonly node: Float64Array;
  readonly line: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly cost: Float64Array;
}

/** Pods on nodes of the bill. In order of node, then of the pods' names. */
export interface PodColumns {
  readonly rows: number;
  readonly node: Float64Array;
  readonly owner: Float64Array;
  /** Whose requests it has, as `RequestsOf` numbers them. */
  readonly workload: Float64Array;
  readonly start: Float64Array;
  readonly lastSeen: Float64Array;
  /** 1: it ended before it was last seen, after `lastRunning`. */
  readonly isOver: Float64Array;
  readonly lastRunning: Float64Array;
  /** Pod-level requests, which stand above those of its containers, and what its runtime class takes on top of either. */
  readonly cores: Float64Array;
  readonly bytes: Float64Array;
  readonly overheadCores: Float64Array;
  readonly overheadBytes: Float64Array;
}

/** Use of pods, in order of pod and hour. */
export interface UseColumns {
  readonly rows: number;
  readonly pod: Float64Array;
  readonly hour: Float64Array;
  /** Means over the time of the hour in which it was observed. */
  readonly cores: Float64Array;
  readonly bytes: Float64Array;
  /** From the first to after the last instant of the hour in which it was observed. */
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** What the bill says of pods: one a node, stretch of hours [start, end) and owner. In order of all of these. */
export interface SplitColumns {
  readonly rows: number;
  readonly node: Float64Array;
  readonly owner: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly split: Float64Array;
  readonly unused: Float64Array;
}

export interface Request {
  readonly cores: number;
  readonly bytes: number;
  /** NaN: not known. */
  readonly gpus: number;
}

/** What a pod of a workload reserves in an hour; undefined: not known. */
export type RequestsOf = (workload: number, hour: number) => Request | undefined;

/** Seconds of an hour in which somebody looked at the pods of a cluster. */
export type SecondsObserved = (cluster: string, hour: number) => number;
