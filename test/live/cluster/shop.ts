import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Kubernetes } from '../servers/kubernetes.ts';
import { create, createPod, ownerOf, type Owner } from './create.ts';

/** What a team runs, with the pods that controllers would have made of it. */
export async function createShop(cluster: Kubernetes): Promise<void> {
  for (const file of ['shop.yaml', 'custom.yaml']) {
    await cluster.kubectl(['apply', '--server-side', '-f', '-'], readFileSync(join(import.meta.dirname, file), 'utf8'));
  }
  await cluster.send('PATCH', '/api/v1/nodes/node-1/status', {
    status: {
      nodeInfo: { ...noInfo, architecture: 'arm64', kubeletVersion: 'v1.35.4-eks-1', osImage: 'Amazon Linux 2023', operatingSystem: 'linux' },
      capacity: { cpu: '4', memory: '15896264Ki', pods: '58' },
      allocatable: { cpu: '3920m', memory: '14879432Ki', pods: '58' },
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: new Date().toISOString(), lastTransitionTime: new Date().toISOString() },
      ],
    },
  });
  const apps = '/apis/apps/v1/namespaces/shop';
  const of = async (path: string): Promise<Owner> => ownerOf(await cluster.send('GET', path));

  const web = await cluster.send('GET', `${apps}/deployments/web`);
  const { spec } = z
    .object({ spec: z.object({ selector: z.looseObject({}), template: z.looseObject({ spec: z.looseObject({ containers: z.array(z.unknown()) }) }) }) })
    .parse(web);
  const webSet = await create(cluster, `${apps}/replicasets`, replicaSet('web-7d9', ownerOf(web), spec));
  const injected = { name: 'istio-proxy', image: 'istio/proxyv2:1.24', resources: { requests: { cpu: '10m', memory: '40Mi' } } };
  await createPod(
    cluster,
    'shop',
    { name: 'web-7d9-a', labels: { app: 'web' }, ownerReferences: [webSet] },
    { ...onNode, ...spec.template.spec, containers: [...spec.template.spec.containers, injected] },
  );

  const report = await cluster.send('GET', `${apps}/deployments/report`);
  const { spec: reportSpec } = z
    .object({ spec: z.object({ selector: z.looseObject({}), template: z.looseObject({ spec: z.looseObject({}) }) }) })
    .parse(report);
  const reportSet = await create(cluster, `${apps}/replicasets`, replicaSet('report-5c8', ownerOf(report), reportSpec));
  await createPod(cluster, 'shop', { name: 'report-5c8-a', ownerReferences: [reportSet] }, { ...onNode, ...reportSpec.template.spec });

  await createPod(
    cluster,
    'shop',
    { name: 'cache-0', ownerReferences: [await of(`${apps}/statefulsets/cache`)] },
    simple('redis', { cpu: '0.1', memory: '1e8' }),
  );
  await createPod(cluster, 'shop', { name: 'agent-x', ownerReferences: [await of(`${apps}/daemonsets/agent`)] }, simple('agent'));
  await createPod(cluster, 'shop', { name: 'debug' }, simple('debug'));

  const batch = '/apis/batch/v1/namespaces/shop';
  const job = await create(cluster, `${batch}/jobs`, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'nightly-29', ownerReferences: [await of(`${batch}/cronjobs/nightly`)] },
    spec: { template: { spec: { restartPolicy: 'Never', ...simple('nightly') } } },
  });
  await createPod(cluster, 'shop', { name: 'nightly-29-a', ownerReferences: [job] }, simple('nightly'));

  const custom = async (group: string, version: string, plural: string, kind: string, name: string, owners: readonly Owner[] = []): Promise<Owner> =>
    create(cluster, `/apis/${group}/${version}/namespaces/shop/${plural}`, {
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name, ownerReferences: owners },
      spec: {},
    });
  const database = await custom('postgresql.cnpg.io', 'v1', 'clusters', 'Cluster', 'orders-db');
  await createPod(cluster, 'shop', { name: 'orders-db-1', ownerReferences: [database] }, simple('postgres'));
  const kafka = await custom('kafka.strimzi.io', 'v1beta2', 'kafkas', 'Kafka', 'events');
  const podSet = await custom('core.strimzi.io', 'v1beta2', 'strimzipodsets', 'StrimziPodSet', 'events-kafka', [kafka]);
  await createPod(cluster, 'shop', { name: 'events-kafka-0', ownerReferences: [podSet] }, simple('kafka'));
  const rollout = await custom('argoproj.io', 'v1alpha1', 'rollouts', 'Rollout', 'canary');
  const canarySet = await create(
    cluster,
    `${apps}/replicasets`,
    replicaSet('canary-1', rollout, {
      selector: { matchLabels: { app: 'canary' } },
      template: { metadata: { labels: { app: 'canary' } }, spec: simple('canary') },
    }),
  );
  await createPod(cluster, 'shop', { name: 'canary-1-a', labels: { app: 'canary' }, ownerReferences: [canarySet] }, simple('canary'));
}

/** What a node must say of itself, and nobody asks here. */
const noInfo = { machineID: '', systemUUID: '', bootID: '', kernelVersion: '', containerRuntimeVersion: '', kubeProxyVersion: '' };

const onNode = { nodeName: 'node-1' };

const simple = (container: string, requests: Readonly<Record<string, string>> = {}): object => ({
  ...onNode,
  containers: [{ name: container, image: `${container}:1`, resources: { requests } }],
});

const replicaSet = (name: string, owner: Owner, { selector, template: pods }: { readonly selector: object; readonly template: object }): object => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, ownerReferences: [owner] },
  spec: { replicas: 1, selector, template: pods },
});
