import { expect, test } from 'vitest';
import type { Period } from '../../src/model/facts.ts';
import { describePeriod } from '../../src/renderers/periods.ts';
import { monthNamed, monthsFrom, period } from './sample-report.ts';

test.each<[Period, string]>([
  [monthsFrom(monthNamed('2018-10'), 1), 'October 2018'],
  [monthsFrom(monthNamed('2018-08'), 3), 'August to October 2018'],
  [monthsFrom(monthNamed('2017-11'), 3), 'November 2017 to January 2018'],
  [period('2018-10-03T00:00:00Z', '2018-10-18T00:00:00Z'), '2018-10-03 to 2018-10-17'],
  [period('2018-10-03T00:00:00Z', '2018-10-04T00:00:00Z'), '2018-10-03'],
])('names %o %s', (of, text) => {
  expect(describePeriod(of)).toBe(text);
});
