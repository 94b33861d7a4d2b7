import { expect, test } from 'vitest';
import { bar, rate } from '../../src/io/progress.ts';

test('a bar shows the share done, the time gone, and the time left at this rate', () => {
  expect(bar('cur 2026-10', 0.25, 30_000)).toBe('cur 2026-10 [######------------------] 25 %, 30 s, 90 s left');
});

test('work whose end is not known shows the time gone', () => {
  expect(bar('cur 2026-10', undefined, 4_200)).toBe('cur 2026-10 ... 4 s');
});

test('a share beyond its bounds draws a bar within its width', () => {
  expect(bar('x', 1.2, 1000)).toContain(`[${'#'.repeat(24)}]`);
});

test('the rate says how much was read, and how much a second', () => {
  expect(rate({ what: 'samples', count: () => 40_320_000 }, 5000)).toBe(', 40.3M samples (8.06M/s)');
});

test('there is no rate where nothing is counted, or nothing was read yet', () => {
  expect(rate(undefined, 5000)).toBe('');
  expect(rate({ what: 'samples', count: () => 0 }, 5000)).toBe('');
});
