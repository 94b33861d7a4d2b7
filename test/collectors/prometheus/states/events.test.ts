import { describe, expect, test } from 'vitest';
import type { Row } from '../../../../src/model/cluster/tables.ts';
import { iso, pod, rowsOf, series, unix, WEB, withValue, type Given, type Stretch } from './day.ts';

const MAIN = { ...WEB, container: 'web' };

const restarts = (...stretches: readonly Stretch[]): Given => series('kube_pod_container_status_restarts_total', MAIN, stretches);
const reason = (why: string, from: string, to = '23:59'): Given =>
  series('kube_pod_container_status_last_terminated_reason', { ...MAIN, reason: why }, [[from, to, 1]]);
const oom = (...stretches: readonly Stretch[]): Given =>
  series('container_oom_events_total', { namespace: 'shop', pod: WEB.pod, container: 'web', id: '/kubepods' }, stretches);

/** What happened, in short. */
const events = (...given: readonly Given[]): string[] => rowsOf('events', given).map(text).toSorted();
const text = ({ kind, time, uncertain_seconds, count, reason: why, exit_code }: Row<'events'>): string =>
  `${time?.slice(11, 19)} -${uncertain_seconds}s ${kind} x${count} ${why} ${exit_code}`;

const ONE_AT_TEN = restarts(['00:00', '09:59', 0], ['10:00', '23:59', 1]);

describe('a restart', () => {
  test('is an increase between two looks, with its reason', () => {
    expect(rowsOf('events', [...pod(), ONE_AT_TEN, reason('Error', '10:00')])).toEqual([
      {
        time: iso('10:00'),
        uncertain_seconds: 60,
        kind: 'restart',
        namespace: 'shop',
        pod: WEB.pod,
        pod_uid: 'u1',
        container: 'web',
        count: 1,
        reason: 'Error',
        exit_code: null,
      },
    ]);
  });

  test('has its exit code and its exact time, where these are told', () => {
    const code = series('kube_pod_container_status_last_terminated_exitcode', MAIN, [['10:00', '23:59', 3]]);
    const time = series('kube_pod_container_status_last_terminated_timestamp', MAIN, [['10:00', '23:59', unix('09:59:12')]]);
    expect(events(...pod(), ONE_AT_TEN, reason('Error', '10:00'), code, time)).toEqual(['09:59:12 -0s restart x1 Error 3']);
  });

  test('that was there before the day is none of it', () => {
    expect(events(...pod(), restarts(['00:00', '23:59', 7]), reason('Error', '00:00'))).toEqual([]);
  });

  test('of a pod that was created on the day is of the day, also where only its outcome was seen', () => {
    expect(events(...pod(WEB, [['08:00', '23:59', 1]], unix('07:58')), restarts(['08:00', '23:59', 1]), reason('Error', '08:00'))).toEqual([
      '08:00:00 -120s restart x1 Error null',
    ]);
  });

  test('is not told of a pod whose creation lies after it was seen: clocks differ', () => {
    expect(events(...pod(WEB, [['08:00', '23:59', 1]], unix('08:30')), restarts(['08:00', '23:59', 1]))).toEqual([]);
  });

  test('is not seen where the counter begins anew', () => {
    expect(events(...pod(), restarts(['00:00', '09:59', 5], ['10:00', '23:59', 0]))).toEqual([]);
  });

  test('is not seen where a StatefulSet gives the name to a new pod', () => {
    const [one, two] = [
      { ...MAIN, uid: 'u1' },
      { ...MAIN, uid: 'u2' },
    ];
    const total = (labels: typeof one, stretch: Stretch): Given => series('kube_pod_container_status_restarts_total', labels, [stretch]);
    expect(events(total(one, ['00:00', '09:00', 0]), total(two, ['09:01', '23:59', 4]))).toEqual([]);
  });

  test('among several between two looks: the reason is that of the last one alone', () => {
    expect(events(...pod(), restarts(['00:00', '09:00', 0], ['12:00', '23:59', 5]), reason('Error', '12:00'))).toEqual([
      '12:00:00 -10800s restart x1 Error null',
      '12:00:00 -10800s restart x4 null null',
    ]);
  });

  test('takes the reason of its own time', () => {
    const twice = restarts(['00:00', '09:59', 0], ['10:00', '14:59', 1], ['15:00', '23:59', 2]);
    expect(events(...pod(), twice, reason('Error', '10:00', '14:59'), reason('Completed', '15:00'))).toEqual([
      '10:00:00 -60s restart x1 Error null',
      '15:00:00 -60s restart x1 Completed null',
    ]);
  });

  test('of a sidecar is one as well', () => {
    const sidecar = series('kube_pod_init_container_status_restarts_total', { ...WEB, container: 'proxy' }, [
      ['00:00', '09:59', 0],
      ['10:00', '23:59', 1],
    ]);
    expect(rowsOf('events', [...pod(), sidecar])).toMatchObject([{ kind: 'restart', container: 'proxy' }]);
  });

  test('that two jobs saw is one', () => {
    const other = series('kube_pod_container_status_restarts_total', { ...MAIN, job: 'other' }, [
      ['00:00:30', '09:59:30', 0],
      ['10:00:30', '23:59:30', 1],
    ]);
    expect(events(...pod(), ONE_AT_TEN, other)).toEqual(['10:00:00 -30s restart x1 null null']);
  });
});

describe('an OOM kill', () => {
  test('that restarts a container is both', () => {
    expect(events(...pod(), ONE_AT_TEN, reason('OOMKilled', '10:00'))).toEqual([
      '10:00:00 -60s oom-kill x1 OOMKilled null',
      '10:00:00 -60s restart x1 OOMKilled null',
    ]);
  });

  test('that cAdvisor counted too is one, also where the restart came later', () => {
    const counted = oom(['00:00', '09:56', 0], ['09:57', '23:59', 1]);
    expect(events(...pod(), ONE_AT_TEN, reason('OOMKilled', '10:00'), counted)).toEqual([
      '10:00:00 -60s oom-kill x1 OOMKilled null',
      '10:00:00 -60s restart x1 OOMKilled null',
    ]);
  });

  test('of a process in a container that goes on is only known by cAdvisor', () => {
    expect(events(...pod(), oom(['00:00', '11:59', 1], ['12:00', '23:59', 3]))).toEqual(['12:00:00 -60s oom-kill x2 null null']);
  });

  test('beside one that restarted the container is counted once more', () => {
    const counted = oom(['00:00', '09:59', 0], ['10:00', '23:59', 3]);
    expect(events(...pod(), ONE_AT_TEN, reason('OOMKilled', '10:00'), counted)).toEqual([
      '10:00:00 -60s oom-kill x1 OOMKilled null',
      '10:00:00 -60s oom-kill x2 null null',
      '10:00:00 -60s restart x1 OOMKilled null',
    ]);
  });

  test('of a container that is not started again, as in a Job', () => {
    const ended = series('kube_pod_container_status_terminated_reason', { ...MAIN, reason: 'OOMKilled' }, [['10:00', '23:59', 1]]);
    const running = series('kube_pod_status_phase', { ...WEB, phase: 'Running' }, [['00:00', '09:59', 1]]);
    const counted = oom(['00:00', '09:59', 0], ['10:00', '10:03', 1]);
    expect(events(...pod(), running, ended, counted)).toEqual(['10:00:00 -60s oom-kill x1 OOMKilled null']);
  });

  test('is one, where the container was seen to have ended before it was started again', () => {
    const ended = series('kube_pod_container_status_terminated_reason', { ...MAIN, reason: 'OOMKilled' }, [['09:59', '09:59', 1]]);
    const pending = series('kube_pod_status_phase', { ...WEB, phase: 'Running' }, [['00:00', '09:58', 1]]);
    expect(events(...pod(), pending, ended, ONE_AT_TEN, reason('OOMKilled', '10:00'))).toEqual([
      '10:00:00 -60s oom-kill x1 OOMKilled null',
      '10:00:00 -60s restart x1 OOMKilled null',
    ]);
  });

  test('explains one restart, and no second kill', () => {
    const counted = oom(['00:00', '09:56', 0], ['09:57', '09:58', 1], ['09:59', '23:59', 2]);
    expect(events(...pod(), ONE_AT_TEN, reason('OOMKilled', '10:00'), counted)).toEqual([
      '09:59:00 -60s oom-kill x1 null null',
      '10:00:00 -60s oom-kill x1 OOMKilled null',
      '10:00:00 -60s restart x1 OOMKilled null',
    ]);
  });

  test('has the uid of the pod, from the cgroup or from the pod of that name', () => {
    const uid = '01234567-89ab-cdef-0123-456789abcdef';
    const path = `/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-1.scope`;
    const counted = series('container_oom_events_total', { namespace: 'shop', pod: 'p', container: 'c', id: path }, [
      ['00:00', '11:59', 0],
      ['12:00', '23:59', 1],
    ]);
    expect(rowsOf('events', [counted]).map(({ pod_uid }) => pod_uid)).toEqual([uid]);
    expect(rowsOf('events', [...pod(), oom(['00:00', '11:59', 0], ['12:00', '23:59', 1])]).map(({ pod_uid }) => pod_uid)).toEqual(['u1']);
  });

  test('is not counted for the pod as a whole or its sandbox', () => {
    const whole = ['', 'POD'].map((container) =>
      series('container_oom_events_total', { namespace: 'shop', pod: 'p', container }, [
        ['00:00', '11:59', 0],
        ['12:00', '23:59', 1],
      ]),
    );
    expect(events(...whole)).toEqual([]);
  });
});

describe('an eviction', () => {
  const evicted = (...stretches: readonly Stretch[]): Given => series('kube_pod_status_reason', { ...WEB, reason: 'Evicted' }, stretches);

  test('is when the pod has that reason', () => {
    expect(rowsOf('events', [...pod(), evicted(['00:00', '09:59', 0], ['10:00', '23:59', 1])])).toMatchObject([
      { time: iso('10:00'), uncertain_seconds: 60, kind: 'eviction', pod: WEB.pod, container: null, count: 1, reason: 'Evicted' },
    ]);
  });

  test('that was seen when the day began is of another day', () => {
    expect(events(...pod(), evicted(['00:00', '23:59', 1]))).toEqual([]);
  });

  test('is known from the phase before, where only what is true is told', () => {
    const running = series('kube_pod_status_phase', { ...WEB, phase: 'Running' }, [['00:00', '09:58', 1]]);
    expect(events(...pod(), running, evicted(['10:00', '23:59', 1]))).toEqual(['10:00:00 -120s eviction x1 Evicted null']);
  });
});

test('one sample a day tells of no event', () => {
  const last: readonly Stretch[] = [['23:59', '23:59', 1]];
  const given = [...pod(WEB, last), restarts(...withValue(last, 4)), reason('OOMKilled', '23:59'), oom(...withValue(last, 2))];
  expect(events(...given, series('kube_pod_status_reason', { ...WEB, reason: 'Evicted' }, last))).toEqual([]);
});
