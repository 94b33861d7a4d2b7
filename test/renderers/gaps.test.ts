import { expect, test } from 'vitest';
import { money, type Gap } from '../../src/model/facts.ts';
import { describeGap } from '../../src/renderers/gaps.ts';
import { monthNamed } from './sample-report.ts';

const where = { source: 'cur', month: monthNamed('2018-10') };

test.each<[Gap, string]>([
  [
    { ...where, code: 'unknown-line-type', lineType: 'Donation', lines: 1, cost: money(12.5), currency: 'USD' },
    '1 line of cur for October 2018, billed at $12.50, has the unknown type "Donation".',
  ],
  [
    { ...where, code: 'unknown-cost', metric: 'list', lines: 1234, billed: money(3), currency: 'EUR' },
    '1,234 lines of cur for October 2018, billed at €3.00, have no list cost: left out of every sum.',
  ],
  [
    { ...where, code: 'unknown-cost', metric: 'billed', lines: 2, billed: null, currency: 'USD' },
    '2 lines of cur for October 2018 have no billed cost: left out of every sum.',
  ],
  [{ ...where, code: 'other-currency', currency: 'EUR', lines: 3 }, '3 lines of cur for October 2018 are in EUR: left out of every sum.'],
  [{ code: 'source-failed', source: 'heroku', reason: '401 Unauthorized' }, 'Source heroku could not be read: 401 Unauthorized.'],
])('says the gap %o in one sentence', (gap, sentence) => {
  expect(describeGap(gap)).toBe(sentence);
});
