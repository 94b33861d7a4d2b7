import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLUSTER_TABLES } from '../../src/model/cluster/tables.ts';
import { tonnage } from '../cli/tonnage.ts';
import { testIo } from '../io/test-io.ts';
import { isAllowed } from './cluster/account.ts';
import { createMetrics, measureAgain } from './cluster/metrics.ts';
import { fillCluster, isClusterHere, type FilledCluster } from './cluster/filled.ts';
import { collectInto, type Collected } from './collected.ts';
import { SETUP } from './components/index.ts';

const CANARIES = ['canary-in-a-secret', 'canary-in-a-configmap', 'canary-in-a-variable'];

describe.skipIf(!isClusterHere)(`what a real cluster has (needs ${SETUP}, and the real data)`, () => {
  const given = testIo({ now: () => new Date() });
  let filled: FilledCluster;
  let kubeconfig: string;
  let whole: Collected;
  const source = (more: object = {}): object => ({ kind: 'kubernetes', cluster: 'live', kubeconfig, context: 'live', ...more });

  beforeAll(async () => {
    filled = await fillCluster({});
    kubeconfig = await filled.kubeconfig();
    whole = await collectInto('whole', [source()], given);
  });

  afterAll(async () => filled?.cluster.close());

  describe('what runs', () => {
    test('is said of each container: init, sidecar, injected, main', async () => {
      const columns =
        'container, container_type, injected, image, cpu_request_cores as cpu, memory_request_bytes as memory, memory_limit_bytes as memory_limit';
      const found = await whole.rows(`select ${columns} from workloads where namespace = 'shop' and workload = 'web' order by container`);
      const row = (
        container: string,
        type: string,
        injected: boolean,
        image: string,
        cpu: number,
        memory: number | string,
        limit: number | string | null = null,
      ): object => ({
        container,
        container_type: type,
        injected,
        image,
        cpu,
        memory: String(memory),
        memory_limit: limit === null ? null : String(limit),
      });
      expect(found).toEqual([
        row('istio-proxy', 'main', true, 'istio/proxyv2:1.24', 0.01, 40 * 2 ** 20),
        row('migrate', 'init', false, 'shop/migrate:3', 1, 64 * 2 ** 20),
        row('proxy', 'sidecar', false, 'envoy:1.30', 0.05, 32 * 2 ** 20),
        // The server rounds 128974848000m up to whole bytes, which it already is: 128,974,848.
        row('web', 'main', false, 'shop/web:3', 0.25, 128_974_848, 512 * 2 ** 20),
      ]);
    });

    test('is said of the pod where its resources stand there', async () => {
      const columns =
        'cpu_request_cores as cpu, cpu_limit_cores as cpu_limit, memory_request_bytes::double as memory, memory_limit_bytes::double as memory_limit';
      expect(await whole.rows(`select ${columns} from pods where pod = 'report-5c8-a'`)).toEqual([
        { cpu: 0.5, cpu_limit: 1, memory: 2 ** 30, memory_limit: 2 ** 31 },
      ]);
    });

    test('belongs to the top of its owners, through those that only operators know', async () => {
      expect(await whole.rows(`select pod, workload_kind as kind, workload from pods where namespace = 'shop' order by pod`)).toEqual([
        { pod: 'agent-x', kind: 'DaemonSet', workload: 'agent' },
        { pod: 'cache-0', kind: 'StatefulSet', workload: 'cache' },
        { pod: 'canary-1-a', kind: 'Rollout', workload: 'canary' },
        { pod: 'debug', kind: 'Pod', workload: 'debug' },
        { pod: 'events-kafka-0', kind: 'Kafka', workload: 'events' },
        { pod: 'nightly-29-a', kind: 'CronJob', workload: 'nightly' },
        { pod: 'orders-db-1', kind: 'Cluster', workload: 'orders-db' },
        { pod: 'report-5c8-a', kind: 'Deployment', workload: 'report' },
        { pod: 'web-7d9-a', kind: 'Deployment', workload: 'web' },
      ]);
    });

    test('runs on a node', async () => {
      const columns =
        'node, provider_id, instance_type, region, zone, architecture, capacity_type, node_group, ready, cpu_allocatable_cores as cpu, memory_allocatable_bytes::double as memory';
      expect(await whole.rows(`select ${columns} from nodes where node = 'node-1'`)).toEqual([
        {
          node: 'node-1',
          provider_id: 'aws:///eu-west-1a/i-0123456789abcdef0',
          instance_type: 'm7g.xlarge',
          region: 'eu-west-1',
          zone: 'eu-west-1a',
          architecture: 'arm64',
          capacity_type: 'spot',
          node_group: 'general',
          ready: true,
          cpu: 3.92,
          memory: 14_879_432 * 1024,
        },
      ]);
    });
  });

  test('objects of KEDA, VPA, Karpenter, Argo CD and external-secrets come out of their real definitions', async () => {
    const scalers = await whole.rows('select kind, name, target_kind, target, min_replicas as low, max_replicas as high from autoscalers order by kind, name');
    expect(scalers).toEqual(
      expect.arrayContaining([
        { kind: 'HorizontalPodAutoscaler', name: 'web', target_kind: 'Deployment', target: 'web', low: 2, high: 10 },
        { kind: 'ScaledObject', name: 'report', target_kind: 'Deployment', target: 'report', low: 0, high: 7 },
        expect.objectContaining({ kind: 'ScaledJob', name: 'import', high: 4 }),
        expect.objectContaining({ kind: 'VerticalPodAutoscaler', name: 'cache', target_kind: 'StatefulSet', target: 'cache' }),
        expect.objectContaining({ kind: 'NodePool', name: 'general' }),
      ]),
    );
    const others = await whole.rows(
      `select distinct kind from (select kind from inventory union all select kind from autoscalers union all select kind from budgets) order by kind`,
    );
    expect(others.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'Application',
        'ApplicationSet',
        'EC2NodeClass',
        'ExternalSecret',
        'Ingress',
        'LimitRange',
        'Namespace',
        'NodeClaim',
        'PersistentVolume',
        'PersistentVolumeClaim',
        'PodDisruptionBudget',
        'PriorityClass',
        'ResourceQuota',
        'Service',
      ]),
    );
    expect(await whole.rows(`select provider_id from inventory where kind = 'PersistentVolume'`)).toEqual([{ provider_id: 'vol-0123456789abcdef0' }]);
  });

  test('nothing secret comes into the snapshot', async () => {
    const secrets = [...CANARIES, /"token":"([^"]+)"/.exec(readFileSync(kubeconfig, 'utf8'))?.[1] ?? 'no token'];
    for (const table of Object.keys(CLUSTER_TABLES)) {
      const rows = JSON.stringify(await whole.rows(`select * from ${table}`));
      for (const secret of secrets) expect(rows.includes(secret), `${table}: ${secret}`).toBe(false);
    }
  });

  test('is read by the credentials that a plug-in gives, as `aws eks get-token` does', async () => {
    const { namespace, name } = filled.account;
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: await filled.cluster.token(namespace, name) },
    };
    const file = given.write('credential.json', JSON.stringify(credential));
    const exec = { apiVersion: credential.apiVersion, command: 'cat', args: [file], interactiveMode: 'Never' };
    const collected = await collectInto('exec', [source({ kubeconfig: await filled.cluster.kubeconfig({ exec }) })], given);
    const names = 'select namespace, pod, workload from pods order by all';
    expect(await collected.rows(names)).toEqual(await whole.rows(names));
  });

  test('is sampled where only metrics-server measures it, within the same permissions', async () => {
    await createMetrics(filled.cluster, { 'web-7d9-a': ['web', 'proxy'] });
    await filled.cluster.audit();
    const again = setInterval(() => void measureAgain(filled.cluster, 'web-7d9-a'), 500);
    try {
      const sampled = await collectInto('sampled', [source({ kind: 'metrics-server' })], given, { every: 1, during: 4 });
      const columns = `container, min(cpu_mean_cores) as low, max(cpu_mean_cores) as high, max(working_set_max_bytes)::double as memory, sum(observed_seconds) > 1 as observed`;
      expect(await sampled.rows(`select ${columns} from usage where pod = 'web-7d9-a' group by container order by container`)).toEqual(
        ['proxy', 'web'].map((container) => ({ container, low: 0.25, high: 0.25, memory: 100 * 2 ** 20, observed: true })),
      );
      expect(sampled.snapshot.parts.flatMap(({ facts }) => facts.capabilities)).toContain('sampled');
    } finally {
      clearInterval(again);
    }
    const audit = await filled.cluster.audit();
    expect(audit.filter(({ objectRef }) => objectRef?.apiGroup === 'metrics.k8s.io').length).toBeGreaterThanOrEqual(3);
    expect(audit.filter((event) => !isAllowed(filled.account, event))).toEqual([]);
  });

  test.each(['wrong', 'expired'])('a token that is %s is one line and exit 2, and stands nowhere', async (how) => {
    const token = how === 'wrong' ? 'canary-of-a-token' : filled.cluster.expiredToken(filled.account.namespace, filled.account.name);
    given.write(`${how}/tonnage.yaml`, JSON.stringify({ sources: [source({ kubeconfig: await filled.cluster.kubeconfig(token) })] }));
    const { status, out, err } = await tonnage(['collect', '--verbose'], { cwd: `${given.folder}/${how}` });
    expect([status, out]).toEqual([2, '']);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(err).toMatch(/token|credentials|401|Unauthorized/i);
    expect(err).not.toContain(token);
  });
});
