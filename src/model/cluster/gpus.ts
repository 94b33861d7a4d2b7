/**
 * What counts as a GPU: the resources under which device plugins announce accelerators. A slice of a GPU (MIG) or one of the times of one that is shared counts as one, on
 * nodes and in requests alike, so that shares of a node come out right. What only describes such a device (`gpu.intel.com/memory.max`, `millicores`) does not count.
 * https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
 * https://github.com/NVIDIA/k8s-device-plugin, https://github.com/intel/intel-device-plugins-for-kubernetes/blob/main/cmd/gpu_plugin/README.md
 */
const DEVICES = [
  'nvidia.com/gpu',
  'nvidia.com/gpu.shared',
  'amd.com/gpu',
  'gpu.intel.com/i915',
  'gpu.intel.com/xe',
  'google.com/tpu',
  'habana.ai/gaudi',
  'k8s.amazonaws.com/vgpu',
  'qualcomm.com/qaic',
];

/** `nvidia.com/mig-1g.5gb` and others. */
const SLICES = 'nvidia.com/mig-';

/**
 * One plugin announces the same Trainium and Inferentia chips under all of these names at once: the first that is there counts. Pods ask for one of them;
 * a core that is asked for counts as a chip, for how many a chip has depends on the node.
 * https://awsdocs-neuron.readthedocs-hosted.com/en/latest/containers/kubernetes-getting-started.html
 */
const CHIPS = ['aws.amazon.com/neuron', 'aws.amazon.com/neurondevice', 'aws.amazon.com/neuroncore'];

/** As kube-state-metrics spells the name of a resource. */
const spelled = (resource: string): string => resource.replaceAll(/[^a-zA-Z0-9_]/g, '_');

const [devices, chips, slices] = [new Set(DEVICES.map(spelled)), CHIPS.map(spelled), spelled(SLICES)];

/** Names of all, as kube-state-metrics spells them; `*` stands for any end. */
export const GPU_RESOURCES: readonly string[] = [...devices, ...chips, `${slices}*`];

/** @param resource as Kubernetes or as kube-state-metrics spells it */
export function isGpu(resource: string): boolean {
  const name = spelled(resource);
  return devices.has(name) || chips.includes(name) || name.startsWith(slices);
}

/** How many GPUs there are in amounts of resources, of which those of others are left out. */
export function gpusOf(amounts: Iterable<readonly [resource: string, amount: number]>): number {
  const named = new Map([...amounts].map(([resource, amount]) => [spelled(resource), amount]));
  const chip = chips.find((name) => named.has(name));
  return [...named].reduce((sum, [name, amount]) => (isGpu(name) && (!chips.includes(name) || name === chip) ? sum + amount : sum), 0);
}
