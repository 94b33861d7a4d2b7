import { describe, expect, test } from 'vitest';
import { sampling } from '../../../src/collectors/kubernetes/metrics-server.ts';
import { durationOf } from '../../../src/collectors/kubernetes/look-at-usage.ts';
import type { Check, Sampling } from '../../../src/collectors/types.ts';
import { fail, type Thing } from './api-server.ts';
import { ALWAYS, contextOf, meta, pick, testCluster, written, type TestCluster, type Written } from './cluster.ts';

const PODS = '/api/v1/pods';
const METRICS = '/apis/metrics.k8s.io/v1beta1/pods';
const SETTINGS = { kind: 'metrics-server', cluster: 'production' } as const;

const at = (time: string): number => Date.parse(`2026-03-15T${time}Z`);
const iso = (time: number): string => new Date(time).toISOString();
const metrics = (name: string, to: number, window: string, cpu: string, memory: string): Thing => ({
  metadata: { name, namespace: 'web' },
  timestamp: iso(to),
  window,
  containers: [{ name: 'main', usage: { cpu, memory } }],
});
const pod = (uid: string, created: string): Thing => ({ metadata: meta('a', { uid, creationTimestamp: iso(at(created)) }) });

interface Virtual extends TestCluster {
  clock: number;
}

/** A cluster and a clock: waiting sets it, and tells what the server has by then. */
async function virtual(
  start: string,
  objects: (now: number) => Readonly<Record<string, readonly Thing[]>>,
): Promise<Virtual & { readonly collect: (during?: Sampling) => Promise<readonly Written[]> }> {
  const state = { clock: at(start) };
  const cluster = await testCluster({}, { now: () => new Date(state.clock) });
  const set = (): void => {
    for (const [path, those] of Object.entries(objects(state.clock))) cluster.server.objects.set(path, [...those]);
  };
  cluster.server.now = () => new Date(state.clock);
  set();
  const collector = sampling({
    wait: async (instant) => {
      state.clock = Math.max(instant, state.clock);
      set();
    },
    patience: { answer: 5000, silence: 5000, plugin: 5000, attempts: 2, sleep: async () => {} },
  });
  const began = new Date(state.clock);
  return Object.assign(state, cluster, {
    collect: (asked?: Sampling) =>
      written(collector.collect(SETTINGS, ALWAYS, contextOf(cluster, { source: 'metrics-server', began, sampling: asked })), cluster.given.folder),
  });
}

const COLUMNS = ['bucket_start', 'pod_uid', 'observed_seconds', 'cpu_mean_cores', 'cpu_max_cores', 'working_set_max_bytes'];

describe('a single look', () => {
  test('is one sample of each container, and says that it is no more', async () => {
    const cluster = await virtual('14:32:10', () => ({
      [PODS]: [pod('u', '09:00:00')],
      [METRICS]: [metrics('a', at('14:32:00'), '15s', '250000000n', '1024Ki')],
    }));
    const [slice, ...more] = await cluster.collect();
    expect(more).toEqual([]);
    expect(slice?.part).toMatchObject({ table: 'usage', day: '2026-03-15', slice: 'T14:30', cluster: 'production' });
    expect(pick(slice?.rows ?? [], ...COLUMNS)).toEqual([['2026-03-15 14:30:00', 'u', 15, 0.25, 0.25, '1048576']]);
    expect(slice?.facts).toMatchObject({ capabilities: ['single-look'], samples: 1, resolution: null, gaps: [] });
    expect(slice?.facts.observed).toEqual({ start: '2026-03-15T14:31:45.000Z', end: '2026-03-15T14:32:00.000Z' });
  });

  test('at a usage that makes no sense is a gap', async () => {
    const cluster = await virtual('14:32:10', () => ({ [PODS]: [], [METRICS]: [metrics('a', at('14:32:00'), '15s', '-3', '1Ki')] }));
    const [slice] = await cluster.collect();
    expect(pick(slice?.rows ?? [], ...COLUMNS)).toEqual([['2026-03-15 14:30:00', null, 0, null, null, '1024']]);
    expect(slice?.facts.gaps).toEqual([
      { code: 'unreadable-value', source: 'metrics-server', object: 'metrics of pod web/a', field: 'usage.cpu', value: '-3' },
    ]);
  });

  test('where there is no metrics-server is an error', async () => {
    const cluster = await virtual('14:32:10', () => ({ [PODS]: [] }));
    await expect(cluster.collect()).rejects.toThrow(/there is no metrics-server$/);
  });
});

describe('sampling', () => {
  test('counts what it has seen already only once', async () => {
    // Measured every 30 s, looked at every 15 s; windows overlap by 5 s.
    const cluster = await virtual('14:00:30', (now) => {
      const measured = Math.floor(now / 30_000) * 30_000;
      return { [PODS]: [pod('u', '09:00:00')], [METRICS]: [metrics('a', measured, '35s', measured === at('14:02:00') ? '2' : '1', '1Ki')] };
    });
    const [slice, ...more] = await cluster.collect({ every: 15, during: 270 });
    expect(more).toEqual([]);
    // From the bucket that it begins in, 14:00:00, to 14:04:30: 30 of 270 seconds at two cores.
    expect(pick(slice?.rows ?? [], ...COLUMNS)).toEqual([['2026-03-15 14:00:00', 'u', 270, 300 / 270, 2, '1024']]);
    expect(slice?.facts).toMatchObject({ capabilities: ['sampled'], samples: 9, resolution: 15 });
  });

  test.each([
    ['behind', -3_600_000],
    ['ahead', 3_600_000],
  ])('of a cluster whose clock is an hour %s loses nothing', async (_, skew) => {
    const cluster = await virtual('13:50:00', (now) => ({
      [PODS]: [pod('u', '09:00:00')],
      [METRICS]: [metrics('a', now + skew - 30_000, '60s', '1', '1Ki')],
    }));
    cluster.server.now = () => new Date(cluster.clock + skew);
    const slices = await cluster.collect({ every: 60, during: 80 * 60 });
    const seconds = slices.map(({ rows }) => rows.reduce((sum, row) => sum + Number(row['observed_seconds']), 0));
    expect(seconds).toEqual([600, 3600, 510]);
    expect(slices.map(({ facts }) => facts.gaps)).toEqual(slices.map(() => [{ code: 'clock-skew', source: 'metrics-server', seconds: skew / 1000 }]));
  });

  test('of what was measured only once is a single look, however often it was looked at', async () => {
    const cluster = await virtual('14:32:10', () => ({ [PODS]: [pod('u', '09:00:00')], [METRICS]: [metrics('a', at('14:32:00'), '15s', '1', '1Ki')] }));
    const [slice] = await cluster.collect({ every: 10, during: 30 });
    expect(slice?.facts).toMatchObject({ capabilities: ['single-look'], samples: 1, resolution: null });
  });

  test('gives each hour when it is over, and a window that lies in both to both', async () => {
    const cluster = await virtual('13:50:00', (now) => ({ [PODS]: [pod('u', '09:00:00')], [METRICS]: [metrics('a', now - 30_000, '60s', '1', '1Ki')] }));
    const slices = await cluster.collect({ every: 60, during: 80 * 60 });
    expect(slices.map(({ part }) => (part.table === 'usage' ? part.slice : ''))).toEqual(['T13:50', 'T14:00', 'T15:00']);
    const seconds = slices.map(({ rows }) => rows.reduce((sum, row) => sum + Number(row['observed_seconds']), 0));
    expect(seconds).toEqual([600, 3600, 510]);
    expect(new Set(slices.flatMap(({ rows }) => rows.map((row) => row['cpu_mean_cores'])))).toEqual(new Set([1]));
  });

  test('goes on where a look fails, and names the time', async () => {
    const cluster = await virtual('14:00:00', (now) => ({ [PODS]: [pod('u', '09:00:00')], [METRICS]: [metrics('a', now, '60s', '1', '1Ki')] }));
    cluster.server.trouble = (asked, response) => {
      if (asked.path !== METRICS || cluster.clock < at('14:02:00') || cluster.clock >= at('14:04:00')) return false;
      fail(response, 503, 'ServiceUnavailable');
      return true;
    };
    const [slice] = await cluster.collect({ every: 60, during: 600 });
    expect(slice?.facts.samples).toBe(7);
    expect(slice?.facts.gaps).toMatchObject([
      { code: 'unread-period', what: 'usage', period: { start: '2026-03-15T14:02:00.000Z', end: '2026-03-15T14:04:00.000Z' } },
    ]);
  });

  test('tells pods that had the same name one after the other', async () => {
    const cluster = await virtual('14:00:00', (now) => ({
      [PODS]: [now < at('14:02:30') ? pod('first', '09:00:00') : pod('second', '14:02:30')],
      [METRICS]: [metrics('a', now, '60s', now < at('14:02:30') ? '1' : '3', '1Ki')],
    }));
    const [slice] = await cluster.collect({ every: 60, during: 300 });
    expect(pick(slice?.rows ?? [], ...COLUMNS)).toEqual([
      ['2026-03-15 14:00:00', 'first', 120, 1, 1, '1024'],
      ['2026-03-15 14:00:00', 'second', 120, 3, 3, '1024'],
    ]);
  });

  test('keeps to the names that it knows where they cannot be asked for', async () => {
    const cluster = await virtual('14:00:00', (now) => ({ [PODS]: [pod('u', '09:00:00')], [METRICS]: [metrics('a', now, '60s', '1', '1Ki')] }));
    cluster.server.trouble = (asked, response) => {
      if (asked.path !== PODS || cluster.clock < at('14:01:00')) return false;
      fail(response, 503, 'ServiceUnavailable');
      return true;
    };
    const [slice] = await cluster.collect({ every: 60, during: 600 });
    expect(slice?.rows.map((row) => [row['pod_uid'], row['observed_seconds']])).toEqual([
      ['u', 300],
      ['u', 240],
    ]);
    expect(slice?.facts.gaps).toEqual([]);
  });

  test('without the right to see pods does not know which they are', async () => {
    const cluster = await virtual('14:00:00', (now) => ({ [PODS]: [pod('u', '09:00:00')], [METRICS]: [metrics('a', now, '60s', '1', '1Ki')] }));
    cluster.server.forbidden.add(PODS);
    const [slice] = await cluster.collect({ every: 60, during: 120 });
    expect(new Set(slice?.rows.map((row) => row['pod_uid']))).toEqual(new Set([null]));
  });

  test('ends when the run that it goes on with would have', async () => {
    const cluster = await virtual('14:00:00', (now) => ({ [PODS]: [], [METRICS]: [metrics('a', now, '60s', '1', '1Ki')] }));
    cluster.clock = at('14:08:00');
    const [slice] = await cluster.collect({ every: 60, during: 600 });
    expect(slice?.facts.samples).toBe(1);
    expect(slice?.part).toMatchObject({ slice: 'T14:05' });
  });
});

test('doctor asks whether each node is measured', async () => {
  const cluster = await testCluster({ [PODS]: [], [METRICS]: [], '/apis/metrics.k8s.io/v1beta1/nodes': [] });
  cluster.server.forbidden.add(METRICS);
  const checks: Check[] = await Array.fromAsync(sampling().check(SETTINGS, contextOf(cluster)));
  expect(checks.map(({ name, state }) => [name, state])).toEqual([
    ['server', 'ok'],
    ['clock', 'ok'],
    ['permissions', 'ok'],
    ['pods.metrics.k8s.io', 'failed'],
  ]);
});

test.each([
  ['15s', 15_000],
  ['15.5s', 15_500],
  ['1m0s', 60_000],
  ['1h2m3.5s', 3_723_500],
  ['250ms', 250],
])('%s is %d ms', (text, expected) => {
  expect(durationOf(text)).toBe(expected);
});

test.each(['', '15', '-15s', '0s', 's', '1d'])('%j is no duration', (text) => {
  expect(durationOf(text)).toBeUndefined();
});
