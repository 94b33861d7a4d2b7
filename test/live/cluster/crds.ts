import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dataFile } from '../../data.ts';
import type { Kubernetes } from '../servers/kubernetes.ts';

/** The real definitions of KEDA, VPA, Karpenter, Argo CD and external-secrets, and the operators' of this folder. Returns when objects of them can be made. */
export async function applyDefinitions(cluster: Kubernetes): Promise<void> {
  const folder = dataFile('crds');
  const real = readdirSync(folder).map((name) => {
    const content = readFileSync(join(folder, name));
    return (name.endsWith('.gz') ? gunzipSync(content) : content).toString();
  });
  const operators = readFileSync(join(import.meta.dirname, 'operators.yaml'), 'utf8');
  // Some are longer than what a client-side apply may write into an annotation.
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], [...real, operators].join('\n---\n'));
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
}
