import type { Labels, SeriesSink } from '../series.ts';
import { IDENTITY, type Slot, type StateMetric, type StateTable, type SubjectKind } from './metric.ts';
import { STATE_METRICS } from './metrics.ts';
import { addRun } from './timeline.ts';
import { makesSense } from './units.ts';

/** One thing that the series are about: a pod, a node, a ReplicaSet, ... */
export interface Subject {
  /** Values of the labels in `IDENTITY`; '' where the metric does not say it. */
  readonly identity: readonly string[];
  readonly slots: ReadonlyMap<Slot, readonly Series[]>;
}

export interface Series {
  readonly labels: Labels;
  /** Triples of first and last time (ms) and value, see `addRun`. */
  readonly runs: number[];
}

/** What was read of one table's metrics. */
export interface Looks {
  samples: number;
  first: number;
  last: number;
  /** How many looks were how many seconds apart. */
  readonly distances: Map<number, number>;
}

interface Unreadable {
  readonly object: string;
  readonly value: number;
}

export interface StateStore {
  readonly sink: SeriesSink;
  readonly seen: ReadonlySet<string>;
  readonly subjects: (kind: SubjectKind) => readonly Subject[];
  /** The first object of each metric's name, in alphabetical order, of which it says what cannot be. */
  readonly unreadable: ReadonlyMap<string, Unreadable>;
  readonly looks: (table: StateTable) => Readonly<Looks> | undefined;
  /** Some series of pods carry their node as `exported_node`: then `node` is that of kube-state-metrics itself. */
  readonly nodeIsExported: () => boolean;
  /** Which labels kube-state-metrics' pods have their name in: `pod`, `exported_pod`. */
  readonly podLabels: ReadonlySet<string>;
}

const METRICS: ReadonlyMap<string, StateMetric> = new Map(STATE_METRICS.map((metric) => [metric.name, metric]));

/** cAdvisor has no label of the pod's uid, but the path of the cgroup names it, with `_` for `-` under systemd. */
const CGROUP_UID = /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12})/;

/** Holds a day of series: only what changes, and only the labels that say something, so that the same series from two jobs is one. */
export function stateStore(): StateStore {
  const subjects = new Map<SubjectKind, Map<string, { identity: readonly string[]; slots: Map<Slot, Series[]> }>>();
  const labelSets = new Map<string, Labels>();
  const keptByText = new Map<StateMetric, Map<string, Labels>>();
  const unreadable = new Map<string, Unreadable>();
  const looks = new Map<StateTable, Looks>();
  const seen = new Set<string>();
  const podLabels = new Set<string>();
  let nodeIsExported = false;
  let current: { metric: StateMetric; labels: Labels; kept: Labels; identity: readonly string[]; looks: Looks; series?: Series } | undefined;
  let previous: number | undefined;

  /** Made at its first sample that says something: most flags are never 1. */
  const open = (): Series => {
    if (current === undefined) throw new Error('a run of no series');
    const { metric, identity, kept } = current;
    const ofKind = entry(subjects, metric.subject, () => new Map<string, { identity: readonly string[]; slots: Map<Slot, Series[]> }>());
    const subject = entry(ofKind, identity.join('/'), () => ({ identity, slots: new Map<Slot, Series[]>() }));
    const series = entry(subject.slots, metric.slot, () => []);
    const found = series.find(({ labels }) => labels === kept) ?? { labels: kept, runs: [] };
    if (!series.includes(found)) series.push(found);
    return found;
  };

  return {
    sink: {
      begin(labels) {
        previous = undefined;
        const metric = METRICS.get(labels['__name__'] ?? '');
        current = undefined;
        if (metric === undefined || !isOfUse(metric, labels)) return;
        const kept = entry(
          entry(keptByText, metric, () => new Map<string, Labels>()),
          keptText(metric, labels),
          () => {
            const made = keptLabels(metric, labels);
            return entry(labelSets, Object.entries(made).flat().join('\n'), () => made);
          },
        );
        const identity = IDENTITY[metric.subject].map((name) => labelOf(labels, name) ?? '');
        if (metric.slot === 'oom' && identity[2] === '') identity[2] = CGROUP_UID.exec(labels['id'] ?? '')?.[1]?.replaceAll('_', '-') ?? '';
        if (metric.subject === 'pod' && metric.slot !== 'oom') podLabels.add(labels['exported_pod'] === undefined ? 'pod' : 'exported_pod');
        if (kept['node'] !== undefined && labels['exported_node'] !== undefined) nodeIsExported = true;
        current = {
          metric,
          labels,
          kept,
          identity,
          looks: entry(looks, metric.table, () => ({ samples: 0, first: Infinity, last: -Infinity, distances: new Map<number, number>() })),
        };
      },
      run(time, step, count, value) {
        if (current === undefined || count < 1 || !Number.isFinite(value)) return;
        const { metric } = current;
        seen.add(metric.name);
        addLooks(current.looks, time, step, count, previous);
        previous = time + (count - 1) * step;
        if (!makesSense(metric.unit, current.kept['resource'], value)) {
          const object = current.identity.slice(0, 2).join('/');
          const known = unreadable.get(metric.name);
          if (known === undefined || object < known.object || (object === known.object && value < known.value)) unreadable.set(metric.name, { object, value });
          return;
        }
        if (metric.unit === 'flag' && value === 0) return;
        current.series ??= open();
        addRun(current.series.runs, time, step, count, value);
      },
    },
    seen,
    unreadable,
    subjects: (kind) => [...(subjects.get(kind) ?? new Map<string, Subject>()).values()].toSorted(byIdentity),
    looks: (table) => looks.get(table),
    nodeIsExported: () => nodeIsExported,
    podLabels,
  };
}

/** Values of a slot in one subject, all series of it. */
export function seriesOf(subject: Subject, slot: Slot): readonly Series[] {
  return subject.slots.get(slot) ?? [];
}

/** Prometheus renames a label of the metric to `exported_...` where its own target has one of that name (`honor_labels: false`). */
function labelOf(labels: Labels, name: string): string | undefined {
  const value = labels[exported(name)] ?? labels[name];
  return value === '' ? undefined : value;
}

const EXPORTED = new Map<string, string>();
const exported = (name: string): string => entry(EXPORTED, name, () => `exported_${name}`);

function isOfUse({ subject, only = {}, labels: kept = [] }: StateMetric, labels: Labels): boolean {
  if (Object.entries(only).some(([name, values]) => !isOneOf(values, labelOf(labels, name) ?? ''))) return false;
  if (IDENTITY[subject].some((name) => name !== 'uid' && labelOf(labels, name) === undefined)) return false;
  // cAdvisor counts the whole pod as container '', and its sandbox as `POD`.
  const container = labelOf(labels, 'container');
  return !kept.includes('container') || (container !== undefined && container !== 'POD');
}

function isOneOf(values: readonly string[], value: string): boolean {
  return values.includes(value) || values.some((one) => one.endsWith('*') && value.startsWith(one.slice(0, -1)));
}

/** Those labels of a series that are kept, in one order: name and value on a line. Equal ones are one object. */
function keptText({ labels: names = [] }: StateMetric, labels: Labels): string {
  let text = '';
  for (const name of names) {
    const value = name.endsWith('_') ? startingWith(name, labels) : labelOf(labels, name);
    if (value !== undefined) text += `${keptName(name, labels)}\n${value}\n`;
  }
  return text;
}

const startingWith = (name: string, labels: Labels): string => JSON.stringify(Object.entries(labels).filter(([label]) => label.startsWith(name)));

/** Of a pod that has no node yet the label is empty, and is not renamed: then this may be the node of kube-state-metrics. */
function keptName(name: string, labels: Labels): string {
  return name === 'node' && labels['exported_pod'] !== undefined && labels['exported_node'] === undefined ? 'doubtful_node' : name;
}

/** In one order, whichever metric says it. */
function keptLabels({ labels: names = [], fixed = {} }: StateMetric, labels: Labels): Labels {
  const kept = Object.entries(fixed);
  for (const name of names) {
    if (name.endsWith('_')) kept.push(...Object.entries(labels).filter(([label]) => label.startsWith(name)));
    const value = labelOf(labels, name);
    if (value !== undefined) kept.push([keptName(name, labels), value]);
  }
  return Object.fromEntries(kept.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function addLooks(looks: Looks, time: number, step: number, count: number, previous: number | undefined): void {
  looks.samples += count;
  looks.first = Math.min(looks.first, time);
  looks.last = Math.max(looks.last, time + (count - 1) * step);
  if (previous !== undefined) addDistance(looks.distances, time - previous, 1);
  if (count > 1) addDistance(looks.distances, step, count - 1);
}

function addDistance(distances: Map<number, number>, distance: number, count: number): void {
  const seconds = Math.round(distance / 1000);
  distances.set(seconds, (distances.get(seconds) ?? 0) + count);
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function byIdentity(a: Subject, b: Subject): number {
  const [one, other] = [a.identity.join('/'), b.identity.join('/')];
  return one < other ? -1 : Number(one > other);
}
