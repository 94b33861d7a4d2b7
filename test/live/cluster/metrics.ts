import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubernetes } from '../servers/kubernetes.ts';
import { create } from './create.ts';

/** Has metrics-server say that each of these containers uses a quarter of a core and 100 MiB, at a time of its own. */
export async function createMetrics(cluster: Kubernetes, pods: Readonly<Record<string, readonly string[]>>): Promise<void> {
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], readFileSync(join(import.meta.dirname, 'metrics.yaml'), 'utf8'));
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', 'pods.metrics.k8s.io', 'nodes.metrics.k8s.io']);
  for (const [name, containers] of Object.entries(pods)) {
    await create(cluster, '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods', {
      ...measured(new Date()),
      kind: 'PodMetrics',
      metadata: { name },
      containers: containers.map((container) => ({ name: container, usage: { cpu: '250000000n', memory: '102400Ki' } })),
    });
  }
  await create(cluster, '/apis/metrics.k8s.io/v1beta1/nodes', {
    ...measured(new Date()),
    kind: 'NodeMetrics',
    metadata: { name: 'node-1' },
    usage: { cpu: '1', memory: '1Gi' },
  });
}

/** Lets metrics-server have measured again, just now. */
export async function measureAgain(cluster: Kubernetes, pod: string): Promise<void> {
  await cluster.send('PATCH', `/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/${pod}`, measured(new Date()));
}

const measured = (time: Date): object => ({ apiVersion: 'metrics.k8s.io/v1beta1', timestamp: `${time.toISOString().slice(0, 19)}Z`, window: '1s' });
