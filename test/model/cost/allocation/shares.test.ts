import { describe, expect, test } from 'vitest';
import type { PodShape } from '../../../../src/model/cost/allocation/idle.ts';
import type { NodeRun } from '../../../../src/model/cost/allocation/node-run.ts';
import { nodeShares } from '../../../../src/model/cost/allocation/shares.ts';
import type { IdleMode } from '../../../../src/model/cost/allocation-settings.ts';
import { KNOWN_WEIGHTS, type ResourceWeights } from '../../../../src/model/cost/allocation/weights.ts';
import { nodeRun, type PodHour } from './runs.ts';

const AWS = KNOWN_WEIGHTS['aws-9to1'];

/** Shares by slot, of one hour. */
function sharesOf(run: NodeRun, idle: IdleMode = 'separate', { weights = AWS, shape = null }: { weights?: ResourceWeights; shape?: PodShape } = {}) {
  const { rows, slot, share, owners, idleSlot } = nodeShares(run, weights, shape, idle);
  const sums = Array.from({ length: idleSlot + 4 }, () => 0);
  for (let row = 0; row < rows; row += 1) sums[slot[row] ?? 0] = (sums[slot[row] ?? 0] ?? 0) + (share[row] ?? 0);
  const of = (first: number): Record<number, number> => Object.fromEntries(owners.map((owner, at) => [owner, sums[2 * at + first] ?? 0]));
  return { own: of(0), partOfIdle: of(1), idle: sums.slice(idleSlot), sum: sums.reduce((so, one) => so + one, 0) };
}

const rounded = (shares: Record<number, number>, digits = 3): number[] => Object.values(shares).map((share) => Number(share.toFixed(digits)));

/** https://docs.aws.amazon.com/cur/latest/userguide/example-split-cost-allocation-data.html: an m5.xlarge at 1 dollar an hour. */
const PODS: readonly PodHour[] = [
  { owner: 0, cores: Math.max(1, 0.1), gib: Math.max(4, 3) },
  { owner: 1, cores: Math.max(1, 1.9), gib: Math.max(4, 6) },
  { owner: 2, cores: Math.max(1, 0.5), gib: Math.max(2, 2) },
  { owner: 3, cores: Math.max(1, 0.5), gib: Math.max(2, 2) },
];

describe("AWS's example of four pods that have 4.9 of 4 cores", () => {
  test('has its split costs and its unused memory', () => {
    const { own, idle, sum } = sharesOf(nodeRun({ pods: PODS }));
    expect(rounded(own, 2)).toEqual([0.22, 0.38, 0.18, 0.18]);
    expect(idle).toEqual([0, 0, expect.closeTo(2 / 52, 15), 0]);
    expect(sum).toBeCloseTo(1, 15);
  });

  test('has its total costs of pods and namespaces where idle is spread over the node', () => {
    const { own, partOfIdle, idle } = sharesOf(nodeRun({ pods: PODS }), 'node');
    expect(rounded(partOfIdle, 2)).toEqual([0.01, 0.02, 0.01, 0.01]);
    const total = [0, 1, 2, 3].map((at) => (own[at] ?? 0) + (partOfIdle[at] ?? 0));
    expect(total.map((one) => Number(one.toFixed(2)))).toEqual([0.23, 0.4, 0.19, 0.19]);
    expect(total[0]).toBeCloseTo(36 / 52 / 4.9 + (16 / 52) * (4 / 16) + (16 / 52) * (2 / 16) * (4 / 14), 15);
    expect(idle).toEqual([0, 0, 0, 0]);
  });
});

/** https://docs.aws.amazon.com/cur/latest/userguide/example-accelerated-instances.html: a p3.16xlarge at 10 dollars an hour. */
describe("AWS's example with GPUs", () => {
  const capacity = { cores: 64, gib: 488, gpus: 8 };
  // Table 2: of each resource the greater of what was reserved and used.
  const pods: readonly PodHour[] = [
    { owner: 0, cores: Math.max(16, 4), gpus: Math.max(1, 1), gib: Math.max(100, 60) },
    { owner: 1, cores: Math.max(16, 18), gpus: Math.max(2, 3), gib: Math.max(100, 140) },
    { owner: 2, cores: Math.max(16, 4), gpus: Math.max(2, 1), gib: Math.max(100, 60) },
    { owner: 3, cores: Math.max(16, 4), gpus: Math.max(2, 2), gib: Math.max(100, 40) },
  ];
  const dollars = (shares: Record<number, number>): number[] => Object.values(shares).map((share) => Number((10 * share).toFixed(2)));

  test('has its split costs, its unused costs and its totals (table 4), in which 66 of 64 cores are had', () => {
    const { own, partOfIdle, sum } = sharesOf(nodeRun({ capacity, pods }), 'node');
    expect(dollars(own)).toEqual([1.85, 3.18, 2.35, 2.35]);
    expect(dollars(partOfIdle)).toEqual([0.06, 0.09, 0.06, 0.06]);
    expect(dollars(Object.fromEntries(Object.entries(own).map(([owner, share]) => [owner, share + (partOfIdle[Number(owner)] ?? 0)])))).toEqual([
      1.91, 3.26, 2.41, 2.41,
    ]);
    expect(sum).toBeCloseTo(1, 15);
  });

  test('has 48 GiB idle, and no GPU and no core, where idle stands apart', () => {
    expect(sharesOf(nodeRun({ capacity, pods })).idle).toEqual([0, 0, expect.closeTo(48 / 1784, 15), 0]);
  });

  test('has a GPU idle that nobody asks for, and none where it is not known who asks', () => {
    const hour = (gpus: number): number =>
      10 * (sharesOf(nodeRun({ capacity: { ...capacity, gpus }, pods: [{ owner: 0, cores: 64, gib: 488 }] })).idle[2] ?? 0);
    expect(hour(8)).toBeCloseTo(10 * (720 / 1784), 12);
    expect(hour(0)).toBe(0);
  });

  test('has its prices of a GPU, a core and a GiB', () => {
    const hour = (pod: Partial<PodHour>): number => 10 * (sharesOf(nodeRun({ capacity, pods: [{ owner: 0, cores: 0, gib: 0, ...pod }] })).own[0] ?? 0);
    expect(hour({ gpus: 1 })).toBeCloseTo(0.504, 3);
    expect(hour({ cores: 1 })).toBeCloseTo(0.05, 3);
    expect(hour({ gib: 1 })).toBeCloseTo(0.0056, 4);
  });
});

describe('a pod', () => {
  test('that was there for a quarter of an hour has a quarter of what it asked for', () => {
    expect(sharesOf(nodeRun({ pods: [{ owner: 0, cores: 4, gib: 16, seconds: 900 }] })).own[0]).toBeCloseTo(0.25, 15);
  });

  test('has all of a node of which it had all while it was there', () => {
    expect(sharesOf(nodeRun({ seconds: [900], pods: [{ owner: 0, cores: 4, gib: 16, seconds: 900 }] })).own[0]).toBeCloseTo(1, 15);
  });

  test('that has nothing costs nothing', () => {
    expect(sharesOf(nodeRun({ pods: [{ owner: 0, cores: 0, gib: 0 }] })).own[0]).toBe(0);
  });

  test('that uses more than the node has pays for the node', () => {
    const { own, sum } = sharesOf(nodeRun({ pods: [{ owner: 0, cores: 9, gib: 40 }] }));
    expect(own[0]).toBeCloseTo(1, 15);
    expect(sum).toBeCloseTo(1, 15);
  });
});

describe('a node', () => {
  test('without pods is idle, whoever idle is given to', () => {
    for (const idle of ['separate', 'node', 'cluster'] as const) expect(sharesOf(nodeRun({}), idle).idle).toEqual([0, 0, 1, 0]);
  });

  test('of unknown size is what its pods had, and its idle is of no known kind', () => {
    expect(sharesOf(nodeRun({ capacity: null, pods: [{ owner: 0, cores: 1, gib: 1 }] })).own[0]).toBeCloseTo(1, 15);
    expect(sharesOf(nodeRun({ capacity: null })).idle).toEqual([0, 0, 0, 1]);
  });

  test('that was not observed has no shares', () => {
    expect(sharesOf(nodeRun({ observed: [0], pods: PODS })).sum).toBe(0);
  });
});

describe("the bill's own split", () => {
  const splits = [
    { owner: 0, split: 0.6, unused: 0.1 },
    { owner: 1, split: 0.2, unused: 0.1 },
  ];

  test('stands before requests and use', () => {
    const { own, idle } = sharesOf(nodeRun({ splits, observed: [0] }));
    expect(rounded(own)).toEqual([0.6, 0.2]);
    expect(idle).toEqual([0, 0, 0, expect.closeTo(0.2, 15)]);
  });

  test('gives each pod its unused cost where idle is spread over the node', () => {
    expect(rounded(sharesOf(nodeRun({ splits, pods: PODS }), 'node').partOfIdle)).toEqual([0.1, 0.1, 0, 0]);
  });

  test('is scaled to what the node cost', () => {
    expect(rounded(sharesOf(nodeRun({ splits: [{ owner: 0, split: 3, unused: 1 }], observed: [0] })).own)).toEqual([0.75]);
  });

  test('has idle of the kinds that the node had then', () => {
    const run = nodeRun({ splits, pods: [{ owner: 2, cores: 2, gib: 8 }], allocatable: { cores: 3, gib: 12, gpus: 0 } });
    expect(sharesOf(run).idle).toEqual([expect.closeTo(0.1, 15), 0, expect.closeTo(0.1, 15), 0]);
    expect(rounded(sharesOf(run).own)).toEqual([0.6, 0.2, 0]);
  });

  test('that costs nothing says that nobody had the node', () => {
    expect(sharesOf(nodeRun({ splits: [{ owner: 0, split: 0, unused: 0 }], observed: [0] })).idle).toEqual([0, 0, 0, 1]);
  });
});
