import { z } from 'zod';
import { SourceName } from '../source-name.ts';

const place = {
  name: SourceName.optional().describe('name of this source in reports; default: its kind'),
  cluster: SourceName.describe('name of the cluster in reports; all sources of one cluster say the same'),
  context: z.string().min(1).optional().describe('context of the kubeconfig; default: its current one, or in a pod its own cluster'),
  kubeconfig: z.string().min(1).optional().describe('path of the kubeconfig; default: KUBECONFIG, else ~/.kube/config'),
  namespaces: z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected the name of a namespace'))
    .min(1)
    .optional()
    .describe('namespaces to read; default: all'),
};

export const KubernetesSettings = z.strictObject({
  kind: z.literal('kubernetes').describe('a Kubernetes cluster: what runs in it, and what it asked for'),
  ...place,
});
export type KubernetesSettings = z.infer<typeof KubernetesSettings>;

export const MetricsServerSettings = z.strictObject({
  kind: z.literal('metrics-server').describe('what the containers of a Kubernetes cluster use, sampled, where nothing keeps a history of it'),
  ...place,
});
export type MetricsServerSettings = z.infer<typeof MetricsServerSettings>;

/** The namespaces to read, each once; undefined: all. */
export function placesOf({ namespaces }: ClusterSettings): readonly string[] | undefined {
  return namespaces === undefined ? undefined : [...new Set(namespaces)];
}

/** Which cluster, and how to reach it. */
export type ClusterSettings = Omit<KubernetesSettings, 'kind'>;
