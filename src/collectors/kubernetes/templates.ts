import { gpusAsked, json, resourcesOf, type ContainerRow, type Doubt } from './rows.ts';
import { runtimeOf } from './runtime.ts';
import type { Container, Controller, PodSpec } from './schema.ts';

/** Annotations that say who deploys a workload, or who may move it. No other is kept: people write anything into them. */
const ANNOTATIONS = [
  /^argocd\.argoproj\.io\/(tracking-id|instance|managed-by)$/,
  /^meta\.helm\.sh\//,
  /^(kustomize|helm)\.toolkit\.fluxcd\.io\/(name|namespace|prune|reconcile)$/,
  /^fluxcd\.io\/sync-checksum$/,
  /^kustomize\.config\.k8s\.io\/id$/,
  /^cluster-autoscaler\.kubernetes\.io\/(safe-to-evict|safe-to-evict-local-volumes|pod-scale-up-delay)$/,
  /^karpenter\.sh\/(do-not-disrupt|do-not-evict|do-not-consolidate)$/,
  /^scheduler\.alpha\.kubernetes\.io\/critical-pod$/,
  /^descheduler\.alpha\.kubernetes\.io\/evict$/,
  /^autoscaling\.keda\.sh\//,
  /^app\.kubernetes\.io\//,
];

type Texts = Readonly<Record<string, string>> | null | undefined;

/** Those of the workload, and of its pods where they say more. */
export function annotationsOf(...sources: readonly Texts[]): string | null {
  const kept = sources.flatMap((source) => Object.entries(source ?? {})).filter(([name]) => ANNOTATIONS.some((one) => one.test(name)));
  return json(Object.fromEntries(kept));
}

type ClaimTemplates = NonNullable<NonNullable<Controller['spec']>['volumeClaimTemplates']>;

/** What the scheduler looks at, and what keeps a pod where it is. Empty fields are left out. */
export function schedulingOf(spec: PodSpec, claimTemplates: ClaimTemplates | null | undefined): string | null {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const volumes = spec.volumes ?? [];
  const fields = {
    nodeSelector: spec.nodeSelector,
    affinity: spec.affinity,
    tolerations: spec.tolerations,
    topologySpreadConstraints: spec.topologySpreadConstraints,
    hostPorts: containers.flatMap(({ ports }) => ports ?? []).flatMap(({ hostPort }) => hostPort ?? []),
    hostNetwork: spec.hostNetwork === true ? true : undefined,
    claims: volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
    claimTemplates: claimTemplates?.map(({ metadata, spec: claim }) => ({
      name: metadata?.name,
      storageClassName: claim?.storageClassName,
      storage: claim?.resources?.requests?.['storage'],
    })),
    /** Volumes that die with the pod or tie it to its node. */
    localVolumes: volumes.filter(({ emptyDir, hostPath }) => hostPath || (emptyDir && emptyDir.medium !== 'Memory')).map(({ name }) => name),
    priorityClassName: spec.priorityClassName,
    runtimeClassName: spec.runtimeClassName,
    schedulerName: spec.schedulerName === 'default-scheduler' ? undefined : spec.schedulerName,
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
    /** Pod-level resources: they stand above those of the containers. */
    resources: spec.resources,
    overhead: spec.overhead,
  };
  return json(Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

type ContainerType = 'main' | 'init' | 'sidecar';

/** All containers of a pod or template, in order. */
function containersOf(spec: PodSpec): readonly { readonly container: Container; readonly type: ContainerType }[] {
  const init = (spec.initContainers ?? []).map((container) => ({ container, type: container.restartPolicy === 'Always' ? 'sidecar' : 'init' }) as const);
  return [...init, ...(spec.containers ?? []).map((container) => ({ container, type: 'main' }) as const)];
}

export function namesOf(spec: PodSpec | null | undefined): ReadonlySet<string> {
  return new Set(spec ? containersOf(spec).map(({ container }) => container.name) : []);
}

/** What the rows of one template or pod have in common. */
export type Common = Pick<
  ContainerRow,
  | 'namespace'
  | 'workload_kind'
  | 'workload'
  | 'injected'
  | 'since'
  | 'replicas'
  | 'labels'
  | 'annotations'
  | 'scheduling'
  | 'lineage'
  | 'origin'
  | 'revision'
  | 'rolled_out'
>;

/** The same rows share the texts of `common`: they are long. */
export function containerRows(spec: PodSpec, common: Common, object: string, doubt: Doubt, wanted: (name: string) => boolean = () => true): ContainerRow[] {
  return containersOf(spec)
    .filter(({ container }) => wanted(container.name))
    .map(({ container, type }) => {
      const whose = `container ${container.name} of ${object}`;
      return {
        ...common,
        container: container.name,
        container_type: type,
        image: container.image ?? null,
        ...resourcesOf(container.resources, doubt, whose),
        gpu_request: gpusAsked(container.resources, doubt, whose),
        ...runtimeOf(container),
      };
    });
}
