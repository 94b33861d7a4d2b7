import { expect, test } from 'vitest';
import { toldOnce } from '../../src/commands/gaps.ts';
import type { Gap, Month } from '../../src/model/facts.ts';

const missing = (source: string): Gap => ({ code: 'missing-metric', source, metric: 'm', unknown: 'x' });
const orphans = (pods: number, source = 'a'): Gap => ({ code: 'unknown-owner', source, pods, example: `web/${pods}` });

test('what is missing on several days is told once, in order of sources', () => {
  expect(toldOnce([missing('b'), missing('a'), missing('b')])).toEqual([missing('a'), missing('b')]);
});

test('prices that only some reports are of are left to these', () => {
  const unknown = (metric: 'billed' | 'list' | 'contracted'): Gap => ({
    code: 'unknown-cost',
    source: 'a',
    month: '2026-10' as Month,
    metric,
    lines: 1,
    billed: null,
    currency: 'USD',
  });
  expect(toldOnce([unknown('list'), unknown('contracted'), unknown('billed')])).toEqual([unknown('billed')]);
});

test('of pods without an owner the day with most of them says it', () => {
  expect(toldOnce([orphans(2), orphans(9), orphans(3), orphans(1, 'b')])).toEqual([orphans(9), orphans(1, 'b')]);
});
