import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFile } from '../data.ts';
import { testIo } from '../io/test-io.ts';
import { collectInto, type Collected } from './collected.ts';
import { SETUP } from './components/index.ts';
import { prometheus as component } from './components/prometheus.ts';
import { startPrometheus, type Prometheus } from './servers/prometheus.ts';
import { counterOf, MINUTE, midnight, nezha, stateSeries, usageSeries } from './telemetry.ts';

describe.skipIf(component.find() === undefined || !existsSync(dataFile('traces')))(`pods that were really measured (needs ${SETUP}, and the real data)`, () => {
  const given = testIo({ now: () => new Date() });
  let server: Prometheus;
  let found: Collected;
  const traced = nezha(midnight(3));

  beforeAll(async () => {
    server = await startPrometheus();
    await server.write(traced.flatMap((pod) => [...usageSeries(pod, pod.times, counterOf(pod), pod.bytes), ...stateSeries(pod, pod.times)]));
    found = await collectInto('nezha', [{ kind: 'prometheus', cluster: 'boutique', url: server.url, history: 4 }], given);
  });

  afterAll(async () => server?.close());

  test('come out with the memory that they had, to the byte', async () => {
    const rows = await found.rows(
      `select pod, epoch_ms(bucket_start)::double as bucket, working_set_max_bytes::double as bytes from usage where working_set_max_bytes is not null`,
    );
    const expected = new Map<string, number>();
    for (const { pod, times, bytes } of traced) {
      for (let at = 0; at < times.length; at += 1) {
        const key = `${pod} ${Math.floor((times[at] ?? 0) / (5 * MINUTE)) * 5 * MINUTE}`;
        expected.set(key, Math.max(expected.get(key) ?? 0, bytes[at] ?? 0));
      }
    }
    expect(expected.size).toBeGreaterThan(3800);
    expect(new Map(rows.map((row) => [`${row['pod']} ${row['bucket']}`, Number(row['bytes'])]))).toEqual(expected);
  });

  test('come out with the CPU that they used, to a millionth of a core', async () => {
    const rows = await found.rows(
      `select pod, epoch_ms(bucket_start)::double as bucket, cpu_mean_cores as mean, cpu_max_cores as max from usage where round(observed_seconds, 3) = 300`,
    );
    const measured = new Map(rows.map((row) => [`${row['pod']} ${row['bucket']}`, row]));
    expect(rows.length).toBeGreaterThan(3800);
    let compared = 0;
    for (const pod of traced) {
      for (const [bucket, { used, seconds, most }] of cpuOf(pod)) {
        if (seconds < 299.999) continue;
        const row = measured.get(`${pod.pod} ${bucket}`);
        expect(Math.abs(Number(row?.['mean']) - used / seconds), `${pod.pod} ${bucket}`).toBeLessThan(1e-6);
        expect(Math.abs(Number(row?.['max']) - most), `${pod.pod} ${bucket}`).toBeLessThan(1e-6);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(3800);
  });

  test('belong to their Deployments', async () => {
    const rows = await found.rows('select distinct pod, workload_kind as kind, workload from pods order by pod');
    expect(rows).toEqual(traced.map(({ pod, deployment }) => ({ pod, kind: 'Deployment', workload: deployment })).toSorted((a, b) => (a.pod < b.pod ? -1 : 1)));
  });
});

interface Used {
  /** Core-seconds, and of how many seconds they are. */
  used: number;
  seconds: number;
  most: number;
}

/** What the source says of five-minute buckets: between two samples of a day the rate is that of the later one. */
function cpuOf({ times, cores, begins }: ReturnType<typeof nezha>[number]): ReadonlyMap<number, Used> {
  const buckets = new Map<number, Used>();
  for (let at = 1; at < times.length; at += 1) {
    if (begins.includes(at)) continue;
    const [from = 0, to = 0, rate = 0] = [times[at - 1], times[at], cores[at]];
    for (let bucket = Math.floor(from / (5 * MINUTE)) * 5 * MINUTE; bucket < to; bucket += 5 * MINUTE) {
      const seconds = (Math.min(to, bucket + 5 * MINUTE) - Math.max(from, bucket)) / 1000;
      const { used, seconds: before, most } = buckets.get(bucket) ?? { used: 0, seconds: 0, most: 0 };
      buckets.set(bucket, { used: used + rate * seconds, seconds: before + seconds, most: Math.max(most, rate) });
    }
  }
  return buckets;
}
