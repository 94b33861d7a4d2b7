import type { Labels } from '../series.ts';

export type StateTable = 'pods' | 'events' | 'replicas' | 'nodes' | 'workloads';

/** What a series is about. */
export type SubjectKind = 'pod' | 'node' | 'ReplicaSet' | 'Job' | 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'autoscaler';

/** What a value is, and so which values make sense. `resource`: what the label of this name says. */
export type Unit = 'flag' | 'cores' | 'bytes' | 'integer' | 'exit-code' | 'unix-seconds' | 'resource';

/** When a metric must be there, and its absence therefore is a gap: where there are pods, restarts, pods of a ReplicaSet, ... */
export type Expected = 'pods' | 'restarts' | 'nodes' | 'autoscalers' | 'ReplicaSet' | 'Job' | 'Deployment' | 'StatefulSet' | 'DaemonSet';

/**
 * Which part of a day is read of a metric. `course`: all of it, of all that is there. Of what stays as it is while a pod stands, the `end` of the day is enough,
 * and `ends` (its first and its last minutes) show that something changed. `named`: nothing, at first.
 * All of these are read over the whole day of pods that came, went or changed on it (see `unsettled.ts`).
 */
type Reading = 'course' | 'end' | 'ends' | 'named';

export interface StateMetric {
  readonly name: string;
  /** Undefined: `course`. */
  readonly read?: Reading;
  /** The table that it is read for first. */
  readonly table: StateTable;
  /** What cannot be said without it. */
  readonly unknown: string;
  /** Undefined: it may be missing for good reasons, and what it would say is null then. */
  readonly expected?: Expected;
  readonly subject: SubjectKind;
  /** What it says of the subject; two metrics that say the same have one slot. */
  readonly slot: Slot;
  readonly unit: Unit;
  /** Labels that are kept beside those that name the subject; `label_` stands for all that begin so. */
  readonly labels?: readonly string[];
  /** Labels that older metrics carry in their name. */
  readonly fixed?: Labels;
  /** Series with other values of these labels are of no use; `*` at the end of a value stands for any end. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
  /** Series with these values are not asked for: they say nothing new. */
  readonly without?: Readonly<Record<string, readonly string[]>>;
}

export type Slot =
  | 'info'
  | 'owner'
  | 'created'
  | 'scheduled'
  | 'ready-time'
  | 'phase'
  | 'reason'
  | 'qos'
  | 'overhead-cpu'
  | 'overhead-memory'
  | 'labels'
  | 'container'
  | 'init-container'
  | 'requests'
  | 'limits'
  | 'restarts'
  | 'terminated-reason'
  | 'terminated-code'
  | 'terminated-time'
  | 'ended-oom'
  | 'oom'
  | 'desired'
  | 'ready'
  | 'available'
  | 'min'
  | 'max'
  | 'capacity'
  | 'allocatable'
  | 'condition'
  | 'taint';

/** Labels that name a subject. A pod is named by its uid too, where the metric says it: a StatefulSet gives names a second time. */
export const IDENTITY: Readonly<Record<SubjectKind, readonly string[]>> = {
  pod: ['namespace', 'pod', 'uid'],
  node: ['node'],
  ReplicaSet: ['namespace', 'replicaset'],
  Job: ['namespace', 'job_name'],
  Deployment: ['namespace', 'deployment'],
  StatefulSet: ['namespace', 'statefulset'],
  DaemonSet: ['namespace', 'daemonset'],
  autoscaler: ['namespace', 'horizontalpodautoscaler'],
};
