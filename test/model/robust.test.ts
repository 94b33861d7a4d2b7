import { expect, test } from 'vitest';
import { mean, median, quantile, theilSen } from '../../src/model/robust.ts';

test('a quantile lies between two values in proportion', () => {
  expect([quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3, 4, 5], 0.9), median([3]), quantile([1, 2], 1)]).toEqual([2.5, 4.6, 3, 2]);
});

test('a mean is a sum by a count, and of nothing it is not a number', () => {
  expect([mean([1, 2, 6]), mean([]), median([])]).toEqual([3, Number.NaN, Number.NaN]);
});

test('a line by Theil and Sen is not moved by a wild point', () => {
  const { slope, at } = theilSen([
    [0, 1],
    [1, 3],
    [2, 5],
    [3, 700],
    [4, 9],
  ]);
  expect([slope, at(5)]).toEqual([2, 11]);
});
