import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsOf, halves, HOUR, stretches, type Slice } from '../../../../src/collectors/prometheus/usage/slices.ts';

describe('groups of namespaces', () => {
  const counts = new Map([
    ['web', 30],
    ['api', 50],
    ['jobs', 90],
    ['db', 10],
  ]);

  it('are one where the cluster is small', () => {
    expect(groupsOf(counts, undefined, 1000)).toEqual([{ all: true }]);
    expect(groupsOf(counts, ['web', 'db'], 1000)).toEqual([{ only: ['db', 'web'] }]);
  });

  it('are in the order of names, each of a bounded size, and one of whatever came later', () => {
    expect(groupsOf(counts, undefined, 100)).toEqual([{ only: ['api', 'db'] }, { only: ['jobs'] }, { only: ['web'] }, { but: ['api', 'db', 'jobs', 'web'] }]);
  });

  it('leave out no namespace, and have none twice', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.nat(50)), fc.integer({ min: 1, max: 100 }), (sizes, most) => {
        const groups = groupsOf(new Map(Object.entries(sizes)), undefined, most);
        const named = groups.flatMap((group) => ('only' in group ? group.only : []));
        if (groups.length > 1) expect(named.toSorted()).toEqual(Object.keys(sizes).toSorted());
        for (const group of groups) {
          if ('only' in group && group.only.length > 1) expect(group.only.reduce((sum, name) => sum + (sizes[name] ?? 0), 0)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});

describe('slices', () => {
  it('cover a day without gaps, at whole buckets', () => {
    expect(stretches(0, 24 * HOUR, 10 * HOUR)).toEqual([
      { start: 0, end: 10 * HOUR },
      { start: 10 * HOUR, end: 20 * HOUR },
      { start: 20 * HOUR, end: 24 * HOUR },
    ]);
    expect(stretches(0, 24 * HOUR, Number.POSITIVE_INFINITY)).toEqual([{ start: 0, end: 24 * HOUR }]);
  });

  it('are halved in time, then by namespaces, and at last no more', () => {
    const slice = (hours: number, ...only: string[]): Slice => ({ start: 0, end: hours * HOUR, group: { only } });
    expect(halves(slice(3, 'a', 'b'))?.map(({ start, end }) => [start / HOUR, end / HOUR])).toEqual([
      [0, 1.5],
      [1.5, 3],
    ]);
    expect(halves(slice(1, 'a', 'b', 'c'))?.map(({ group }) => group)).toEqual([{ only: ['a', 'b'] }, { only: ['c'] }]);
    expect(halves(slice(1, 'a'))).toBeUndefined();
  });
});
