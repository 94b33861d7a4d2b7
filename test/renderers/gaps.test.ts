import { describe, expect, test } from 'vitest';
import { money, type Gap, type Timestamp } from '../../src/model/facts.ts';
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

describe('of a cluster', () => {
  test.each<[Gap, string]>([
    [{ code: 'forbidden', source: 'k', what: 'list pods' }, 'Source k is not allowed to list pods.'],
    [
      { code: 'missing-metric', source: 'p', metric: 'kube_pod_owner', unknown: 'what a pod belongs to' },
      'Source p has no kube_pod_owner: what a pod belongs to is not known.',
    ],
    [
      {
        code: 'unread-period',
        source: 'p',
        what: 'usage',
        period: { start: '2026-11-01T06:00:00Z' as Timestamp, end: '2026-11-01T12:00:00Z' as Timestamp },
        reason: 'it timed out',
      },
      'Source p could not read usage from 2026-11-01 06:00 UTC to 2026-11-01 12:00 UTC: it timed out.',
    ],
    [
      { code: 'unreadable-value', source: 'k', object: 'pod web/a', field: 'a request', value: '-1' },
      'Source k has "-1" as a request of pod web/a, which makes no sense: it counts as not given.',
    ],
    [{ code: 'unknown-owner', source: 'p', pods: 1, example: 'web/a' }, 'Nothing in source p says what the pod web/a belongs to.'],
    [{ code: 'unknown-owner', source: 'p', pods: 3, example: 'web/a' }, 'Nothing in source p says what 3 pods, such as web/a, belong to.'],
    [{ code: 'clock-skew', source: 'k', seconds: 3600 }, "The clock of source k is 60 minutes ahead of this machine's."],
    [{ code: 'clock-skew', source: 'k', seconds: -90 }, "The clock of source k is 90 seconds behind this machine's."],
    [{ code: 'clock-skew', source: 'k', seconds: -2_000_000 }, "The clock of source k is 23 days behind this machine's."],
  ])('%o', (gap, sentence) => {
    expect(describeGap(gap)).toBe(sentence);
  });
});
