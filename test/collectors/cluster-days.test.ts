import { expect, test } from 'vitest';
import { clusterDays } from '../../src/collectors/cluster-days.ts';
import type { Month } from '../../src/model/facts.ts';

const now = new Date('2026-11-03T10:00:00Z');
const month = (text: string): Month => text as Month;

test('without months asked for it is the last days, today among them', () => {
  expect(clusterDays({ first: undefined, last: undefined }, now, 3)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
});

test('a month is all its days', () => {
  const days = clusterDays({ first: month('2026-10'), last: month('2026-10') }, now, 3);
  expect([days[0], days.at(-1), days.length]).toEqual(['2026-10-01', '2026-10-31', 31]);
});

test('of the month that goes on it is the days that have begun', () => {
  expect(clusterDays({ first: month('2026-11'), last: month('2026-11') }, now, 35)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
});

test('a month to come has none', () => {
  expect(clusterDays({ first: month('2026-12'), last: month('2026-12') }, now, 35)).toEqual([]);
});

test('up to a month, it is the last days of that', () => {
  expect(clusterDays({ first: undefined, last: month('2026-10') }, now, 2)).toEqual(['2026-10-30', '2026-10-31']);
});
