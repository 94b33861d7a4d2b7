import { expect, test } from 'vitest';
import { readDay, rowsOf, series, type Given, type Stretch } from './day.ts';

const WEB = { namespace: 'shop', deployment: 'web' };
const HPA = { namespace: 'shop', horizontalpodautoscaler: 'web-hpa' };

/** Rows as `since-until kind name: desired/ready autoscaler min-max desired`. */
const replicas = (...given: readonly Given[]): string[] =>
  rowsOf('replicas', given).map(
    (row) =>
      `${row.since?.slice(11, 16)}-${row.until?.slice(11, 16)} ${row.workload_kind} ${row.workload}: ${row.desired}/${row.ready} ${row.autoscaler} ${row.autoscaler_min}-${row.autoscaler_max} ${row.autoscaler_desired}`,
  );

test('the last values of each five minutes, for as long as they are the same', () => {
  const desired = series('kube_deployment_spec_replicas', WEB, [
    ['09:58', '10:02', 2],
    ['10:03', '10:06', 4],
  ]);
  const ready = series('kube_deployment_status_replicas_ready', WEB, [
    ['09:58', '10:05', 2],
    ['10:06', '10:06', 3],
  ]);
  expect(replicas(desired, ready)).toEqual([
    '09:55-10:00 Deployment web: 2/2 null null-null null',
    '10:00-10:05 Deployment web: 4/2 null null-null null',
    '10:05-10:10 Deployment web: 4/3 null null-null null',
  ]);
});

test('no row where nothing was observed', () => {
  const day = series('kube_deployment_spec_replicas', WEB, [
    ['00:00', '08:59', 2],
    ['20:00', '23:59', 2],
  ]);
  expect(replicas(day)).toEqual(['00:00-09:00 Deployment web: 2/null null null-null null', '20:00-00:00 Deployment web: 2/null null null-null null']);
});

test('a DaemonSet, a StatefulSet; replicas that are ready are taken from the available ones where nothing else is told', () => {
  const once: readonly Stretch[] = [['10:00', '10:01', 3]];
  const given = [
    series('kube_daemonset_status_desired_number_scheduled', { namespace: 'a', daemonset: 'd' }, once),
    series('kube_daemonset_status_number_ready', { namespace: 'a', daemonset: 'd' }, once),
    series('kube_statefulset_replicas', { namespace: 'a', statefulset: 's' }, once),
    series('kube_deployment_status_replicas_available', WEB, once),
  ];
  expect(replicas(...given)).toEqual([
    '10:00-10:05 DaemonSet d: 3/3 null null-null null',
    '10:00-10:05 StatefulSet s: 3/null null null-null null',
    '10:00-10:05 Deployment web: null/3 null null-null null',
  ]);
});

test('a Rollout has the replicas of its ReplicaSets; a Deployment says its own', () => {
  const set = (replicaset: string, kind: string, owner: string, value: number): Given[] => [
    series('kube_replicaset_owner', { namespace: 'shop', replicaset, owner_kind: kind, owner_name: owner }, [['10:00', '10:01', 1]]),
    series('kube_replicaset_spec_replicas', { namespace: 'shop', replicaset }, [['10:00', '10:01', value]]),
    series('kube_replicaset_status_ready_replicas', { namespace: 'shop', replicaset }, [['10:00', '10:01', value]]),
  ];
  expect(replicas(...set('r-1', 'Rollout', 'r', 4), ...set('r-2', 'Rollout', 'r', 1), ...set('d-1', 'Deployment', 'd', 9))).toEqual([
    '10:00-10:05 Rollout r: 5/5 null null-null null',
  ]);
});

test('an HPA stands beside what it scales', () => {
  const given = [
    series('kube_deployment_spec_replicas', WEB, [['10:00', '10:06', 2]]),
    series('kube_horizontalpodautoscaler_info', { ...HPA, scaletargetref_kind: 'Deployment', scaletargetref_name: 'web' }, [['10:00', '10:06', 1]]),
    series('kube_horizontalpodautoscaler_spec_min_replicas', HPA, [['10:00', '10:06', 2]]),
    series('kube_horizontalpodautoscaler_spec_max_replicas', HPA, [['10:00', '10:06', 8]]),
    series('kube_horizontalpodautoscaler_status_desired_replicas', HPA, [
      ['10:00', '10:03', 2],
      ['10:04', '10:04', 5],
    ]),
  ];
  expect(replicas(...given)).toEqual(['10:00-10:05 Deployment web: 2/null web-hpa 2-8 5', '10:05-10:10 Deployment web: 2/null web-hpa 2-8 null']);
});

test('an HPA of which nothing says what it scales is a gap, and stands beside nothing', () => {
  const given = [series('kube_deployment_spec_replicas', WEB, [['10:00', '10:01', 2]]), series('kube_horizontalpodautoscaler_spec_max_replicas', HPA)];
  expect(replicas(...given)).toEqual(['10:00-10:05 Deployment web: 2/null null null-null null']);
  expect(readDay(given).replicas.gaps).toContainEqual({
    code: 'missing-metric',
    source: 'prometheus',
    metric: 'kube_horizontalpodautoscaler_info',
    unknown: 'which workload an HPA scales',
  });
});

test('two jobs that see one Deployment do not double it', () => {
  const given = ['a', 'b'].map((job) => series('kube_deployment_spec_replicas', { ...WEB, job }, [['10:00', '10:01', 2]]));
  expect(replicas(...given)).toEqual(['10:00-10:05 Deployment web: 2/null null null-null null']);
});
