import { expect, test } from 'vitest';
import type { Day, Timestamp } from '../../../src/model/facts.ts';
import type { LocatedPart } from '../../../src/snapshot/allocation/contract.ts';
import { secondsObserved } from '../../../src/snapshot/allocation/observed.ts';

const part = (start: string, end: string, cluster = 'production', rows = 1): LocatedPart => ({
  path: '',
  part: {
    table: 'pods',
    cluster,
    source: 'metrics',
    day: start.slice(0, 10) as Day,
    slice: 'all',
    file: '',
    sha256: '',
    bytes: 0,
    identity: '',
    facts: { rows, capabilities: [], gaps: [], observed: { start: `${start}Z` as Timestamp, end: `${end}Z` as Timestamp }, resolution: null, samples: 0 },
  },
});

const hour = (time: string): number => Date.parse(`${time}Z`) / 3_600_000;

test('seconds that two sources saw count once', () => {
  const seen = secondsObserved([part('2026-10-05T10:20', '2026-10-05T12:00'), part('2026-10-05T10:10', '2026-10-05T10:30')], () => true);
  expect(['09', '10', '11', '12'].map((at) => seen('production', hour(`2026-10-05T${at}:00`)))).toEqual([0, 3000, 3600, 0]);
  expect(seen('staging', hour('2026-10-05T11:00'))).toBe(0);
});

test('a look that found no pods, or does not say where they were, saw nothing', () => {
  const parts = [part('2026-10-05T10:00', '2026-10-05T11:00', 'production', 0), part('2026-10-06T10:00', '2026-10-06T11:00')];
  const seen = secondsObserved(parts, (_, day) => day !== '2026-10-06');
  expect(['2026-10-05T10:00', '2026-10-06T10:00'].map((at) => seen('production', hour(at)))).toEqual([0, 0]);
});
