import type { Row } from '../../model/cluster/tables.ts';
import { timestamp } from './span.ts';
import { POD } from './queries.ts';
import { keyOf, type Series } from './series.ts';

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The top of the chain first. */
const KINDS = [
  ['kube_argo_rollout', 'Rollout'],
  ['kube_deployment', 'Deployment'],
  ['kube_cronjob', 'CronJob'],
  ['kube_stateful_set', 'StatefulSet'],
  ['kube_daemon_set', 'DaemonSet'],
  ['kube_job', 'Job'],
] as const;

/** `kube_ownerref_kind` is in lower case, as all values of tags are. What is not here is an operator's own kind, of which the first letter is known to be a capital. */
const OWNER_KINDS: Readonly<Record<string, string>> = {
  daemonset: 'DaemonSet',
  cronjob: 'CronJob',
  deployment: 'Deployment',
  job: 'Job',
  replicaset: 'ReplicaSet',
  replicationcontroller: 'ReplicationController',
  statefulset: 'StatefulSet',
  raycluster: 'RayCluster',
  scaledjob: 'ScaledJob',
  strimzipodset: 'StrimziPodSet',
};

/** What a pod belongs to; undefined where its tags do not say. */
function ownerOf(tags: Series['tags']): Owner | undefined {
  for (const [tag, kind] of KINDS) {
    const name = tags[tag];
    if (name !== undefined) return { kind, name };
  }
  const [kind, name] = [tags['kube_ownerref_kind'], tags['kube_ownerref_name']];
  if (kind === undefined || name === undefined) return undefined;
  // A static pod belongs to its node: to us it is a workload of its own.
  if (kind.toLowerCase() === 'node') return tags['pod_name'] === undefined ? undefined : { kind: 'Pod', name: tags['pod_name'] };
  return { kind: OWNER_KINDS[kind.toLowerCase()] ?? capitalised(kind), name };
}

/**
 * What each pod belongs to. A pod without an owner is a workload of its own, provided that the tags of other pods do say: else they are switched off.
 * Pods of which nothing is known have no entry.
 */
export function ownersOf(who: readonly Series[], age: readonly Series[] = []): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const { tags } of [...age, ...who]) {
    const owner = ownerOf(tags);
    if (owner !== undefined && tags['pod_name'] !== undefined) owners.set(keyOf(tags, POD), owner);
  }
  if (!who.some(({ tags }) => ownerOf(tags) !== undefined)) return owners;
  for (const { tags } of who) {
    const key = keyOf(tags, POD);
    if (tags['pod_name'] !== undefined && !owners.has(key)) owners.set(key, { kind: 'Pod', name: tags['pod_name'] });
  }
  return owners;
}

/** Rows of `pods`. Times are as exact as the hour in which a pod was seen, but for when it was created. */
export function podRows(who: readonly Series[], age: readonly Series[], until: number): Row<'pods'>[] {
  const owners = ownersOf(who, age);
  const ages = Map.groupBy(age, ({ tags }) => keyOf(tags, POD));
  const seen = Map.groupBy(
    [...who, ...age].filter(({ tags }) => tags['pod_name'] !== undefined),
    ({ tags }) => keyOf(tags, POD),
  );
  return [...seen].map(([key, series]) => {
    const tags = series[0]?.tags ?? {};
    const [newest] = (ages.get(key) ?? []).toSorted((a, b) => (b.times.at(-1) ?? 0) - (a.times.at(-1) ?? 0));
    const owner = owners.get(key);
    const last = Math.max(...series.map(({ times }) => times.at(-1) ?? 0));
    return {
      namespace: tags['kube_namespace'] ?? null,
      pod: tags['pod_name'] ?? null,
      pod_uid: null,
      workload_kind: owner?.kind ?? null,
      workload: owner?.name ?? null,
      node: newest?.tags['node'] ?? null,
      phase: phaseOf(newest?.tags['pod_phase']),
      qos_class: null,
      priority_class: null,
      created: createdAt(newest),
      scheduled: null,
      ready: null,
      last_seen: timestamp(Math.min(last + HOUR, until)),
      cpu_request_cores: null,
      cpu_limit_cores: null,
      memory_request_bytes: null,
      memory_limit_bytes: null,
      overhead_cpu_cores: null,
      overhead_memory_bytes: null,
      labels: null,
    };
  });
}

/**
 * The instant at which an age (seconds) was 0, to about a minute. The highest age of an hour was measured at its end, if it went on in the next one:
 * of what was seen in one hour alone nobody can say.
 */
export function createdAt(age: Series | undefined): string | null {
  if (age === undefined) return null;
  for (const [at, time] of age.times.entries()) {
    const seconds = age.values[at] ?? 0;
    if (age.times[at + 1] === time + HOUR && seconds > 0) return timestamp(Math.round((time + HOUR - seconds * 1000) / MINUTE) * MINUTE);
  }
  return null;
}

function phaseOf(tag: string | undefined): string | null {
  return tag === undefined ? null : capitalised(tag);
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
