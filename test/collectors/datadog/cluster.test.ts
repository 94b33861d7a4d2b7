import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collect, ioFor, rowsOf } from './collected.ts';
import { fakeDatadog, type Sent } from './server.ts';

const CLUSTER = { kube_cluster_name: 'production' };
const POD = { ...CLUSTER, kube_namespace: 'shop', pod_name: 'cart-7d9-x1' };
const CART = { ...POD, kube_container_name: 'cart', kube_deployment: 'cart', image_name: 'acme/cart', image_tag: '1.4' };
const ONE_DAY = { cluster: 'production', bill: false, history: 2 };

const time = (at: string): number => Date.parse(`2026-03-14T${at}Z`);

function always(metric: string, value: number, tags: Readonly<Record<string, string>> = CART): Sent {
  return { metric, tags, at: () => value };
}

/** The 14th of March alone: the run begins at noon of the 15th. */
const isOf =
  (table: string) =>
  (part: { readonly table: string; readonly day?: string }): boolean =>
    part.table === table && part.day === '2026-03-14';

const USED: readonly Sent[] = [
  {
    metric: 'kubernetes.cpu.usage.total',
    tags: CART,
    at: (at) => (at < time('10:00:00') || at >= time('10:10:00') ? null : at === time('10:01:00') ? 9e8 : 1e8),
  },
  { metric: 'kubernetes.memory.working_set', tags: CART, at: (at) => (at < time('10:00:00') || at >= time('10:10:00') ? null : 2e8 + (at % 300_000)) },
  { metric: 'kubernetes.cpu.cfs.periods', tags: CART, at: (at) => (at < time('10:00:00') || at >= time('10:10:00') ? null : 10) },
  { metric: 'kubernetes.cpu.cfs.throttled.periods', tags: CART, at: (at) => (at < time('10:00:00') || at >= time('10:10:00') ? null : 1) },
];

describe('usage', () => {
  test('nanocores become cores; the mean, the maximum and the share of throttled periods are those of five minutes', async () => {
    const at = ioFor((await fakeDatadog({ sent: USED })).url);
    const [day] = await collect(ONE_DAY, at, isOf('usage'));
    expect(day?.facts).toMatchObject({
      rows: 2,
      capabilities: ['throttling'],
      gaps: [],
      observed: { start: '2026-03-14T10:00:00Z', end: '2026-03-14T10:10:00Z' },
      resolution: 300,
    });
    expect(await rowsOf(day === undefined ? [] : [day], '* exclude (pod_uid)', at)).toEqual([
      row('2026-03-14 10:00:00', 0.18, 0.9, '200270000'),
      row('2026-03-14 10:05:00', 0.1, 0.1, '200270000'),
    ]);
  });

  test('at a resolution of a minute it is told how long a container was observed', async () => {
    const sent = USED.map((one) => ({ ...one, at: (instant: number) => (instant < time('10:03:00') ? null : one.at(instant)) }));
    const at = ioFor((await fakeDatadog({ sent })).url);
    const days = await collect({ ...ONE_DAY, resolution: 60 }, at, isOf('usage'));
    expect(await rowsOf(days, "strftime(bucket_start, '%H:%M') as at, observed_seconds", at)).toEqual([
      { at: '10:00', observed_seconds: 120 },
      { at: '10:05', observed_seconds: 300 },
    ]);
  });

  test('an Agent that knows containers alone is asked for container.*', async () => {
    const sent = USED.slice(0, 2).map((one) => ({ ...one, metric: one.metric.replace('kubernetes.', 'container.').replace('.usage.total', '.usage') }));
    const at = ioFor((await fakeDatadog({ sent })).url);
    const [day] = await collect(ONE_DAY, at, isOf('usage'));
    expect(day?.facts).toMatchObject({ rows: 2, capabilities: [] });
    expect(day?.facts.gaps).toEqual([{ code: 'missing-metric', source: 'datadog', metric: 'kubernetes.*', unknown: 'how much containers were throttled' }]);
  });

  test('series without pod_name are a gap, and no row', async () => {
    const { pod_name: _, ...tags } = CART;
    const at = ioFor((await fakeDatadog({ sent: USED.map((one) => ({ ...one, tags })) })).url);
    const [day] = await collect(ONE_DAY, at, isOf('usage'));
    expect(day?.facts.rows).toBe(0);
    expect(day?.facts.gaps).toEqual([
      {
        code: 'missing-metric',
        source: 'datadog',
        metric: 'kubernetes.cpu.usage.total by pod_name and kube_container_name',
        unknown: 'which container of which pod 1 of 1 series of CPU usage are of (DD_CHECKS_TAG_CARDINALITY=orchestrator tells it)',
      },
    ]);
  });

  test('an interval that Datadog made longer is asked for again in smaller windows', async () => {
    const server = await fakeDatadog({ sent: USED, mostPoints: 150 });
    const at = ioFor(server.url);
    const days = await collect(ONE_DAY, at, isOf('usage'));
    expect(days[0]?.facts).toMatchObject({ rows: 2, gaps: [] });
    const seconds = server.asked
      .filter(({ query }) => query.get('query')?.startsWith('avg:kubernetes.cpu') === true)
      .map(({ query }) => Number(query.get('to')) - Number(query.get('from')));
    expect(seconds).toEqual([86_400, 43_200, 43_200]);
  });

  test('what Datadog gives up on is asked for again in smaller windows', async () => {
    const tooMuch = (query: URLSearchParams): boolean =>
      /pod_name/.test(query.get('query') ?? '') && Number(query.get('to')) - Number(query.get('from')) > 30_000;
    const server = await fakeDatadog({
      sent: USED,
      instead: ({ query }) => (tooMuch(query) ? { status: 504, headers: { 'retry-after': '0' }, body: '{"errors":["Timeout"]}' } : undefined),
    });
    const at = ioFor(server.url);
    const [day] = await collect(ONE_DAY, at, isOf('usage'));
    expect(day?.facts).toMatchObject({ rows: 2, gaps: [], observed: { start: '2026-03-14T10:00:00Z', end: '2026-03-14T10:10:00Z' } });
  });

  test('an interval that stays too long is a gap with its reason', async () => {
    const at = ioFor((await fakeDatadog({ sent: USED, mostPoints: 6 })).url);
    const [day] = await collect(ONE_DAY, at, isOf('usage'));
    expect(day?.facts.rows).toBe(0);
    expect(day?.facts.gaps[0]).toMatchObject({
      code: 'unread-period',
      what: 'kubernetes.cpu.usage.total',
      reason: 'Datadog answers with one point in 600 s, not in 300 s',
    });
  });

  test('an answer that lacks series is asked for again in halves of the namespaces, and where there is one, it is a gap', async () => {
    const pods = ['a', 'b', 'c'].flatMap((namespace) =>
      (namespace === 'c' ? [1, 2] : [1]).map((pod) => ({ ...CART, kube_namespace: namespace, pod_name: `p${pod}` })),
    );
    const sent = pods.flatMap((tags) => [...USED.map((one) => ({ ...one, tags })), { metric: 'kubernetes.containers.running', tags, at: () => 1 }]);
    const at = ioFor((await fakeDatadog({ sent, mostSeries: 1 })).url);
    const days = await collect(ONE_DAY, at, isOf('usage'));
    expect(await rowsOf(days, 'distinct namespace, pod', at)).toEqual([
      { namespace: 'a', pod: 'p1' },
      { namespace: 'b', pod: 'p1' },
      { namespace: 'c', pod: 'p1' },
    ]);
    expect(days[0]?.facts.gaps).toEqual([
      {
        code: 'unread-period',
        source: 'datadog',
        what: 'kubernetes.cpu.usage.total',
        period: { start: '2026-03-14T00:00:00Z', end: '2026-03-15T00:00:00Z' },
        reason: 'Datadog leaves out 1 of the series of all namespaces but a, b',
      },
    ]);
  });

  test('a negative value is a gap and no number', async () => {
    const sent = [...USED.slice(1), { metric: 'kubernetes.cpu.usage.total', tags: CART, at: (at: number) => (at === time('10:00:00') ? -5e9 : null) }];
    const at = ioFor((await fakeDatadog({ sent })).url);
    const days = await collect(ONE_DAY, at, isOf('usage'));
    expect(days[0]?.facts.gaps).toContainEqual({
      code: 'unreadable-value',
      source: 'datadog',
      object: 'shop/cart-7d9-x1/cart',
      field: 'kubernetes.cpu.usage.total',
      value: '-5000000000',
    });
    expect(await rowsOf(days, 'distinct cpu_mean_cores, observed_seconds', at)).toEqual([{ cpu_mean_cores: null, observed_seconds: 0 }]);
  });

  test('a clock that is an hour late is a gap of the day that goes on', async () => {
    const headers = { date: 'Sun, 15 Mar 2026 13:02:00 GMT' };
    const at = ioFor(
      (
        await fakeDatadog({
          instead: ({ path }) => ({ headers, body: path === '/api/v1/metrics' ? '{"metrics":["container.cpu.usage"]}' : '{"status":"ok"}' }),
        })
      ).url,
    );
    const days = await collect(ONE_DAY, at, (part) => part.table === 'usage');
    const skew = days.map(({ facts }) => facts.gaps.filter(({ code }) => code === 'clock-skew'));
    expect(skew).toEqual([[], [{ code: 'clock-skew', source: 'datadog', seconds: 3600 }]]);
  });

  test('a cluster of which nothing is known is one error, and not a gap for each metric', async () => {
    const at = ioFor((await fakeDatadog({ sent: [always('system.cpu.user', 1)] })).url);
    await expect(collect(ONE_DAY, at)).rejects.toMatchObject({
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ has no metrics with the tag kube_cluster_name:production since 2026-03-14$/),
      hint: expect.stringContaining('tonnage doctor'),
    });
  });

  test('a cluster that uses nothing has no rows, and gaps for what is missing', async () => {
    const at = ioFor((await fakeDatadog({ sent: [always('kubernetes.containers.restarts', 0)] })).url);
    const [day] = await collect(ONE_DAY, at, isOf('usage'));
    expect(day?.facts).toMatchObject({ rows: 0, observed: null, samples: 0 });
    expect(day?.facts.gaps.map((gap) => gap.code)).toEqual(Array.from({ length: 3 }, () => 'missing-metric'));
  });

  test('a container that began or ended within five minutes is observed for as long as it sent points', async () => {
    const ran = (from: string, to: string, pod: string): Sent => ({
      metric: 'kubernetes.cpu.usage.total',
      tags: { ...CART, pod_name: pod },
      at: (at) => (at < time(from) || at >= time(to) ? null : 1e9),
    });
    const sent = [ran('09:00:00', '12:00:00', 'long'), ran('10:01:00', '10:03:00', 'short'), ran('10:02:30', '10:16:00', 'ended')];
    const at = ioFor((await fakeDatadog({ sent })).url);
    const days = await collect(ONE_DAY, at, isOf('usage'));
    expect(
      await rowsOf(days, "pod, strftime(bucket_start, '%H:%M') as at, observed_seconds, cpu_mean_cores", at).then((rows) =>
        rows.filter(({ pod }) => pod !== 'long'),
      ),
    ).toEqual([
      { pod: 'ended', at: '10:00', observed_seconds: 150, cpu_mean_cores: 1 },
      { pod: 'ended', at: '10:05', observed_seconds: 300, cpu_mean_cores: 1 },
      { pod: 'ended', at: '10:10', observed_seconds: 300, cpu_mean_cores: 1 },
      { pod: 'ended', at: '10:15', observed_seconds: 60, cpu_mean_cores: 1 },
      { pod: 'short', at: '10:00', observed_seconds: 120, cpu_mean_cores: 1 },
    ]);
    expect(await rowsOf(days, "sum(observed_seconds) filter (pod = 'long') as seconds", at)).toEqual([{ seconds: 3 * 3600 }]);
  });

  function row(start: string, mean: number, max: number, bytes: string): Record<string, unknown> {
    return {
      namespace: 'shop',
      pod: 'cart-7d9-x1',
      container: 'cart',
      bucket_start: start,
      observed_seconds: 300,
      cpu_mean_cores: mean,
      cpu_max_cores: max,
      working_set_max_bytes: bytes,
      throttled_share: 0.1,
    };
  }
});

describe('what runs', () => {
  test('pods are told what they belong to, when they were created, and on which node they ran', async () => {
    const bare = { ...POD, pod_name: 'debug', kube_container_name: 'sh' };
    const stateful = { ...POD, pod_name: 'queue-0', kube_container_name: 'queue', kube_ownerref_kind: 'statefulset', kube_ownerref_name: 'queue' };
    const operated = { ...POD, pod_name: 'db-1', kube_container_name: 'postgres', kube_ownerref_kind: 'cluster', kube_ownerref_name: 'db' };
    const job = { ...POD, pod_name: 'night-1-x', kube_container_name: 'job', kube_cronjob: 'night', kube_ownerref_kind: 'job', kube_ownerref_name: 'night-1' };
    const running: Sent[] = [
      ...[CART, bare, stateful, operated, job].map((tags) => always('kubernetes.memory.working_set', 1e8, tags)),
      { metric: 'kubernetes_state.pod.age', tags: { ...POD, node: 'ip-10-0-0-1', pod_phase: 'running' }, at: (at) => (at + 15_000 - time('06:30:00')) / 1000 },
    ];
    const sent = running.map((one): Sent => ({ ...one, at: (at: number) => (at < time('06:30:00') ? null : one.at(at)) }));
    const at = ioFor((await fakeDatadog({ sent })).url);
    const days = await collect(ONE_DAY, at, isOf('pods'));
    expect(await rowsOf(days, 'pod, workload_kind, workload, node, phase, created, last_seen', at)).toEqual([
      pod('cart-7d9-x1', 'Deployment', 'cart', { node: 'ip-10-0-0-1', phase: 'Running', created: '2026-03-14 06:30:00' }),
      pod('db-1', 'Cluster', 'db'),
      pod('debug', 'Pod', 'debug'),
      pod('night-1-x', 'CronJob', 'night'),
      pod('queue-0', 'StatefulSet', 'queue'),
    ]);
    expect(days[0]?.facts.gaps).toEqual([]);
  });

  test('a pod that has ended uses nothing, and still belongs to what kube-state metrics say', async () => {
    const ended = { ...POD, node: 'ip-10-0-0-1', pod_phase: 'succeeded' };
    const sent = [
      always('kubernetes.memory.working_set', 1e8),
      always('kubernetes_state.pod.age', 90, { ...ended, pod_name: 'night-1-x', kube_job: 'night-1', kube_cronjob: 'night' }),
      always('kubernetes_state.pod.age', 90, { ...ended, pod_name: 'stray' }),
    ];
    const at = ioFor((await fakeDatadog({ sent })).url);
    const days = await collect(ONE_DAY, at, isOf('pods'));
    expect(await rowsOf(days, 'pod, workload_kind, workload', at)).toEqual([
      { pod: 'cart-7d9-x1', workload_kind: 'Deployment', workload: 'cart' },
      { pod: 'night-1-x', workload_kind: 'CronJob', workload: 'night' },
      { pod: 'stray', workload_kind: null, workload: null },
    ]);
    expect(days[0]?.facts.gaps).toEqual([{ code: 'unknown-owner', source: 'datadog', pods: 1, example: 'shop/stray' }]);
  });

  test('where no pod says what it belongs to, that is a gap', async () => {
    const { kube_deployment: _, ...tags } = CART;
    const at = ioFor((await fakeDatadog({ sent: [always('kubernetes.memory.working_set', 1e8, tags)] })).url);
    const days = await collect(ONE_DAY, at, isOf('pods'));
    expect(days[0]?.facts.gaps).toContainEqual({ code: 'unknown-owner', source: 'datadog', pods: 1, example: 'shop/cart-7d9-x1' });
    expect(await rowsOf(days, 'workload', at)).toEqual([{ workload: null }]);
  });

  test('a change of requests ends one row of a workload and begins the next', async () => {
    const until = (at: number): boolean => at < time('12:00:00');
    const newer = { ...CART, pod_name: 'cart-8aa-y1', image_tag: '1.5' };
    const sent: Sent[] = [
      { metric: 'kubernetes.memory.working_set', tags: CART, at: (at) => (until(at) ? 1e8 : null) },
      { metric: 'kubernetes.memory.working_set', tags: newer, at: (at) => (until(at) ? null : 1e8) },
      always('kubernetes_state.container.cpu_requested', 0.5),
      always('kubernetes_state.container.memory_requested', 268_435_456),
      always('kubernetes_state.container.cpu_requested', 0.25, newer),
      always('kubernetes_state.container.memory_requested', 268_435_456, newer),
      always('kubernetes_state.container.memory_limit', 536_870_912, newer),
    ];
    const at = ioFor((await fakeDatadog({ sent })).url);
    const days = await collect(ONE_DAY, at, isOf('workloads'));
    const columns = 'workload, container, image, cpu_request_cores, cpu_limit_cores, memory_request_bytes, memory_limit_bytes, since, until';
    const both = { workload: 'cart', container: 'cart', cpu_limit_cores: null, memory_request_bytes: '268435456' };
    expect(await rowsOf(days, columns, at)).toEqual([
      { ...both, image: 'acme/cart:1.4', cpu_request_cores: 0.5, memory_limit_bytes: null, since: '2026-03-14 00:00:00', until: '2026-03-14 12:00:00' },
      { ...both, image: 'acme/cart:1.5', cpu_request_cores: 0.25, memory_limit_bytes: '536870912', since: '2026-03-14 12:00:00', until: null },
    ]);
  });

  test('GPUs of all kinds are added up; where no agent tells of any, nothing is known of them', async () => {
    const gpu = { resource: 'nvidia_com_gpu', mig_profile: 'none' };
    const slice = { resource: 'nvidia_com_mig_1g_5gb', mig_profile: '1g.5gb' };
    const [one, two] = [
      { ...CLUSTER, node: 'one' },
      { ...CLUSTER, node: 'two' },
    ];
    const sent = [
      always('kubernetes.memory.working_set', 1e8),
      always('kubernetes.memory.working_set', 1e8, { ...CART, kube_container_name: 'proxy' }),
      always('kubernetes_state.container.gpu_limit', 1, { ...CART, ...gpu }),
      always('kubernetes_state.container.gpu_limit', 3, { ...CART, ...slice }),
      ...[one, two].map((node) => always('kubernetes_state.node.cpu_capacity', 8, node)),
      always('kubernetes_state.node.gpu_capacity', 2, { ...one, ...gpu }),
      always('kubernetes_state.node.gpu_capacity', 7, { ...one, ...slice }),
    ];
    const at = ioFor((await fakeDatadog({ sent })).url);
    const asked = await collect(ONE_DAY, at, isOf('workloads'));
    expect(await rowsOf(asked, 'container, gpu_request', at)).toEqual([
      { container: 'cart', gpu_request: 4 },
      { container: 'proxy', gpu_request: 0 },
    ]);
    const nodes = await collect(ONE_DAY, at, isOf('nodes'));
    expect(await rowsOf(nodes, 'node, gpu_capacity, gpu_allocatable', at)).toEqual([
      { node: 'one', gpu_capacity: 9, gpu_allocatable: null },
      { node: 'two', gpu_capacity: 0, gpu_allocatable: null },
    ]);
    const without = ioFor((await fakeDatadog({ sent: sent.slice(0, 1) })).url);
    expect(await rowsOf(await collect(ONE_DAY, without, isOf('workloads')), 'gpu_request', without)).toEqual([{ gpu_request: null }]);
  });

  test('replicas, HPAs and nodes are as kubernetes_state says', async () => {
    const deployment = { ...CLUSTER, kube_namespace: 'shop', kube_deployment: 'cart' };
    const hpa = { ...CLUSTER, kube_namespace: 'shop', horizontalpodautoscaler: 'cart' };
    const node = { ...CLUSTER, node: 'ip-10-0-0-1', 'instance-type': 'm6i.large', 'availability-zone': 'eu-west-1a', region: 'eu-west-1' };
    const sent: Sent[] = [
      { metric: 'kubernetes_state.deployment.replicas_desired', tags: deployment, at: (at) => (at < time('23:55:00') ? null : 3) },
      { metric: 'kubernetes_state.deployment.replicas_available', tags: deployment, at: (at) => (at < time('23:55:00') ? null : 2) },
      always('kubernetes_state.hpa.min_replicas', 2, hpa),
      always('kubernetes_state.hpa.max_replicas', 8, hpa),
      always('kubernetes_state.node.cpu_capacity', 2, node),
      always('kubernetes_state.node.cpu_allocatable', 1.93, node),
      always('kubernetes_state.node.memory_allocatable', 7_220_000_000, node),
      always('kubernetes_state.node.by_condition', 1, { ...node, condition: 'ready', status: 'true' }),
    ];
    const at = ioFor((await fakeDatadog({ sent })).url);
    expect(await rowsOf(await collect(ONE_DAY, at, isOf('replicas')), 'workload_kind, workload, since, until, desired, ready', at)).toEqual([
      { workload_kind: 'Deployment', workload: 'cart', since: '2026-03-14 23:55:00', until: '2026-03-15 00:00:00', desired: 3, ready: 2 },
    ]);
    const hpas = await collect(ONE_DAY, at, isOf('autoscalers'));
    expect(await rowsOf(hpas, 'name, min_replicas, max_replicas, desired_replicas, target', at)).toEqual([
      { name: 'cart', min_replicas: 2, max_replicas: 8, desired_replicas: null, target: null },
    ]);
    const nodes = await collect(ONE_DAY, at, isOf('nodes'));
    expect(await rowsOf(nodes, 'node, instance_type, zone, cpu_capacity_cores, cpu_allocatable_cores, memory_allocatable_bytes, ready, last_seen', at)).toEqual(
      [
        {
          node: 'ip-10-0-0-1',
          instance_type: 'm6i.large',
          zone: 'eu-west-1a',
          cpu_capacity_cores: 2,
          cpu_allocatable_cores: 1.93,
          memory_allocatable_bytes: '7220000000',
          ready: true,
          last_seen: '2026-03-15 00:00:00',
        },
      ],
    );
  });

  function pod(name: string, kind: string, workload: string, more: Readonly<Record<string, string>> = {}): Record<string, unknown> {
    return { pod: name, workload_kind: kind, workload, node: null, phase: null, created: null, last_seen: '2026-03-15 00:00:00', ...more };
  }
});

describe('events', () => {
  const counted = (steps: readonly (readonly [string, number])[]): Sent => ({
    metric: 'kubernetes_state.container.restarts',
    tags: CART,
    at: (at) => steps.findLast(([from]) => at >= time(from))?.[1] ?? null,
  });
  const killed = (from: string, to: string): Sent => ({
    metric: 'kubernetes.containers.last_state.terminated',
    tags: { ...CART, reason: 'oomkilled' },
    at: (at) => (at >= time(from) && at < time(to) ? 1 : null),
  });

  test('a restart after an OOM kill is both; the next, for another reason, is a restart alone', async () => {
    const sent = [
      counted([
        ['00:00:00', 0],
        ['08:02:00', 1],
        ['09:02:00', 2],
      ]),
      killed('08:02:00', '09:02:00'),
    ];
    const at = ioFor((await fakeDatadog({ sent })).url);
    const days = await collect(ONE_DAY, at, isOf('events'));
    expect(await rowsOf(days, 'time, kind, container, count, reason, uncertain_seconds', at)).toEqual([
      { time: '2026-03-14 08:05:00', kind: 'oom-kill', container: 'cart', count: 1, reason: 'OOMKilled', uncertain_seconds: 300 },
      { time: '2026-03-14 08:05:00', kind: 'restart', container: 'cart', count: 1, reason: 'OOMKilled', uncertain_seconds: 300 },
      { time: '2026-03-14 09:05:00', kind: 'restart', container: 'cart', count: 1, reason: null, uncertain_seconds: 300 },
    ]);
  });

  test('a restart at midnight is counted on one day alone', async () => {
    const restarts: Sent = { metric: 'kubernetes_state.container.restarts', tags: CART, at: (at) => (at < Date.parse('2026-03-15T00:00:00Z') ? 4 : 5) };
    const at = ioFor((await fakeDatadog({ sent: [restarts] })).url);
    const days = await collect(ONE_DAY, at, (part) => part.table === 'events');
    expect(days.map(({ facts }) => facts.rows)).toEqual([0, 1]);
  });

  test('a container that was killed and not started again is an OOM kill', async () => {
    const ended: Sent = {
      metric: 'kubernetes_state.container.status_report.count.terminated',
      tags: { ...CART, reason: 'oomkilled' },
      at: (at) => (at >= time('07:00:00') ? 1 : null),
    };
    const at = ioFor((await fakeDatadog({ sent: [ended] })).url);
    expect(await rowsOf(await collect(ONE_DAY, at, isOf('events')), 'time, kind', at)).toEqual([{ time: '2026-03-14 07:05:00', kind: 'oom-kill' }]);
  });
});

describe('calls', () => {
  const WHOLE = { cluster: 'production', bill: false, history: 15 };
  const METRICS = [
    ...USED.map(({ metric }) => always(metric, 1e8)),
    always('kubernetes.containers.running', 1),
    always('kubernetes_state.container.cpu_requested', 1),
  ];

  test('what it takes is said before it is asked, and is what is asked', async () => {
    const server = await fakeDatadog({ sent: METRICS });
    const at = ioFor(server.url);
    await collect(WHOLE, at);
    // 15 days: CPU mean, maximum and count of points, memory, periods, throttled, count of series; 3 windows: who, and CPU requests. 2 to plan.
    expect(at.err()).toBe('datadog: about 111 calls for 15 days of production (budget 500)\n');
    expect(server.asked).toHaveLength(15 * 7 + 3 * 2 + 2);
  });

  test('a budget that is too small stops the run before any data is asked for, and names what to set', async () => {
    const server = await fakeDatadog({ sent: METRICS });
    await expect(collect({ ...WHOLE, budget: 50 }, ioFor(server.url))).rejects.toMatchObject({
      message: expect.stringMatching(/^datadog: 15 days take about \d+ calls to Datadog, the budget is 50$/),
      hint: expect.stringMatching(/^set `budget: \d+` in this source, or a smaller `history`$/),
    });
    expect(server.asked).toEqual([]);
  });

  test('a run that goes on asks for what it does not have, with the same bytes', async () => {
    const server = await fakeDatadog({ sent: METRICS });
    const whole = await collect(WHOLE, ioFor(server.url));
    const before = server.asked.length;
    const rest = await collect(WHOLE, ioFor(server.url), (part) => 'day' in part && part.day >= '2026-03-13');
    expect(server.asked.length - before).toBe(3 * 7 + 2 + 2);
    const same = whole.filter(({ part }) => 'day' in part && part.day >= '2026-03-13');
    expect(rest.map(({ file }) => readFileSync(file))).toEqual(same.map(({ file }) => readFileSync(file)));
    expect(rest.map(({ part }) => part.identity)).toEqual(same.map(({ part }) => part.identity));
    expect(rest.map(({ facts }) => facts)).toEqual(same.map(({ facts }) => facts));
  });

  test('where nothing has to be read, nothing is asked', async () => {
    const server = await fakeDatadog({ sent: METRICS });
    await collect(WHOLE, ioFor(server.url), () => false);
    expect(server.asked).toEqual([]);
  });

  test('a large cluster is asked for in groups of namespaces, of which the last takes what is new', async () => {
    const namespaces = ['a', 'b', 'c'].map((name) => always('kubernetes.containers.running', 900, { ...CLUSTER, kube_namespace: name }));
    const server = await fakeDatadog({ sent: [...USED, ...namespaces] });
    const days = await collect(ONE_DAY, ioFor(server.url), isOf('usage'));
    expect(days[0]?.facts.rows).toBe(2);
    expect(server.queries().filter((query) => query.startsWith('max:kubernetes.memory'))).toEqual([
      expect.stringContaining('{kube_cluster_name:production AND kube_namespace IN (a)}'),
      expect.stringContaining('{kube_cluster_name:production AND kube_namespace IN (b)}'),
      expect.stringContaining('{kube_cluster_name:production AND kube_namespace NOT IN (a,b)}'),
    ]);
  });

  test('a key that may not list metrics asks for each', async () => {
    const server = await fakeDatadog({
      sent: METRICS,
      instead: ({ path }) => (path === '/api/v1/metrics' ? { status: 403, body: '{"errors":["Forbidden"]}' } : undefined),
    });
    const days = await collect(ONE_DAY, ioFor(server.url), isOf('usage'));
    expect(days[0]?.facts).toMatchObject({ rows: 288, gaps: [] });
  });
});
