import { expect, test } from 'vitest';
import { money, type Money } from '../../../src/model/facts.ts';
import { timelineOf } from '../../../src/renderers/html/timeline.ts';
import { manyServices, monthNamed, monthsFrom, sampleReport, withoutPrevious } from '../sample-report.ts';

const point = (day: string, service: string, cost: number) => ({ day, service, cost: money(cost) });
const sum = (costs: readonly Money[]): number => costs.reduce((total, cost) => total + cost, 0);

test('has a time for every day of both periods, also for those without cost', () => {
  const { times, before, series } = timelineOf(sampleReport([], { trend: [point('2018-09-30', 'EC2', 2), point('2018-10-31', 'EC2', 3)] }), 6);
  expect([times.length, times[0], times.at(-1), before]).toEqual([61, '2018-09-01', '2018-10-31', 30]);
  expect(series.map(({ name, costs }) => [name, costs[29], costs[30], costs[60]])).toEqual([['EC2', 2, 0, 3]]);
});

test('has only the period where there is none before', () => {
  const { times, before } = timelineOf(withoutPrevious(sampleReport()), 6);
  expect([times.length, before]).toEqual([31, 0]);
});

test('names what weighs most in the period and adds up the others', () => {
  const report = manyServices(60);
  const { series } = timelineOf(report, 6);
  expect(series.map(({ name }) => name)).toEqual(['Service 01', 'Service 02', 'Service 03', 'Service 04', 'Service 05', 'Service 06', '54 others']);
  expect(series.reduce((total, { costs }) => total + sum(costs), 0)).toBeCloseTo(2287.5 + 915, 6);
});

test('goes by month where the days would be too many', () => {
  const changes = { period: monthsFrom(monthNamed('2018-07'), 3), previousPeriod: monthsFrom(monthNamed('2018-04'), 3) };
  const trend = [point('2018-04-01', 'EC2', 1), point('2018-09-01', 'EC2', 2), point('2018-09-30', 'EC2', 3)];
  const { times, before, series } = timelineOf(sampleReport([], { ...changes, trend }), 6);
  expect(times).toEqual(['2018-04', '2018-05', '2018-06', '2018-07', '2018-08', '2018-09']);
  expect(before).toBe(3);
  expect(series).toEqual([{ name: 'EC2', costs: [1, 0, 0, 0, 0, 5] }]);
});
