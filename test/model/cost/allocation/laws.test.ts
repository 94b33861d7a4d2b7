import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateNodes } from '../../../../src/model/cost/allocation/allocate-nodes.ts';
import { explainNodes } from '../../../../src/model/cost/allocation/explain-nodes.ts';
import type { NodeInput, NodeRun, Owner } from '../../../../src/model/cost/allocation/node-run.ts';
import { sensitivity } from '../../../../src/model/cost/allocation/sensitivity.ts';
import { IDLE_MODES } from '../../../../src/model/cost/allocation-settings.ts';
import { KNOWN_WEIGHTS } from '../../../../src/model/cost/allocation/weights.ts';
import { workloadUses } from '../../../../src/model/cost/allocation/workload-uses.ts';
import { nodeInput, nodeRun, OCTOBER, owner } from './runs.ts';

const OWNERS = ['a', 'b', 'c', 'd'].map((name, at) => owner(name, at < 2 ? 'web' : 'data'));

/** In millionths, for that is what use is measured in. */
const amount = (most: number) =>
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: most * 1e6 }).map((millionths) => millionths / 1e6),
  );

const options = fc.record({
  idle: fc.constantFrom(...IDLE_MODES),
  weights: fc.oneof(
    fc.constantFrom(...Object.values(KNOWN_WEIGHTS)),
    fc.record({ cpu: fc.double({ min: 1e-3, max: 10, noNaN: true }), memory: fc.double({ min: 1e-3, max: 10, noNaN: true }), gpu: amount(100) }),
  ),
});

/** Nodes of 30 hours in two lines, of which some hours are not observed, and some are split by the bill. */
const run = (instance: string, least: number): fc.Arbitrary<NodeRun> =>
  fc
    .record({
      pods: fc.array(
        fc.record({ hour: fc.nat(29), owner: fc.nat(3), cores: amount(8), gib: amount(40), gpus: amount(1), seconds: fc.integer({ min: 1, max: 3600 }) }),
        { maxLength: 60 },
      ),
      splits: fc.array(fc.record({ hour: fc.nat(29), owner: fc.nat(3), split: amount(1), unused: amount(1) }), { maxLength: 10 }),
      costs: fc.array(
        fc.array(
          fc.oneof(
            fc.constant(0),
            fc.integer({ min: least * 1e9, max: 5e9 }).map((billionths) => billionths / 1e9),
          ),
          { minLength: 30, maxLength: 30 },
        ),
        {
          minLength: 2,
          maxLength: 2,
        },
      ),
      observed: fc.oneof(fc.constant(Array.from({ length: 30 }, () => 1)), fc.array(fc.constantFrom(0, 1, 1), { minLength: 30, maxLength: 30 })),
      seconds: fc.array(fc.integer({ min: 1, max: 3600 }), { minLength: 30, maxLength: 30 }),
      capacity: fc.oneof(
        fc.constant(null),
        fc.record({ cores: fc.double({ min: 0.5, max: 16, noNaN: true }), gib: fc.double({ min: 0.5, max: 64, noNaN: true }), gpus: fc.nat(2) }),
      ),
      kept: fc.double({ min: 0, max: 1, noNaN: true }),
      podSlots: fc.oneof(fc.constant(null), fc.nat(4)),
    })
    .map(({ kept, capacity, ...rest }) => {
      const allocatable = capacity === null ? null : { cores: capacity.cores * kept, gib: capacity.gib * kept, gpus: capacity.gpus };
      return nodeRun({ instance, hours: 30, capacity, allocatable, ...rest });
    });

const input = (least = 0): fc.Arbitrary<NodeInput> =>
  fc.tuple(run('i-1', least), run('i-2', least), run('i-3', least)).map((runs) => nodeInput(runs, OWNERS, [OCTOBER, OCTOBER]));

const billed = ({ runs }: NodeInput, line: number): number =>
  runs.reduce((sum, { costs }) => sum + (costs[line]?.cost.reduce((so, cost) => so + cost, 0) ?? 0), 0);
const gross = ({ runs }: NodeInput): number =>
  runs.reduce((sum, { costs }) => sum + costs.reduce((of, { cost }) => of + cost.reduce((so, one) => so + Math.abs(one), 0), 0), 0);

describe('a split of nodes', () => {
  test('adds up to what they cost, line by line, whatever the weights and whoever bears idle; refunds too', () => {
    fc.assert(
      fc.property(input(-5), options, (given, how) => {
        const sums = [...allocateNodes(given, how).sums()];
        for (const line of [0, 1]) {
          const split = sums.filter((sum) => sum.line === line).reduce((so, { cost }) => so + cost, 0);
          expect(Math.abs(split - billed(given, line))).toBeLessThanOrEqual(1e-9 * gross(given));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('has nothing negative, idle neither, where nothing was refunded', () => {
    fc.assert(
      fc.property(input(), options, (given, how) => {
        for (const { cost } of allocateNodes(given, how).sums()) expect(cost).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('of two teams that become one is the sum of theirs', () => {
    fc.assert(
      fc.property(input(-5), options, (given, how) => {
        const merged: NodeInput = {
          ...given,
          runs: given.runs.map((one) => ({
            ...one,
            pods: { ...one.pods, owner: asOne(one.pods.owner) },
            splits: { ...one.splits, owner: asOne(one.splits.owner) },
          })),
        };
        const [apart, together] = [byOwner(given, how), byOwner(merged, how)];
        const near = 1e-9 * (gross(given) + 1);
        expect(Math.abs((apart.get(OWNERS[0]) ?? 0) + (apart.get(OWNERS[1]) ?? 0) - (together.get(OWNERS[0]) ?? 0))).toBeLessThanOrEqual(near);
        expect(Math.abs((apart.get(OWNERS[2]) ?? 0) - (together.get(OWNERS[2]) ?? 0))).toBeLessThanOrEqual(near);
      }),
      { numRuns: 200 },
    );
  });

  test('is explained by parts that add up to it', () => {
    fc.assert(
      fc.property(input(-5), options, (given, how) => {
        const costs = byOwner(given, how);
        const parts = explainNodes(given, OCTOBER, how, { cluster: 'production', namespace: 'web' });
        const near = 1e-9 * (gross(given) + 1);
        const sum = parts.reduce((so, { cost }) => so + cost, 0);
        expect(Math.abs(sum - (costs.get(OWNERS[0]) ?? 0) - (costs.get(OWNERS[1]) ?? 0))).toBeLessThanOrEqual(near);
        for (const part of parts) {
          const all = part.cpuCost + part.memoryCost + part.gpuCost + part.splitCost + part.idleCost + part.extrapolatedCost;
          expect(Math.abs(all - part.cost)).toBeLessThanOrEqual(near);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is the one of its weights among those that its sensitivity shows', () => {
    fc.assert(
      fc.property(input(), fc.constantFrom(...IDLE_MODES), (given, idle) => {
        const ledger = allocateNodes(given, { weights: KNOWN_WEIGHTS.opencost, idle });
        const shown = sensitivity(given, idle, undefined, { name: 'aws-9to1', ledger: allocateNodes(given, { weights: KNOWN_WEIGHTS['aws-9to1'], idle }) });
        const sums = byOwner(given, { weights: KNOWN_WEIGHTS.opencost, idle });
        for (const { namespace, opencost } of shown) {
          const sum = OWNERS.reduce((so, one) => so + (one.namespace === namespace ? (sums.get(one) ?? 0) : 0), 0);
          expect(opencost).toBeCloseTo(sum, 9);
        }
        expect(workloadUses(given, ledger).every(({ cost }) => cost >= 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

/** The second owner's are the first's. */
const asOne = (owners: Int32Array): Int32Array => owners.map((one) => (one === 1 ? 0 : one));

function byOwner(given: NodeInput, how: Parameters<typeof allocateNodes>[1]): Map<Owner | undefined, number> {
  const ledger = allocateNodes(given, how);
  const sums = new Map<Owner | undefined, number>();
  for (const { bearer, cost } of ledger.sums()) {
    const of = given.owners[ledger.ownerOf(bearer)];
    sums.set(of, (sums.get(of) ?? 0) + cost);
  }
  return sums;
}
