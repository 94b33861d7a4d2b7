import { expect, test } from 'vitest';
import { GPU_RESOURCES, gpusOf, isGpu } from '../../../src/model/cluster/gpus.ts';

test('GPUs are what device plugins announce, as Kubernetes or as kube-state-metrics spells it', () => {
  const names = ['nvidia.com/gpu', 'nvidia_com_gpu', 'nvidia.com/mig-1g.5gb', 'nvidia_com_mig_1g_5gb', 'gpu.intel.com/i915', 'aws.amazon.com/neuroncore'];
  expect(names.filter((name) => !isGpu(name))).toEqual([]);
  const others = [
    'cpu',
    'memory',
    'pods',
    'hugepages-2Mi',
    'vpc.amazonaws.com/efa',
    'gpu.intel.com/memory.max',
    'gpu.intel.com/i915_monitoring',
    'nvidia.com/gpumem',
  ];
  expect(others.filter(isGpu)).toEqual([]);
});

test('all that is asked of kube-state-metrics is a GPU', () => {
  expect(GPU_RESOURCES.filter((name) => !isGpu(name))).toEqual([]);
});

test('kinds of GPUs and their slices are added up', () => {
  expect(
    gpusOf([
      ['cpu', 4],
      ['nvidia.com/gpu', 2],
      ['nvidia.com/mig-1g.5gb', 7],
      ['amd.com/gpu', 1],
    ]),
  ).toBe(10);
  expect(gpusOf([['cpu', 4]])).toBe(0);
});

test('chips that one plugin announces by three names are counted once', () => {
  expect(
    gpusOf([
      ['aws.amazon.com/neuroncore', 128],
      ['aws.amazon.com/neurondevice', 16],
      ['aws.amazon.com/neuron', 16],
    ]),
  ).toBe(16);
  expect(gpusOf([['aws.amazon.com/neuroncore', 2]])).toBe(2);
});
