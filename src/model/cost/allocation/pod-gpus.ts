import type { NodeFacts } from './node-facts.ts';
import type { NodeRun } from './node-run.ts';
import type { PodFacts, PodTimes } from './pod-hours.ts';

/** The GPUs of each pod: what it asks for when it begins, for it has these as long as it is there, and no others. NaN: not known. */
export function podGpus({ pods, requestsOf }: Pick<PodFacts, 'pods' | 'requestsOf'>, { start }: Pick<PodTimes, 'start'>): Float64Array {
  return Float64Array.from({ length: pods.rows }, (_, pod) => requestsOf(pods.workload[pod] ?? -1, Math.floor((start[pod] ?? 0) / 3600))?.gpus ?? Number.NaN);
}

/**
 * What a node has to be split. Its GPUs are split where it is known who asks for them: where any of its pods [first, end) does, or of all it is known that they do not.
 * Otherwise they count for nothing, and it is split by cores and memory; so it is too where GPUs are in it, but none can be asked for as a resource (of claims to
 * devices, https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/, no source knows).
 */
export function splitResources(
  { capacity, allocatable, hasGpus }: NodeFacts,
  gpus: Float64Array,
  { first, end }: { readonly first: number; readonly end: number },
): Pick<NodeRun, 'capacity' | 'allocatable' | 'hasUnsplitGpus'> {
  const own = gpus.subarray(first, end);
  const isAsked = own.some((count) => count > 0);
  const isSplit = (isAsked || !own.some(Number.isNaN)) && (capacity === null || capacity.gpus > 0);
  if (isSplit || capacity === null) return { capacity, allocatable, hasUnsplitGpus: hasGpus && !isSplit };
  return {
    capacity: { ...capacity, gpus: 0 },
    allocatable: allocatable === null ? null : { ...allocatable, gpus: 0 },
    hasUnsplitGpus: hasGpus || isAsked,
  };
}
