import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idleKinds, type NodeUse, type PodShape } from '../../../../src/model/cost/allocation/idle.ts';

const WEIGHTS = { cpu: 9, memory: 1, gpu: 90 };
const of = (cores: number, gib: number, gpus = 0) => ({ cores, gib, gpus });

const NODE: NodeUse = { capacity: of(4, 16), allocatable: of(3.5, 14), allocated: of(2, 4), freeSlots: null };
const POD: PodShape = of(0.5, 1);

/** Cores and GiB apart: by weights that count one of the two. */
function kinds(use: Partial<NodeUse>, shape: PodShape = POD): { cores: number[]; gib: number[] } {
  const given = { ...NODE, ...use };
  return { cores: idleKinds(given, shape, { cpu: 1, memory: 0, gpu: 0 }), gib: idleKinds(given, shape, { cpu: 0, memory: 1, gpu: 0 }) };
}

describe('of what is left of a node', () => {
  test('the system has what is not allocatable; an average pod could still use the rest, as far as both resources go', () => {
    expect(kinds({})).toEqual({ cores: [0.5, 0, 1.5], gib: [2, 7, 3] });
  });

  test('memory is unallocatable where no core is left', () => {
    expect(kinds({ allocated: of(3.5, 4) })).toEqual({ cores: [0.5, 0, 0], gib: [2, 10, 0] });
  });

  test('all is unallocatable where no pod more is allowed', () => {
    expect(kinds({ freeSlots: 0 })).toEqual({ cores: [0.5, 1.5, 0], gib: [2, 10, 0] });
    expect(kinds({ freeSlots: 1 })).toEqual({ cores: [0.5, 1, 0.5], gib: [2, 9, 1] });
  });

  test('pods that use more than is allocatable take it from the system', () => {
    expect(kinds({ allocated: of(3.75, 14) })).toEqual({ cores: [0.25, 0, 0], gib: [2, 0, 0] });
  });

  test('there is nothing where pods have more than there is', () => {
    expect(kinds({ allocated: of(5, 20) })).toEqual({ cores: [0, 0, 0], gib: [0, 0, 0] });
  });

  test('nothing is known to be unallocatable in a cluster without pods', () => {
    expect(kinds({ allocated: of(0, 0) }, null)).toEqual({ cores: [0.5, 0, 3.5], gib: [2, 0, 14] });
  });

  test('a resource that the average pod has nothing of goes with the other', () => {
    expect(kinds({}, of(0.5, 0))).toEqual({ cores: [0.5, 0, 1.5], gib: [2, 0, 10] });
    expect(kinds({ allocated: of(3.5, 4) }, of(0.5, 0))).toEqual({ cores: [0.5, 0, 0], gib: [2, 10, 0] });
  });
});

test('the kinds are never negative, and are all that is left', () => {
  const size = fc.record({ cores: fc.double({ min: 0, max: 64, noNaN: true }), gib: fc.double({ min: 0, max: 512, noNaN: true }), gpus: fc.nat(8) });
  const shape = fc.oneof(fc.constant(null), size);
  fc.assert(
    fc.property(
      size,
      fc.oneof(fc.constant(null), size),
      size,
      fc.oneof(fc.constant(null), fc.integer({ min: -3, max: 50 })),
      shape,
      (capacity, allocatable, allocated, freeSlots, pod) => {
        const found = idleKinds({ capacity, allocatable, allocated, freeSlots }, pod, WEIGHTS);
        for (const kind of found) expect(kind).toBeGreaterThanOrEqual(0);
        const left = (resource: keyof typeof capacity): number => Math.max(capacity[resource] - allocated[resource], 0);
        expect(found[0] + found[1] + found[2]).toBeCloseTo(9 * left('cores') + left('gib') + 90 * left('gpus'), 9);
      },
    ),
  );
});
