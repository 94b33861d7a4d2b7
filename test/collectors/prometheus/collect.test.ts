import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testIo } from '../../io/test-io.ts';
import { collect, container, rowsOf, settingsFor, UID, type CollectedPart } from './collected.ts';
import { json, readRequests, startServer, type Intercept, type TestServer } from './server.ts';

const given = testIo();
const TWO_DAYS = container({}, '2026-03-14T06:00:00Z', '2026-03-15T12:00:00Z');

const usage = (parts: readonly CollectedPart[]): CollectedPart[] => parts.filter(({ part }) => part.table === 'usage');
const hash = ({ file }: CollectedPart): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const reads = ({ asked }: TestServer): number => asked.filter(({ path }) => path === '/api/v1/read').length;

describe('collecting', () => {
  it('yields the tables of each day, oldest first', async () => {
    const { url } = await startServer(TWO_DAYS);
    const parts = await collect(given, settingsFor(url));
    expect(parts.map(({ part }) => `${part.day} ${part.table} ${part.position?.at}/${part.position?.of}`)).toEqual([
      '2026-03-14 usage 1/12',
      '2026-03-14 pods 2/12',
      '2026-03-14 events 3/12',
      '2026-03-14 replicas 4/12',
      '2026-03-14 nodes 5/12',
      '2026-03-14 workloads 6/12',
      '2026-03-15 usage 7/12',
      '2026-03-15 pods 8/12',
      '2026-03-15 events 9/12',
      '2026-03-15 replicas 10/12',
      '2026-03-15 nodes 11/12',
      '2026-03-15 workloads 12/12',
    ]);
  });

  it('gives what a container used in five minutes', async () => {
    const { url } = await startServer(TWO_DAYS);
    const [first] = usage(await collect(given, settingsFor(url)));
    if (first === undefined) throw new Error('no part');
    const rows = await rowsOf(first);
    expect(rows).toHaveLength(18 * 12);
    expect(rows[0]).toEqual({
      namespace: 'web',
      pod: 'web-0',
      pod_uid: UID,
      container: 'app',
      bucket_start: '2026-03-14 06:00:00',
      observed_seconds: 300,
      cpu_mean_cores: 0.1,
      cpu_max_cores: 0.1,
      working_set_max_bytes: '1000004',
      throttled_share: null,
    });
    // The interval over midnight lies in both days.
    expect(rows.at(-1)).toMatchObject({ bucket_start: '2026-03-14 23:55:00', observed_seconds: 300 });
    expect(first.facts).toMatchObject({
      rows: 216,
      samples: 2 * 18 * 60,
      observed: { start: '2026-03-14T06:00:00Z', end: '2026-03-14T23:59:00.001Z' },
      resolution: 60,
      capabilities: ['remote-read', 'pod-uids'],
      gaps: [],
    });
  });

  it('leaves out days before the first that the server knows', async () => {
    const { url } = await startServer(TWO_DAYS);
    const parts = await collect(given, settingsFor(url, { history: 30 }));
    expect([...new Set(parts.map(({ part }) => part.day))]).toEqual(['2026-03-14', '2026-03-15']);
  });

  it('asks once for all containers of a day, and once for all states', async () => {
    const server = await startServer([
      ...TWO_DAYS,
      ...Array.from({ length: 50 }, (_, at) => container({ pod: `web-${at + 1}` }, '2026-03-15T00:00:00Z', '2026-03-15T01:00:00Z')).flat(),
    ]);
    await collect(given, settingsFor(server.url));
    expect(reads(server)).toBe(1 + 2 * 2);
    const [, day] = server.asked.filter(({ path }) => path === '/api/v1/read');
    expect(readRequests(day?.body ?? Buffer.alloc(0))[0]?.selector).toContain('container_cpu_usage_seconds_total|container_memory_working_set_bytes');
  });

  it('gives the same bytes in whichever way every sample is read', async () => {
    const { url } = await startServer(TWO_DAYS);
    const streamed = await collect(given, settingsFor(url));
    const queried = await collect(given, settingsFor(url, { read: 'samples' }));
    expect(queried.map(hash)).toEqual(streamed.map(hash));
    expect(usage(queried)[0]?.facts.capabilities).toEqual(['raw-samples', 'pod-uids']);
  });

  it('asks for nothing that a store has already, save what comes next', async () => {
    const server = await startServer(TWO_DAYS);
    const parts = await collect(given, settingsFor(server.url), ({ day }) => day === '2026-03-14');
    expect(parts).toHaveLength(6);
    expect(reads(server)).toBe(1 + 2);
    const whole = await collect(given, settingsFor(server.url));
    expect(parts.map(hash)).toEqual(whole.slice(6).map(hash));
  });

  it('names a closed day by what it is read with, and an open one by the run as well', async () => {
    const { url } = await startServer(TWO_DAYS);
    const names = async (more: Readonly<Record<string, unknown>>): Promise<string[]> =>
      usage(await collect(given, settingsFor(url, more))).map(({ part }) => part.identity);
    const plain = await names({});
    expect(await names({ requests: 1, headers: { 'X-Scope-OrgID': 'acme' }, bearer: 'other' })).toEqual(plain);
    const other = await names({ read: 'samples' });
    expect(other[0]).not.toBe(plain[0]);
    expect(plain[0]).not.toBe(plain[1]);
  });

  it('reads the series of one cluster, and of some namespaces, where it is told so', async () => {
    const server = await startServer([
      ...container({ cluster: 'a', namespace: 'web' }, '2026-03-15T00:00:00Z', '2026-03-15T01:00:00Z'),
      ...container({ cluster: 'a', namespace: 'search' }, '2026-03-15T00:00:00Z', '2026-03-15T01:00:00Z'),
      ...container({ cluster: 'b', namespace: 'web' }, '2026-03-15T00:00:00Z', '2026-03-15T01:00:00Z'),
    ]);
    const [all] = usage(await collect(given, settingsFor(server.url, { match: { cluster: 'a' } })));
    const [one] = usage(await collect(given, settingsFor(server.url, { match: { cluster: 'a' }, namespaces: ['search'] })));
    expect([all?.facts.rows, one?.facts.rows]).toEqual([24, 12]);
  });
});

describe('a server that gives no samples', () => {
  /** CPU of 0.1 cores, 0.3 at most, 1 MB, and a quarter of all periods throttled, at each step that is asked for. */
  const aggregates: Intercept = ({ path, parameters }, response) => {
    if (path !== '/api/v1/query_range') return false;
    const expression = parameters.get('query') ?? '';
    const value = valueOf(expression);
    if (value === undefined) return json(response, { resultType: 'matrix', result: [] });
    const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name)));
    const values = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, at) => [start + at * step, value]);
    return json(response, { resultType: 'matrix', result: [{ metric: { namespace: 'web', pod: 'web-0', container: 'app' }, values }] });
  };

  function valueOf(expression: string): string | undefined {
    if (!expression.startsWith('max by (namespace, pod, container)')) return undefined;
    if (expression.includes('throttled')) return '750';
    if (expression.includes('periods')) return '3000';
    if (expression.includes('memory')) return '1000000';
    return expression.includes('max_over_time') ? '0.3' : '0.1';
  }

  it('aggregates: five questions a day', async () => {
    const server = await startServer(TWO_DAYS, aggregates);
    const [first, open] = usage(await collect(given, settingsFor(server.url, { read: 'aggregate', requests: 1 })));
    if (first === undefined) throw new Error('no part');
    const rows = await rowsOf(first);
    expect(rows).toHaveLength(288);
    expect(rows[0]).toEqual({
      namespace: 'web',
      pod: 'web-0',
      pod_uid: null,
      container: 'app',
      bucket_start: '2026-03-14 00:00:00',
      observed_seconds: 300,
      cpu_mean_cores: 0.1,
      cpu_max_cores: 0.3,
      working_set_max_bytes: '1000000',
      throttled_share: 0.25,
    });
    expect(first.facts).toMatchObject({ capabilities: ['aggregated', 'throttling'], resolution: 60, gaps: [] });
    expect(open?.facts).toMatchObject({ rows: 144, observed: { start: '2026-03-15T00:00:00Z', end: '2026-03-15T12:00:00Z' } });
    const asked = server.asked.filter(({ parameters }) => (parameters.get('query') ?? '').startsWith('max by'));
    expect(asked.map(({ parameters }) => parameters.get('query')).slice(0, 2)).toEqual([
      'max by (namespace, pod, container) (rate({__name__="container_cpu_usage_seconds_total",container!="",container!="POD"}[300s]))',
      'max by (namespace, pod, container) (max_over_time(rate({__name__="container_cpu_usage_seconds_total",container!="",container!="POD"}[150s])[300s:60s]))',
    ]);
    expect(asked).toHaveLength(2 * 5);
    expect(asked.every(({ parameters }) => parameters.get('partial_response') === 'false')).toBe(true);
  });
});

describe('what is not known', () => {
  it('is a gap where the kubelet is not scraped', async () => {
    const { url } = await startServer([
      {
        labels: { __name__: 'kube_pod_info', namespace: 'web', pod: 'web-0', uid: UID, node: 'n' },
        samples: [{ time: Date.parse('2026-03-15T10:00:00Z'), value: 1 }],
      },
    ]);
    const [only] = usage(await collect(given, settingsFor(url, { history: 1 })));
    expect(only?.facts).toMatchObject({ rows: 0, observed: null, resolution: null });
    expect(only?.facts.gaps).toEqual([
      { code: 'missing-metric', source: 'prometheus', metric: 'container_cpu_usage_seconds_total', unknown: 'what CPU containers used' },
      { code: 'missing-metric', source: 'prometheus', metric: 'container_memory_working_set_bytes', unknown: 'what memory containers used' },
    ]);
  });

  it('is a gap where kube-state-metrics is missing', async () => {
    const { url } = await startServer(TWO_DAYS);
    const parts = await collect(given, settingsFor(url, { history: 1 }));
    const pods = parts.find(({ part }) => part.table === 'pods');
    expect(pods?.facts.gaps.some(({ code }) => code === 'missing-metric')).toBe(true);
  });

  it('is one line where the server knows nothing of the cluster', async () => {
    const { url } = await startServer([]);
    await expect(collect(given, settingsFor(url))).rejects.toThrow(`${url}: no metrics of containers or pods from 2026-03-14 to 2026-03-15`);
  });

  it('is a gap where clocks differ', async () => {
    const { url } = await startServer(TWO_DAYS, ({ path }, response) => {
      if (!path.endsWith('buildinfo')) return false;
      response.setHeader('date', 'Sun, 15 Mar 2026 13:00:00 GMT');
      return json(response, { version: '2.42.0' });
    });
    const parts = usage(await collect(given, settingsFor(url)));
    expect(parts.map(({ facts }) => facts.gaps)).toEqual([[], [{ code: 'clock-skew', source: 'prometheus', seconds: 3600 }]]);
  });

  it('is a gap where samples are no numbers', async () => {
    const series = container({}, '2026-03-15T00:00:00Z', '2026-03-15T01:00:00Z').map(({ labels, samples }) => ({
      labels,
      samples: samples.map((sample, at) => (at === 7 ? { ...sample, value: Number.NaN } : sample)),
    }));
    const { url } = await startServer(series);
    const [only] = usage(await collect(given, settingsFor(url, { history: 1 })));
    expect(only?.facts.gaps).toEqual([
      { code: 'unreadable-value', source: 'prometheus', object: 'the metrics of containers', field: '2 samples', value: 'NaN or Inf' },
    ]);
    expect(only?.facts.samples).toBe(2 * 59);
  });
});
