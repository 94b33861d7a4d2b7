import { joinReplicas } from '../../../model/cluster/replicas.ts';
import type { Row } from '../../../model/cluster/tables.ts';
import type { Owners } from './owners.ts';
import { lastLabels, isoTime, numbers, type Span } from './read.ts';
import type { StateStore, Subject } from './store.ts';
import { GAP, inBucket, type Run } from './timeline.ts';

/** What is known of a workload's replicas over a day. */
interface Scale {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** Summed: a Rollout has the replicas of its ReplicaSets. */
  readonly desired: (readonly Run[])[];
  readonly ready: (readonly Run[])[];
  autoscaler: { readonly name: string; readonly min: readonly Run[]; readonly max: readonly Run[]; readonly desired: readonly Run[] } | null;
}

export interface Scales {
  readonly rows: Iterable<Row<'replicas'>>;
  /** The last known number that each workload was to have, by `namespace/kind/name`. */
  readonly desired: ReadonlyMap<string, number>;
}

/** Replicas of all that has them. */
export function replicas(store: StateStore, { ofReplicaSet }: Owners, span: Span): Scales {
  const scales = new Map<string, Scale>();
  const scaleOf = (namespace: string, kind: string, name: string): Scale => {
    const key = `${namespace}/${kind}/${name}`;
    const scale = scales.get(key) ?? { namespace, kind, name, desired: [], ready: [], autoscaler: null };
    scales.set(key, scale);
    return scale;
  };
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'] as const) {
    for (const subject of store.subjects(kind)) addTo(scaleOf(subject.identity[0] ?? '', kind, subject.identity[1] ?? ''), subject, span);
  }
  for (const replicaSet of store.subjects('ReplicaSet')) {
    const [namespace = '', name = ''] = replicaSet.identity;
    const top = ofReplicaSet(namespace, name);
    if (top.kind !== 'Deployment') addTo(scaleOf(namespace, top.kind, top.name), replicaSet, span);
  }
  for (const hpa of store.subjects('autoscaler')) {
    const [namespace = '', name = ''] = hpa.identity;
    const { scaletargetref_kind: kind, scaletargetref_name: target } = lastLabels(hpa, 'info', span) ?? {};
    if (kind === undefined || target === undefined) continue;
    scaleOf(namespace, kind, target).autoscaler = {
      name,
      min: numbers(hpa, 'min', span),
      max: numbers(hpa, 'max', span),
      desired: numbers(hpa, 'desired', span),
    };
  }
  const known = [...scales].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    rows: {
      [Symbol.iterator]: () =>
        joinReplicas(
          allRows(
            known.map(([, scale]) => scale),
            span,
          ),
        ),
    },
    desired: new Map(known.flatMap(([key, { desired }]) => entryOf(key, lastSum(desired, span)))),
  };
}

function addTo(scale: Scale, subject: Subject, span: Span): void {
  const ready = numbers(subject, 'ready', span);
  const lines = [
    [scale.desired, numbers(subject, 'desired', span)],
    [scale.ready, ready.length > 0 ? ready : numbers(subject, 'available', span)],
  ] as const;
  for (const [all, line] of lines) if (line.length > 0) all.push(line);
}

function* allRows(scales: readonly Scale[], span: Span): Generator<Row<'replicas'>> {
  for (const scale of scales) {
    const bounds = boundsOf(scale, span);
    for (const [at, since] of bounds.entries()) {
      const row = rowOf(scale, since, bounds[at + 1] ?? span.end);
      if (row !== undefined) yield row;
    }
  }
}

/** Where a bucket may tell something else than the one before it: nowhere else do looks begin or end. */
function boundsOf({ desired, ready, autoscaler }: Scale, { start, end }: Span): number[] {
  const lines = [...desired, ...ready, ...(autoscaler === null ? [] : [autoscaler.min, autoscaler.max, autoscaler.desired])];
  const bounds = lines.flatMap((line) =>
    line.flatMap(({ first, last }) => [Math.floor(first / GAP) * GAP, Math.floor(last / GAP) * GAP, (Math.floor(last / GAP) + 1) * GAP]),
  );
  return [...new Set([start, ...bounds])].filter((bound) => bound >= start && bound < end).toSorted((a, b) => a - b);
}

/** What is known of [since, until), in all buckets of which the same was seen; undefined where nothing was. */
function rowOf({ namespace, kind, name, desired, ready, autoscaler }: Scale, since: number, until: number): Row<'replicas'> | undefined {
  const hpa = autoscaler === null ? [] : [autoscaler.min, autoscaler.max, autoscaler.desired].map((line) => inBucket(line, since)?.value ?? null);
  const [min = null, max = null, wanted = null] = hpa;
  const counts = { desired: sum(desired, since), ready: sum(ready, since) };
  if ([counts.desired, counts.ready, min, max, wanted].every((value) => value === null)) return undefined;
  return {
    namespace,
    workload_kind: kind,
    workload: name,
    since: isoTime(since),
    until: isoTime(until),
    ...counts,
    autoscaler: autoscaler?.name ?? null,
    autoscaler_min: min,
    autoscaler_max: max,
    autoscaler_desired: wanted,
  };
}

function sum(lines: readonly (readonly Run[])[], bucket: number): number | null {
  const values = lines.flatMap((line) => inBucket(line, bucket)?.value ?? []);
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}

function lastSum(lines: readonly (readonly Run[])[], { start }: Span): number | null {
  const last = Math.max(...lines.map((line) => line.at(-1)?.last ?? -Infinity));
  return last < start ? null : sum(lines, Math.floor(last / GAP) * GAP);
}

const entryOf = (key: string, value: number | null): [string, number][] => (value === null ? [] : [[key, value]]);
