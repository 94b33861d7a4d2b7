import { expect, test } from 'vitest';
import { addDays, dayOf, dayPeriod, dayRange } from '../../src/model/day.ts';
import type { Day } from '../../src/model/facts.ts';

const day = (text: string): Day => text as Day;

test('the day of an instant is that in UTC', () => {
  expect(dayOf(new Date('2026-11-01T23:59:59.999-05:00'))).toBe('2026-11-02');
  expect(dayOf(Date.UTC(2026, 10, 1))).toBe('2026-11-01');
});

test('days follow each other over months, years and leap days', () => {
  expect(addDays(day('2026-12-31'), 1)).toBe('2027-01-01');
  expect(addDays(day('2028-02-28'), 1)).toBe('2028-02-29');
  expect(addDays(day('2026-03-01'), -1)).toBe('2026-02-28');
});

test('a day is [midnight, next midnight)', () => {
  expect(dayPeriod(day('2026-10-31'))).toEqual({ start: '2026-10-31T00:00:00Z', end: '2026-11-01T00:00:00Z' });
});

test('a range has both its ends; one that ends before it begins has nothing', () => {
  expect(dayRange(day('2026-10-30'), day('2026-11-01'))).toEqual(['2026-10-30', '2026-10-31', '2026-11-01']);
  expect(dayRange(day('2026-11-01'), day('2026-10-31'))).toEqual([]);
});
