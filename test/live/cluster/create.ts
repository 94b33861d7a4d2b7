import { z } from 'zod';
import type { Kubernetes } from '../servers/kubernetes.ts';

export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
}

const Created = z.object({ apiVersion: z.string(), kind: z.string(), metadata: z.object({ name: z.string(), uid: z.string() }) });

/** An object that the server has answered with, as the owner of others. */
export function ownerOf(answer: unknown): Owner {
  const { apiVersion, kind, metadata } = Created.parse(answer);
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

/** Creates an object. @returns it as the owner of others */
export const create = async (cluster: Kubernetes, path: string, object: object): Promise<Owner> => ownerOf(await cluster.send('POST', path, object));

interface Metadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly Owner[];
}

/** Creates a pod, and lets it run. */
export async function createPod(cluster: Kubernetes, namespace: string, metadata: Metadata, spec: object): Promise<Owner> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const pod = await create(cluster, path, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  const conditions = ['PodScheduled', 'Ready'].map((type) => ({ type, status: 'True', lastTransitionTime: new Date(Date.now() - 60_000).toISOString() }));
  await cluster.send('PATCH', `${path}/${metadata.name}/status`, { status: { phase: 'Running', startTime: new Date().toISOString(), conditions } });
  return pod;
}
