import { expect, test } from 'vitest';
import { progressLine } from '../../src/io/progress.ts';

const samples = (count: number): { readonly what: string; readonly count: number } => ({ what: 'samples', count });

test('a bar shows the share done, the time gone, and the time left at this rate', () => {
  const line = progressLine(0);
  line(0, 'cur 2026-10', 0, undefined);
  expect(line(30_000, 'cur 2026-10', 0.25, undefined)).toBe('cur 2026-10 [######------------------] 25 %, 30 s, 90 s left');
});

test('the time left is taken from what this run has done', () => {
  const line = progressLine(0);
  line(0, 'x', 0.5, undefined);
  expect(line(10_000, 'x', 0.75, undefined)).toBe('x [##################------] 75 %, 10 s, 10 s left');
});

test('work whose end is not known shows the time gone', () => {
  expect(progressLine(0)(4_200, 'cur 2026-10', undefined, undefined)).toBe('cur 2026-10 ... 4 s');
});

test('a share beyond its bounds draws a bar within its width', () => {
  expect(progressLine(0)(1000, 'x', 1.2, undefined)).toContain(`[${'#'.repeat(24)}]`);
});

test('the rate says how much was read, and how much a second', () => {
  expect(progressLine(0)(5000, 'x', undefined, samples(40_320_000))).toBe('x ... 5 s, 40.3M samples (8.06M/s)');
});

test('the rate of the next piece of work begins anew', () => {
  const line = progressLine(0);
  line(5000, 'x', undefined, samples(40_000));
  expect(line(6000, 'x', undefined, samples(100))).toBe('x ... 6 s');
  expect(line(7000, 'x', undefined, samples(1100))).toBe('x ... 7 s, 1.1K samples (1K/s)');
});

test('there is no rate where nothing is counted, or nothing was read yet', () => {
  expect(progressLine(0)(5000, 'x', undefined, samples(0))).toBe('x ... 5 s');
});
