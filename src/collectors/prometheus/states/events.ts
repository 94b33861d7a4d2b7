import type { Row } from '../../../model/cluster/tables.ts';
import { uidOf } from './pods.ts';
import { isoTime, lastNumber, numbers, said, type Said, type Span } from './read.ts';
import { seriesOf, type Subject } from './store.ts';
import { GAP, increases, timeline, type Increase } from './timeline.ts';

/** The longest that the kubelet waits before it starts a container again: so long may a restart come after what led to it. */
const BACK_OFF = 300_000;

type Event = Row<'events'>;

/** What happened to a pod and its containers on the day. */
export function podEvents(pod: Subject, span: Span): Event[] {
  const containers = ['restarts', 'ended-oom', 'oom'] as const;
  const names = new Set(containers.flatMap((slot) => seriesOf(pod, slot).flatMap(({ labels: { container } }) => (container === undefined ? [] : [container]))));
  return [...evictions(pod, span), ...[...names].toSorted().flatMap((container) => containerEvents(pod, container, span))];
}

function containerEvents(pod: Subject, container: string, span: Span): Event[] {
  const restarts = restartsOf(pod, container, span).flatMap((increase) => restartEvents(pod, container, increase, span));
  const kill = (seen: Increase, of: Pick<Event, 'count' | 'reason'>): Happening => ({
    seen,
    row: event(pod, container, { kind: 'oom-kill', ...between(seen), ...of, exit_code: null }),
  });
  const ofRestarts = restarts
    .filter(({ row: { reason } }) => reason === 'OOMKilled')
    .map(({ seen, row }): Happening => ({ seen, row: { ...row, kind: 'oom-kill' } }));
  // A container that is started again has ended before; only where it is not, that is another kill.
  const ends = others(endsOf(pod, container, span), ofRestarts).map((seen) => kill(seen, { count: 1, reason: 'OOMKilled' }));
  // Of a kill that ended the container cAdvisor knows as well; of others it alone does.
  const counted = increases(numbers(pod, 'oom', span, { container })).filter(({ time }) => time >= span.start);
  const inside = others(counted, [...ofRestarts, ...ends]).map((seen) => kill(seen, { count: seen.count, reason: null }));
  return [...restarts, ...ofRestarts, ...ends, ...inside].map(({ row }) => row);
}

/** What is not explained by what is known already, each of which explains one. */
function others(seen: readonly Increase[], known: readonly Happening[]): Increase[] {
  const told = new Set<Happening>();
  return seen.flatMap((one) => {
    const same = known.filter((other) => !told.has(other) && one.previous < other.seen.time + GAP && one.time > other.seen.previous - BACK_OFF);
    for (const other of same.slice(0, one.count)) told.add(other);
    const count = one.count - Math.min(same.length, one.count);
    return count === 0 ? [] : [{ ...one, count }];
  });
}

/** When a container ended for lack of memory, and stayed so for a while. */
function endsOf(pod: Subject, container: string, span: Span): Increase[] {
  return numbers(pod, 'ended-oom', span, { container }).flatMap(({ first: time }) => {
    const previous = time < span.start ? undefined : lookBefore(pod, time, span);
    return previous === undefined ? [] : [{ time, previous, count: 1 }];
  });
}

/** Restarts that were seen on the day; those of a pod that was created on it are all of it. */
function restartsOf(pod: Subject, container: string, span: Span): Increase[] {
  const line = numbers(pod, 'restarts', span, { container });
  const [first] = line;
  const created = lastNumber(pod, 'created', span);
  const begun = created === null ? -Infinity : created * 1000;
  const fromBirth = first !== undefined && first.value > 0 && begun >= span.start && begun <= first.first;
  return [...(fromBirth ? [{ time: first.first, previous: begun, count: first.value }] : []), ...increases(line)].filter(({ time }) => time >= span.start);
}

/** An event, and the looks between which it happened. */
interface Happening {
  readonly seen: Increase;
  readonly row: Event;
}

/** Why a container ended is only said of the last time: where it restarted several times between two looks, the others have no reason. */
function restartEvents(pod: Subject, container: string, seen: Increase, span: Span): Happening[] {
  const own = ({ labels }: Said): boolean => labels['container'] === container;
  const reason = standing(said(pod, 'terminated-reason', span).filter(own), seen.time)?.labels['reason'] ?? null;
  const code = standing(said(pod, 'terminated-code', span).filter(own), seen.time)?.value ?? null;
  const ended = (standing(said(pod, 'terminated-time', span).filter(own), seen.time)?.value ?? -Infinity) * 1000;
  const isExact = ended <= seen.time && ended > seen.previous - BACK_OFF && ended >= span.start;
  const when = isExact ? { time: isoTime(ended), uncertain_seconds: 0 } : between(seen);
  const last = event(pod, container, { kind: 'restart', ...when, count: 1, reason, exit_code: code });
  const before = event(pod, container, { kind: 'restart', ...between(seen), count: seen.count - 1, reason: null, exit_code: null });
  return [{ seen, row: last }, ...(seen.count > 1 ? [{ seen, row: before }] : [])];
}

/** What was said at a time, or soon after: two metrics need not have been looked at in the same moment. */
function standing(all: readonly Said[], time: number): { labels: Said['labels']; value: number } | undefined {
  const lines = all
    .flatMap(({ labels, runs }) => runs.map((run) => ({ ...run, labels })))
    .filter(({ first, last }) => first < time + GAP && last >= time)
    .toSorted((a, b) => a.first - b.first);
  return lines.findLast(({ first }) => first <= time) ?? lines[0];
}

/** A pod that was evicted already when it was first seen on the day was so earlier, unless it was created on the day, or ran before. */
function evictions(pod: Subject, span: Span): Event[] {
  return seriesOf(pod, 'reason').flatMap(({ labels: { reason = null }, runs }) => {
    const line = timeline(runs, span.end);
    const at = line.findIndex(({ value }) => value > 0);
    const time = line[at]?.first;
    const previous = line[at - 1]?.last ?? (time === undefined ? undefined : lookBefore(pod, time, span));
    if (time === undefined || previous === undefined || time < span.start) return [];
    return [event(pod, null, { kind: 'eviction', ...between({ time, previous }), count: 1, reason, exit_code: null })];
  });
}

/** When a pod was last known to be in another phase, else its creation on this day. */
function lookBefore(pod: Subject, time: number, span: Span): number | undefined {
  const ends = said(pod, 'phase', span).flatMap(({ runs }) => runs.flatMap(({ last }) => (last < time ? [last] : [])));
  if (ends.length > 0) return Math.max(...ends);
  const created = (lastNumber(pod, 'created', span) ?? -Infinity) * 1000;
  return created >= span.start && created <= time ? created : undefined;
}

const between = ({ time, previous }: Pick<Increase, 'time' | 'previous'>): Pick<Event, 'time' | 'uncertain_seconds'> => ({
  time: isoTime(time),
  uncertain_seconds: (time - previous) / 1000,
});

function event(pod: Subject, container: string | null, what: Omit<Event, 'namespace' | 'pod' | 'pod_uid' | 'container'>): Event {
  const [namespace = null, name = null] = pod.identity;
  return { namespace, pod: name, pod_uid: uidOf(pod), container, ...what };
}
