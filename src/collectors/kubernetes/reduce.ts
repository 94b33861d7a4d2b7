import type { z } from 'zod';
import { clusterAutoscalerOf, hpaFacts, scalerFacts, type ClusterAutoscaler } from './autoscalers.ts';
import { controllerFacts, cronJobFacts, type ControllerKind } from './controllers.ts';
import {
  applicationFact,
  backendsOf,
  budgetFact,
  claimFact,
  externalSecretFact,
  ingressFact,
  nodeClaimFact,
  serviceFacts,
  thingFact,
  volumeFact,
} from './inventory.ts';
import type { Look } from './look.ts';
import { nodeFacts } from './nodes.ts';
import { podFacts } from './pods.ts';
import type { Resource } from './resources.ts';
import type { Fact } from './rows.ts';
import { Application, Controller, CronJob, Hpa, Ingress, Keeping, Named, Node, Pod, Service, Thing, Volumes } from './schema.ts';

/** What is found on the way, beside facts. */
export interface Findings {
  readonly clusterAutoscalers: ClusterAutoscaler[];
  /** Pods of which an owner is named that could not be read. */
  readonly orphans: string[];
}

/** Makes facts of one object as the API has it; the name of a field where its shape is not that of its kind. */
export type Reduce = (object: unknown) => readonly Fact[] | string;

/** What is made of the objects of a resource. `version`: of its API, as it is asked for. */
export function reducerOf(resource: Resource, version: string, look: Look, findings: Findings): Reduce {
  const { kind, group } = resource;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  if (resource.isMetadataOnly) {
    return of(Named, (thing) => {
      look.owners.add({ kind, metadata: thing.metadata, keepsLabels: true });
      return [thingFact(kind, apiVersion, thing)];
    });
  }
  switch (kind) {
    case 'Pod':
      return of(Pod, (pod) => {
        const workload = look.owners.ofPod(pod);
        if (!workload.isKnown) findings.orphans.push(`${pod.metadata.namespace}/${pod.metadata.name}`);
        return podFacts(pod, workload, look);
      });
    case 'Deployment':
      return of(Controller, (deployment) => {
        const scaler = clusterAutoscalerOf(deployment);
        if (scaler !== undefined) findings.clusterAutoscalers.push(scaler);
        return controllerFacts(kind, deployment, look);
      });
    case 'Rollout':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return of(Controller, (controller) => controllerFacts(kind satisfies ControllerKind, controller, look));
    case 'CronJob':
      return of(CronJob, (job) => cronJobFacts(job, look));
    case 'Node':
      return of(Node, (node) => nodeFacts(node, look.began, look.doubt));
    case 'HorizontalPodAutoscaler':
      return of(Hpa, (hpa) => hpaFacts(hpa, look));
    case 'ScaledJob':
      return of(Keeping, (job) => {
        look.owners.add({ kind, metadata: job.metadata, keepsLabels: true });
        return scalerFacts(kind, job);
      });
    case 'ScaledObject':
    case 'VerticalPodAutoscaler':
    case 'NodePool':
    case 'EC2NodeClass':
      return of(Keeping, (scaler) => scalerFacts(kind, scaler));
    case 'LimitRange':
    case 'ResourceQuota':
    case 'PodDisruptionBudget':
    case 'PriorityClass':
      return of(Keeping, (budget) => [budgetFact(kind, budget)]);
    case 'PersistentVolume':
      return of(Volumes, (volume) => [volumeFact(volume)]);
    case 'PersistentVolumeClaim':
      return of(Volumes, (claim) => [claimFact(claim)]);
    case 'Service':
      return of(Service, (service) => serviceFacts(service, look.backends));
    case 'Ingress':
      return of(Ingress, (ingress) => {
        for (const service of backendsOf(ingress)) look.backends.add(`${ingress.metadata.namespace ?? ''}/${service}`);
        return [ingressFact(ingress)];
      });
    case 'Application':
    case 'ApplicationSet':
      return of(Application, (application) => [applicationFact(kind, apiVersion, application)]);
    case 'NodeClaim':
      return of(Thing, (claim) => [nodeClaimFact(apiVersion, claim)]);
    case 'ExternalSecret':
      return of(Thing, (secret) => [externalSecretFact(apiVersion, secret)]);
    default:
      return of(Named, (thing) => [thingFact(kind, apiVersion, thing)]);
  }
}

function of<Schema extends z.ZodType>(schema: Schema, make: (object: z.output<Schema>) => readonly Fact[]): Reduce {
  return (object) => {
    const { success, data, error } = schema.safeParse(object);
    return success ? make(data) : (error.issues[0]?.path.join('.') ?? '');
  };
}
