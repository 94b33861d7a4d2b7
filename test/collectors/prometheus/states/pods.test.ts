import { describe, expect, test } from 'vitest';
import type { Labels } from '../../../../src/collectors/prometheus/series.ts';
import { iso, pod, readDay, rowsOf, series, unix, WEB, type Given } from './day.ts';

const owned = (name: string, kind?: string, owner?: string): Given[] => {
  const labels = { namespace: 'shop', pod: name, uid: name };
  const of: Labels = kind === undefined || owner === undefined ? {} : { owner_kind: kind, owner_name: owner, owner_is_controller: 'true' };
  return [series('kube_pod_info', labels), series('kube_pod_owner', { ...labels, ...of })];
};
const workloads = (...given: readonly Given[]): string[] =>
  rowsOf('pods', given).map(({ pod: name, workload_kind, workload }) => `${name}: ${workload_kind} ${workload}`);

test('a pod has its workload, node, times and class', () => {
  const given = [
    ...pod(WEB, [['08:00', '10:00', 1]], unix('07:59:30')),
    series('kube_pod_status_scheduled_time', WEB, [['08:00', '10:00', unix('07:59:31')]]),
    series('kube_pod_status_ready_time', WEB, [
      ['08:01', '09:00', unix('08:00:40')],
      ['09:05', '10:00', unix('09:04:10')],
    ]),
    series('kube_pod_status_phase', { ...WEB, phase: 'Pending' }, [
      ['08:00', '08:00', 1],
      ['08:01', '10:00', 0],
    ]),
    series('kube_pod_status_phase', { ...WEB, phase: 'Running' }, [
      ['08:00', '08:00', 0],
      ['08:01', '10:00', 1],
    ]),
    series('kube_pod_status_qos_class', { ...WEB, qos_class: 'Burstable' }, [['08:00', '10:00', 1]]),
    series('kube_pod_status_qos_class', { ...WEB, qos_class: 'Guaranteed' }, [['08:00', '10:00', 0]]),
    series('kube_pod_overhead_cpu_cores', WEB, [['08:00', '10:00', 0.25]]),
    series('kube_pod_overhead_memory_bytes', WEB, [['08:00', '10:00', 125_829_120]]),
    series('kube_pod_labels', { ...WEB, label_app: 'web' }, [['08:00', '10:00', 1]]),
  ];
  expect(rowsOf('pods', given)).toEqual([
    {
      namespace: 'shop',
      pod: 'web-7d4b9c8f6d-x2x4z',
      pod_uid: 'u1',
      workload_kind: 'Deployment',
      workload: 'web',
      node: 'n1',
      phase: 'Running',
      qos_class: 'Burstable',
      priority_class: 'high',
      created: iso('07:59:30'),
      scheduled: iso('07:59:31'),
      ready: iso('08:00:40'),
      last_seen: iso('10:00'),
      cpu_request_cores: null,
      cpu_limit_cores: null,
      memory_request_bytes: null,
      memory_limit_bytes: null,
      overhead_cpu_cores: 0.25,
      overhead_memory_bytes: 125_829_120,
      labels: '{"app":"web"}',
    },
  ]);
});

describe('owners are followed to the top', () => {
  const replicaSet = (owner: Labels): Given => series('kube_replicaset_owner', { namespace: 'shop', replicaset: 'web-5c', ...owner });

  test('through a ReplicaSet to its Rollout', () => {
    expect(workloads(...owned('p', 'ReplicaSet', 'web-5c'), replicaSet({ owner_kind: 'Rollout', owner_name: 'web' }))).toEqual(['p: Rollout web']);
  });

  test('to a ReplicaSet that nothing owns', () => {
    expect(workloads(...owned('p', 'ReplicaSet', 'web-5c'), replicaSet({ owner_kind: '<none>', owner_name: '<none>' }))).toEqual(['p: ReplicaSet web-5c']);
  });

  test('by the name of a ReplicaSet of which nothing is said, if it ends in a hash', () => {
    expect(workloads(...owned('p', 'ReplicaSet', 'web-7d4b9c8f6d'), ...owned('q', 'ReplicaSet', 'web-frontend'))).toEqual([
      'p: Deployment web',
      'q: ReplicaSet web-frontend',
    ]);
  });

  test('but not to a Deployment that is not there', () => {
    const deployment = series('kube_deployment_spec_replicas', { namespace: 'shop', deployment: 'other' });
    expect(workloads(...owned('p', 'ReplicaSet', 'web-7d4b9c8f6d'), deployment)).toEqual(['p: ReplicaSet web-7d4b9c8f6d']);
  });

  test('through a Job to its CronJob', () => {
    const job = series('kube_job_owner', { namespace: 'shop', job_name: 'report-1', owner_kind: 'CronJob', owner_name: 'report' });
    expect(workloads(...owned('p', 'Job', 'report-1'), job)).toEqual(['p: CronJob report']);
  });

  test('by the minute in the name of a Job of which nothing is said; a date is none', () => {
    const minute = unix('01:00') / 60;
    expect(workloads(...owned('p', 'Job', `report-${minute}`), ...owned('q', 'Job', 'backup-20261103'))).toEqual([
      'p: CronJob report',
      'q: Job backup-20261103',
    ]);
  });

  test("to an operator's own object", () => {
    expect(workloads(...owned('db-1', 'Cluster', 'db'), ...owned('kafka-0', 'StrimziPodSet', 'kafka'))).toEqual([
      'db-1: Cluster db',
      'kafka-0: StrimziPodSet kafka',
    ]);
  });

  test('to the pod itself, where it has no owner', () => {
    expect(workloads(...owned('debug'))).toEqual(['debug: Pod debug']);
  });

  test('to itself, where the kubelet of its node made it', () => {
    expect(workloads(...owned('kube-proxy-a', 'Node', 'a'))).toEqual(['kube-proxy-a: Pod kube-proxy-a']);
  });

  test('from who created it, without kube_pod_owner', () => {
    const created = (name: string, by: Labels): Given => series('kube_pod_info', { namespace: 'shop', pod: name, uid: name, ...by });
    expect(
      workloads(
        created('a', { created_by_kind: 'StatefulSet', created_by_name: 'db' }),
        created('b', { created_by_kind: '<none>', created_by_name: '<none>' }),
      ),
    ).toEqual(['a: StatefulSet db', 'b: Pod b']);
  });

  test('nowhere, where nothing says it: a gap', () => {
    const { pods } = readDay(['b', 'a'].map((name) => series('kube_pod_info', { namespace: 'shop', pod: name, uid: name })));
    expect([...pods.rows].map(({ workload }) => workload)).toEqual([null, null]);
    expect(pods.gaps).toContainEqual({ code: 'unknown-owner', source: 'prometheus', pods: 2, example: 'shop/a' });
  });

  test('the controller counts, where there are several owners', () => {
    const labels = { namespace: 'shop', pod: 'p', uid: 'p' };
    const other = series('kube_pod_owner', { ...labels, owner_kind: 'ZooKeeper', owner_name: 'z', owner_is_controller: 'false' });
    expect(workloads(...owned('p', 'StatefulSet', 'zk'), other)).toEqual(['p: StatefulSet zk']);
  });
});

describe('the same pod', () => {
  test('from two jobs is one', () => {
    const twice = [pod({ ...WEB, job: 'a', instance: '10.0.0.1:8080' }), pod({ ...WEB, job: 'b', instance: '10.0.0.2:8080' })].flat();
    expect(rowsOf('pods', twice)).toEqual(rowsOf('pods', pod()));
  });

  test('of which the labels were renamed by Prometheus is that of the renamed labels', () => {
    const own = { namespace: 'monitoring', pod: 'kube-state-metrics-0', node: 'n9', exported_namespace: 'shop', exported_pod: 'p', uid: 'u' };
    expect(rowsOf('pods', [series('kube_pod_info', { ...own, exported_node: 'n1' })])).toMatchObject([{ namespace: 'shop', pod: 'p', node: 'n1' }]);
  });

  test('that has no node yet does not get that of kube-state-metrics', () => {
    const own = { namespace: 'monitoring', pod: 'ksm', node: 'n9', exported_namespace: 'shop' };
    const given = [
      series('kube_pod_info', { ...own, exported_pod: 'a', uid: 'a' }),
      series('kube_pod_info', { ...own, exported_pod: 'b', uid: 'b', exported_node: 'n1' }),
    ];
    expect(rowsOf('pods', given).map(({ node }) => node)).toEqual([null, 'n1']);
  });
});

describe('a name that is given twice', () => {
  const first = { namespace: 'shop', pod: 'db-0', uid: 'u1' };
  const second = { namespace: 'shop', pod: 'db-0', uid: 'u2' };

  test('is two pods', () => {
    const given = [...pod(first, [['00:00', '09:00', 1]]), ...pod(second, [['09:02', '23:59', 1]], unix('09:01'))];
    expect(rowsOf('pods', given).map(({ pod_uid, last_seen }) => [pod_uid, last_seen])).toEqual([
      ['u1', iso('09:00')],
      ['u2', iso('23:59')],
    ]);
  });

  test('shares what is said of the name alone by time', () => {
    const nameless = { namespace: 'shop', pod: 'db-0' };
    const given = [
      series('kube_pod_info', { ...first, node: 'n1' }, [['00:00', '09:00', 1]]),
      series('kube_pod_info', { ...second, node: 'n2' }, [['09:02', '23:59', 1]]),
      series('kube_pod_status_phase', { ...nameless, phase: 'Running' }, [['00:00', '09:00', 1]]),
      series('kube_pod_status_phase', { ...nameless, phase: 'Pending' }, [['09:02', '23:59', 1]]),
    ];
    expect(rowsOf('pods', given).map(({ pod_uid, phase }) => [pod_uid, phase])).toEqual([
      ['u1', 'Running'],
      ['u2', 'Pending'],
    ]);
  });
});

test('a pod of which the source knows no uid is still a pod', () => {
  expect(rowsOf('pods', [series('kube_pod_info', { namespace: 'shop', pod: 'old', node: 'n1' })])).toMatchObject([{ pod: 'old', pod_uid: null, node: 'n1' }]);
});
