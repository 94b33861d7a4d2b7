import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeriesSink } from '../../../../src/collectors/prometheus/series.ts';
import { at, everything, pod, readDay, series, unix, type Given, type Stretch } from './day.ts';

const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** What a series showed: stretches of minutes, some apart. */
const stretches = (values: readonly number[]): fc.Arbitrary<Stretch[]> =>
  fc
    .array(fc.record({ pause: fc.constantFrom(1, 2, 5, 6, 60), length: fc.integer({ min: 0, max: 300 }), value: fc.constantFrom(...values) }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => {
      let minute = 0;
      return parts.map(({ pause, length, value }): Stretch => {
        const from = minute + pause;
        minute = from + length;
        return [clock(from), clock(minute), value];
      });
    });

const CONTAINER = 'web';
const METRICS: Readonly<Record<string, { labels: Readonly<Record<string, string>>; values: readonly number[] }>> = {
  kube_pod_container_status_restarts_total: { labels: { container: CONTAINER }, values: [0, 1, 3] },
  kube_pod_container_status_last_terminated_reason: { labels: { container: CONTAINER, reason: 'OOMKilled' }, values: [1] },
  kube_pod_container_status_terminated_reason: { labels: { container: CONTAINER, reason: 'OOMKilled' }, values: [1] },
  container_oom_events_total: { labels: { container: CONTAINER }, values: [0, 1, 2] },
  kube_pod_container_resource_requests: { labels: { container: CONTAINER, resource: 'cpu' }, values: [0.5, 1, -1] },
  kube_pod_status_reason: { labels: { reason: 'Evicted' }, values: [0, 1] },
  kube_pod_status_phase: { labels: { phase: 'Failed' }, values: [0, 1] },
  kube_deployment_spec_replicas: { labels: { deployment: 'web' }, values: [1, 2] },
  kube_node_status_allocatable: { labels: { node: 'n', resource: 'cpu' }, values: [4, 8] },
  kube_horizontalpodautoscaler_info: { labels: { horizontalpodautoscaler: 'h', scaletargetref_kind: 'Deployment', scaletargetref_name: 'web' }, values: [1] },
  kube_horizontalpodautoscaler_spec_max_replicas: { labels: { horizontalpodautoscaler: 'h' }, values: [4, 8] },
};

const oneSeries = fc.tuple(fc.constantFrom(...Object.keys(METRICS)), fc.constantFrom('u1', 'u2', undefined)).chain(([name, uid]) => {
  const { labels = {}, values = [1] } = METRICS[name] ?? {};
  const subject = name.startsWith('kube_pod') || name.startsWith('container') ? { pod: 'web-0', ...(uid === undefined ? {} : { uid }) } : {};
  return stretches(values).map((parts) => series(name, { namespace: 'shop', ...subject, ...labels }, parts));
});

/** A day of one name that two pods had, and of what is around them; no two of the same labels. */
const day = fc
  .uniqueArray(oneSeries, { minLength: 1, maxLength: 12, selector: ({ labels }) => JSON.stringify(labels) })
  .map((others): Given[] => [
    ...pod({ namespace: 'shop', pod: 'web-0', uid: 'u1' }, [['00:10', '08:00', 1]], unix('00:09')),
    ...pod({ namespace: 'shop', pod: 'web-0', uid: 'u2' }, [['08:02', '23:00', 1]], unix('08:01')),
    ...others,
  ]);

/** Cuts each stretch of a series where the numbers say, and begins the series anew where they are odd. */
const inPieces =
  (cuts: readonly number[]) =>
  (sink: SeriesSink, { labels, stretches: parts }: Given): void => {
    sink.begin(labels);
    for (const [from, to, value] of parts) {
      let time = at(from);
      for (let next = 0; time <= at(to); next += 1) {
        const cut = cuts[next % cuts.length] ?? 1;
        const count = Math.min(cut, (at(to) - time) / 60_000 + 1);
        sink.run(time, 60_000, count, value);
        time += count * 60_000;
        if (cut % 2 === 1) sink.begin(labels);
      }
    }
  };

test('in whatever pieces series come, the tables are the same', () => {
  fc.assert(
    fc.property(day, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }), (given, cuts) => {
      expect(everything(readDay(given, inPieces(cuts)))).toEqual(everything(readDay(given)));
    }),
    { numRuns: 150 },
  );
});

test('in whatever order series come, the tables are the same', () => {
  fc.assert(
    fc.property(
      day.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length }))),
      ([given, shuffled]) => {
        expect(everything(readDay(shuffled))).toEqual(everything(readDay(given)));
      },
    ),
    { numRuns: 150 },
  );
});

test('what several jobs saw is the same as what one saw', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 2, max: 3 }), (given, jobs) => {
      const copies = Array.from({ length: jobs }, (_, job) =>
        given.map(({ labels, ...rest }) => ({ labels: { ...labels, job: `ksm-${job}`, instance: `10.0.0.${job}:8080` }, ...rest })),
      );
      expect(everything(readDay(copies.flat()))).toEqual(everything(readDay(given)));
    }),
    { numRuns: 150 },
  );
});

test('a table is read twice with the same rows', () => {
  fc.assert(
    fc.property(day, (given) => {
      const tables = readDay(given);
      expect(everything(tables)).toEqual(everything(tables));
    }),
    { numRuns: 20 },
  );
});

test('no more restarts are told than the counter rose by, and no OOM kill without a rise', () => {
  fc.assert(
    fc.property(stretches([0, 1, 3, 7]), (parts) => {
      const labels = { namespace: 'shop', pod: 'p', uid: 'u', container: 'c' };
      const reason = series('kube_pod_container_status_last_terminated_reason', { ...labels, reason: 'OOMKilled' });
      const rows = [...readDay([series('kube_pod_container_status_restarts_total', labels, parts), reason]).events.rows];
      const rise = parts.reduce((sum, [, , value], index) => sum + Math.max(0, value - (parts[index - 1]?.[2] ?? value)), 0);
      const count = (kind: string): number => rows.filter((row) => row.kind === kind).reduce((sum, row) => sum + (row.count ?? 0), 0);
      expect(count('restart')).toBe(rise);
      expect(count('oom-kill')).toBeLessThanOrEqual(rise);
    }),
  );
});
