import { describe, expect, test } from 'vitest';
import { STATE_METRICS, stateSink, type StateTable } from '../../../../src/collectors/prometheus/states/index.ts';
import { at, pod, readDay, series, WEB, whole, type Given } from './day.ts';

const missing = (table: StateTable, ...given: readonly Given[]): string[] =>
  readDay(given)[table].gaps.flatMap((gap) => (gap.code === 'missing-metric' ? [gap.metric] : []));

test('each metric is read once, and says what cannot be said without it', () => {
  const names = STATE_METRICS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(STATE_METRICS.filter(({ unknown }) => unknown === '')).toEqual([]);
});

describe('a missing metric', () => {
  test('is a gap of the table that needs it', () => {
    expect(missing('pods', ...pod())).toEqual(['kube_pod_status_scheduled_time', 'kube_pod_status_ready_time']);
    expect(missing('workloads', ...pod())).toEqual(['kube_pod_container_resource_requests', 'kube_pod_container_resource_limits']);
  });

  test('is none where it has nothing to speak of: no Jobs, no StatefulSets, no restarts', () => {
    expect(missing('events', ...pod())).not.toContain('kube_pod_container_status_last_terminated_reason');
    expect(missing('replicas', ...pod())).toEqual(['kube_deployment_spec_replicas', 'kube_deployment_status_replicas_ready']);
    expect(missing('pods', ...pod())).not.toContain('kube_job_owner');
  });

  test('is one as soon as it has: a container that restarted for no known reason', () => {
    const restarted = series('kube_pod_container_status_restarts_total', { ...WEB, container: 'web' }, [['00:00', '23:59', 2]]);
    expect(missing('events', ...pod(), restarted)).toContain('kube_pod_container_status_last_terminated_reason');
  });

  test('is none where kube-state-metrics 1.x says it by another name', () => {
    expect(missing('workloads', ...pod(), series('kube_pod_container_resource_requests_cpu_cores', { ...WEB, container: 'web' }))).toEqual([
      'kube_pod_container_resource_limits',
    ]);
  });

  test('is named once where there is no kube-state-metrics at all, and nothing is invented', () => {
    const tables = readDay([series('container_oom_events_total', { namespace: 'shop', pod: 'p', container: 'c' }, [['00:00', '23:59', 0]])]);
    expect(Object.values(tables).map(({ rows }) => [...rows])).toEqual([[], [], [], [], []]);
    expect(Object.values(tables).flatMap(({ gaps }) => gaps)).toEqual([
      { code: 'missing-metric', source: 'prometheus', metric: 'kube_*', unknown: 'all that kube-state-metrics says of pods, nodes and workloads' },
    ]);
  });
});

describe('a value that cannot be', () => {
  const request = (container: string, value: number): Given =>
    series('kube_pod_container_resource_requests', { ...WEB, container, resource: 'cpu' }, [['00:00', '23:59', value]]);

  test('counts as not there, and is a gap', () => {
    const { workloads } = readDay([...pod(), request('web', -1)]);
    expect([...workloads.rows]).toMatchObject([{ cpu_request_cores: null }]);
    expect(workloads.gaps).toContainEqual({
      code: 'unreadable-value',
      source: 'prometheus',
      object: `shop/${WEB.pod}`,
      field: 'kube_pod_container_resource_requests',
      value: '-1',
    });
  });

  test('is absurd: as many cores as no machine has, a creation in the far future', () => {
    const { workloads } = readDay([...pod(), request('web', 1e9)]);
    expect([...workloads.rows]).toMatchObject([{ cpu_request_cores: null }]);
    expect([...readDay([...pod(WEB, undefined, 1e14)]).pods.rows]).toMatchObject([{ created: null }]);
  });

  test('such as NaN or infinity is no sample', () => {
    const { workloads } = readDay([...pod(), request('web', Number.NaN), request('web', Number.POSITIVE_INFINITY)]);
    expect([...workloads.rows]).toMatchObject([{ cpu_request_cores: null }]);
    expect(workloads.gaps).toContainEqual(expect.objectContaining({ metric: 'kube_pod_container_resource_requests' }));
  });
});

test('what was observed, how often, and how far apart', () => {
  const { nodes } = readDay([series('kube_node_created', { node: 'n' }, [['08:00', '09:59', 1_700_000_000]])]);
  expect({ observed: nodes.observed, resolution: nodes.resolution, samples: nodes.samples, capabilities: nodes.capabilities }).toEqual({
    observed: { start: '2026-11-03T08:00:00.000Z', end: '2026-11-03T09:59:00.001Z' },
    resolution: 60,
    samples: 120,
    capabilities: ['created'],
  });
});

test('a cluster without pods has no pods, and no gap for that', () => {
  expect(missing('pods', series('kube_node_info', { node: 'n' }))).toEqual([]);
});

test('looks before the day tell what changed in its first minutes, and are no part of it', () => {
  const { sink, tables } = stateSink();
  const gone = pod({ namespace: 'shop', pod: 'gone', uid: 'g' }, [['00:00', '00:01', 1]]);
  for (const one of [...pod(), ...gone]) whole(sink, one);
  sink.begin({ __name__: 'kube_pod_container_status_restarts_total', ...WEB, container: 'web' });
  sink.run(at('00:00'), 60_000, 10, 0);
  sink.run(at('00:10'), 60_000, 60, 1);
  sink.begin({ __name__: 'container_oom_events_total', namespace: 'shop', pod: WEB.pod, container: 'web' });
  sink.run(at('00:00'), 60_000, 5, 0);
  sink.run(at('00:05'), 60_000, 60, 1);
  const { events, pods } = tables({ start: '2026-11-03T00:10:00Z' as never, end: '2026-11-04T00:00:00Z' as never }, 'p');
  expect([...events.rows]).toMatchObject([{ time: '2026-11-03T00:10:00.000Z', uncertain_seconds: 60 }]);
  expect([...pods.rows].map((row) => row.pod)).toEqual([WEB.pod]);
});

test('replicas of ReplicaSets are wanted where one belongs to something else than a Deployment', () => {
  const wants = (kind: string): boolean => {
    const { sink, wants: isWanted } = stateSink();
    whole(sink, series('kube_replicaset_owner', { namespace: 'shop', replicaset: 'r', owner_kind: kind, owner_name: 'x' }));
    return isWanted('kube_replicaset_spec_replicas');
  };
  expect([wants('Deployment'), wants('Rollout'), wants('<none>')]).toEqual([false, true, true]);
});
