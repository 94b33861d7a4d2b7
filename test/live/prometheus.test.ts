import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testIo } from '../io/test-io.ts';
import { collectInto, type Collected } from './collected.ts';
import { SETUP } from './components/index.ts';
import { prometheus as component } from './components/prometheus.ts';
import { remoteRead } from './remote-read.ts';
import { openGate, type Keeper } from './servers/gate.ts';
import { startPrometheus, type Prometheus } from './servers/prometheus.ts';
import { copies, fleet, MINUTE, midnight } from './telemetry.ts';

const CONTAINERS = 40;
const DAYS = 3;
const HISTORY = { history: DAYS + 1 };

describe.skipIf(component.find() === undefined)(`a real Prometheus (needs ${SETUP})`, () => {
  const given = testIo({ now: () => new Date() });
  let server: Prometheus;
  let whole: Collected;
  const began = midnight(DAYS);
  const { pods, series } = fleet(CONTAINERS, began, DAYS);
  const source = (more: object = {}): object => ({ kind: 'prometheus', cluster: 'live', url: server.url, ...HISTORY, ...more });
  const usage = `select * from usage order by all`;

  beforeAll(async () => {
    server = await startPrometheus();
    await server.write([...series, ...copies(began)]);
    whole = await collectInto('whole', [source()], given);
  });

  afterAll(async () => server?.close());

  test('is read without a gap in what it has', () => {
    expect(whole.gaps.filter(({ code }) => code !== 'missing-metric')).toEqual([]);
  });

  test('gives back all the CPU time that was counted, over restarts and over midnight', async () => {
    const rows = await whole.rows(`select pod, sum(cpu_mean_cores * observed_seconds) as used from usage where namespace != 'copies' group by pod`);
    const used = new Map(rows.map((row) => [String(row['pod']), Number(row['used'])]));
    expect(used.size).toBe(CONTAINERS);
    for (const { labels, values } of series) {
      if (labels['__name__'] !== 'container_cpu_usage_seconds_total') continue;
      // After a restart the counter begins at zero: what it shows then was used since.
      let counted = 0;
      for (let at = 1; at < values.length; at += 1) {
        const [before = 0, now = 0] = [values[at - 1], values[at]];
        counted += now >= before ? now - before : now;
      }
      const found = used.get(labels['pod'] ?? '') ?? Number.NaN;
      expect(Math.abs(found / counted - 1), labels['pod']).toBeLessThan(1e-9);
    }
  });

  test('gives back the most memory of each five minutes, to the byte', async () => {
    const rows = await whole.rows(
      `select pod, epoch_ms(bucket_start)::double as bucket, working_set_max_bytes::double as bytes from usage where working_set_max_bytes is not null and namespace != 'copies'`,
    );
    const found = new Map(rows.map((row) => [`${row['pod']} ${row['bucket']}`, Number(row['bytes'])]));
    const expected = new Map<string, number>();
    for (const { labels, times, values } of series) {
      if (labels['__name__'] !== 'container_memory_working_set_bytes') continue;
      for (let at = 0; at < times.length; at += 1) {
        const key = `${labels['pod']} ${Math.floor((times[at] ?? 0) / (5 * MINUTE)) * 5 * MINUTE}`;
        expected.set(key, Math.max(expected.get(key) ?? 0, values[at] ?? 0));
      }
    }
    expect(found).toEqual(expected);
  });

  test('says to whom pods belong', async () => {
    const rows = await whole.rows(`select distinct namespace, pod, workload_kind as kind, workload from pods where namespace != 'copies' order by all`);
    const expected = pods.map(({ namespace, pod, deployment }) => ({ namespace, pod, kind: 'Deployment', workload: deployment }));
    expect(rows).toEqual(expected.toSorted((a, b) => (`${a.namespace} ${a.pod}` < `${b.namespace} ${b.pod}` ? -1 : 1)));
  });

  test('that tells of a container several times is taken at its word once', async () => {
    const rows = await whole.rows(`select count(*)::int as rows, count(distinct bucket_start)::int as buckets, string_agg(distinct container) as containers,
      min(cpu_mean_cores) as low, max(cpu_mean_cores) as high, sum(cpu_mean_cores * observed_seconds) / 86400 as mean,
      max(working_set_max_bytes)::double as memory from usage where namespace = 'copies'`);
    expect(rows).toEqual([
      { rows: 288, buckets: 288, containers: 'main', low: expect.closeTo(0.5, 1), high: expect.closeTo(0.5, 6), mean: expect.closeTo(0.5, 2), memory: 2 ** 28 },
    ]);
  });

  test('is decoded to as many samples as PromQL counts, and to the same sums', async () => {
    const end = began + DAYS * 24 * 60 * MINUTE;
    const metrics = ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes', 'kube_pod_info'];
    for (const metric of metrics) {
      const decoded = await remoteRead(server.url, metric, began, end);
      // A range selector takes what is after its begin: one millisecond more than the days.
      const range = `${metric}[${end - began + 1}ms]`;
      const said = async (query: string): Promise<number> => [...(await server.query(query, end)).values()][0] ?? Number.NaN;
      expect(decoded.samples).toBe(await said(`sum(count_over_time(${range}))`));
      expect(decoded.series).toBe(await said(`count(count_over_time(${range}))`));
      expect(Math.abs(decoded.sum / (await said(`sum(sum_over_time(${range}))`)) - 1)).toBeLessThan(1e-12);
    }
    const restarts = await server.query(`sum(resets(container_cpu_usage_seconds_total[${DAYS + 1}d]))`, end);
    expect([...restarts.values()][0]).toBeGreaterThan(CONTAINERS);
  });

  describe('in other ways', () => {
    async function through(store: string, keeper: Keeper, more: object = {}): Promise<{ readonly collected: Collected; readonly paths: readonly string[] }> {
      const gate = await openGate(server.url, keeper);
      try {
        return {
          collected: await collectInto(store, [source({ ...more, url: gate.url })], given),
          paths: gate.requests.map(({ path }) => path.split('?')[0] ?? ''),
        };
      } finally {
        await gate.close();
      }
    }

    test('a server that knows no remote read is asked for its samples, and says the same', async () => {
      const { collected, paths } = await through('no-read', ({ path }) => (path.startsWith('/api/v1/read') ? 404 : 'pass'));
      expect(new Set(paths)).toContain('/api/v1/read');
      expect(await collected.rows(usage)).toEqual(await whole.rows(usage));
    });

    test('one request is for many containers', async () => {
      const { paths } = await through('counted', () => 'pass');
      console.log(`${CONTAINERS} containers, ${DAYS} days: ${paths.length} requests`);
      expect(paths.length).toBeLessThan(CONTAINERS);
    });

    test.each(['auto', 'remote-read', 'samples', 'aggregate'])('a server with little room for samples is read to the end: %s', async (read) => {
      await server.restart(['--query.max-samples=20000', '--storage.remote.read-sample-limit=20000']);
      try {
        const { collected, paths } = await through(`little-${read}`, () => 'pass', { read });
        console.log(`${read}: ${paths.length} requests`);
        expect(new Set(collected.gaps.map((gap) => JSON.stringify(gap)))).toEqual(new Set(whole.gaps.map((gap) => JSON.stringify(gap))));
        if (read === 'aggregate') {
          const sums =
            'select count(*)::double as rows, sum(cpu_mean_cores * observed_seconds) as used, sum(working_set_max_bytes)::double as memory from usage';
          const [mine, exact] = [(await collected.rows(sums))[0], (await whole.rows(sums))[0]];
          // Rates are extrapolated; what memory was held is said to the byte.
          for (const [column, off] of [
            ['rows', 0],
            ['used', 1e-3],
            ['memory', 0],
          ] as const)
            expect(Math.abs(Number(mine?.[column]) / Number(exact?.[column]) - 1)).toBeLessThanOrEqual(off);
        } else {
          expect(await collected.rows(usage)).toEqual(await whole.rows(usage));
        }
      } finally {
        await server.restart();
      }
    });
  });
});
