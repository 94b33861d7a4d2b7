import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServiceCharge } from '../../../src/model/cost/cost-line.ts';
import { trend } from '../../../src/model/cost/trend.ts';
import { money, type Month } from '../../../src/model/facts.ts';

const charge = (firstDay: string, endDay: string, cost: number, given: Partial<ServiceCharge> = {}): ServiceCharge => ({
  month: '2026-10' as Month,
  service: 'EC2',
  category: 'Usage',
  firstDay,
  endDay,
  cost: money(cost),
  ...given,
});

describe('the trend', () => {
  test('has a point a day and service, in order', () => {
    const charges = [charge('2026-10-02', '2026-10-03', 2), charge('2026-10-01', '2026-10-02', 1, { service: 'S3' }), charge('2026-10-01', '2026-10-02', 3)];
    expect(trend(charges)).toEqual([
      { day: '2026-10-01', service: 'EC2', cost: 3 },
      { day: '2026-10-01', service: 'S3', cost: 1 },
      { day: '2026-10-02', service: 'EC2', cost: 2 },
    ]);
  });

  test('spreads a charge of several days evenly', () => {
    expect(trend([charge('2026-10-30', '2026-11-01', 3)]).map(({ day, cost }) => [day, cost])).toEqual([
      ['2026-10-30', 1.5],
      ['2026-10-31', 1.5],
    ]);
  });

  test('spreads a charge of the month over all of its days', () => {
    const points = trend([charge('2026-10-01', '2026-11-01', 31)]);
    expect([points.length, points[0], points[30]]).toEqual([
      31,
      { day: '2026-10-01', service: 'EC2', cost: 1 },
      { day: '2026-10-31', service: 'EC2', cost: 1 },
    ]);
  });

  test('counts a late correction on the first day of the month that bills it', () => {
    expect(trend([charge('2026-09-01', '2026-10-01', -84)])).toEqual([{ day: '2026-10-01', service: 'EC2', cost: -84 }]);
  });

  test('has late corrections on a line of their own, and not on that of a day of their service', () => {
    const charges = [charge('2026-10-01', '2026-10-02', 3), charge('2026-09-12', '2026-09-13', -84, { isCorrection: true })];
    expect(trend(charges)).toEqual([
      { day: '2026-10-01', service: 'Corrections', cost: -84 },
      { day: '2026-10-01', service: 'EC2', cost: 3 },
    ]);
  });

  test('counts a charge of the next month on the last day of the month that bills it', () => {
    expect(trend([charge('2026-11-03', '2026-11-04', 5)])).toEqual([{ day: '2026-10-31', service: 'EC2', cost: 5 }]);
  });

  test('counts an upfront fee of a year on the days of the month that bills it', () => {
    const points = trend([charge('2026-10-30', '2027-10-30', 365)]);
    expect(points.map(({ day, cost }) => [day, cost])).toEqual([
      ['2026-10-30', 182.5],
      ['2026-10-31', 182.5],
    ]);
  });

  test('counts a charge that ends where it begins on that day', () => {
    expect(trend([charge('2026-10-05', '2026-10-05', 1)])).toEqual([{ day: '2026-10-05', service: 'EC2', cost: 1 }]);
  });

  test('names tax and credits as the report does', () => {
    const charges = [charge('2026-10-01', '2026-10-02', 1, { category: 'Tax' }), charge('2026-10-01', '2026-10-02', -2, { category: 'Credit' })];
    expect(trend(charges).map(({ service }) => service)).toEqual(['Credits', 'Tax']);
  });

  test('adds up to the charges, whatever their days', () => {
    const day = fc.integer({ min: -400, max: 400 });
    const any = fc.array(fc.record({ from: day, length: fc.integer({ min: -3, max: 400 }), cost: fc.integer({ min: -1e6, max: 1e6 }) }), { maxLength: 30 });
    fc.assert(
      fc.property(any, (charges) => {
        const date = (days: number): string => new Date(Date.UTC(2026, 9, 1 + days)).toISOString().slice(0, 10);
        const points = trend(charges.map(({ from, length, cost }) => charge(date(from), date(from + length), cost)));
        const sum = points.reduce((total, { cost }) => total + cost, 0);
        expect(sum).toBeCloseTo(
          charges.reduce((total, { cost }) => total + cost, 0),
          4,
        );
        expect(points.every((point) => point.day.startsWith('2026-10-'))).toBe(true);
      }),
    );
  });
});
