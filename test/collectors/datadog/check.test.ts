import { expect, test } from 'vitest';
import { datadog } from '../../../src/collectors/datadog/index.ts';
import { ALL_QUESTIONS } from '../../../src/collectors/datadog/queries.ts';
import type { Check } from '../../../src/collectors/types.ts';
import { contextOf, ioFor, settingsOf } from './collected.ts';
import { fakeDatadog, type Behaviour, type Sent } from './server.ts';

const TAGS = { kube_cluster_name: 'production', kube_namespace: 'shop', pod_name: 'cart-1', kube_container_name: 'cart', reason: 'oomkilled' };
const ALL: readonly Sent[] = [...new Set(ALL_QUESTIONS.map(({ metrics: [metric] }) => metric)), 'kubernetes.pods.running'].map((metric) => ({
  metric,
  tags: TAGS,
  at: () => 1e8,
}));

async function check(behaviour: Behaviour, given: Readonly<Record<string, unknown>> = {}): Promise<Record<string, string[]>> {
  const at = ioFor((await fakeDatadog(behaviour)).url);
  const found: Check[] = [];
  for await (const one of datadog.check(settingsOf({ cluster: 'production', ...given }), await contextOf(at))) found.push(one);
  expect(JSON.stringify(found)).not.toMatch(/canary/);
  return Object.fromEntries(found.map(({ name, state, detail, hint }) => [name, [state, detail, ...(hint === undefined ? [] : [hint])]]));
}

test('all is well', async () => {
  const found = await check({ sent: ALL });
  expect(Object.values(found).map(([state]) => state)).toEqual(Array.from({ length: 10 }, () => 'ok'));
  expect(found).toMatchObject({
    metrics: ['ok', 'all that are read are there for production'],
    timeseries_query: ['ok', 'allowed'],
    resolution: ['ok', 'one point in 300 s, as asked for'],
    tags: ['ok', 'kubernetes.cpu.usage.total has kube_namespace, pod_name, kube_container_name'],
    'call budget': ['ok', 'about 231 calls for 15 days (in a large cluster a multiple; windows of 5 days), the budget is 500'],
    history: ['ok', 'goes back 15 days'],
    clock: ['ok', "this machine's differs by 0 s from Datadog's"],
    bill: ['ok', 'readable, of 0 organisations'],
    'rate limit': ['ok', 'Datadog names none'],
  });
});

test('an API key that nobody knows', async () => {
  const found = await check({ instead: () => ({ status: 403, body: '{"errors":["Forbidden"]}' }) });
  expect(found).toEqual({
    'API key': ['failed', expect.stringMatching(/does not know it$/), 'check DD_API_KEY, and that it belongs to this site (`site`, or DD_SITE)'],
  });
});

test('an application key without timeseries_query', async () => {
  const found = await check({ sent: ALL, instead: ({ path }) => (path === '/api/v1/query' ? { status: 403, body: '{"errors":["Forbidden"]}' } : undefined) });
  expect(found['timeseries_query']).toEqual(['failed', expect.stringContaining('it takes the permission timeseries_query'), expect.stringContaining('scope')]);
});

test('a bill of which the keys may not know', async () => {
  const found = await check({ sent: ALL, instead: ({ path }) => (path.includes('usage') ? { status: 403, body: '{"errors":["Forbidden"]}' } : undefined) });
  expect(found['bill']?.[0]).toBe('warning');
});

test('a cluster of another name, with the names that there are', async () => {
  const found = await check({ sent: ALL }, { cluster: 'prod' });
  expect(found['metrics']).toEqual(['failed', 'none with the tag kube_cluster_name:prod', 'clusters that Datadog knows: production']);
});

test('Agents that do not send pod_name', async () => {
  const { pod_name: _, ...tags } = TAGS;
  const found = await check({ sent: ALL.map((one) => ({ ...one, tags })) });
  expect(found['tags']).toEqual([
    'failed',
    'series of kubernetes.cpu.usage.total lack pod_name: their containers cannot be told apart, and are left out',
    'set DD_CHECKS_TAG_CARDINALITY=orchestrator in the Agents',
  ]);
});

test('no kube-state metrics', async () => {
  const found = await check({ sent: ALL.filter(({ metric }) => !metric.startsWith('kubernetes_state.')) });
  expect(found['metrics']?.slice(0, 2)).toEqual([
    'warning',
    expect.stringMatching(
      /^no kubernetes_state\.\*: not known is when containers were restarted; .*; what HPAs did; what nodes hold; what GPUs nodes have; when nodes were created/,
    ),
  ]);
});

test('a resolution that is not to be had, and a budget that is too small', async () => {
  const found = await check({ sent: ALL, mostPoints: 10 }, { resolution: 60, budget: 10 });
  expect(found['resolution']).toEqual(['warning', 'one point in 480 s, not in 60 s', 'set `resolution: 300` in this source']);
  expect(found['call budget']?.[0]).toBe('failed');
});

test('little that is left of the rate limit', async () => {
  const headers = { 'x-ratelimit-limit': '600', 'x-ratelimit-period': '3600', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '100' };
  const found = await check({ instead: () => ({ headers, body: '{"valid":true}' }) }, { cluster: undefined, bill: false });
  expect(found['rate limit']).toEqual([
    'warning',
    '12 of 600 calls are left for 100 s',
    'a run waits where nothing is left; Datadog raises the limit on request',
  ]);
});

test('a clock that is an hour late, and a cluster that is young', async () => {
  const found = await check({ sent: ALL.map((one) => ({ ...one, at: (at) => (at < Date.parse('2026-03-14T00:00:00Z') ? null : 1e8) })) });
  expect(found['history']?.slice(0, 2)).toEqual(['warning', 'nothing of production from 15 days ago']);
  const late = await check(
    { instead: () => ({ headers: { date: 'Sun, 15 Mar 2026 13:02:00 GMT' }, body: '{"valid":true}' }) },
    { cluster: undefined, bill: false },
  );
  expect(late['clock']?.slice(0, 2)).toEqual(['warning', "this machine's differs by 3600 s from Datadog's"]);
});
