import { describe, expect, test } from 'vitest';
import { keysOf } from '../../../src/collectors/datadog/client.ts';
import { readSeries } from '../../../src/collectors/datadog/series.ts';
import { ownersOf } from '../../../src/collectors/datadog/pods.ts';
import { collect, ioFor, rowsOf } from './collected.ts';
import { fakeDatadog, type FakeDatadog } from './server.ts';

const CART = ['kube_namespace:shop', 'pod_name:cart-1', 'kube_container_name:cart'];
const AT = Date.parse('2026-03-14T10:00:00Z');
const MINUTES = 60_000;

const read = (...series: readonly { readonly tag_set: readonly string[]; readonly pointlist: readonly (readonly [number, number | null])[] }[]) =>
  readSeries({ series: series.map((one) => ({ interval: 300, tag_set: [...one.tag_set], pointlist: one.pointlist })) }, 300);

describe('a series', () => {
  test('whose points are in no order is put in order', () => {
    const { series, refused } = read({
      tag_set: CART,
      pointlist: [
        [600_000, 3],
        [0, 1],
        [300_000, 2],
      ],
    });
    expect([...(series[0]?.times ?? [])]).toEqual([0, 300_000, 600_000]);
    expect([...(series[0]?.values ?? [])]).toEqual([1, 2, 3]);
    expect(refused).toEqual([]);
  });

  test('that comes twice is one; where the two differ the second is refused', () => {
    const { series, refused } = read(
      {
        tag_set: CART,
        pointlist: [
          [0, 1],
          [300_000, 2],
        ],
      },
      {
        tag_set: CART.toReversed(),
        pointlist: [
          [0, 1],
          [300_000, 5],
          [600_000, 3],
        ],
      },
    );
    expect(series).toHaveLength(1);
    expect([...(series[0]?.values ?? [])]).toEqual([1, 2, 3]);
    expect(refused.map(({ time, value }) => [time, value])).toEqual([[300_000, 5]]);
  });

  test('may have any tags', () => {
    const { series } = read({ tag_set: ['__proto__:x', 'constructor:y', 'no value', ':z', 'pod_name: a\nb ', 'kube_namespace:N/A'], pointlist: [[0, 1]] });
    expect(Object.entries(series[0]?.tags ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['pod_name', 'a\nb'],
    ]);
  });
});

/** A server that has one metric, and answers every query about it so. */
function answering(body: string): Promise<FakeDatadog> {
  return fakeDatadog({
    instead: ({ path, query }) => {
      if (path === '/api/v1/metrics') return { body: '{"metrics":["kubernetes.cpu.usage.total"]}' };
      const text = query.get('query') ?? '';
      return { body: text.startsWith('avg:kubernetes.cpu') ? body : '{"status":"ok","series":[]}' };
    },
  });
}

const ofPoints = (points: string): string => `{"status":"ok","series":[{"interval":300,"tag_set":${JSON.stringify(CART)},"pointlist":${points}}]}`;
const ONE_DAY = { cluster: 'production', bill: false, history: 2 };
const usage = (part: { readonly table: string; readonly day?: string }): boolean => part.table === 'usage' && part.day === '2026-03-14';

describe('an answer', () => {
  test('with an infinite value has a gap for it, and no number', async () => {
    const at = ioFor((await answering(ofPoints(`[[${AT},1e999],[${AT + 5 * MINUTES},1e9]]`))).url);
    const days = await collect(ONE_DAY, at, usage);
    expect(await rowsOf(days, 'cpu_mean_cores', at)).toEqual([{ cpu_mean_cores: 1 }]);
    expect(days[0]?.facts.gaps).toContainEqual({
      code: 'unreadable-value',
      source: 'datadog',
      object: 'shop/cart-1/cart',
      field: 'kubernetes.cpu.usage.total',
      value: 'Infinity',
    });
  });

  test.each([
    ['texts for numbers', ofPoints(`[[${AT},"1e9"]]`), /not an answer of Datadog: series\.0\.pointlist/],
    ['NaN, which is no JSON', ofPoints(`[[${AT},NaN]]`), /no JSON, or was cut/],
    ['null', 'null', /not an answer of Datadog/],
    ['a list', '[]', /not an answer of Datadog/],
  ])(
    'with %s is one line',
    async (_, body, message) => {
      const thrown = await collect(ONE_DAY, ioFor((await answering(body)).url), usage).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ name: 'DatadogError', message: expect.stringMatching(message) });
      expect(String(thrown)).not.toContain('\n');
    },
    30_000,
  );

  test('with the same series twice counts its time once', async () => {
    const one = `{"interval":300,"tag_set":${JSON.stringify(CART)},"pointlist":[[${AT},1e9]]}`;
    const at = ioFor((await answering(`{"status":"ok","series":[${one},${one}]}`)).url);
    expect(await rowsOf(await collect(ONE_DAY, at, usage), 'observed_seconds, cpu_mean_cores', at)).toEqual([{ observed_seconds: 300, cpu_mean_cores: 1 }]);
  });
});

describe('what a pod belongs to', () => {
  const owned = (kind: string): unknown =>
    ownersOf(read({ tag_set: [...CART, `kube_ownerref_kind:${kind}`, 'kube_ownerref_name:x'], pointlist: [[0, 1]] }).series)
      .values()
      .next().value;

  test('is itself where its node made it, as in the Kubernetes API', () => {
    expect(owned('node')).toEqual({ kind: 'Pod', name: 'cart-1' });
  });

  test('is of a kind that is written as Kubernetes writes it', () => {
    expect(['cluster', 'statefulset', 'scaledjob', 'raycluster'].map(owned)).toEqual([
      { kind: 'Cluster', name: 'x' },
      { kind: 'StatefulSet', name: 'x' },
      { kind: 'ScaledJob', name: 'x' },
      { kind: 'RayCluster', name: 'x' },
    ]);
  });
});

describe('keys', () => {
  test('may have white space around them, and an empty variable is none', () => {
    expect(keysOf({ DD_API_KEY: ' a1\n', DD_APP_KEY: '', DD_APPLICATION_KEY: '\tb2 ' })).toEqual({ api: 'a1', application: 'b2' });
  });

  test('with a line break in them are refused, and not repeated', () => {
    expect(() => keysOf({ DD_API_KEY: 'canary\nkey', DD_APP_KEY: 'b' })).toThrow(/^DD_API_KEY or DD_APP_KEY has a character that no key has$/);
  });
});
