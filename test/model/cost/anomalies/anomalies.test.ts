import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anomalies } from '../../../../src/model/cost/anomalies/anomalies.ts';
import type { Anomaly } from '../../../../src/model/cost/anomalies/anomaly.ts';
import { detect } from '../../../../src/model/cost/anomalies/detect.ts';
import { dailySeries, serviceDays, teamDays, type DailySeries } from '../../../../src/model/cost/anomalies/series.ts';
import { addDays } from '../../../../src/model/day.ts';
import { money, type Day, type Month } from '../../../../src/model/facts.ts';
import { costLine } from '../cost-lines.ts';
import { datedCharge, everyDay } from '../dated-charges.ts';
import { noisy, normal, random } from './noise.ts';

const FIRST = '2026-08-02' as Day;
const seriesOf = (costs: readonly number[], first = FIRST): DailySeries => ({ by: 'service', name: 'Amazon EC2', first, costs });
const found = (costs: readonly number[], least = 0.01): Anomaly[] => detect(seriesOf(costs), money(least));
const dayAt = (at: number): Day => addDays(FIRST, at);

/** How many of as many seeded series are called anomalous, and of how many `is` says so. */
function rate(count: number, make: (seed: number) => readonly number[], is: (anomalous: readonly Anomaly[]) => boolean = (some) => some.length > 0): number {
  return Array.from({ length: count }, (_, seed) => is(found(make(seed + 1)))).filter(Boolean).length / count;
}

describe('a step', () => {
  test('is found with the day it began and what it costs', () => {
    const costs = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 99 : 101) + (at >= 50 ? 40 : 0));
    const [only, ...others] = found(costs);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ by: 'service', name: 'Amazon EC2', kind: 'rise', began: dayAt(50), ended: null, confidence: 'high' });
    expect([only?.expectedPerDay, only?.actualPerDay, only?.extra].map((amount) => Math.round(amount ?? Number.NaN))).toEqual([100, 140, 400]);
  });

  test('of 30 % in noise of 10 % is found after seven days in nine of ten series, and in nearly all after ten', () => {
    const after = (days: number): number =>
      rate(
        400,
        (seed) => noisy(100, 0.1, 60, seed).map((cost, at) => (at >= 60 - days ? cost * 1.3 : cost)),
        (some) => some.some(({ kind, began }) => kind === 'rise' && Math.abs(Date.parse(began) - Date.parse(dayAt(60 - days))) <= 3 * 86_400_000),
      );
    expect(after(3)).toBeGreaterThan(0.35);
    expect(after(7)).toBeGreaterThan(0.87);
    expect(after(10)).toBeGreaterThan(0.93);
  });

  test('that was taken back says when it ended', () => {
    const costs = noisy(100, 0.02, 60, 5).map((cost, at) => (at >= 40 && at < 46 ? cost + 50 : cost));
    expect(found(costs).map(({ kind, began, ended }) => [kind, began, ended])).toEqual([['rise', dayAt(40), dayAt(45)]]);
  });

  test('from nothing is new, and to nothing is gone', () => {
    const series = (isOn: (at: number) => boolean): number[] => noisy(100, 0.1, 60, 9).map((cost, at) => (isOn(at) ? cost : 0));
    expect(found(series((at) => at >= 45)).map(({ kind, began }) => [kind, began])).toEqual([['new', dayAt(45)]]);
    expect(found(series((at) => at < 45)).map(({ kind, began }) => [kind, began])).toEqual([['gone', dayAt(45)]]);
  });

  test('becomes the usual level: what comes after is compared with it', () => {
    const costs = noisy(100, 0.02, 80, 3).map((cost, at) => cost + (at >= 40 ? 50 : 0) + (at >= 70 ? 50 : 0));
    expect(found(costs).map(({ began, expectedPerDay }) => [began, Math.round(expectedPerDay / 10) * 10])).toEqual([
      [dayAt(40), 100],
      [dayAt(70), 150],
    ]);
  });
});

describe('a spike', () => {
  test('of a day is found, and nothing else', () => {
    const costs = noisy(100, 0.1, 60, 11);
    costs[44] = 260;
    expect(found(costs).map(({ kind, began, ended }) => [kind, began, ended])).toEqual([['spike', dayAt(44), dayAt(44)]]);
  });

  test('the like of which has been there twice is none', () => {
    const costs = noisy(100, 0.02, 60, 11).map((cost, at) => (at % 13 === 5 ? cost + 100 : cost));
    expect(found(costs).filter(({ began }) => began > dayAt(35))).toEqual([]);
  });
});

describe('is no anomaly:', () => {
  test.each<[string, (seed: number) => readonly number[]]>([
    ['noise of 2 %', (seed) => noisy(100, 0.02, 60, seed)],
    ['noise of 10 % in a month', (seed) => noisy(100, 0.1, 30, seed)],
    ['noise of 30 %', (seed) => noisy(100, 0.3, 90, seed)],
    ['noise by a factor (log-normal)', (seed) => noisy(100, 0, 60, seed).map((cost, at) => cost * Math.exp(0.5 * normal(random(seed * 1000 + at))()))],
    ['a week with quiet weekends', (seed) => noisy(100, 0.05, 60, seed).map((cost, at) => (at % 7 > 4 ? cost / 2 : cost))],
  ])('%s (less than one series in 100)', (_name, make) => {
    expect(rate(1000, make)).toBeLessThan(0.01);
  });

  test('growth by 5 % a month, on the days of the last month (less than one series in 50)', () => {
    const isOfLastMonth = (some: readonly Anomaly[]): boolean => some.some(({ began }) => began >= dayAt(60));
    expect(rate(400, (seed) => noisy(100, 0.1, 91, seed).map((cost, at) => cost * 1.05 ** (at / 30)), isOfLastMonth)).toBeLessThan(0.02);
  });

  test('a fee on the first of each month', () => {
    const costs = noisy(100, 0.05, 90, 2).map((cost, at) => (dayAt(at).endsWith('-01') ? cost + 300 : cost));
    expect(found(costs)).toEqual([]);
  });

  test('days of late usage at the end', () => {
    const costs = noisy(100, 0.05, 60, 2).map((cost, at) => (at >= 57 ? cost * 0.4 : cost));
    expect(found(costs)).toEqual([]);
  });

  test('what is little beside the bill', () => {
    const costs = noisy(1, 0.02, 60, 2).map((cost, at) => (at >= 40 ? cost + 1 : cost));
    const since = '2026-08-01' as Day;
    expect(anomalies([seriesOf(costs)], { bill: money(9000), since })).toEqual([]);
    expect(anomalies([seriesOf(costs)], { bill: money(2500), since })).toHaveLength(1);
  });

  test('anything in a history of two weeks', () => {
    expect(found([...noisy(1, 0.1, 8, 1), ...noisy(100, 0.1, 8, 1)])).toEqual([]);
  });
});

test('anomalies are those that began in the period, dearest first', () => {
  const rise = (name: string, from: number, by: number): DailySeries => ({
    ...seriesOf(noisy(100, 0.02, 60, from).map((cost, at) => (at >= from ? cost + by : cost))),
    name,
  });
  const all = anomalies([rise('old', 20, 50), rise('small', 40, 50), rise('large', 40, 90)], { bill: money(3000), since: dayAt(30) });
  expect(all.map(({ name }) => name)).toEqual(['large', 'small']);
});

test('for any costs, extra is what actual is above expected over its days, and days lie in the data', () => {
  const costs = fc.array(fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constant(0), fc.integer({ min: -100, max: 100 })), { maxLength: 80 });
  fc.assert(
    fc.property(costs, (values) => {
      for (const { began, ended, extra, actualPerDay, expectedPerDay, score } of found(values, 1)) {
        const last = ended ?? dayAt(values.length - 1);
        const days = (Date.parse(last) - Date.parse(began)) / 86_400_000 + 1;
        expect(extra).toBeCloseTo((actualPerDay - expectedPerDay) * days, 6);
        expect(began >= FIRST && last <= dayAt(values.length - 1) && days >= 1 && Number.isFinite(score)).toBe(true);
      }
    }),
  );
});

describe('the series', () => {
  const through = '2026-10-04' as Day;

  test('have every day, from the first of any of them', () => {
    const charges = [datedCharge('2026-10-01', 1), datedCharge('2026-10-03', 2, { service: 'Amazon S3' }), datedCharge('2026-10-05', 9)];
    expect(dailySeries('service', serviceDays(charges), through)).toEqual([
      { by: 'service', name: 'Amazon EC2', first: '2026-10-01', costs: [1, 0, 0, 0] },
      { by: 'service', name: 'Amazon S3', first: '2026-10-01', costs: [0, 0, 2, 0] },
    ]);
  });

  test('are of what is used: no tax, credit, correction, one-time fee or flat price', () => {
    const charges = [
      ...everyDay('2026-10-01', '2026-10-02', () => 5),
      datedCharge('2026-10-01', 50, { category: 'Tax', endDay: '2026-11-01' }),
      datedCharge('2026-10-01', -50, { category: 'Credit' }),
      datedCharge('2026-09-11', -7, { month: '2026-10' as Month, isCorrection: true }),
      datedCharge('2026-10-02', 900, { category: 'Purchase', frequency: 'One-Time' }),
      datedCharge('2026-10-01', 310, { category: 'Purchase', frequency: 'Recurring', endDay: '2026-11-01' }),
    ];
    expect(dailySeries('service', serviceDays(charges), '2026-10-02' as Day).map(({ name, costs }) => [name, costs])).toEqual([['Amazon EC2', [5, 5]]]);
  });

  test('of teams are of the first rule that matches', () => {
    const line = (firstDay: string, team: string | null, cost: number) => ({
      ...costLine({ cost, tags: { team } }),
      frequency: 'Usage-Based',
      firstDay,
      endDay: addDays(firstDay as Day, 1),
    });
    const lines = [line('2026-10-01', 'search', 1), line('2026-10-02', 'search', 2), line('2026-10-02', null, 5)];
    const days = teamDays(lines, [{ owner: 'Search', match: { tag: { team: ['search'] } } }]);
    expect(dailySeries('team', days, '2026-10-02' as Day)).toEqual([{ by: 'team', name: 'Search', first: '2026-10-01', costs: [1, 2] }]);
  });
});
