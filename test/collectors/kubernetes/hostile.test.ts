import { describe, expect, test } from 'vitest';
import { send, type Thing } from './api-server.ts';
import { BEGAN, collect, contextOf, meta, ownedBy, pick, testCluster, written, type TestCluster } from './cluster.ts';
import { kubernetes } from '../../../src/collectors/kubernetes/index.ts';

const PODS = '/api/v1/pods';

function pod(name: string, more: Thing = {}): Thing {
  return { metadata: meta(name), spec: { containers: [{ name: 'main' }] }, ...more };
}

/** Answers the list of pods page by page: what `next` makes of the token. */
function paged(cluster: TestCluster, next: (token: string | null) => { readonly items: readonly unknown[]; readonly continue?: string }): void {
  cluster.server.trouble = (asked, response) => {
    if (asked.path !== PODS) return false;
    const { items, continue: token } = next(asked.query.get('continue'));
    send(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata: { continue: token }, items });
    return true;
  };
}

describe('a list', () => {
  test('whose pages repeat for ever comes to an end', async () => {
    const cluster = await testCluster();
    const same = pod('api');
    paged(cluster, (token) => ({ items: [same], continue: String(Number(token ?? 0) + 1) }));
    await expect(collect(cluster)).rejects.toThrow(/the list of pods comes to no end: its pages repeat$/);
    expect(cluster.server.asked.filter(({ path }) => path === PODS)).toHaveLength(11);
  });

  test('whose pages are empty for ever comes to an end', async () => {
    const cluster = await testCluster();
    paged(cluster, () => ({ items: [], continue: 'more' }));
    await expect(collect(cluster)).rejects.toThrow(/comes to no end/);
  });

  test('that has an object on two pages has it once', async () => {
    const cluster = await testCluster();
    const [first, second, third] = [pod('a'), pod('b'), pod('c')];
    paged(cluster, (token) => (token === null ? { items: [first, second], continue: 'x' } : { items: [second, third] }));
    const { rows, all } = await collect(cluster);
    expect(pick(rows('pods'), 'pod')).toEqual([['a'], ['b'], ['c']]);
    expect(rows('replicas')).toHaveLength(3);
    expect(all.find(({ part }) => part.table === 'pods')?.facts.samples).toBe(3);
  });

  test('may have an empty page in its midst', async () => {
    const cluster = await testCluster();
    const one = pod('late');
    paged(cluster, (token) => (token === null ? { items: [], continue: 'x' } : { items: [one] }));
    expect((await collect(cluster)).rows('pods')).toHaveLength(1);
  });

  test('of what is none leaves it out, and says so', async () => {
    const cluster = await testCluster({ [PODS]: [{}, { metadata: {} }, null as unknown as Thing, pod('good')] });
    const { rows, gaps } = await collect(cluster);
    expect(pick(rows('pods'), 'pod')).toEqual([['good']]);
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps.every(({ code }) => code === 'unreadable-value')).toBe(true);
  });
});

describe('an object', () => {
  test('may have any names, labels and annotations', async () => {
    const names = ['ünïcödé-🚢', 'tab\tand\nnewline', 'quote\' " \\', '__proto__', 'constructor', 'nul\u0000byte', 'lone\ud800surrogate'];
    const labels = JSON.parse('{"__proto__":"proto","constructor":"c","toString":"t"}') as Thing;
    const huge = { 'example.com/huge': 'x'.repeat(1 << 20) };
    const pods = names.map((name) =>
      pod(name, {
        metadata: { ...meta(name), labels: { ...labels, ['__proto__']: 'proto', name }, annotations: huge },
        spec: { containers: [{ name, resources: { requests: JSON.parse('{"__proto__":"1","cpu":"1"}') as Thing } }] },
      }),
    );
    const { rows, gaps } = await collect(await testCluster({ [PODS]: pods }));
    expect(rows('pods')).toHaveLength(names.length);
    expect(rows('workloads').every((row) => row['cpu_request_cores'] === 1)).toBe(true);
    expect(gaps).toEqual([]);
    expect(new Set(rows('pods').map((row) => row['pod']))).toContain('tab\tand\nnewline');
    expect(JSON.parse(String(rows('pods')[0]?.['labels']))).toHaveProperty('constructor', 'c');
  });

  test('whose numbers are beyond all bounds is left out, and never a wrong number', async () => {
    const status = (restartCount: number): Thing => ({ containerStatuses: [{ name: 'main', restartCount }] });
    const cluster = await testCluster({
      [PODS]: [pod('huge', { status: status(1e12) }), pod('fine', { status: status(1) })],
      '/apis/apps/v1/deployments': [{ metadata: meta('api'), spec: { replicas: 3e9, template: { spec: { containers: [{ name: 'api' }] } } } }],
    });
    const { rows, gaps } = await collect(cluster);
    expect(pick(rows('pods'), 'pod')).toEqual([['fine']]);
    expect(gaps.map((gap) => ('field' in gap ? [gap.object, gap.field] : []))).toEqual([
      ['deployment web/api', 'spec.replicas'],
      ['pod web/huge', 'status.containerStatuses.0.restartCount'],
    ]);
  });

  test.each(['+099999-01-01T00:00:00Z', 'yesterday', 'pod 1', '2026-03-01', '', '0000-00-00T00:00:00Z'])(
    'made at %j is made at no known time',
    async (text) => {
      const { rows } = await collect(await testCluster({ [PODS]: [pod('odd', { metadata: meta('odd', { creationTimestamp: text }) })] }));
      expect(pick(rows('pods'), 'created')).toEqual([[null]]);
    },
  );

  test('whose owners are a ring belongs to one of them', async () => {
    const [a, b]: Thing[] = [
      { metadata: { ...meta('a'), uid: 'a', ownerReferences: [{ kind: 'ReplicaSet', name: 'b', uid: 'b', controller: true }] } },
      { metadata: { ...meta('b'), uid: 'b', ownerReferences: [{ kind: 'ReplicaSet', name: 'a', uid: 'a', controller: true }] } },
    ];
    const cluster = await testCluster({
      '/apis/apps/v1/replicasets': [a ?? {}, b ?? {}],
      [PODS]: [pod('p', { metadata: meta('p', ownedBy(a ?? {}, 'ReplicaSet')) })],
    });
    expect((await collect(cluster)).rows('pods')).toHaveLength(1);
  });

  test('of 10,000 namespaces is read', async () => {
    const namespaces = Array.from({ length: 10_000 }, (_, at) => ({ metadata: { name: `n-${at}`, uid: `u-${at}` } }));
    expect((await collect(await testCluster({ '/api/v1/namespaces': namespaces }))).rows('inventory')).toHaveLength(10_000);
  });
});

describe('events of two days', () => {
  const restarted: Thing = {
    startTime: '2026-03-01T00:00:00Z',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-03-10T00:00:00Z' }],
    containerStatuses: [
      {
        name: 'exact',
        restartCount: 3,
        state: { running: { startedAt: '2026-03-10T00:00:05Z' } },
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, startedAt: '2026-03-09T00:00:00Z', finishedAt: '2026-03-10T00:00:00Z' } },
      },
      {
        name: 'lost',
        restartCount: 1,
        state: { running: { startedAt: '2026-03-05T00:00:00Z' } },
        lastState: { terminated: { reason: 'ContainerStatusUnknown', exitCode: 137 } },
      },
    ],
  };
  const evicted: Thing = {
    phase: 'Failed',
    reason: 'Evicted',
    startTime: '2026-03-01T00:00:00Z',
    conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-03-02T00:00:00Z' }],
  };

  test('that tell the same are the same rows', async () => {
    const cluster = await testCluster({ [PODS]: [pod('api', { status: restarted }), pod('gone', { status: evicted })] });
    const look = async (began: Date): Promise<unknown> => {
      const settings = { kind: 'kubernetes', cluster: 'production' } as const;
      const all = await written(kubernetes.collect(settings, { first: undefined, last: undefined }, contextOf(cluster, { began })), cluster.given.folder);
      return all.find(({ part }) => part.table === 'events')?.rows;
    };
    const today = await look(BEGAN);
    expect(today).toHaveLength(5);
    expect(await look(new Date(BEGAN.getTime() + 86_400_000))).toEqual(today);
  });

  test('have the time before which it was, where the end has none', async () => {
    const { rows } = await collect(await testCluster({ [PODS]: [pod('api', { status: restarted }), pod('gone', { status: evicted })] }));
    expect(pick(rows('events'), 'time', 'uncertain_seconds', 'kind', 'container', 'count')).toEqual([
      ['2026-03-02 00:00:00', 86_400, 'eviction', null, 1],
      ['2026-03-05 00:00:00', 345_600, 'restart', 'lost', 1],
      ['2026-03-09 00:00:00', 691_200, 'restart', 'exact', 2],
      ['2026-03-10 00:00:00', 0, 'oom-kill', 'exact', 1],
      ['2026-03-10 00:00:00', 0, 'restart', 'exact', 1],
    ]);
  });

  test('a pod that has restarted does not say when it was first ready', async () => {
    const { rows } = await collect(await testCluster({ [PODS]: [pod('api', { status: restarted })] }));
    expect(pick(rows('pods'), 'ready')).toEqual([[null]]);
  });
});
