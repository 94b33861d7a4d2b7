import { expect, test } from 'vitest';
import type { Thing } from './api-server.ts';
import { collect, meta, pick, testCluster } from './cluster.ts';

test('a node is what its labels and status say', async () => {
  const node = (name: string, labels: Thing, more: Thing = {}): Thing => ({
    metadata: { name, uid: name, creationTimestamp: '2026-03-01T00:00:00Z', labels },
    spec: { providerID: `aws:///eu-west-1a/i-${name}` },
    status: {
      capacity: { cpu: '4', memory: '16Gi', pods: '58' },
      allocatable: { cpu: '3920m', memory: '15000000Ki', pods: '58' },
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { osImage: 'Bottlerocket', kubeletVersion: 'v1.35.0', architecture: 'arm64' },
      ...more,
    },
  });
  const { rows } = await collect(
    await testCluster({
      '/api/v1/nodes': [
        node('a', {
          'node.kubernetes.io/instance-type': 'm7g.xlarge',
          'topology.kubernetes.io/region': 'eu-west-1',
          'topology.kubernetes.io/zone': 'eu-west-1a',
          'eks.amazonaws.com/capacityType': 'ON_DEMAND',
          'eks.amazonaws.com/nodegroup': 'general',
        }),
        node(
          'b',
          { 'karpenter.sh/capacity-type': 'spot', 'karpenter.sh/nodepool': 'burst' },
          { conditions: [{ type: 'Ready', status: 'Unknown' }], capacity: null },
        ),
      ],
    }),
  );
  expect(pick(rows('nodes'), 'node', 'provider_id', 'instance_type', 'zone', 'architecture', 'capacity_type', 'node_group', 'ready')).toEqual([
    ['a', 'aws:///eu-west-1a/i-a', 'm7g.xlarge', 'eu-west-1a', 'arm64', 'on-demand', 'general', true],
    ['b', 'aws:///eu-west-1a/i-b', null, null, 'arm64', 'spot', 'burst', false],
  ]);
  expect(
    pick(rows('nodes'), 'cpu_capacity_cores', 'memory_capacity_bytes', 'cpu_allocatable_cores', 'memory_allocatable_bytes', 'pods_allocatable', 'taints'),
  ).toEqual([
    [4, '17179869184', 3.92, '15360000000', 58, '[]'],
    [null, null, 3.92, '15360000000', 58, '[]'],
  ]);
});

test('a node has the GPUs that device plugins announce', async () => {
  const node = (name: string, capacity: Thing, allocatable: Thing = capacity): Thing => ({ metadata: { name, uid: name }, status: { capacity, allocatable } });
  const { rows, gaps } = await collect(
    await testCluster({
      '/api/v1/nodes': [
        node('a', { cpu: '4', 'nvidia.com/gpu': '4', 'nvidia.com/mig-1g.5gb': '7' }, { 'nvidia.com/gpu': '3' }),
        node('b', { cpu: '4', 'gpu.intel.com/i915': '2', 'gpu.intel.com/memory.max': '1000' }),
        node('c', { 'aws.amazon.com/neuron': '16', 'aws.amazon.com/neuroncore': '32', 'aws.amazon.com/neurondevice': '16' }),
        node('d', { cpu: '4' }),
        node('e', { 'nvidia.com/gpu': 'many' }),
        { metadata: { name: 'f', uid: 'f' }, status: {} },
      ],
    }),
  );
  expect(pick(rows('nodes'), 'node', 'gpu_capacity', 'gpu_allocatable')).toEqual([
    ['a', 11, 3],
    ['b', 2, 2],
    ['c', 16, 16],
    ['d', 0, 0],
    ['e', null, null],
    ['f', null, null],
  ]);
  expect(gaps.map((gap) => ('field' in gap ? gap.field : gap.code))).toEqual(['allocatable.nvidia.com/gpu', 'capacity.nvidia.com/gpu']);
});

test('a container asks for the GPUs of its requests or, as in most templates, of its limits', async () => {
  const container = (name: string, resources?: Thing): Thing => ({ name, resources });
  const deployment: Thing = {
    metadata: meta('train'),
    spec: {
      template: {
        spec: {
          initContainers: [container('warm', { limits: { 'amd.com/gpu': 2 } })],
          containers: [
            container('both', { requests: { 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '1' } }),
            container('limit', { requests: { cpu: '1' }, limits: { 'nvidia.com/gpu': '8' } }),
            container('none'),
          ],
        },
      },
    },
  };
  const { rows } = await collect(await testCluster({ '/apis/apps/v1/deployments': [deployment] }));
  expect(pick(rows('workloads'), 'container', 'gpu_request')).toEqual([
    ['both', 1],
    ['limit', 8],
    ['none', 0],
    ['warm', 2],
  ]);
});

test('a pod has its times, its own resources and its overhead', async () => {
  const condition = (type: string, lastTransitionTime: string, status = 'True'): Thing => ({ type, status, lastTransitionTime });
  const pod: Thing = {
    metadata: meta('p', { uid: 'u', labels: { b: '2', a: '1' } }),
    spec: {
      containers: [{ name: 'c' }],
      nodeName: 'n',
      priorityClassName: 'high',
      resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '-2' } },
      overhead: { cpu: '250m', memory: '120Mi' },
    },
    status: {
      phase: 'Running',
      qosClass: 'Burstable',
      conditions: [condition('PodScheduled', '2026-03-01T00:00:01Z'), condition('Ready', '2026-03-01T00:00:09Z', 'False')],
    },
  };
  const { rows, gaps } = await collect(await testCluster({ '/api/v1/pods': [pod] }));
  expect(rows('pods')).toEqual([
    {
      namespace: 'web',
      pod: 'p',
      pod_uid: 'u',
      workload_kind: 'Pod',
      workload: 'p',
      node: 'n',
      phase: 'Running',
      qos_class: 'Burstable',
      priority_class: 'high',
      created: '2026-03-01 00:00:00',
      scheduled: '2026-03-01 00:00:01',
      ready: null,
      last_seen: '2026-03-15 12:02:03',
      cpu_request_cores: 2,
      cpu_limit_cores: null,
      memory_request_bytes: '1073741824',
      memory_limit_bytes: null,
      overhead_cpu_cores: 0.25,
      overhead_memory_bytes: '125829120',
      labels: '{"a":"1","b":"2"}',
    },
  ]);
  expect(gaps).toEqual([{ code: 'unreadable-value', source: 'kubernetes', object: 'pod web/p', field: 'limits.cpu', value: '-2' }]);
});

test('a pod’s status tells of OOM kills, restarts and evictions', async () => {
  const end = (reason: string, exitCode: number): Thing => ({
    terminated: { reason, exitCode, startedAt: '2026-03-14T10:00:00Z', finishedAt: '2026-03-14T11:00:00Z' },
  });
  const statuses = [
    { name: 'killed', restartCount: 3, state: { running: { startedAt: '2026-03-14T11:00:10Z' } }, lastState: end('OOMKilled', 137) },
    { name: 'failed', restartCount: 1, lastState: end('Error', 1) },
    { name: 'fine', restartCount: 0 },
  ];
  const pod: Thing = { metadata: meta('a'), spec: {}, status: { startTime: '2026-03-14T09:00:00Z', containerStatuses: statuses } };
  const evicted: Thing = {
    metadata: meta('b'),
    spec: {},
    status: {
      phase: 'Failed',
      reason: 'Evicted',
      conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', lastTransitionTime: '2026-03-14T08:00:00Z' }],
    },
  };
  const { rows } = await collect(await testCluster({ '/api/v1/pods': [pod, evicted] }));
  expect(pick(rows('events'), 'time', 'uncertain_seconds', 'kind', 'pod', 'container', 'count', 'reason', 'exit_code')).toEqual([
    ['2026-03-14 08:00:00', 0, 'eviction', 'b', null, 1, 'Evicted', null],
    ['2026-03-14 10:00:00', 3600, 'restart', 'a', 'killed', 2, null, null],
    ['2026-03-14 11:00:00', 0, 'oom-kill', 'a', 'killed', 1, 'OOMKilled', 137],
    ['2026-03-14 11:00:00', 0, 'restart', 'a', 'failed', 1, 'Error', 1],
    ['2026-03-14 11:00:00', 0, 'restart', 'a', 'killed', 1, 'OOMKilled', 137],
  ]);
});

test('an HPA stands beside the replicas of its target', async () => {
  const hpa: Thing = {
    metadata: meta('api'),
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'api' }, minReplicas: 2, maxReplicas: 9, metrics: [{ type: 'Resource' }] },
    status: { currentReplicas: 3, desiredReplicas: 4 },
  };
  const { rows } = await collect(
    await testCluster({
      '/apis/autoscaling/v2/horizontalpodautoscalers': [hpa],
      '/apis/apps/v1/deployments': [{ metadata: meta('api'), spec: { replicas: 4 }, status: { readyReplicas: 3 } }],
      '/apis/apps/v1/daemonsets': [{ metadata: meta('logs'), spec: {}, status: { desiredNumberScheduled: 5, numberReady: 5 } }],
    }),
  );
  expect(pick(rows('autoscalers'), 'kind', 'target_kind', 'target', 'min_replicas', 'max_replicas', 'current_replicas', 'desired_replicas')).toEqual([
    ['HorizontalPodAutoscaler', 'Deployment', 'api', 2, 9, 3, 4],
  ]);
  expect(
    pick(rows('replicas'), 'workload', 'since', 'until', 'desired', 'ready', 'autoscaler', 'autoscaler_min', 'autoscaler_max', 'autoscaler_desired'),
  ).toEqual([
    ['logs', '2026-03-15 12:00:00', '2026-03-15 12:05:00', 5, 5, null, null, null, null],
    ['api', '2026-03-15 12:00:00', '2026-03-15 12:05:00', 4, 3, 'api', 2, 9, 4],
  ]);
});

test('cluster-autoscaler’s flags, and the only two ConfigMaps that are asked for', async () => {
  const command = ['./cluster-autoscaler', '--expander=priority', '--nodes=1:5:a', '--nodes', '2:6:b', '--balance-similar-node-groups', '--v=4'];
  const cluster = await testCluster({
    '/apis/apps/v1/deployments': [
      {
        metadata: meta('ca', { namespace: 'kube-system' }),
        spec: { template: { spec: { containers: [{ name: 'ca', image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.0', command }] } } },
      },
    ],
    '/api/v1/configmaps': [
      { metadata: { name: 'cluster-autoscaler-status', namespace: 'kube-system' }, data: { status: 'Health: ok' } },
      { metadata: { name: 'cluster-autoscaler-priority-expander', namespace: 'kube-system' }, data: { priorities: '10: [".*"]' } },
    ],
  });
  const { rows } = await collect(cluster);
  expect(pick(rows('autoscalers'), 'kind', 'namespace', 'name', 'spec', 'status')).toEqual([
    [
      'ClusterAutoscaler',
      'kube-system',
      'ca',
      '{"flags":{"balance-similar-node-groups":"true","expander":"priority","nodes":["1:5:a","2:6:b"],"v":"4"},"priorities":"10: [\\".*\\"]"}',
      '{"status":"Health: ok"}',
    ],
  ]);
  expect(cluster.server.asked.map(({ path }) => path).filter((path) => path.includes('configmaps'))).toEqual([
    '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status',
    '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-priority-expander',
  ]);
});

test('budgets and what else there is', async () => {
  const loadBalancer = { ingress: [{ hostname: 'a.elb.amazonaws.com' }] };
  const { rows } = await collect(
    await testCluster({
      '/apis/policy/v1/poddisruptionbudgets': [{ metadata: meta('api'), spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 1 } }],
      '/apis/scheduling.k8s.io/v1/priorityclasses': [{ metadata: { name: 'high' }, value: 1000, preemptionPolicy: 'Never' }],
      '/api/v1/limitranges': [{ metadata: meta('limits'), spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } }],
      '/api/v1/persistentvolumes': [
        {
          metadata: { name: 'pv' },
          spec: { capacity: { storage: '20Gi' }, csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' }, claimRef: { namespace: 'web', name: 'data' } },
        },
      ],
      '/api/v1/services': [
        { metadata: meta('internal'), spec: { type: 'ClusterIP' } },
        { metadata: meta('api'), spec: { type: 'ClusterIP', selector: { app: 'backend' }, ports: [{ port: 80 }] } },
        { metadata: meta('fallback', { namespace: 'other' }), spec: { selector: { app: 'not-this' } } },
        { metadata: meta('fallback'), spec: { selector: { app: 'fallback' } } },
        { metadata: meta('public'), spec: { type: 'LoadBalancer', selector: { app: 'api' } }, status: { loadBalancer } },
      ],
      '/apis/networking.k8s.io/v1/ingresses': [
        {
          metadata: meta('front'),
          spec: {
            defaultBackend: { service: { name: 'fallback' } },
            rules: [{ host: 'a.example', http: { paths: [{ path: '/', backend: { service: { name: 'api' } } }] } }],
          },
          status: { loadBalancer },
        },
      ],
      '/apis/argoproj.io/v1alpha1/applications': [
        {
          metadata: meta('shop'),
          spec: { project: 'p', source: { repoURL: 'https://git.example/a', path: 'k' }, destination: { namespace: 'web' } },
          status: { health: { status: 'Healthy' } },
        },
      ],
      '/apis/karpenter.sh/v1/nodeclaims': [{ metadata: { name: 'c' }, status: { providerID: 'aws:///a/i-1', nodeName: 'n' } }],
    }),
  );
  expect(pick(rows('budgets'), 'kind', 'namespace', 'name', 'spec', 'status')).toEqual([
    ['LimitRange', 'web', 'limits', '{"limits":[{"default":{"cpu":"1"},"type":"Container"}]}', null],
    ['PodDisruptionBudget', 'web', 'api', '{"minAvailable":"50%"}', '{"disruptionsAllowed":1}'],
    ['PriorityClass', null, 'high', '{"globalDefault":false,"preemptionPolicy":"Never","value":1000}', null],
  ]);
  expect(pick(rows('inventory'), 'kind', 'name', 'provider_id', 'detail')).toEqual([
    [
      'Application',
      'shop',
      null,
      '{"destination":{"namespace":"web"},"health":"Healthy","project":"p","source":{"path":"k","repoURL":"https://git.example/a"}}',
    ],
    ['Ingress', 'front', 'a.elb.amazonaws.com', '{"defaultService":"fallback","rules":[{"host":"a.example","path":"/","service":"api"}]}'],
    ['NodeClaim', 'c', 'aws:///a/i-1', '{"nodeName":"n"}'],
    ['PersistentVolume', 'pv', 'vol-1', '{"capacity":"20Gi","claim":{"name":"data","namespace":"web"},"driver":"ebs.csi.aws.com"}'],
    // Of Services without a load balancer, only those that an Ingress leads to.
    ['Service', 'api', null, '{"ports":[{"port":80}],"selector":{"app":"backend"}}'],
    ['Service', 'fallback', null, '{"selector":{"app":"fallback"}}'],
    ['Service', 'public', 'a.elb.amazonaws.com', '{"selector":{"app":"api"}}'],
  ]);
});

test('an Ingress leads to the Services that its actions forward to', async () => {
  const action = (name: string, value: unknown): Thing => ({ [`alb.ingress.kubernetes.io/actions.${name}`]: JSON.stringify(value) });
  const path = (name: string): Thing => ({ path: `/${name}`, backend: { service: { name, port: { name: 'use-annotation' } } } });
  const targetGroups = [{ serviceName: 'blue', servicePort: 80, weight: 20 }, { ServiceName: 'green' }, { targetGroupARN: 'arn:aws:x' }];
  const { rows } = await collect(
    await testCluster({
      '/apis/networking.k8s.io/v1/ingresses': [
        {
          metadata: meta('front', {
            annotations: { ...action('ssl', { Type: 'redirect' }), ...action('split', { type: 'forward', forwardConfig: { targetGroups } }) },
          }),
          spec: { rules: [{ http: { paths: [path('ssl'), path('split'), path('plain')] } }] },
        },
      ],
      '/api/v1/services': ['blue', 'green', 'plain', 'ssl', 'split'].map((name) => ({ metadata: meta(name), spec: { type: 'ClusterIP' } })),
    }),
  );
  expect(pick(rows('inventory'), 'kind', 'name', 'detail')).toEqual([
    [
      'Ingress',
      'front',
      '{"rules":[{"path":"/ssl"},{"path":"/split","service":"blue"},{"path":"/split","service":"green"},{"path":"/plain","service":"plain"}]}',
    ],
    ['Service', 'blue', '{}'],
    ['Service', 'green', '{}'],
    ['Service', 'plain', '{}'],
  ]);
});

test('what the scheduler looks at is kept, and of annotations only who deploys or may move it', async () => {
  const spec = {
    containers: [{ name: 'c', ports: [{ hostPort: 9100 }, {}] }],
    nodeSelector: { pool: 'x' },
    tolerations: [{ key: 'a' }],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'tmp', emptyDir: {} },
      { name: 'shm', emptyDir: { medium: 'Memory' } },
    ],
    terminationGracePeriodSeconds: 60,
    schedulerName: 'default-scheduler',
  };
  const metadata = { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'vault.example/secret': 'x' } };
  const set: Thing = {
    metadata: meta('db', {
      annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/StatefulSet:web/db', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    }),
    spec: {
      replicas: 1,
      template: { metadata, spec },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'gp3', resources: { requests: { storage: '5Gi' } } } }],
    },
  };
  const { rows } = await collect(await testCluster({ '/apis/apps/v1/statefulsets': [set] }));
  const [row] = rows('workloads');
  expect(JSON.parse(String(row?.['scheduling']))).toEqual({
    nodeSelector: { pool: 'x' },
    tolerations: [{ key: 'a' }],
    hostPorts: [9100],
    claims: ['data'],
    localVolumes: ['tmp'],
    claimTemplates: [{ name: 'data', storageClassName: 'gp3', storage: '5Gi' }],
    terminationGracePeriodSeconds: 60,
  });
  expect(JSON.parse(String(row?.['annotations']))).toEqual({
    'argocd.argoproj.io/tracking-id': 'shop:apps/StatefulSet:web/db',
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  });
});
