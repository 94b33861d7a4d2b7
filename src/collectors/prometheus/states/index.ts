import type { Row } from '../../../model/cluster/tables.ts';
import type { Gap, Period, Seconds, SourceId, Timestamp } from '../../../model/facts.ts';
import type { SeriesSink } from '../series.ts';
import { podEvents } from './events.ts';
import { hasRestarts, missingMetrics, unknownOwners, unreadableValues } from './gaps.ts';
import { nodesByInstance, podsByUid } from './incarnations.ts';
import type { StateTable } from './metric.ts';
import { STATE_METRICS } from './metrics.ts';
import { nodeRow } from './nodes.ts';
import { owners } from './owners.ts';
import { podRow } from './pods.ts';
import { isoTime, type Span } from './read.ts';
import { replicas } from './replicas.ts';
import { seriesOf, stateStore, type Looks, type StateStore } from './store.ts';
import { unsettled, type Unsettled } from './unsettled.ts';
import { workloadRows } from './workloads.ts';

export type { StateTable } from './metric.ts';
export { STATE_METRICS } from './metrics.ts';

/** One table of a day, and what is to be said of it. */
interface TableFacts<Table extends StateTable> {
  readonly rows: Iterable<Row<Table>>;
  readonly gaps: readonly Gap[];
  /** Names of slots that the source has something of, such as `owner`, `requests`, `oom`. */
  readonly capabilities: readonly string[];
  readonly observed: Period | null;
  readonly resolution: Seconds | null;
  readonly samples: number;
}

export type StateTables = { readonly [Table in StateTable]: TableFacts<Table> };

export interface StateSink {
  readonly sink: SeriesSink;
  /** Whether a metric is of use, given those before it in `STATE_METRICS`: replicas of ReplicaSets are, where these are no Deployment's. */
  readonly wants: (metric: string) => boolean;
  /** Pods of which more than `course` is to be read over the whole day. */
  readonly unsettled: (period: Period) => Unsettled;
  readonly tables: (period: Period, source: SourceId) => StateTables;
}

/**
 * Takes in the series of `STATE_METRICS`, and says what they say of a day. Pure.
 * Looks before the period tell what changed since; to see restarts and evictions of the first minutes, read from some minutes earlier on.
 */
export function stateSink(): StateSink {
  const store = stateStore();
  return {
    sink: store.sink,
    wants: (metric) => !metric.startsWith('kube_replicaset_s') || hasOtherReplicaSets(store),
    unsettled: ({ start, end }) => unsettled(store, { start: Date.parse(start), end: Date.parse(end) }),
    tables: ({ start, end }, source) => tablesOf(store, { start: Date.parse(start), end: Date.parse(end) }, source),
  };
}

function hasOtherReplicaSets(store: StateStore): boolean {
  const owned = store.subjects('ReplicaSet').flatMap((replicaSet) => seriesOf(replicaSet, 'owner'));
  if (owned.some(({ labels }) => labels['owner_kind'] !== 'Deployment')) return true;
  const pods = store.subjects('pod');
  const { ofReplicaSet } = owners(store, pods, { start: -Infinity, end: Infinity });
  return pods.some((pod) =>
    seriesOf(pod, 'owner').some(({ labels: { owner_kind: kind, owner_name: name } }) => {
      return kind === 'ReplicaSet' && name !== undefined && ofReplicaSet(pod.identity[0] ?? '', name).kind !== 'Deployment';
    }),
  );
}

function tablesOf(store: StateStore, span: Span, source: SourceId): StateTables {
  const known = podsByUid(store.subjects('pod'), span);
  const ownersOf = owners(store, known, span);
  const pods = known.flatMap((pod) => podRow(pod, ownersOf, store.nodeIsExported(), span) ?? []);
  const taintsAreSaid = store.seen.has('kube_node_spec_taint');
  const scales = replicas(store, ownersOf, span);
  const restarts = hasRestarts(known);

  const facts = <Table extends StateTable>(table: Table, rows: Iterable<Row<Table>>, more: readonly Gap[] = []): TableFacts<Table> => ({
    rows,
    gaps: [...missingMetrics(store, pods, restarts, table, source), ...unreadableValues(store, table, source), ...more],
    capabilities: [...new Set(STATE_METRICS.flatMap((metric) => (metric.table === table && store.seen.has(metric.name) ? [metric.slot] : [])))].toSorted(),
    ...looksOf(store.looks(table), span),
  });
  return {
    pods: facts('pods', pods, unknownOwners(pods, source)),
    events: facts(
      'events',
      known.flatMap((pod) => podEvents(pod, span)),
    ),
    replicas: facts('replicas', scales.rows),
    nodes: facts(
      'nodes',
      nodesByInstance(store.subjects('node'), span).flatMap((node) => nodeRow(node, taintsAreSaid, span) ?? []),
    ),
    workloads: facts('workloads', workloadRows(known, ownersOf, scales.desired, span)),
  };
}

function looksOf(looks: Readonly<Looks> | undefined, { start, end }: Span): Pick<TableFacts<StateTable>, 'observed' | 'resolution' | 'samples'> {
  if (looks === undefined || looks.samples === 0) return { observed: null, resolution: null, samples: 0 };
  const [resolution] = [...looks.distances].toSorted(([a, times], [b, others]) => others - times || a - b).at(0) ?? [];
  return {
    observed: { start: isoTime(Math.max(start, looks.first)) as Timestamp, end: isoTime(Math.min(end, looks.last + 1)) as Timestamp },
    resolution: resolution === undefined ? null : (resolution as Seconds),
    samples: looks.samples,
  };
}
