import type { Gap, SourceId } from '../../../model/facts.ts';
import type { Row } from '../../../model/cluster/tables.ts';
import type { Expected, StateTable } from './metric.ts';
import { STATE_METRICS } from './metrics.ts';
import { seriesOf, type StateStore, type Subject } from './store.ts';

/** Metrics that should be there and are not. Without kube-state-metrics all of them are missing, which is said once. */
export function missingMetrics(store: StateStore, pods: readonly Row<'pods'>[], restarts: boolean, table: StateTable, source: SourceId): Gap[] {
  if (![...store.seen].some((name) => name.startsWith('kube_'))) {
    return table === 'pods'
      ? [{ code: 'missing-metric', source, metric: 'kube_*', unknown: 'all that kube-state-metrics says of pods, nodes and workloads' }]
      : [];
  }
  const there = expectations(store, pods, restarts);
  return STATE_METRICS.flatMap(({ name, expected, unknown, ...metric }): Gap[] => {
    if (metric.table !== table || expected === undefined || !there(expected) || store.seen.has(name)) return [];
    const older = STATE_METRICS.some((other) => other.fixed !== undefined && other.slot === metric.slot && store.seen.has(other.name));
    return older ? [] : [{ code: 'missing-metric', source, metric: name, unknown }];
  });
}

/** What cannot be, once for each metric. */
export function unreadableValues(store: StateStore, table: StateTable, source: SourceId): Gap[] {
  return STATE_METRICS.flatMap((metric): Gap[] => {
    const found = metric.table === table ? store.unreadable.get(metric.name) : undefined;
    return found === undefined ? [] : [{ code: 'unreadable-value', source, object: found.object, field: metric.name, value: String(found.value) }];
  });
}

export function unknownOwners(pods: readonly Row<'pods'>[], source: SourceId): Gap[] {
  const without = pods.filter(({ workload }) => workload === null);
  const [first] = without;
  return first === undefined ? [] : [{ code: 'unknown-owner', source, pods: without.length, example: `${first.namespace}/${first.pod}` }];
}

export function hasRestarts(pods: readonly Subject[]): boolean {
  return pods.some((pod) => seriesOf(pod, 'restarts').some(({ runs }) => runs.some((value, at) => at % 3 === 2 && value > 0)));
}

function expectations(store: StateStore, pods: readonly Row<'pods'>[], restarts: boolean): (expected: Expected) => boolean {
  const owned = new Set(store.subjects('pod').flatMap((pod) => seriesOf(pod, 'owner').map(({ labels }) => labels['owner_kind'])));
  const tops = new Set(pods.map(({ workload_kind: kind }) => kind));
  return (expected) => {
    if (expected === 'pods') return pods.length > 0;
    if (expected === 'restarts') return restarts;
    if (expected === 'autoscalers') return store.subjects('autoscaler').length > 0;
    // Whether a ReplicaSet is a Deployment's its name says: only where it does not, something is missing.
    return expected === 'nodes' || (expected !== 'ReplicaSet' && owned.has(expected)) || tops.has(expected);
  };
}
