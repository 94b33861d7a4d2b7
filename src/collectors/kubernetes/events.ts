import { instant, type Fact } from './rows.ts';
import type { ContainerStatus, Pod } from './schema.ts';

type EventRow = Extract<Fact, { table: 'events' }>['row'];
type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

/** Pods that are gone from their node against their will. Kubernetes' own reasons of the condition `DisruptionTarget`. */
const DISRUPTIONS = ['PreemptionByScheduler', 'DeletionByTaintManager', 'EvictionByEvictionAPI', 'TerminationByKubelet'];

/**
 * What a pod's status tells of its past: the last end of each container to the second, earlier restarts as a number, an eviction.
 * A status keeps these as long as the pod is there: later looks tell them again, with the same time.
 */
export function eventsOf(pod: Pod, began: string): Fact[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return [...statuses.flatMap((status) => ofContainer(pod, status, began)), ...evictionOf(pod, began)].map((row) => ({ table: 'events', row }));
}

function ofContainer(pod: Pod, status: ContainerStatus, began: string): EventRow[] {
  const last = status.lastState?.terminated ?? undefined;
  const now = status.state?.terminated ?? undefined;
  const restarts = status.restartCount ?? 0;
  const event = about(pod, status.name);
  const rows = [last, now].flatMap((end) => (end?.reason === 'OOMKilled' ? [event('oom-kill', end, began)] : []));
  if (restarts > 0 && last !== undefined) rows.push({ ...event('restart', last, began), ...(last.finishedAt ? {} : beforeStart(pod, status)) });
  const earlier = restarts - (last === undefined ? 0 : 1);
  if (earlier > 0) rows.push({ ...event('restart', {}, began), ...earlierThan(pod, status, began), count: earlier });
  return rows;
}

/** Of an end without a time (`ContainerStatusUnknown`, after a node was lost): it was before what runs now began. The same in every look. */
function beforeStart(pod: Pod, { state }: ContainerStatus): Partial<Pick<EventRow, 'time' | 'uncertain_seconds'>> {
  const time = instant(state?.running?.startedAt) ?? instant(state?.terminated?.startedAt);
  return time === null ? {} : { time, uncertain_seconds: secondsSinceStart(pod, time) };
}

/** Restarts of which only the number is known: they all lie before the run that is known began. */
function earlierThan(pod: Pod, { state, lastState }: ContainerStatus, began: string): Pick<EventRow, 'time' | 'uncertain_seconds'> {
  const time = instant(lastState?.terminated?.startedAt) ?? instant(state?.running?.startedAt) ?? began;
  return { time, uncertain_seconds: secondsSinceStart(pod, time) };
}

function secondsSinceStart(pod: Pod, time: string): number | null {
  const start = instant(pod.status?.startTime) ?? instant(pod.metadata.creationTimestamp);
  return start === null ? null : Math.max(0, (Date.parse(time) - Date.parse(start)) / 1000);
}

function about({ metadata }: Pod, container: string | null) {
  return (kind: string, end: Partial<Terminated>, began: string): EventRow => {
    const time = instant(end.finishedAt);
    return {
      time: time ?? began,
      uncertain_seconds: time === null ? null : 0,
      kind,
      namespace: metadata.namespace ?? '',
      pod: metadata.name,
      pod_uid: metadata.uid ?? null,
      container,
      count: 1,
      reason: end.reason ?? null,
      exit_code: end.exitCode ?? null,
    };
  };
}

function evictionOf(pod: Pod, began: string): EventRow[] {
  const { status } = pod;
  const disruption = status?.conditions?.find(({ type, status: state }) => type === 'DisruptionTarget' && state === 'True');
  const isEvicted = status?.reason === 'Evicted';
  if (!isEvicted && !DISRUPTIONS.includes(disruption?.reason ?? '')) return [];
  const ends = (status?.containerStatuses ?? []).flatMap(({ state }) => instant(state?.terminated?.finishedAt) ?? []).toSorted();
  // Before 1.26 no condition names it; the others changed when it was over.
  const changes = (status?.conditions ?? []).flatMap(({ lastTransitionTime }) => instant(lastTransitionTime) ?? []).toSorted();
  const known = instant(disruption?.lastTransitionTime) ?? ends.at(-1) ?? null;
  const time = known ?? changes.at(-1) ?? began;
  const uncertain = known === null ? secondsSinceStart(pod, time) : 0;
  return [{ ...about(pod, null)('eviction', {}, began), time, uncertain_seconds: uncertain, reason: isEvicted ? 'Evicted' : (disruption?.reason ?? null) }];
}
