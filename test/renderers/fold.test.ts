import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeOf } from '../../src/model/cost/change.ts';
import type { BreakdownRow } from '../../src/model/cost/cost-report.ts';
import { money } from '../../src/model/facts.ts';
import { fold } from '../../src/renderers/fold.ts';

const row = (name: string, cost: number, previous: number | null = null): BreakdownRow => {
  const previousCost = previous === null ? null : money(previous);
  return { name, title: null, cost: money(cost), previousCost, change: changeOf(money(cost), previousCost), share: cost / 100 };
};

test('keeps the rows that weigh most and sums up the others', () => {
  const folded = fold([row('a', 60, 50), row('b', 20, 20), row('c', 12, 0), row('d', 8, 10)], 2);
  expect(folded.rows.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(folded.others).toEqual({ count: 2, cost: 20, previousCost: 10, change: { amount: 10, ratio: 1 }, share: 0.2 });
});

test('does not fold a single row', () => {
  expect(fold([row('a', 2), row('b', 1)], 1).others).toBeNull();
});

test('keeps a large credit and a service that was given up in sight, in their order', () => {
  const folded = fold([row('a', 60, 50), row('b', 5, 5), row('c', 4, 4), row('gone', 0, 70), row('credit', -40, 0)], 3);
  expect(folded.rows.map(({ name }) => name)).toEqual(['a', 'gone', 'credit']);
});

test('does not know the sum of what is not known', () => {
  const { others } = fold([row('a', 60, 50), row('b', 20, null), row('c', 12, 3)], 1);
  expect(others).toMatchObject({ cost: 32, previousCost: null, change: null });
});

const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });

test('law: a folded table adds up to the same sums', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cents, cents), { maxLength: 80 }), fc.integer({ min: 0, max: 30 }), (amounts, most) => {
      const rows = amounts.map(([cost, previous], at) => row(`${at}`, cost, previous));
      const { rows: named, others } = fold(rows, most);
      const sum = (pick: (of: Pick<BreakdownRow, 'cost' | 'previousCost' | 'change'>) => number | undefined): number =>
        [...named, ...(others === null ? [] : [others])].reduce((total, of) => total + (pick(of) ?? Number.NaN), 0);
      expect(named.length).toBeLessThanOrEqual(most + 1);
      expect(sum(({ cost }) => cost)).toBe(amounts.reduce((total, [cost]) => total + cost, 0));
      expect(sum(({ previousCost }) => previousCost ?? undefined)).toBe(amounts.reduce((total, [, previous]) => total + previous, 0));
      expect(sum(({ change }) => change?.amount)).toBe(amounts.reduce((total, [cost, previous]) => total + cost - previous, 0));
      expect(named.length + (others?.count ?? 0)).toBe(rows.length);
    }),
  );
});
