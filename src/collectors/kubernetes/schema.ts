import { z } from 'zod';

/** Kubernetes' shapes, of which only the fields that are read. What is left out of an object may also be null in it. */

const text = z.string().nullish();
/** Kubernetes' numbers of things have 32 bits, and so have ours. */
const count = z.int32().nullish();
const texts = z.record(z.string(), z.string()).nullish();
/** Numbers where YAML had no quotes. */
const quantities = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).nullish();

const Owner = z.object({ apiVersion: text, kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().nullish() });
export type Owner = z.output<typeof Owner>;

const Metadata = z.object({
  name: z.string(),
  namespace: text,
  uid: text,
  creationTimestamp: text,
  labels: texts,
  annotations: texts,
  ownerReferences: z.array(Owner).nullish(),
});

const metadata = Metadata;

const Resources = z.object({ requests: quantities, limits: quantities }).nullish();

const Container = z.object({
  name: z.string(),
  image: text,
  command: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  /** Names alone: values are none of our business. */
  env: z.array(z.object({ name: z.string() })).nullish(),
  resources: Resources,
  restartPolicy: text,
  ports: z.array(z.object({ hostPort: count })).nullish(),
});
export type Container = z.output<typeof Container>;

const Volume = z.object({
  name: z.string(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).nullish(),
  emptyDir: z.object({ medium: text }).nullish(),
  hostPath: z.object({}).nullish(),
  ephemeral: z.object({}).nullish(),
});

const PodSpec = z.object({
  containers: z.array(Container).nullish(),
  initContainers: z.array(Container).nullish(),
  resources: Resources,
  overhead: quantities,
  nodeName: text,
  nodeSelector: texts,
  affinity: z.unknown().optional(),
  tolerations: z.unknown().optional(),
  topologySpreadConstraints: z.unknown().optional(),
  volumes: z.array(Volume).nullish(),
  priorityClassName: text,
  runtimeClassName: text,
  schedulerName: text,
  hostNetwork: z.boolean().nullish(),
  terminationGracePeriodSeconds: count,
});
export type PodSpec = z.output<typeof PodSpec>;

const Terminated = z.object({ reason: text, exitCode: count, startedAt: text, finishedAt: text }).nullish();
const State = z.object({ terminated: Terminated, running: z.object({ startedAt: text }).nullish() }).nullish();
const ContainerStatus = z.object({ name: z.string(), restartCount: count, state: State, lastState: State });
export type ContainerStatus = z.output<typeof ContainerStatus>;

const Condition = z.object({ type: z.string(), status: z.string(), reason: text, lastTransitionTime: text, lastUpdateTime: text });
const conditions = z.array(Condition).nullish();

export const Pod = z.object({
  metadata,
  spec: PodSpec,
  status: z
    .object({
      phase: text,
      reason: text,
      qosClass: text,
      startTime: text,
      conditions,
      containerStatuses: z.array(ContainerStatus).nullish(),
      initContainerStatuses: z.array(ContainerStatus).nullish(),
    })
    .nullish(),
});
export type Pod = z.output<typeof Pod>;

const Template = z.object({ metadata: z.object({ labels: texts, annotations: texts }).nullish(), spec: PodSpec.nullish() }).nullish();

/** Deployment, ReplicaSet, StatefulSet, DaemonSet, Rollout, Job: what keeps pods of one template. */
export const Controller = z.object({
  metadata,
  spec: z
    .object({
      replicas: count,
      template: Template,
      parallelism: count,
      suspend: z.boolean().nullish(),
      volumeClaimTemplates: z
        .array(
          z.object({
            metadata: z.object({ name: text }).nullish(),
            spec: z.object({ storageClassName: text, resources: Resources }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  status: z
    .object({
      readyReplicas: count,
      desiredNumberScheduled: count,
      numberReady: count,
      active: count,
      ready: count,
      completionTime: text,
      updateRevision: text,
      conditions,
    })
    .nullish(),
});
export type Controller = z.output<typeof Controller>;

export const CronJob = z.object({
  metadata,
  spec: z
    .object({ suspend: z.boolean().nullish(), schedule: text, jobTemplate: z.object({ spec: z.object({ template: Template }).nullish() }).nullish() })
    .nullish(),
});
export type CronJob = z.output<typeof CronJob>;

export const Node = z.object({
  metadata,
  spec: z.object({ providerID: text, taints: z.unknown().optional(), unschedulable: z.boolean().nullish() }).nullish(),
  status: z
    .object({
      capacity: quantities,
      allocatable: quantities,
      conditions,
      nodeInfo: z.object({ osImage: text, kubeletVersion: text, architecture: text }).nullish(),
    })
    .nullish(),
});
export type Node = z.output<typeof Node>;

const Target = z.object({ kind: text, name: text }).nullish();

export const Hpa = z.object({
  metadata,
  spec: z.looseObject({ scaleTargetRef: Target, minReplicas: count, maxReplicas: count }).nullish(),
  status: z.looseObject({ currentReplicas: count, desiredReplicas: count }).nullish(),
});
export type Hpa = z.output<typeof Hpa>;

const Loose = z.looseObject({});

/** KEDA, VPA, Karpenter, budgets: kept as the vendor has them. */
export const Keeping = z.object({
  metadata,
  spec: z.looseObject({ scaleTargetRef: Target, targetRef: Target, minReplicaCount: count, maxReplicaCount: count }).nullish(),
  status: Loose.nullish(),
  /** PriorityClass has its fields at the top. */
  value: z.number().nullish(),
  globalDefault: z.boolean().nullish(),
  preemptionPolicy: text,
});
export type Keeping = z.output<typeof Keeping>;

/** Anything with a name; the rest is looked at by the function of its kind. */
export const Thing = z.object({ apiVersion: text, metadata, spec: Loose.nullish(), status: Loose.nullish() });
export type Thing = z.output<typeof Thing>;

export const Volumes = z.object({
  apiVersion: text,
  metadata,
  spec: z
    .object({
      storageClassName: text,
      volumeName: text,
      accessModes: z.array(z.string()).nullish(),
      persistentVolumeReclaimPolicy: text,
      capacity: quantities,
      resources: Resources,
      claimRef: z.object({ namespace: text, name: text }).nullish(),
      csi: z.object({ driver: text, volumeHandle: text }).nullish(),
      awsElasticBlockStore: z.object({ volumeID: text }).nullish(),
      nodeAffinity: z.unknown().optional(),
    })
    .nullish(),
  status: z.object({ phase: text, capacity: quantities }).nullish(),
});
export type Volumes = z.output<typeof Volumes>;

const LoadBalancer = z.object({ ingress: z.array(z.object({ hostname: text, ip: text })).nullish() }).nullish();
const Backend = z.object({ service: z.object({ name: text }).nullish() }).nullish();
export type Backend = z.output<typeof Backend>;

export const Service = z.object({
  apiVersion: text,
  metadata,
  spec: z
    .object({
      type: text,
      loadBalancerClass: text,
      selector: texts,
      ports: z.array(z.object({ name: text, port: count, protocol: text })).nullish(),
    })
    .nullish(),
  status: z.object({ loadBalancer: LoadBalancer }).nullish(),
});
export type Service = z.output<typeof Service>;

export const Ingress = z.object({
  apiVersion: text,
  metadata,
  spec: z
    .object({
      ingressClassName: text,
      defaultBackend: Backend,
      rules: z.array(z.object({ host: text, http: z.object({ paths: z.array(z.object({ path: text, backend: Backend })).nullish() }).nullish() })).nullish(),
    })
    .nullish(),
  status: z.object({ loadBalancer: LoadBalancer }).nullish(),
});
export type Ingress = z.output<typeof Ingress>;

const Source = z.object({ repoURL: text, path: text, targetRevision: text, chart: text }).nullish();
const Destination = z.object({ server: text, name: text, namespace: text }).nullish();

export const Application = z.object({
  apiVersion: text,
  metadata,
  spec: z
    .object({
      project: text,
      source: Source,
      sources: z.array(Source).nullish(),
      destination: Destination,
      generators: z.array(Loose).nullish(),
      template: z.object({ spec: z.object({ project: text, source: Source, destination: Destination }).nullish() }).nullish(),
    })
    .nullish(),
  status: z.object({ sync: z.object({ status: text, revision: text }).nullish(), health: z.object({ status: text }).nullish() }).nullish(),
});
export type Application = z.output<typeof Application>;

export const ConfigMap = z.object({ metadata, data: texts });

export const Page = z.object({ metadata: z.object({ continue: text }).nullish(), items: z.array(z.unknown()).nullish() });

export const Groups = z.object({
  groups: z.array(
    z.object({ name: z.string(), versions: z.array(z.object({ version: z.string() })), preferredVersion: z.object({ version: z.string() }).nullish() }),
  ),
});

export const Version = z.object({ gitVersion: z.string() });

export const PodMetrics = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  timestamp: z.string(),
  window: z.string(),
  containers: z.array(z.object({ name: z.string(), usage: quantities })).nullish(),
});
export type PodMetrics = z.output<typeof PodMetrics>;

export const Named = z.object({ metadata });

/** What tells one object from another. */
export const Identity = z.object({ metadata: z.object({ name: z.string(), namespace: text, uid: text }) });
export type Metadata = z.output<typeof Metadata>;
