import type { Weights } from '../allocation-settings.ts';

/** What a core, a GiB and a GPU cost beside each other. Only the ratios count. */
export interface ResourceWeights {
  readonly cpu: number;
  /** Of a GiB. */
  readonly memory: number;
  readonly gpu: number;
}

/**
 * - AWS splits 9 to 1, as the prices of Fargate are (https://docs.aws.amazon.com/cur/latest/userguide/example-split-cost-allocation-data.html), and a GPU at nine times
 *   a core and a GiB together at 0.9 and 0.1 (https://docs.aws.amazon.com/cur/latest/userguide/example-accelerated-instances.html).
 * - OpenCost takes three prices of another cloud (https://github.com/opencost/opencost/blob/develop/configs/default.json), 7.46 to 1.
 */
export const KNOWN_WEIGHTS = {
  'aws-9to1': { cpu: 9, memory: 1, gpu: 90 },
  opencost: { cpu: 0.031611, memory: 0.004237, gpu: 0.95 },
} as const satisfies Readonly<Record<Exclude<Weights, 'fitted'>, ResourceWeights>>;

/** What all instances of one type cost together at public prices, while they were nodes: what was paid for them depends on which of them commitments happen to cover. */
export interface TypePrice {
  readonly instanceType: string;
  readonly cores: number;
  readonly gib: number;
  readonly gpus: number;
  readonly hours: number;
  readonly cost: number;
}

/** Prices of an hour. `error`: what they miss of the cost of these nodes, root mean square, as a share of its mean. */
export interface FittedPrices extends ResourceWeights {
  readonly types: number;
  readonly error: number;
}

/** Why there are no prices: fewer than two types, all with about the same GiB a core, or one of the resources came out free. */
export type Unfitted = 'one-type' | 'collinear' | 'not-positive';

/** Below this the types have in effect one ratio: capacities are a few percent less than what a type is sold with, and not by the same share. */
const COLLINEAR = 1e-3;

/**
 * Prices of a core and a GiB that come nearest to what the types of the bill cost: least squares of the price of an hour, weighted by hours. Types with GPUs
 * do not count for those two; what they cost beyond them is the price of a GPU, but for types that cost less.
 */
export function fitPrices(given: readonly TypePrice[]): FittedPrices | Unfitted {
  const types = given.filter(({ hours, cores, gib }) => hours > 0 && cores > 0 && gib > 0).toSorted((a, b) => (a.instanceType < b.instanceType ? -1 : 1));
  const plain = types.filter(({ gpus }) => gpus === 0);
  if (plain.length < 2) return 'one-type';
  const sum = (of: (type: TypePrice) => number): number => plain.reduce((so, type) => so + of(type), 0);
  const [cc, cm, mm] = [sum((t) => t.hours * t.cores ** 2), sum((t) => t.hours * t.cores * t.gib), sum((t) => t.hours * t.gib ** 2)];
  const [cy, my] = [sum((t) => t.cores * t.cost), sum((t) => t.gib * t.cost)];
  const determinant = cc * mm - cm ** 2;
  if (determinant <= COLLINEAR * cc * mm) return 'collinear';
  const cpu = (cy * mm - my * cm) / determinant;
  const memory = (my * cc - cy * cm) / determinant;
  if (cpu <= 0 || memory <= 0) return 'not-positive';

  const hours = sum((t) => t.hours);
  const squares = sum((t) => t.hours * (t.cost / t.hours - cpu * t.cores - memory * t.gib) ** 2);
  const withGpus = types.filter(({ gpus }) => gpus > 0);
  const beyond = withGpus.reduce((so, t) => so + Math.max(t.cost - t.hours * (cpu * t.cores + memory * t.gib), 0), 0);
  const gpuHours = withGpus.reduce((so, t) => so + t.hours * t.gpus, 0);
  return {
    cpu,
    memory,
    gpu: gpuHours === 0 ? 0 : beyond / gpuHours,
    types: plain.length,
    error: Math.sqrt(squares / hours) / (sum((t) => t.cost) / hours),
  };
}
