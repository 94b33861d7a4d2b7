import type { Month } from '../../../../src/model/facts.ts';
import { NO_SPLITS, type NodeInput, type NodeRun, type Owner, type Resources, type SplitHours } from '../../../../src/model/cost/allocation/node-run.ts';

/** A pod in one hour; amounts are of max(reserved, used). */
export interface PodHour {
  readonly hour?: number;
  readonly owner: number;
  readonly cores: number;
  readonly gib: number;
  readonly gpus?: number;
  readonly seconds?: number;
}

interface Given extends Partial<Omit<NodeRun, 'pods' | 'splits' | 'costs' | 'capacity' | 'seconds' | 'observed'>> {
  readonly capacity?: Resources | null;
  readonly pods?: readonly PodHour[];
  readonly splits?: readonly { readonly hour?: number; readonly owner: number; readonly split: number; readonly unused: number }[];
  /** By line, then by hour. */
  readonly costs?: readonly (readonly number[])[];
  readonly observed?: readonly number[];
  readonly seconds?: readonly number[];
}

const XLARGE: Resources = { cores: 4, gib: 16, gpus: 0 };

export function nodeRun({
  pods = [],
  splits = [],
  costs = [[1]],
  hours = costs[0]?.length ?? 1,
  observed,
  seconds,
  capacity = XLARGE,
  ...rest
}: Given): NodeRun {
  const sorted = pods.toSorted((a, b) => (a.hour ?? 0) - (b.hour ?? 0));
  const of = (amount: (pod: PodHour) => number): Float64Array => Float64Array.from(sorted, (pod) => amount(pod) * (pod.seconds ?? 3600));
  return {
    cluster: 'production',
    instance: 'i-1',
    node: 'node-1',
    firstHour: 0,
    hours,
    capacity,
    allocatable: null,
    podSlots: null,
    hasUnsplitGpus: false,
    seconds: Float64Array.from(seconds ?? Array.from({ length: hours }, () => 3600)),
    observed: Uint8Array.from(observed ?? Array.from({ length: hours }, () => 1)),
    pods: {
      rows: sorted.length,
      hour: Int32Array.from(sorted, ({ hour = 0 }) => hour),
      owner: Int32Array.from(sorted, ({ owner }) => owner),
      seconds: of(() => 1),
      coreSeconds: of(({ cores }) => cores),
      gibSeconds: of(({ gib }) => gib),
      gpuSeconds: of(({ gpus = 0 }) => gpus),
    },
    splits: splits.length === 0 ? NO_SPLITS(hours) : splitHours(splits, hours),
    costs: costs.map((cost, line) => ({ line, cost: Float64Array.from(cost) })),
    ...rest,
  };
}

function splitHours(given: NonNullable<Given['splits']>, hours: number): SplitHours {
  const sorted = given.toSorted((a, b) => (a.hour ?? 0) - (b.hour ?? 0));
  const said = new Uint8Array(hours);
  for (const { hour = 0 } of sorted) said[hour] = 1;
  return {
    said,
    rows: sorted.length,
    hour: Int32Array.from(sorted, ({ hour = 0 }) => hour),
    owner: Int32Array.from(sorted, ({ owner }) => owner),
    split: Float64Array.from(sorted, ({ split }) => split),
    unused: Float64Array.from(sorted, ({ unused }) => unused),
  };
}

export const owner = (workload: string, namespace = 'web', cluster = 'production'): Owner => ({ cluster, namespace, workload, labels: {} });

export const OCTOBER = '2026-10' as Month;

export function nodeInput(runs: readonly NodeRun[], owners: readonly Owner[], lines: readonly Month[] = [OCTOBER]): NodeInput {
  return { runs, owners, lines };
}
