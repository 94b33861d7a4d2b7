import { expect, test } from 'vitest';
import { bar } from '../../src/io/progress.ts';

test('a bar shows the share done, the time gone, and the time left at this rate', () => {
  expect(bar('cur 2026-10', 0.25, 30_000)).toBe('cur 2026-10 [######------------------] 25 %, 30 s, 90 s left');
});

test('work whose end is not known shows the time gone', () => {
  expect(bar('cur 2026-10', undefined, 4_200)).toBe('cur 2026-10 ... 4 s');
});

test('a share beyond its bounds draws a bar within its width', () => {
  expect(bar('x', 1.2, 1000)).toContain(`[${'#'.repeat(24)}]`);
});
