import { podsByUid } from './incarnations.ts';
import type { Slot } from './metric.ts';
import { STATE_METRICS } from './metrics.ts';
import { owners } from './owners.ts';
import { lastNumber, said, sight, type Span } from './read.ts';
import { seriesOf, type StateStore, type Subject } from './store.ts';

/** Pods by their names; `labels`: where those stand. */
export interface Unsettled {
  readonly labels: readonly string[];
  readonly names: readonly string[];
  /** ReplicaSets of which neither their name nor anything else says what they belong to. */
  readonly replicaSets: readonly string[];
}

/** What all pods that stood at the end of the day have something of. */
const AT_THE_END: ReadonlySet<Slot> = new Set(STATE_METRICS.flatMap(({ read, slot }) => (read === 'end' && slot !== 'reason' ? [slot] : [])));
const RESIZED = ['requests', 'limits'] as const;

/**
 * Pods that the first and the last minutes of the day do not tell all of: that came or went on it, were evicted, or were resized in place.
 * Each pod is known by what is read over the whole day, so that none is missed however short its life. What is not seen is a resize that was taken back
 * in between; a label or an image that is changed in place counts for the whole day.
 */
export function unsettled(store: StateStore, span: Span): Unsettled {
  const pods = podsByUid(store.subjects('pod'), span);
  const names = pods.flatMap((pod) => (isUnsettled(pod, span) ? [pod.identity[1] ?? ''] : []));
  return { labels: [...store.podLabels].toSorted(), names: inOrder(names), replicaSets: inOrder(ownerless(store, pods, span)) };
}

const inOrder = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

function ownerless(store: StateStore, pods: readonly Subject[], span: Span): string[] {
  const known = new Set(store.subjects('ReplicaSet').map(({ identity }) => identity.join('/')));
  const { ofPod } = owners(store, pods, span);
  return pods.flatMap((pod) => {
    const top = ofPod(pod);
    return top?.kind !== 'ReplicaSet' || known.has(`${pod.identity[0]}/${top.name}`) ? [] : [top.name];
  });
}

function isUnsettled(pod: Subject, span: Span): boolean {
  const seen = sight(pod, span);
  if (seen === undefined || seen.end < span.start) return false;
  if (![...pod.slots].some(([slot, series]) => AT_THE_END.has(slot) && series.some(({ runs }) => runs.length > 0))) return true;
  if ((lastNumber(pod, 'created', span) ?? -Infinity) * 1000 >= span.start) return true;
  if (seriesOf(pod, 'reason').some(({ runs }) => runs.some((value, at) => at % 3 === 2 && value > 0))) return true;
  return RESIZED.some((slot) => said(pod, slot, span).some(({ runs: [first, ...others] }) => others.some(({ value }) => value !== first?.value)));
}
