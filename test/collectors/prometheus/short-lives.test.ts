import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testIo } from '../../io/test-io.ts';
import { collect, container, rowsOf, settingsFor, type CollectedPart } from './collected.ts';
import { readRequests, startServer, type TestSeries, type TestServer } from './server.ts';

const given = testIo();
const DAY = '2026-03-14';
const at = (time: string, day = DAY): number => Date.parse(`${day}T${time}Z`);
const unix = (time: string, day = DAY): number => at(time, day) / 1000;

type Life = readonly [from: number, to: number];
const ALL_DAYS: Life = [at('00:00:00', '2026-03-13'), at('12:00:00', '2026-03-15')];

/** A series that is looked at each minute in [from, to). */
function series(name: string, labels: Readonly<Record<string, string>>, [from, to]: Life, value: number | ((time: number) => number) = 1): TestSeries {
  const count = Math.ceil((to - from) / 60_000);
  const times = Array.from({ length: count }, (_, minute) => from + minute * 60_000);
  return { labels: { __name__: name, ...labels }, samples: times.map((time) => ({ time, value: typeof value === 'number' ? value : value(time) })) };
}

/** What kube-state-metrics says of a pod as long as it is there. */
function pod(name: string, owner: readonly [kind: string, name: string], life: Life, cpu: number | ((time: number) => number) = 0.5): TestSeries[] {
  const of = { namespace: 'web', pod: name, uid: `uid-of-${name}` };
  const inside = { ...of, container: 'app' };
  return [
    series('kube_pod_info', { ...of, node: 'n1' }, life),
    series('kube_pod_owner', { ...of, owner_kind: owner[0], owner_name: owner[1], owner_is_controller: 'true' }, life),
    series('kube_pod_created', of, life, life[0] / 1000 - 1),
    series('kube_pod_status_scheduled_time', of, life, life[0] / 1000),
    series('kube_pod_status_phase', { ...of, phase: 'Running' }, life),
    series('kube_pod_container_info', { ...inside, image: `${name}:1` }, life),
    series('kube_pod_container_resource_requests', { ...inside, resource: 'cpu' }, life, cpu),
    series('kube_pod_container_status_restarts_total', inside, life, 0),
  ];
}

const STANDING = pod('standing', ['StatefulSet', 'standing'], ALL_DAYS);
const USED = container({}, `${DAY}T00:00:00Z`, '2026-03-15T12:00:00Z');

const tableOf = (parts: readonly CollectedPart[], table: string): CollectedPart => {
  const found = parts.find(({ part }) => part.table === table && part.day === DAY);
  if (found === undefined) throw new Error(`no ${table}`);
  return found;
};
const rows = async (server: TestServer, table: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  rowsOf(tableOf(await collect(given, settingsFor(server.url)), table));
const hash = ({ file }: CollectedPart): string => createHash('sha256').update(readFileSync(file)).digest('hex');
/** The reads of states: those that ask for no use of containers. */
const looks = ({ asked }: TestServer) =>
  asked.flatMap(({ path, body }) => (path === '/api/v1/read' ? [readRequests(body)] : [])).filter(([first]) => first?.selector.includes('kube_') === true);

describe('a pod that was there between two looks at the constants', () => {
  const BRIEF = pod('web-7d4b9c8f6d-x2x4z', ['ReplicaSet', 'web-7d4b9c8f6d'], [at('10:00:00'), at('10:03:00')], 0.25);

  it('is known, with all that was said of it in its three minutes', async () => {
    const server = await startServer([...USED, ...STANDING, ...BRIEF]);
    expect(await rows(server, 'pods')).toMatchObject([
      { pod: 'standing', workload_kind: 'StatefulSet', workload: 'standing', node: 'n1', created: '2026-03-12 23:59:59', last_seen: '2026-03-14 23:59:00' },
      {
        pod: 'web-7d4b9c8f6d-x2x4z',
        workload_kind: 'Deployment',
        workload: 'web',
        phase: 'Running',
        created: '2026-03-14 09:59:59',
        scheduled: '2026-03-14 10:00:00',
        last_seen: '2026-03-14 10:02:00',
      },
    ]);
    expect(await rows(server, 'workloads')).toMatchObject([
      { workload: 'web', container: 'app', image: 'web-7d4b9c8f6d-x2x4z:1', cpu_request_cores: 0.25, since: '2026-03-14 09:59:59', until: null },
      { workload: 'standing', container: 'app', cpu_request_cores: 0.5, until: null },
    ]);
  });

  it('comes out the same in whichever way every sample is read', async () => {
    const server = await startServer([...USED, ...STANDING, ...BRIEF]);
    const streamed = await collect(given, settingsFor(server.url));
    const queried = await collect(given, settingsFor(server.url, { read: 'samples' }));
    expect(queried.map(hash)).toEqual(streamed.map(hash));
    expect(queried.map(({ facts }) => facts.samples)).toEqual(streamed.map(({ facts }) => facts.samples));
  });

  it('is found by its name where Prometheus renamed the label', async () => {
    const renamed = BRIEF.map(({ labels: { pod: name = '', namespace = '', ...labels }, samples }) => ({
      labels: { ...labels, exported_pod: name, exported_namespace: namespace, pod: 'ksm-0', namespace: 'monitoring' },
      samples,
    }));
    const server = await startServer([...USED, ...renamed]);
    expect(await rows(server, 'pods')).toMatchObject([{ namespace: 'web', pod: 'web-7d4b9c8f6d-x2x4z', workload: 'web', created: '2026-03-14 09:59:59' }]);
  });
});

describe('Jobs', () => {
  const job = (name: string, from: number): TestSeries[] => [
    ...pod(`${name}-abcde`, ['Job', name], [from, from + 60_000]),
    series('kube_job_owner', { namespace: 'web', job_name: name, owner_kind: 'CronJob', owner_name: 'report', owner_is_controller: 'true' }, [
      from,
      from + 60_000,
    ]),
  ];

  it('that are deleted as soon as they end still have their owner', async () => {
    const server = await startServer([...USED, ...STANDING, ...job('by-hand', at('15:30:00'))]);
    expect(await rows(server, 'pods')).toContainEqual(expect.objectContaining({ pod: 'by-hand-abcde', workload_kind: 'CronJob', workload: 'report' }));
  });

  it('that are short are all there, though hundreds, and take one more request', async () => {
    const names = Array.from({ length: 400 }, (_, number) => `report-of-a-rather-long-name-${number}`);
    const server = await startServer([...USED, ...STANDING, ...names.flatMap((name, number) => job(name, at('01:00:00') + number * 120_000))]);
    const found = await rows(server, 'pods');
    expect(found.map((row) => row['pod'])).toEqual([...names.map((name) => `${name}-abcde`), 'standing'].toSorted());
    expect(new Set(found.map((row) => `${String(row['workload_kind'])} ${String(row['workload'])}`))).toEqual(
      new Set(['CronJob report', 'StatefulSet standing']),
    );
    const [first = [], second = [], ...others] = looks(server);
    expect([first, second, ...others].map((queries) => new Date((queries[0]?.end ?? 0) + 1).toISOString())).toEqual([
      '2026-03-15T00:00:00.000Z',
      '2026-03-15T00:00:00.000Z',
      '2026-03-15T12:00:00.000Z',
    ]);
    expect(Math.max(...second.map(({ selector }) => selector.length))).toBeLessThan(12_000);
    expect(second.length).toBeGreaterThan(2);
  });
});

describe('a pod that stands all day', () => {
  it('is asked for its constants in the first and the last minutes alone', async () => {
    const server = await startServer([...USED, ...STANDING]);
    await rows(server, 'pods');
    const [day = [], ...others] = looks(server);
    expect(others).toHaveLength(1);
    const when = (metric: string): string[] =>
      day.flatMap(({ selector, start, end }) =>
        new RegExp(`["|]${metric}["|]`).test(selector) ? [`${new Date(start).toISOString().slice(5, 16)} ${new Date(end + 1).toISOString().slice(5, 16)}`] : [],
      );
    expect(when('kube_pod_info')).toEqual(['03-13T23:50 03-15T00:00']);
    expect(when('kube_pod_created')).toEqual(['03-14T23:45 03-15T00:00']);
    expect(when('kube_pod_container_resource_requests')).toEqual(['03-14T23:45 03-15T00:00', '03-13T23:50 03-14T00:05']);
    expect(when('kube_pod_status_phase')).toEqual([]);
  });

  it('and was resized in place, is read anew: the change has its time', async () => {
    const resized = pod('big', ['StatefulSet', 'big'], ALL_DAYS, (time) => (time < at('13:00:00') ? 1 : 2));
    const server = await startServer([...USED, ...resized]);
    expect((await rows(server, 'workloads')).map((row) => [row['cpu_request_cores'], row['since'], row['until']])).toEqual([
      [1, '2026-03-12 23:59:59', '2026-03-14 13:00:00'],
      [2, '2026-03-14 13:00:00', null],
    ]);
  });

  it('and was evicted, is read anew: the eviction has its time', async () => {
    const reason = series('kube_pod_status_reason', { namespace: 'web', pod: 'standing', uid: 'uid-of-standing', reason: 'Evicted' }, ALL_DAYS, (time) =>
      time < at('13:00:00') ? 0 : 1,
    );
    const server = await startServer([...USED, ...STANDING, reason]);
    expect(await rows(server, 'events')).toMatchObject([{ kind: 'eviction', pod: 'standing', time: '2026-03-14 13:00:00', uncertain_seconds: 60 }]);
  });

  it('is known where kube-state-metrics was silent in the last minutes', async () => {
    const silent = pod('standing', ['StatefulSet', 'standing'], [ALL_DAYS[0], at('23:00:00')]);
    const server = await startServer([...USED, ...silent]);
    expect(await rows(server, 'pods')).toMatchObject([
      { pod: 'standing', workload: 'standing', created: '2026-03-12 23:59:59', last_seen: '2026-03-14 22:59:00' },
    ]);
  });
});

it('a ReplicaSet whose name does not tell its owner is asked for it', async () => {
  const owner = { namespace: 'web', replicaset: 'odd', owner_kind: 'Deployment', owner_name: 'even', owner_is_controller: 'true' };
  const server = await startServer([...USED, ...pod('odd-a', ['ReplicaSet', 'odd'], ALL_DAYS), series('kube_replicaset_owner', owner, ALL_DAYS)]);
  expect(await rows(server, 'pods')).toMatchObject([{ pod: 'odd-a', workload_kind: 'Deployment', workload: 'even' }]);
});

it('a StatefulSet’s pod that was replaced is two pods', async () => {
  const twin = (uid: string, life: Life): TestSeries[] =>
    pod('db-0', ['StatefulSet', 'db'], life).map(({ labels, samples }) => ({ labels: { ...labels, uid }, samples }));
  const server = await startServer([...USED, ...twin('u1', [ALL_DAYS[0], at('09:00:00')]), ...twin('u2', [at('09:01:00'), ALL_DAYS[1]])]);
  expect((await rows(server, 'pods')).map((row) => [row['pod_uid'], row['created'], row['workload']])).toEqual([
    ['u1', '2026-03-12 23:59:59', 'db'],
    ['u2', `2026-03-14 ${new Date(unix('09:01:00') * 1000 - 1000).toISOString().slice(11, 19)}`, 'db'],
  ]);
});
