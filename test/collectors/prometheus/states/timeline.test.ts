import { describe, expect, test } from 'vitest';
import { addRun, inBucket, increases, timeline } from '../../../../src/collectors/prometheus/states/timeline.ts';

const MINUTE = 60_000;

function runsOf(...samples: readonly (readonly [minute: number, value: number])[]): number[] {
  const runs: number[] = [];
  for (const [minute, value] of samples) addRun(runs, minute * MINUTE, 0, 1, value);
  return runs;
}

const lineOf = (runs: readonly number[]): number[][] => timeline(runs, Infinity).map(({ first, last, value }) => [first / MINUTE, last / MINUTE, value]);

test('equal values in a row are held as three numbers, however they come', () => {
  const runs: number[] = [];
  addRun(runs, 0, MINUTE, 700, 5);
  addRun(runs, 700 * MINUTE, MINUTE, 740, 5);
  expect(runs).toEqual([0, 1439 * MINUTE, 5]);
});

test('a run ends where nothing was seen for more than five minutes', () => {
  expect(runsOf([0, 1], [5, 1], [11, 1])).toEqual([0, 5 * MINUTE, 1, 11 * MINUTE, 11 * MINUTE, 1]);
  const sparse: number[] = [];
  addRun(sparse, 0, 10 * MINUTE, 3, 1);
  expect(sparse).toEqual([0, 0, 1, 10 * MINUTE, 10 * MINUTE, 1, 20 * MINUTE, 20 * MINUTE, 1]);
});

describe('several sources of one series', () => {
  test('that follow each other are put together', () => {
    expect(lineOf([...runsOf([10, 3], [12, 3]), ...runsOf([0, 3], [9, 3], [5, 3])])).toEqual([[0, 12, 3]]);
  });

  test('with looks at other times narrow down when a value changed', () => {
    expect(lineOf([...runsOf([0, 0], [4, 1]), ...runsOf([3, 0], [7, 1])])).toEqual([
      [0, 3, 0],
      [4, 7, 1],
    ]);
  });

  test('of which one is behind do not make the value go back', () => {
    expect(lineOf([...runsOf([0, 0], [4, 1], [5, 1]), ...runsOf([1, 0], [5, 0], [8, 1])])).toEqual([
      [0, 0, 0],
      [4, 8, 1],
    ]);
  });

  test('that contradict each other from the first look on are not taken for a change', () => {
    expect(lineOf([...runsOf([0, 2], [5, 2]), ...runsOf([0, 3], [5, 3])])).toEqual([[0, 5, 3]]);
  });
});

test('an increase lies between two looks; a fall is a new beginning', () => {
  expect(increases(timeline(runsOf([0, 4], [1, 6], [2, 0], [3, 1]), Infinity))).toEqual([
    { previous: 0, time: MINUTE, count: 2 },
    { previous: 2 * MINUTE, time: 3 * MINUTE, count: 1 },
  ]);
});

test('the last value in five minutes is that of the bucket; without a look it has none', () => {
  const line = timeline(runsOf([0, 1], [1, 2], [11, 3]), Infinity);
  expect([0, 5, 10].map((minute) => inBucket(line, minute * MINUTE)?.value)).toEqual([2, undefined, 3]);
});

test('what is seen at or after the end is not of the day', () => {
  expect(timeline(runsOf([0, 1], [4, 1], [5, 2]), 4 * MINUTE)).toEqual([{ first: 0, last: 4 * MINUTE - 1, value: 1 }]);
});
