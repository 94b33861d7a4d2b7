import { expect, test } from 'vitest';
import { iso, rowsOf, series, unix, type Given } from './day.ts';

const NODE = { node: 'ip-10-0-1-23.eu-west-1.compute.internal' };
const INFO = { ...NODE, provider_id: 'aws:///eu-west-1b/i-0abc', os_image: 'Bottlerocket OS 1.20', kubelet_version: 'v1.31.2-eks' };
const resources = (metric: string, cpu: number, memory: number, pods: number): Given[] =>
  Object.entries({ cpu, memory, pods }).map(([resource, value]) => series(metric, { ...NODE, resource, unit: 'any' }, [['00:00', '12:00', value]]));
const labelled = (labels: Readonly<Record<string, string>>) => rowsOf('nodes', [series('kube_node_labels', { ...NODE, ...labels })])[0];

test('a node has what it can hold, what it is, and when it was last seen', () => {
  const given = [
    series('kube_node_info', INFO, [['00:00', '12:00', 1]]),
    series('kube_node_created', NODE, [['00:00', '12:00', unix('00:00') - 3600]]),
    ...resources('kube_node_status_capacity', 8, 33_000_000_000, 58),
    ...resources('kube_node_status_allocatable', 7.91, 31_000_000_000, 58),
    series('kube_node_labels', { ...NODE, label_node_kubernetes_io_instance_type: 'm7g.2xlarge', label_kubernetes_io_arch: 'arm64' }, [['00:00', '12:00', 1]]),
    series('kube_node_status_condition', { ...NODE, condition: 'Ready', status: 'true' }, [['00:00', '12:00', 1]]),
    series('kube_node_status_condition', { ...NODE, condition: 'Ready', status: 'false' }, [['00:00', '12:00', 0]]),
    series('kube_node_status_condition', { ...NODE, condition: 'DiskPressure', status: 'false' }, [['00:00', '12:00', 1]]),
    series('kube_node_spec_taint', { ...NODE, key: 'team', value: 'search', effect: 'NoSchedule' }, [['00:00', '12:00', 1]]),
    series('kube_node_spec_taint', { ...NODE, key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }, [['00:00', '00:10', 1]]),
  ];
  expect(rowsOf('nodes', given)).toEqual([
    {
      node: 'ip-10-0-1-23.eu-west-1.compute.internal',
      provider_id: 'aws:///eu-west-1b/i-0abc',
      instance_type: 'm7g.2xlarge',
      region: 'eu-west-1',
      zone: 'eu-west-1b',
      architecture: 'arm64',
      capacity_type: null,
      node_group: null,
      os_image: 'Bottlerocket OS 1.20',
      kubelet_version: 'v1.31.2-eks',
      created: iso('00:00').replace('11-03T00', '11-02T23'),
      last_seen: iso('12:00'),
      ready: true,
      cpu_capacity_cores: 8,
      memory_capacity_bytes: 33_000_000_000,
      pods_capacity: 58,
      gpu_capacity: 0,
      cpu_allocatable_cores: 7.91,
      memory_allocatable_bytes: 31_000_000_000,
      pods_allocatable: 58,
      gpu_allocatable: 0,
      labels: '{"kubernetes_io_arch":"arm64","node_kubernetes_io_instance_type":"m7g.2xlarge"}',
      taints: '[{"key":"team","value":"search","effect":"NoSchedule"}]',
    },
  ]);
});

test('GPUs of all vendors and kinds are counted, and slices of them; what describes them is not', () => {
  const has = (metric: string, counts: Readonly<Record<string, number>>): Given[] =>
    Object.entries({ cpu: 8, ...counts }).map(([resource, count]) => series(metric, { ...NODE, resource, unit: 'integer' }, [['00:00', '12:00', count]]));
  const mixed = {
    nvidia_com_gpu: 2,
    nvidia_com_mig_1g_5gb: 7,
    amd_com_gpu: 1,
    gpu_intel_com_memory_max: 1000,
    aws_amazon_com_neuron: 1,
    aws_amazon_com_neuroncore: 2,
  };
  const given = [...has('kube_node_status_capacity', mixed), ...has('kube_node_status_allocatable', { nvidia_com_gpu: 1 })];
  expect(rowsOf('nodes', given)).toMatchObject([{ gpu_capacity: 11, gpu_allocatable: 1 }]);
  expect(rowsOf('nodes', [series('kube_node_created', NODE)])).toMatchObject([{ gpu_capacity: null, gpu_allocatable: null }]);
});

test("capacity types are in one spelling, whoever's label it is", () => {
  expect(labelled({ label_eks_amazonaws_com_capacitytype: 'ON_DEMAND' })?.capacity_type).toBe('on-demand');
  expect(labelled({ label_karpenter_sh_capacity_type: 'spot' })?.capacity_type).toBe('spot');
});

test('a node group is that of Karpenter, EKS or eksctl', () => {
  const groups = ['label_karpenter_sh_nodepool', 'label_eks_amazonaws_com_nodegroup', 'label_alpha_eksctl_io_nodegroup_name'];
  expect(groups.map((label) => labelled({ [label]: 'general' })?.node_group)).toEqual(['general', 'general', 'general']);
});

test('what no metric says is null', () => {
  expect(rowsOf('nodes', [series('kube_node_status_capacity', { ...NODE, resource: 'cpu' }, [['00:00', '23:59', 4]])])).toMatchObject([
    {
      cpu_capacity_cores: 4,
      memory_capacity_bytes: null,
      pods_capacity: null,
      cpu_allocatable_cores: null,
      instance_type: null,
      ready: null,
      taints: null,
      labels: null,
    },
  ]);
});

test('a node that is not ready when it was last seen', () => {
  const given = [
    series('kube_node_status_condition', { ...NODE, condition: 'Ready', status: 'true' }, [['00:00', '10:00', 1]]),
    series('kube_node_status_condition', { ...NODE, condition: 'Ready', status: 'unknown' }, [['10:01', '11:00', 1]]),
  ];
  expect(rowsOf('nodes', given)).toMatchObject([{ ready: false, last_seen: iso('11:00') }]);
});

test('an instance that gets the name of one that has gone is another node', () => {
  const given = [
    series('kube_node_info', { ...INFO, provider_id: 'aws:///eu-west-1b/i-1' }, [['00:00', '08:00', 1]]),
    series('kube_node_info', { ...INFO, provider_id: 'aws:///eu-west-1b/i-2' }, [['12:00', '23:59', 1]]),
    series('kube_node_status_capacity', { ...NODE, resource: 'cpu' }, [
      ['00:00', '08:00', 4],
      ['12:00', '23:59', 8],
    ]),
    series('kube_node_created', NODE, [
      ['00:00', '08:00', unix('00:00')],
      ['12:00', '23:59', unix('11:59')],
    ]),
  ];
  expect(rowsOf('nodes', given)).toMatchObject([
    { provider_id: 'aws:///eu-west-1b/i-1', cpu_capacity_cores: 4, created: iso('00:00'), last_seen: iso('08:00') },
    { provider_id: 'aws:///eu-west-1b/i-2', cpu_capacity_cores: 8, created: iso('11:59'), last_seen: iso('23:59') },
  ]);
});

test('an instance that is not named at first is one node', () => {
  const { provider_id: _, ...unnamed } = INFO;
  const given = [series('kube_node_info', unnamed, [['08:00', '08:00', 1]]), series('kube_node_info', INFO, [['08:01', '23:59', 1]])];
  expect(rowsOf('nodes', given)).toMatchObject([{ provider_id: INFO.provider_id }]);
});
