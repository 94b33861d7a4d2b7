import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kubernetes } from '../../../src/collectors/kubernetes/index.ts';
import type { Window } from '../../../src/collectors/types.ts';
import { UserError } from '../../../src/io/errors.ts';
import { fail, TOKEN, type Thing } from './api-server.ts';
import { BEGAN, collect, contextOf, meta, pick, testCluster, written } from './cluster.ts';

const PODS = '/api/v1/pods';
const pods = (count: number, namespace = 'web'): Thing[] =>
  Array.from({ length: count }, (_, at) => ({
    metadata: meta(`pod-${at}`, { namespace, uid: `${namespace}-${at}` }),
    spec: { containers: [{ name: 'main' }] },
  }));

describe('a list', () => {
  test('is read in pages of 500', async () => {
    const cluster = await testCluster({ [PODS]: pods(1201) });
    const { rows } = await collect(cluster);
    expect(rows('pods')).toHaveLength(1201);
    const asked = cluster.server.asked.filter(({ path }) => path === PODS);
    expect(asked.map(({ query }) => [query.get('limit'), query.get('continue')])).toEqual([
      ['500', null],
      ['500', '500'],
      ['500', '1000'],
    ]);
  });

  test('whose token to go on with is too old begins again, and counts nothing twice', async () => {
    const cluster = await testCluster({ [PODS]: pods(5000) });
    let isOld = true;
    cluster.server.trouble = (asked, response) => {
      if (asked.path !== PODS || asked.query.get('continue') !== '4500' || !isOld) return false;
      isOld = false;
      fail(response, 410, 'Expired');
      return true;
    };
    const { rows, all } = await collect(cluster);
    expect(rows('pods')).toHaveLength(5000);
    expect(rows('workloads')).toHaveLength(5000);
    expect(all.find(({ part }) => part.table === 'pods')?.facts.samples).toBe(5000);
  });

  test('that always expires is an error', async () => {
    const cluster = await testCluster({ [PODS]: pods(600) });
    cluster.server.trouble = (asked, response) => {
      if (asked.query.get('continue') === null) return false;
      fail(response, 410, 'Expired');
      return true;
    };
    await expect(collect(cluster)).rejects.toThrow(/the list of pods expires before it is read to its end$/);
  });

  test('that one may not see is a gap, and the rest goes on', async () => {
    const cluster = await testCluster({ [PODS]: pods(1), '/apis/keda.sh/v1alpha1/scaledobjects': [] });
    for (const path of ['/apis/apps/v1/replicasets', '/apis/keda.sh/v1alpha1/scaledobjects', '/api/v1/configmaps']) cluster.server.forbidden.add(path);
    const { rows, gaps } = await collect(cluster);
    expect(rows('pods')).toHaveLength(1);
    expect(gaps.map((gap) => (gap.code === 'forbidden' ? gap.what : gap.code))).toEqual([
      'list replicasets.apps',
      'list scaledobjects.keda.sh',
      'get the ConfigMap cluster-autoscaler-status in kube-system',
      'get the ConfigMap cluster-autoscaler-priority-expander in kube-system',
    ]);
  });

  test('is of the namespaces that are named, where they are', async () => {
    const cluster = await testCluster({
      [PODS]: [...pods(2, 'web'), ...pods(3, 'search'), ...pods(4, 'other')],
      '/api/v1/namespaces': ['web', 'search', 'other'].map((name) => ({ metadata: { name, uid: name } })),
    });
    const { rows } = await collect(cluster, { namespaces: ['web', 'search', 'web'] });
    expect(rows('pods')).toHaveLength(5);
    expect(pick(rows('inventory'), 'name')).toEqual([['search'], ['web']]);
    expect(cluster.server.asked.some(({ path }) => path === PODS)).toBe(false);
  });

  test('is asked for in the version that has it', async () => {
    const cluster = await testCluster({
      '/apis/karpenter.sh/v1/other': [],
      '/apis/karpenter.sh/v1beta1/nodepools': [{ metadata: { name: 'general' }, spec: { limits: { cpu: '100' } } }],
    });
    const { rows, gaps } = await collect(cluster);
    expect(pick(rows('autoscalers'), 'kind', 'name', 'spec')).toEqual([['NodePool', 'general', '{"limits":{"cpu":"100"}}']]);
    expect(gaps).toEqual([]);
  });

  test('that an old cluster does not have is a gap', async () => {
    const cluster = await testCluster();
    cluster.server.trouble = (asked, response) => {
      if (!asked.path.startsWith('/apis/autoscaling/v2/')) return false;
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
      return true;
    };
    const metric = '/apis/autoscaling/v2/horizontalpodautoscalers';
    expect((await collect(cluster)).gaps).toEqual([{ code: 'missing-metric', source: 'kubernetes', metric, unknown: 'what changes the number of pods' }]);
  });

  test('with an object that is not of its kind leaves that one out', async () => {
    const { rows, gaps } = await collect(await testCluster({ [PODS]: [...pods(1), { metadata: meta('odd'), spec: 'none' }] }));
    expect(rows('pods')).toHaveLength(1);
    expect(gaps).toEqual([{ code: 'unreadable-value', source: 'kubernetes', object: 'pod web/odd', field: 'spec', value: 'a value of another type' }]);
  });
});

describe('a cluster', () => {
  test('with nothing in it is read', async () => {
    const { all, gaps } = await collect(await testCluster());
    expect(all.map(({ part, rows }) => [part.table, rows.length])).toEqual([
      ['nodes', 0],
      ['pods', 0],
      ['workloads', 0],
      ['replicas', 0],
      ['autoscalers', 0],
      ['budgets', 0],
      ['inventory', 0],
      ['events', 0],
    ]);
    expect(gaps).toEqual([]);
  });

  test('is looked at as of when the run began', async () => {
    const { all } = await collect(await testCluster());
    expect(all[0]?.part).toMatchObject({ day: '2026-03-15', slice: 'all', cluster: 'production', source: 'kubernetes' });
    expect(all[0]?.facts.observed).toEqual({ start: BEGAN.toISOString(), end: '2026-03-15T12:02:04.000Z' });
  });

  test('that is the same is told by the same identity and bytes, another by another', async () => {
    const cluster = await testCluster({ [PODS]: pods(700) });
    const first = await collect(cluster);
    const again = await collect(cluster);
    cluster.server.objects.set(PODS, pods(699));
    const other = await collect(cluster);
    const identities = ({ all }: typeof first): unknown[] => all.map(({ part }) => part.identity);
    expect(identities(again)).toEqual(identities(first));
    expect(again.all.map(({ file }) => readFileSync(file))).toEqual(first.all.map(({ file }) => readFileSync(file)));
    const changed = first.all.flatMap(({ part }, at) => (identities(other)[at] === part.identity ? [] : [part.table]));
    expect(changed).toEqual(['pods', 'workloads', 'replicas']);
  });

  test('whose clock is an hour ahead is a gap', async () => {
    const cluster = await testCluster();
    cluster.server.now = () => new Date('2026-03-15T13:00:00Z');
    expect((await collect(cluster)).gaps).toEqual([{ code: 'clock-skew', source: 'kubernetes', seconds: 3600 }]);
  });

  test('is not read for months that are over', async () => {
    const cluster = await testCluster();
    const february = { first: '2026-02', last: '2026-02' } as Window;
    const parts = kubernetes.collect({ kind: 'kubernetes', cluster: 'production' }, february, contextOf(cluster));
    expect(await written(parts, cluster.given.folder)).toEqual([]);
    expect(cluster.server.asked).toEqual([]);
  });

  test('is only ever read, and its token is nowhere', async () => {
    const value = `postgres://user:${TOKEN}@db`;
    const secretive: Thing = {
      metadata: meta('api', { annotations: { 'example.com/token': TOKEN } }),
      spec: { replicas: 1, template: { spec: { containers: [{ name: 'api', env: [{ name: 'DATABASE_URL', value }], args: [`--token=${TOKEN}`] }] } } },
    };
    const scaler: Thing = {
      metadata: meta('api'),
      spec: { scaleTargetRef: { name: 'api' }, triggers: [{ type: 'rabbitmq', metadata: { host: value.replace('postgres', 'amqp'), password: TOKEN } }] },
    };
    const application: Thing = {
      metadata: meta('app'),
      spec: { source: { repoURL: `https://git:${TOKEN}@git.example/a`, path: 'a', helm: { values: TOKEN } } },
    };
    const cluster = await testCluster({
      '/apis/apps/v1/deployments': [secretive],
      '/apis/keda.sh/v1alpha1/scaledobjects': [scaler],
      '/apis/argoproj.io/v1alpha1/applications': [application],
      '/apis/karpenter.k8s.aws/v1/ec2nodeclasses': [{ metadata: { name: 'default' }, spec: { userData: TOKEN } }],
    });
    cluster.server.forbidden.add('/apis/apps/v1/replicasets');
    const { all, gaps, rows } = await collect(cluster);
    expect(JSON.stringify([all, gaps])).not.toContain(TOKEN);
    expect(cluster.given.out() + cluster.given.err()).not.toContain(TOKEN);
    for (const { file } of all) expect(readFileSync(file).includes(TOKEN)).toBe(false);
    expect(cluster.server.asked.every(({ method }) => method === 'GET')).toBe(true);
    expect(cluster.server.asked.some(({ path }) => path.includes('secrets') && !path.includes('externalsecrets'))).toBe(false);
    expect(pick(rows('autoscalers'), 'kind', 'target_kind', 'target', 'spec')).toEqual([
      ['EC2NodeClass', null, null, '{"userData":"(left out)"}'],
      [
        'ScaledObject',
        'Deployment',
        'api',
        '{"scaleTargetRef":{"name":"api"},"triggers":[{"metadata":{"host":"amqp://db","password":"(left out)"},"type":"rabbitmq"}]}',
      ],
    ]);
  });

  test('that stops answering for good is an error of one line', async () => {
    const cluster = await testCluster({ [PODS]: pods(1) });
    cluster.server.trouble = (asked, response) => {
      if (asked.path !== PODS) return false;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      return true;
    };
    await expect(collect(cluster)).rejects.toThrow(UserError);
  });
});
