import type { Labels } from '../series.ts';
import { said, type Span } from './read.ts';
import type { StateStore, Subject } from './store.ts';

/** The top of the chain of owners. */
interface Workload {
  readonly kind: string;
  readonly name: string;
}

export interface Owners {
  /** Null where nothing says it. */
  readonly ofPod: (pod: Subject) => Workload | null;
  readonly ofReplicaSet: (namespace: string, name: string) => Workload;
}

/**
 * The end of a ReplicaSet's name that its Deployment or Rollout gives it: a 32-bit FNV hash, its decimal digits written as other characters.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go (SafeEncodeString)
 */
const POD_TEMPLATE_HASH = /^(.+)-[4-9bcdf]{1,10}$/;

/** So few digits one hash in four thousand has: without knowing the Deployment, that is no sign. */
const SHORT_HASH = /-[4-9bcdf]{1,6}$/;

/** A CronJob names its Jobs by the minute since 1970 that they were due at. */
const CRON_MINUTE = /^(.+)-(\d{8})$/;
const WEEK = 7 * 86_400_000;

/** Follows owners to the top. Kinds that are not known here (CloudNativePG's Cluster, StrimziPodSet, ...) are the top. */
export function owners(store: StateStore, pods: readonly Subject[], span: Span): Owners {
  const replicaSets = byName(store.subjects('ReplicaSet'));
  const jobs = byName(store.subjects('Job'));
  const deployments = byName(store.subjects('Deployment'));
  // Labels that are empty are not there: whether the source says who created a pod can only be told from other pods.
  const createdByIsSaid = pods.some((pod) => said(pod, 'info', span).some(({ labels }) => labels['created_by_kind'] !== undefined));

  const ofReplicaSet = (namespace: string, name: string): Workload => {
    const known = ownerOf(replicaSets.get(`${namespace}/${name}`), span);
    if (known !== undefined) return known ?? { kind: 'ReplicaSet', name };
    const deployment = POD_TEMPLATE_HASH.exec(name)?.[1];
    if (deployment === undefined) return { kind: 'ReplicaSet', name };
    const isOne = deployments.size === 0 ? !SHORT_HASH.test(name) : deployments.has(`${namespace}/${deployment}`);
    return isOne ? { kind: 'Deployment', name: deployment } : { kind: 'ReplicaSet', name };
  };

  const ofJob = (namespace: string, name: string, at: number): Workload => {
    const known = ownerOf(jobs.get(`${namespace}/${name}`), span);
    if (known !== undefined) return known ?? { kind: 'Job', name };
    const [, cronJob, minute] = CRON_MINUTE.exec(name) ?? [];
    return cronJob !== undefined && Math.abs(Number(minute) * 60_000 - at) < WEEK ? { kind: 'CronJob', name: cronJob } : { kind: 'Job', name };
  };

  const ofPod = (pod: Subject): Workload | null => {
    const [namespace = '', name = ''] = pod.identity;
    const known = ownerOf(pod, span);
    const owner = known === undefined ? createdBy(pod, span, createdByIsSaid) : known;
    if (owner === undefined) return null;
    // A static pod is owned by the node whose kubelet runs it: nothing above it asks for it.
    if (owner === null || owner.kind === 'Node') return { kind: 'Pod', name };
    if (owner.kind === 'ReplicaSet') return ofReplicaSet(namespace, owner.name);
    return owner.kind === 'Job' ? ofJob(namespace, owner.name, span.start) : owner;
  };

  return { ofPod, ofReplicaSet };
}

/** What owns a subject, one step up. Undefined: nothing says it. Null: it has none. */
function ownerOf(subject: Subject | undefined, span: Span): Workload | null | undefined {
  if (subject === undefined) return undefined;
  const all = said(subject, 'owner', span).map(({ labels }) => labels);
  const labels = all.findLast((owner) => owner['owner_is_controller'] === 'true') ?? all.at(-1);
  return labels === undefined ? undefined : workload(labels['owner_kind'], labels['owner_name']);
}

function createdBy(pod: Subject, span: Span, isSaid: boolean): Workload | null | undefined {
  const labels: Labels | undefined = said(pod, 'info', span).at(-1)?.labels;
  return labels === undefined || !isSaid ? undefined : workload(labels['created_by_kind'], labels['created_by_name']);
}

/** kube-state-metrics writes `<none>`, newer ones nothing, where there is no owner. */
function workload(kind: string | undefined, name: string | undefined): Workload | null {
  return kind === undefined || name === undefined || kind === '<none>' ? null : { kind, name };
}

function byName(subjects: readonly Subject[]): ReadonlyMap<string, Subject> {
  return new Map(subjects.map((subject) => [subject.identity.join('/'), subject]));
}
