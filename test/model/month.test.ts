import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Month } from '../../src/model/facts.ts';
import { addMonths, daysIn, month, monthOf, monthPeriod, monthRange } from '../../src/model/month.ts';

const of = (text: string): Month => text as Month;
const months = fc.integer({ min: 2000 * 12, max: 2100 * 12 }).map((index) => addMonths(of('0000-01'), index));

describe('month', () => {
  test.each(['2026-01', '2026-12', '0001-01'])('%s is one', (text) => {
    expect(month(text)).toBe(text);
  });

  test.each(['2026-00', '2026-13', '2026-1', '26-01', '2026-01-01', ' 2026-01', '2026-01\n', ''])('%j is none', (text) => {
    expect(month(text)).toBeUndefined();
  });
});

describe('monthOf', () => {
  test.each([
    ['2026-10-31T23:59:59Z', '2026-10'],
    ['2026-10-01', '2026-10'],
    ['2026-10', '2026-10'],
  ])('%s lies in %s', (time, expected) => {
    expect(monthOf(time)).toBe(expected);
  });

  test('throws for what is no date', () => {
    expect(() => monthOf('yesterday')).toThrow('not a date: yesterday');
  });
});

describe('addMonths', () => {
  test.each([
    ['2026-10', 1, '2026-11'],
    ['2026-12', 1, '2027-01'],
    ['2026-01', -1, '2025-12'],
    ['2026-03', -15, '2024-12'],
    ['2026-03', 24, '2028-03'],
    ['2026-03', 0, '2026-03'],
  ])('%s and %i is %s', (from, count, expected) => {
    expect(addMonths(of(from), count)).toBe(expected);
  });

  test('forth and back is where one was', () => {
    fc.assert(fc.property(months, fc.integer({ min: -600, max: 600 }), (from, count) => addMonths(addMonths(from, count), -count) === from));
  });
});

describe('monthPeriod', () => {
  test('ends where the next month begins', () => {
    expect(monthPeriod(of('2026-12'))).toEqual({ start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' });
  });

  test('of a month touches that of the next', () => {
    fc.assert(fc.property(months, (from) => monthPeriod(from).end === monthPeriod(addMonths(from, 1)).start));
  });
});

describe('monthRange', () => {
  test('has both ends', () => {
    expect(monthRange(of('2025-11'), of('2026-02'))).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  });

  test('of one month is that month', () => {
    expect(monthRange(of('2026-02'), of('2026-02'))).toEqual(['2026-02']);
  });

  test('is empty where the last comes first', () => {
    expect(monthRange(of('2026-02'), of('2026-01'))).toEqual([]);
  });
});

describe('daysIn', () => {
  test.each([
    ['2026-02', 28],
    ['2024-02', 29],
    ['2100-02', 28],
    ['2000-02', 29],
    ['2026-04', 30],
    ['2026-12', 31],
  ])('%s has %i days', (of_, days) => {
    expect(daysIn(of(of_))).toBe(days);
  });

  test('the months of a year have 365 or 366', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1970, max: 2200 }), (year) => {
        const days = monthRange(of(`${year}-01`), of(`${year}-12`)).reduce((sum, one) => sum + daysIn(one), 0);
        return days === 365 || days === 366;
      }),
    );
  });
});
