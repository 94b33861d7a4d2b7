import { expect, test } from 'vitest';
import { isSkewed, skewGaps } from '../../src/collectors/clock-skew.ts';

test('clocks that differ by less than a minute agree: so long may answers take', () => {
  expect([isSkewed(0), isSkewed(59), isSkewed(-59), isSkewed(60), isSkewed(-60)]).toEqual([false, false, false, true, true]);
});

test('a clock that nobody tells is not known to be wrong', () => {
  expect(isSkewed(undefined)).toBe(false);
  expect(skewGaps('a', undefined)).toEqual([]);
});

test('a wrong clock is a gap that says by how much', () => {
  expect(skewGaps('a', -3600)).toEqual([{ code: 'clock-skew', source: 'a', seconds: -3600 }]);
});
