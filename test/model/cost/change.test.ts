import { expect, test } from 'vitest';
import { changeOf } from '../../../src/model/cost/change.ts';
import { money } from '../../../src/model/facts.ts';

test.each([
  [110, 100, { amount: 10, ratio: 0.10000000000000009 }],
  [50, 100, { amount: -50, ratio: -0.5 }],
  [50, -100, { amount: 150, ratio: 1.5 }],
  [-150, -100, { amount: -50, ratio: -0.5 }],
  [5, 0, { amount: 5, ratio: null }],
])('from %s after %s: the ratio has the sign of the amount', (cost, previous, change) => {
  expect(changeOf(money(cost), money(previous))).toEqual(change);
});

test('without an earlier amount there is no change', () => {
  expect(changeOf(money(5), null)).toBeNull();
});
