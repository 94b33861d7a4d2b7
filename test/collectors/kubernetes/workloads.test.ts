import { describe, expect, test } from 'vitest';
import { collect, meta, ownedBy, pick, testCluster } from './cluster.ts';
import type { Thing } from './api-server.ts';

const container = (name: string, cpu: string, memory: string, more: Thing = {}): Thing => ({
  name,
  image: `registry.example/${name}:1`,
  resources: { requests: { cpu, memory } },
  ...more,
});

const revision = (count: number): Thing => ({ annotations: { 'deployment.kubernetes.io/revision': String(count) } });
const template = (...containers: Thing[]): Thing => ({ template: { spec: { containers } } });

const deployment: Thing = {
  metadata: meta('api', { ...revision(3), labels: { team: 'search' } }),
  spec: { replicas: 2, ...template(container('api', '500m', '1Gi')) },
  status: { readyReplicas: 1 },
};
const set = (name: string, created: string, count: number, ...containers: Thing[]): Thing => ({
  metadata: meta(name, { creationTimestamp: created, ...revision(count), ...ownedBy(deployment, 'Deployment') }),
  spec: { replicas: 0, ...template(...containers) },
});
const COLUMNS = ['workload_kind', 'workload', 'container', 'cpu_request_cores', 'memory_request_bytes', 'since', 'until'];
const DEPLOYMENTS = '/apis/apps/v1/deployments';
const SETS = '/apis/apps/v1/replicasets';

describe('the periods of a container', () => {
  test('are those of its ReplicaSets, one for as long as nothing changes', async () => {
    const { rows, gaps } = await collect(
      await testCluster({
        [DEPLOYMENTS]: [deployment],
        [SETS]: [
          set('api-1', '2026-03-01T00:00:00Z', 1, container('api', '250m', '1Gi')),
          set('api-2', '2026-03-05T00:00:00Z', 2, container('api', '250m', '1Gi'), container('old', '10m', '10Mi')),
          set('api-3', '2026-03-08T00:00:00Z', 3, container('api', '500m', '1Gi')),
        ],
      }),
    );
    expect(pick(rows('workloads'), ...COLUMNS)).toEqual([
      ['Deployment', 'api', 'api', 0.25, '1073741824', '2026-03-01 00:00:00', '2026-03-08 00:00:00'],
      ['Deployment', 'api', 'api', 0.5, '1073741824', '2026-03-08 00:00:00', null],
      ['Deployment', 'api', 'old', 0.01, '10485760', '2026-03-05 00:00:00', '2026-03-08 00:00:00'],
    ]);
    expect(pick(rows('workloads'), 'labels', 'injected', 'replicas')).toEqual([
      ['{"team":"search"}', false, null],
      ['{"team":"search"}', false, 2],
      ['{"team":"search"}', false, null],
    ]);
    expect(gaps).toEqual([]);
  });

  test('of a Deployment that went back to an earlier template begin again', async () => {
    const back: Thing = {
      ...deployment,
      status: { conditions: [{ type: 'Progressing', status: 'True', lastUpdateTime: '2026-03-10T00:00:00Z' }] },
    };
    const { rows } = await collect(
      await testCluster({
        [DEPLOYMENTS]: [back],
        [SETS]: [
          set('api-1', '2026-03-01T00:00:00Z', 3, container('api', '500m', '1Gi')),
          set('api-2', '2026-03-05T00:00:00Z', 2, container('api', '250m', '1Gi')),
        ],
      }),
    );
    expect(pick(rows('workloads'), 'cpu_request_cores', 'since', 'until')).toEqual([
      [0.25, '2026-03-05 00:00:00', '2026-03-10 00:00:00'],
      [0.5, '2026-03-01 00:00:00', '2026-03-05 00:00:00'],
      [0.5, '2026-03-10 00:00:00', null],
    ]);
  });

  test('of a CronJob are those of its Jobs', async () => {
    const cron: Thing = { metadata: meta('report'), spec: { jobTemplate: { spec: template(container('report', '2', '4Gi')) } } };
    const job = (name: string, created: string, cpu: string): Thing => ({
      metadata: meta(name, { creationTimestamp: created, ...ownedBy(cron, 'CronJob') }),
      spec: { parallelism: 1, ...template(container('report', cpu, '4Gi')) },
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    });
    const { rows } = await collect(
      await testCluster({
        '/apis/batch/v1/cronjobs': [cron],
        '/apis/batch/v1/jobs': [job('report-1', '2026-03-10T00:00:00Z', '1'), job('report-2', '2026-03-11T00:00:00Z', '2')],
      }),
    );
    expect(pick(rows('workloads'), ...COLUMNS)).toEqual([
      ['CronJob', 'report', 'report', 1, '4294967296', '2026-03-10 00:00:00', '2026-03-11 00:00:00'],
      ['CronJob', 'report', 'report', 2, '4294967296', '2026-03-11 00:00:00', null],
    ]);
    expect(pick(rows('replicas'), 'workload_kind', 'workload', 'desired', 'ready')).toEqual([['CronJob', 'report', 0, 0]]);
  });
});

describe('containers', () => {
  test('are main, init or sidecar, and injected where no template has them', async () => {
    const owner = set('api-3', '2026-03-08T00:00:00Z', 3);
    const spec = {
      initContainers: [container('migrate', '1', '1Gi'), container('proxy', '50m', '64Mi', { restartPolicy: 'Always' })],
      containers: [container('api', '500m', '1Gi')],
    };
    const pod: Thing = {
      metadata: meta('api-3-x', { creationTimestamp: '2026-03-09T00:00:00Z', ...ownedBy(owner, 'ReplicaSet') }),
      spec: { ...spec, containers: [...spec.containers, container('istio-proxy', '100m', '128Mi')] },
    };
    const { rows } = await collect(
      await testCluster({
        [DEPLOYMENTS]: [{ ...deployment, spec: { replicas: 1, template: { spec } } }],
        [SETS]: [{ ...owner, spec: { template: { spec } } }],
        '/api/v1/pods': [pod],
      }),
    );
    expect(pick(rows('workloads'), 'container', 'container_type', 'injected', 'since')).toEqual([
      ['api', 'main', false, '2026-03-08 00:00:00'],
      ['istio-proxy', 'main', true, '2026-03-09 00:00:00'],
      ['migrate', 'init', false, '2026-03-08 00:00:00'],
      ['proxy', 'sidecar', false, '2026-03-08 00:00:00'],
    ]);
    expect(pick(rows('pods'), 'workload_kind', 'workload', 'pod')).toEqual([['Deployment', 'api', 'api-3-x']]);
  });

  test('of a pod that an operator owns are those of its pods', async () => {
    const database: Thing = { metadata: meta('main', { labels: { team: 'data' } }) };
    const pod = (name: string, created: string, cpu: string): Thing => ({
      metadata: meta(name, { creationTimestamp: created, ...ownedBy(database, 'Cluster') }),
      spec: { containers: [container('postgres', cpu, '8Gi')] },
      status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-03-02T00:00:00Z' }] },
    });
    const { rows } = await collect(
      await testCluster({
        '/apis/postgresql.cnpg.io/v1/clusters': [database],
        '/api/v1/pods': [pod('main-1', '2026-03-01T00:00:00Z', '1'), pod('main-2', '2026-03-04T00:00:00Z', '2'), pod('main-3', '2026-03-03T00:00:00Z', '2')],
      }),
    );
    expect(pick(rows('workloads'), ...COLUMNS, 'injected', 'replicas', 'labels')).toEqual([
      ['Cluster', 'main', 'postgres', 1, '8589934592', '2026-03-01 00:00:00', '2026-03-03 00:00:00', null, 1, '{"team":"data"}'],
      ['Cluster', 'main', 'postgres', 2, '8589934592', '2026-03-03 00:00:00', null, null, 2, '{"team":"data"}'],
    ]);
    expect(pick(rows('replicas'), 'workload_kind', 'desired', 'ready')).toEqual([['Cluster', null, 3]]);
    expect(pick(rows('inventory'), 'kind', 'name', 'api_version')).toEqual([['Cluster', 'main', 'postgresql.cnpg.io/v1']]);
  });

  test('of a bare pod are its own', async () => {
    const { rows } = await collect(await testCluster({ '/api/v1/pods': [{ metadata: meta('shell'), spec: { containers: [container('sh', '1', '1Gi')] } }] }));
    expect(pick(rows('workloads'), 'workload_kind', 'workload', 'container')).toEqual([['Pod', 'shell', 'sh']]);
    expect(pick(rows('replicas'), 'workload', 'desired', 'ready')).toEqual([['shell', 1, 0]]);
  });

  test('may be none', async () => {
    const { rows, gaps } = await collect(await testCluster({ '/api/v1/pods': [{ metadata: meta('empty'), spec: { containers: null } }] }));
    expect(pick(rows('pods'), 'pod')).toEqual([['empty']]);
    expect(rows('workloads')).toEqual([]);
    expect(gaps).toEqual([]);
  });

  test('with a request that makes no sense have none, and a gap says so', async () => {
    const { rows, gaps } = await collect(
      await testCluster({ [DEPLOYMENTS]: [{ ...deployment, spec: { replicas: 1, ...template(container('api', '-1', '12Zi')) } }] }),
    );
    expect(pick(rows('workloads'), 'cpu_request_cores', 'memory_request_bytes')).toEqual([[null, null]]);
    const object = 'container api of deployment web/api';
    expect(gaps).toEqual([
      { code: 'unreadable-value', source: 'kubernetes', object, field: 'requests.cpu', value: '-1' },
      { code: 'unreadable-value', source: 'kubernetes', object, field: 'requests.memory', value: '12Zi' },
    ]);
  });
});

describe('owners', () => {
  test('are followed through custom resources', async () => {
    const rollout: Thing = { metadata: meta('shop', { labels: { team: 'shop' } }), spec: { replicas: 1, workloadRef: { kind: 'Deployment', name: 'shop' } } };
    const replicas: Thing = { metadata: meta('shop-5d', ownedBy(rollout, 'Rollout')), spec: template(container('shop', '1', '1Gi')) };
    const kafka: Thing = { metadata: meta('events') };
    const podSet: Thing = { metadata: meta('events-kafka', ownedBy(kafka, 'Kafka')) };
    const pod = (name: string, of: Thing, kind: string): Thing => ({
      metadata: meta(name, ownedBy(of, kind)),
      spec: { containers: [container('main', '1', '1Gi')] },
    });
    const { rows, gaps } = await collect(
      await testCluster({
        '/apis/argoproj.io/v1alpha1/rollouts': [rollout],
        [SETS]: [replicas],
        '/apis/kafka.strimzi.io/v1beta2/kafkas': [kafka],
        '/apis/core.strimzi.io/v1beta2/strimzipodsets': [podSet],
        '/api/v1/pods': [
          pod('a', replicas, 'ReplicaSet'),
          pod('b', podSet, 'StrimziPodSet'),
          pod('c', { metadata: { name: 'ghost', uid: 'gone' } }, 'SparkApplication'),
        ],
      }),
    );
    expect(pick(rows('pods'), 'pod', 'workload_kind', 'workload')).toEqual([
      ['a', 'Rollout', 'shop'],
      ['b', 'Kafka', 'events'],
      ['c', 'SparkApplication', 'ghost'],
    ]);
    expect(pick(rows('workloads'), 'workload_kind', 'container', 'labels').slice(1, 3)).toEqual([
      ['Rollout', 'main', '{"team":"shop"}'],
      ['Rollout', 'shop', '{"team":"shop"}'],
    ]);
    expect(gaps).toEqual([]);
  });

  test('that came after the list of ReplicaSets are told by the hash; others are a gap', async () => {
    const gone = { metadata: { name: 'api-7c9', uid: 'later' } };
    const job = { metadata: { name: 'nightly-1', uid: 'later-too' } };
    const pod = (name: string, owner: Thing, kind: string, labels: Thing): Thing => ({
      metadata: meta(name, { ...ownedBy(owner, kind), labels }),
      spec: { containers: [] },
    });
    const { rows, gaps } = await collect(
      await testCluster({ '/api/v1/pods': [pod('a', gone, 'ReplicaSet', { 'pod-template-hash': '7c9' }), pod('b', job, 'Job', {}), pod('c', job, 'Job', {})] }),
    );
    expect(pick(rows('pods'), 'pod', 'workload_kind', 'workload')).toEqual([
      ['a', 'Deployment', 'api'],
      ['b', 'Job', 'nightly-1'],
      ['c', 'Job', 'nightly-1'],
    ]);
    expect(gaps).toEqual([{ code: 'unknown-owner', source: 'kubernetes', pods: 2, example: 'web/b' }]);
  });
});
