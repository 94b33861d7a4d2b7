import type { Kubernetes } from '../servers/kubernetes.ts';
import { create, createPod } from './create.ts';

const AT_ONCE = 32;

/** Does work for each of many, so many at once. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

/** Namespaces `load-0`, ..., each with one Deployment of as many running pods as fall to it. Of their ReplicaSets and nodes there is no more than the name. */
export async function createPods(cluster: Kubernetes, { namespaces, pods }: { readonly namespaces: number; readonly pods: number }): Promise<void> {
  const each = pods / namespaces;
  await forEach([...Array(namespaces).keys()], async (at) => {
    const namespace = `load-${at}`;
    await cluster.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const deployment = await create(cluster, `/apis/apps/v1/namespaces/${namespace}/deployments`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'load' },
      spec: { replicas: each, ...template(namespace) },
    });
    const set = await create(cluster, `/apis/apps/v1/namespaces/${namespace}/replicasets`, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'load-1', ownerReferences: [deployment] },
      spec: { replicas: each, ...template(namespace) },
    });
    for (let pod = 0; pod < each; pod += 1) {
      const name = `load-1-${pod}`;
      await createPod(
        cluster,
        namespace,
        { name, labels: { app: 'load' }, ownerReferences: [set] },
        { ...template(namespace).template.spec, nodeName: `node-${pod % 50}` },
      );
    }
  });
}

const template = (namespace: string): { readonly selector: object; readonly template: { readonly metadata: object; readonly spec: object } } => ({
  selector: { matchLabels: { app: 'load' } },
  template: {
    metadata: { labels: { app: 'load' } },
    spec: {
      containers: [
        {
          name: 'main',
          image: `registry.example.com/${namespace}/load:1.2.3`,
          env: Array.from({ length: 10 }, (_, at) => ({ name: `SETTING_${at}`, value: 'x'.repeat(40) })),
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        },
      ],
    },
  },
});
