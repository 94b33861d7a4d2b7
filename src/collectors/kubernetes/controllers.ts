import { targetKey, UNSCALED, type Look } from './look.ts';
import { controllerOf, type Revision, type Workload } from './owners.ts';
import { instant, json, type ContainerRow, type Fact } from './rows.ts';
import type { Controller, CronJob, Metadata, PodSpec } from './schema.ts';
import { annotationsOf, containerRows, namesOf, schedulingOf } from './templates.ts';

export type ControllerKind = 'Deployment' | 'Rollout' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' | 'Job';

/** Kinds whose templates follow each other in objects of their own. */
const SUCCESSIVE: Readonly<Record<string, readonly string[]>> = { ReplicaSet: ['Deployment', 'Rollout'], Job: ['CronJob', 'ScaledJob'] };

/** What a controller asks for in its template, and how many pods it has. The look learns of it. */
export function controllerFacts(kind: ControllerKind, controller: Controller, look: Look): Fact[] {
  const { metadata, spec } = controller;
  const owner = controllerOf(metadata);
  const isSuccessor = owner !== undefined && (SUCCESSIVE[kind]?.includes(owner.kind) ?? false);
  const template = spec?.template?.spec;
  const hasTemplate = (template?.containers?.length ?? 0) > 0;
  look.owners.add({
    kind,
    metadata,
    containers: hasTemplate ? namesOf(template) : undefined,
    revision: revisionOf(kind, controller),
    keepsLabels: kind === 'Rollout',
  });
  const workload = look.owners.topOf(kind, metadata);
  const counts = replicasOf(kind, controller);
  const facts: Fact[] = isSuccessor && kind === 'ReplicaSet' ? [] : [replicaFact(kind, metadata, workload, counts, look)];
  if (!hasTemplate || !template) return facts;
  const common: Common = {
    lineage: (isSuccessor ? owner?.uid : metadata.uid) ?? '',
    origin: isSuccessor ? 'earlier' : 'current',
    revision: templateRevision(metadata),
    rolled_out: kind === 'Deployment' ? rolledOut(controller) : null,
    replicas: isSuccessor ? null : counts.desired,
    labels: workload.labels ?? (isSuccessor ? null : json(metadata.labels ?? {})),
    annotations: isSuccessor ? null : annotationsOf(metadata.annotations, spec?.template?.metadata?.annotations),
    scheduling: schedulingOf(template, spec?.volumeClaimTemplates),
  };
  return [...facts, ...rows(kind, metadata, template, workload, common, look)];
}

/** A CronJob's template; its Jobs have those that it had before. */
export function cronJobFacts({ metadata, spec }: CronJob, look: Look): Fact[] {
  look.owners.add({ kind: 'CronJob', metadata });
  const workload = look.owners.topOf('CronJob', metadata);
  const fact = replicaFact('CronJob', metadata, workload, { desired: 0, ready: 0 }, look);
  const template = spec?.jobTemplate?.spec?.template;
  if (!template?.spec) return [fact];
  const common: Common = {
    lineage: metadata.uid ?? '',
    origin: 'current',
    revision: null,
    rolled_out: null,
    replicas: null,
    labels: workload.labels ?? json(metadata.labels ?? {}),
    annotations: annotationsOf(metadata.annotations, template.metadata?.annotations),
    scheduling: schedulingOf(template.spec, undefined),
  };
  return [fact, ...rows('CronJob', metadata, template.spec, workload, common, look)];
}

type Common = Pick<ContainerRow, 'lineage' | 'origin' | 'revision' | 'rolled_out' | 'replicas' | 'labels' | 'annotations' | 'scheduling'>;

function rows(kind: string, metadata: Metadata, template: PodSpec, workload: Workload, common: Common, look: Look): Fact[] {
  const namespace = metadata.namespace ?? '';
  const whole = { ...common, namespace, workload_kind: workload.kind, workload: workload.name, injected: false, since: instant(metadata.creationTimestamp) };
  const object = `${kind.toLowerCase()} ${namespace}/${metadata.name}`;
  return containerRows(template, whole, object, look.doubt).map((row) => ({ table: 'workloads', row }));
}

function templateRevision({ annotations }: Metadata): number | null {
  const text = annotations?.['deployment.kubernetes.io/revision'] ?? annotations?.['rollout.argoproj.io/revision'];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function rolledOut({ status }: Controller): string | null {
  const progress = status?.conditions?.find(({ type }) => type === 'Progressing');
  return instant(progress?.lastUpdateTime ?? progress?.lastTransitionTime);
}

function revisionOf(kind: ControllerKind, { metadata, status }: Controller): Revision | undefined {
  if (kind === 'StatefulSet' && status?.updateRevision) return { label: 'controller-revision-hash', value: status.updateRevision };
  const generation = metadata.annotations?.['deprecated.daemonset.template.generation'];
  return kind === 'DaemonSet' && generation !== undefined ? { label: 'pod-template-generation', value: generation } : undefined;
}

interface Counts {
  readonly desired: number | null;
  readonly ready: number | null;
}

/** The API leaves out zeros. */
function replicasOf(kind: ControllerKind, { spec, status }: Controller): Counts {
  switch (kind) {
    case 'DaemonSet':
      return { desired: status?.desiredNumberScheduled ?? null, ready: status?.numberReady ?? null };
    case 'Job': {
      const isOver = status?.conditions?.some(({ type, status: state }) => (type === 'Complete' || type === 'Failed') && state === 'True') ?? false;
      if (isOver || spec?.suspend === true) return { desired: 0, ready: 0 };
      return { desired: spec?.parallelism ?? 1, ready: status?.ready ?? (status?.active ? null : 0) };
    }
    default:
      return { desired: spec?.replicas ?? 1, ready: status?.readyReplicas ?? 0 };
  }
}

function replicaFact(kind: string, metadata: Metadata, workload: Workload, counts: Counts, look: Look): Fact {
  const namespace = metadata.namespace ?? '';
  const scaling = look.scalings.get(targetKey(namespace, kind, metadata.name)) ?? UNSCALED;
  return { table: 'replicas', row: { namespace, workload_kind: workload.kind, workload: workload.name, ...look.bucket, ...counts, ...scaling } };
}
