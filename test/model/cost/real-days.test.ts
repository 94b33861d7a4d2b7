import { expect, test } from 'vitest';
import { anomalies } from '../../../src/model/cost/anomalies/anomalies.ts';
import { dailySeries, serviceDays } from '../../../src/model/cost/anomalies/series.ts';
import { all, originAt } from '../../../src/model/cost/forecast/back-test.ts';
import { entriesOf } from '../../../src/model/cost/forecast/entries.ts';
import type { ForecastMethod } from '../../../src/model/cost/forecast/forecast-report.ts';
import { forecast } from '../../../src/model/cost/forecast/forecast.ts';
import { addDays } from '../../../src/model/day.ts';
import { money, type Day, type Month } from '../../../src/model/facts.ts';
import { median } from '../../../src/model/robust.ts';
import { describeData } from '../../data.ts';
import { costExplorerDays } from './cost-explorer-days.ts';
import { monthsOf } from './dated-charges.ts';

/** An account of a few dollars, used now and then: March cost 4.93 after 16.49 in February. No method knows what somebody will start. */
describeData('86 recorded days of 33 services (real data)', () => {
  const charges = costExplorerDays();
  const asOf = '2024-04-25' as Day;
  const months = monthsOf(charges, asOf);

  test('have two whole months, and one that goes on', () => {
    expect(months.map(({ month, cost, state }) => [month, cost.toFixed(4), state])).toEqual([
      ['2024-02', '16.4911', 'final'],
      ['2024-03', '4.9254', 'final'],
      ['2024-04', '43.7350', 'preliminary'],
    ]);
  });

  test('give a forecast of April that has tax once, and says that it cannot know its error', () => {
    const [april] = forecast({ charges, months, asOf })?.months ?? [];
    expect(april).toMatchObject({ month: '2024-04', method: 'weekday', error: null, low: null, high: null, tested: 1 });
    expect([april?.soFar?.toFixed(2), april?.cost.toFixed(2)]).toEqual(['43.74', '49.82']);
  });

  test('foretell March from each of its days: by the day twice to ten times as well as "same as last month"', () => {
    const bills = new Map<Month, number>(months.filter(({ isWhole }) => isWhole).map(({ month, cost }) => [month, cost]));
    const march = '2024-03' as Month;
    const bill = bills.get(march) ?? Number.NaN;
    const entries = entriesOf(charges);
    const forecasts = Array.from({ length: 28 }, (_, at) => all(originAt(entries, bills, addDays('2024-03-03' as Day, at)), march));
    const error = (method: ForecastMethod): string => median(forecasts.map((each) => Math.abs((each[method] ?? Number.NaN) / bill - 1))).toFixed(3);
    expect({
      weekday: error('weekday'),
      runRate: error('run-rate'),
      lastWeek: error('last-week'),
      monthRate: error('month-rate'),
      lastMonth: error('last-month'),
    }).toEqual({
      weekday: '0.222',
      runRate: '0.219',
      lastWeek: '0.296',
      monthRate: '1.052',
      lastMonth: '2.348',
    });
  });

  test('show when the cluster of April began, and when the machines of February went', () => {
    const series = dailySeries('service', serviceDays(charges), asOf);
    const found = anomalies(series, { bill: money(16.49), since: '2024-02-01' as Day });
    const levels = found.filter(({ kind }) => kind !== 'spike').map(({ name, kind, began }) => [name, kind, began]);
    expect(levels).toContainEqual(['Amazon Elastic Container Service for Kubernetes', 'new', '2024-04-19']);
    expect(levels).toContainEqual(['Amazon Elastic Compute Cloud - Compute', 'gone', '2024-02-21']);
    expect(levels).toContainEqual(['Amazon Elastic Load Balancing', 'new', '2024-04-20']);
  });
});
