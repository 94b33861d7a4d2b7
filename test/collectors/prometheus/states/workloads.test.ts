import { describe, expect, test } from 'vitest';
import { iso, pod, rowsOf, series, unix, WEB, withValue, type Given, type Stretch } from './day.ts';

const ALL: readonly Stretch[] = [['00:00', '23:59', 1]];

const asks = (metric: string, labels: Readonly<Record<string, string>>, cpu: number, memory: number, stretches = ALL): Given[] => [
  series(metric, { ...labels, resource: 'cpu', unit: 'core' }, withValue(stretches, cpu)),
  series(metric, { ...labels, resource: 'memory', unit: 'byte' }, withValue(stretches, memory)),
];

/** A pod of the Deployment `web` that was there for a time, with an image and a request of CPU. */
function version(name: string, image: string, cpu: number, from: string, to: string): Given[] {
  const labels = { namespace: 'shop', pod: name, uid: name };
  const given = pod(labels, [[from, to, 1]], unix(from)).filter(({ labels: { __name__: metric } }) => metric !== 'kube_pod_container_info');
  return [
    ...given,
    series('kube_pod_container_info', { ...labels, container: 'web', image }, [[from, to, 1]]),
    series('kube_pod_container_resource_requests', { ...labels, container: 'web', resource: 'cpu' }, [[from, to, cpu]]),
  ];
}

/** Rows as `container image request: since until`. */
const specs = (...given: readonly Given[]): string[] =>
  rowsOf('workloads', given).map(
    ({ container, image, cpu_request_cores, since, until }) =>
      `${container} ${image} ${cpu_request_cores}: ${since?.slice(11, 16)} ${until?.slice(11, 16) ?? 'null'}`,
  );

test('a container has its image, requests and limits, since its pod was created', () => {
  const given = [
    ...pod(WEB, ALL, unix('00:00') - 86_400),
    ...asks('kube_pod_container_resource_requests', { ...WEB, container: 'web' }, 0.25, 268_435_456),
    ...asks('kube_pod_container_resource_limits', { ...WEB, container: 'web' }, 1, 536_870_912),
    series('kube_deployment_spec_replicas', { namespace: 'shop', deployment: 'web' }, [['00:00', '23:59', 3]]),
  ];
  expect(rowsOf('workloads', given)).toEqual([
    {
      namespace: 'shop',
      workload_kind: 'Deployment',
      workload: 'web',
      container: 'web',
      container_type: 'main',
      injected: null,
      image: 'shop/web:1',
      cpu_request_cores: 0.25,
      cpu_limit_cores: 1,
      memory_request_bytes: 268_435_456,
      memory_limit_bytes: 536_870_912,
      gpu_request: 0,
      since: '2026-11-02T00:00:00.000Z',
      until: null,
      runtime: null,
      runtime_hint: null,
      replicas: 3,
      labels: null,
      annotations: null,
      scheduling: null,
    },
  ]);
});

test('what a container does not ask for is null, not 0', () => {
  expect(rowsOf('workloads', pod())).toMatchObject([
    { cpu_request_cores: null, cpu_limit_cores: null, memory_request_bytes: null, memory_limit_bytes: null, replicas: null },
  ]);
});

test('metrics of kube-state-metrics 1.x say the same by their names', () => {
  const container = { ...WEB, container: 'web' };
  const given = [
    ...pod(),
    series('kube_pod_container_resource_requests_cpu_cores', container, [['00:00', '23:59', 0.5]]),
    series('kube_pod_container_resource_limits_memory_bytes', container, [['00:00', '23:59', 1024]]),
  ];
  expect(rowsOf('workloads', given)).toMatchObject([{ cpu_request_cores: 0.5, memory_limit_bytes: 1024 }]);
});

describe('a change', () => {
  test('of the image begins a new row; the old one ends then, though its last pods stay a while', () => {
    expect(specs(...version('a', 'v1', 0.5, '00:00', '10:05'), ...version('b', 'v2', 0.5, '10:00', '23:59'))).toEqual([
      'web v1 0.5: 00:00 10:00',
      'web v2 0.5: 10:00 null',
    ]);
  });

  test('that is taken back is three rows', () => {
    expect(specs(...version('a', 'v1', 1, '00:00', '10:05'), ...version('b', 'v2', 1, '10:00', '12:05'), ...version('c', 'v1', 1, '12:00', '23:59'))).toEqual([
      'web v1 1: 00:00 10:00',
      'web v2 1: 10:00 12:00',
      'web v1 1: 12:00 null',
    ]);
  });

  test('is not a pod of the old specification that comes while both stand', () => {
    expect(specs(...version('a', 'v1', 1, '00:00', '23:59'), ...version('b', 'v2', 1, '10:00', '23:59'), ...version('c', 'v1', 1, '11:00', '23:59'))).toEqual([
      'web v1 1: 00:00 10:00',
      'web v2 1: 10:00 null',
    ]);
  });

  test('of requests in a running pod begins a new row', () => {
    const given = [
      ...pod(WEB, ALL, unix('00:00')),
      series('kube_pod_container_resource_requests', { ...WEB, container: 'web', resource: 'cpu' }, [
        ['00:00', '09:59', 1],
        ['10:00', '23:59', 2],
      ]),
    ];
    expect(specs(...given)).toEqual(['web shop/web:1 1: 00:00 10:00', 'web shop/web:1 2: 10:00 null']);
  });

  test('is not that a pod has gone, or another with the same came', () => {
    expect(specs(...version('a', 'v1', 1, '01:00', '01:04'), ...version('b', 'v1', 1, '02:00', '02:04'))).toEqual(['web v1 1: 01:00 null']);
  });

  test('is not another spelling of the image by the runtime, nor that an image is not yet known', () => {
    const image = (name: string, from: string, to: string): Given =>
      series('kube_pod_container_info', { ...WEB, container: 'web', image: name }, [[from, to, 1]]);
    const [info, owner, replicaSet] = pod(WEB, [['09:58', '23:59', 1]]);
    const request = series('kube_pod_container_resource_requests', { ...WEB, container: 'web', resource: 'cpu' }, [['09:58', '23:59', 1]]);
    const known = [info, owner, replicaSet].flatMap((one) => one ?? []);
    expect(specs(...known, request, image('web:1', '10:00', '10:00'), image('docker.io/library/web:1', '10:01', '23:59'))).toEqual([
      'web docker.io/library/web:1 1: 09:58 null',
    ]);
  });
});

test('init containers that restart are sidecars', () => {
  const init = (container: string, policy: Readonly<Record<string, string>>): Given =>
    series('kube_pod_init_container_info', { ...WEB, container, image: 'i', image_spec: `${container}:spec`, ...policy });
  const given = [...pod(), init('proxy', { restart_policy: 'Always' }), init('migrate', {})];
  expect(rowsOf('workloads', given).map(({ container, container_type, image }) => `${container} ${container_type} ${image}`)).toEqual([
    'migrate init migrate:spec',
    'proxy sidecar proxy:spec',
    'web main shop/web:1',
  ]);
});

test('requests of a sidecar are its own', () => {
  const proxy = { ...WEB, container: 'proxy' };
  const given = [
    ...pod(),
    series('kube_pod_init_container_info', { ...proxy, image: 'p', restart_policy: 'Always' }),
    ...asks('kube_pod_init_container_resource_requests', proxy, 0.1, 64),
  ];
  expect(specs(...given)).toContain('proxy p 0.1: 00:00 null');
});

test('from one sample a day all that holds is said', () => {
  const last: readonly Stretch[] = [['23:59', '23:59', 1]];
  const given = [...pod(WEB, last, unix('08:00')), ...asks('kube_pod_container_resource_requests', { ...WEB, container: 'web' }, 0.5, 1024, last)];
  expect(rowsOf('workloads', given)).toMatchObject([
    { workload: 'web', image: 'shop/web:1', cpu_request_cores: 0.5, memory_request_bytes: 1024, cpu_limit_cores: null, since: iso('08:00'), until: null },
  ]);
});

test('a container asks for GPUs; one of which no request is told asks for none, unless none is told of any', () => {
  const gpus = series('kube_pod_container_resource_requests', { ...WEB, container: 'web', resource: 'nvidia_com_gpu', unit: 'integer' }, [
    ['00:00', '23:59', 2],
  ]);
  const beside = series('kube_pod_container_info', { ...WEB, container: 'proxy', image: 'proxy:1' });
  const asked = (...given: readonly Given[]) => rowsOf('workloads', [...pod(), beside, ...given]).map(({ container, gpu_request }) => [container, gpu_request]);
  expect(asked(gpus)).toEqual([
    ['proxy', 0],
    ['web', 2],
  ]);
  expect(asked()).toEqual([
    ['proxy', null],
    ['web', null],
  ]);
});
