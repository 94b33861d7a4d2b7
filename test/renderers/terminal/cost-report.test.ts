import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderCostReport } from '../../../src/renderers/terminal/cost-report.ts';
import { width } from '../../../src/renderers/terminal/width.ts';
import { manyServices, monthNamed, monthsFrom, NASTY, NASTY_GAPS, nastyReport, sampleReport, withoutPrevious } from '../sample-report.ts';

const plain = { color: false, columns: 80 };

test('prints the bill, where it went, and where it comes from', () => {
  const report = sampleReport([
    { service: 'AmazonEC2', team: 'search', cost: 75, previousCost: 50 },
    { service: 'AmazonS3', cost: 25.5, previousCost: 0, share: 'unattributed' },
    { service: 'Credits', cost: -0.5, share: 'credit' },
  ]);
  expect(renderCostReport({ ...report, breakdowns: report.breakdowns.slice(0, 1), gaps: NASTY_GAPS.slice(2, 3) }, plain)).toBe(`\
Cloud cost of Acme, October 2018
Cost is amortized, before negotiated discounts, in USD.

The bill is $100.00: +$50.00 (+100.0%) against September 2018 ($50.00).

What is not known
! 3 lines of cur for October 2018 are in EUR: left out of every sum.

How the bill adds up
Part           Amount   Share  What it is
Allocated      $75.00   75.0%  has an owner
Idle            $0.00    0.0%  paid for, not used
Shared          $0.00    0.0%  serves several owners
Unattributed   $25.50   25.5%  no owner is known
Tax             $0.00    0.0%  taxes on the bill
Credit         -$0.50   -0.5%  credits
Residual        $0.00    0.0%  in none of the rows
────────────────────────────────────────────────────
Bill          $100.00  100.0%  the bill's own sum

By service
Service       Cost   Share  September 2018   Change  Change %
AmazonEC2   $75.00   75.0%          $50.00  +$25.00    +50.0%
AmazonS3    $25.50   25.5%           $0.00  +$25.50       new
Credits     -$0.50   -0.5%           $0.00   -$0.50       new
─────────────────────────────────────────────────────────────
Total      $100.00  100.0%          $50.00  +$50.00   +100.0%

Bills
Provider  Account       Month         Source  State     Cost
AWS       111111111111  October 2018  cur     final  $100.00

Sources
Source  Month         Lines read  Duplicates left out
cur     October 2018      43,150                    2

Snapshot 5f1d7a84db00d2fce00b31a7fc73224f
Amounts are added up first and rounded when printed.
`);
});

test('says that there is no comparison', () => {
  const text = renderCostReport(withoutPrevious(sampleReport()), plain);
  expect(text).toContain('There is no comparison: the snapshot does not hold all of\nthe period before.');
  expect(text).not.toContain('September');
});

test('says nothing of gaps where there are none', () => {
  expect(renderCostReport(sampleReport(), plain)).not.toContain('not known');
});

test('leaves no control character of a vendor in the text', () => {
  expect(renderCostReport(nastyReport(), plain).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('colours by nothing but its own sequences', () => {
  const text = renderCostReport(nastyReport(), { ...plain, color: true });
  expect(text).toContain('\u001b[1mBy service\u001b[22m');
  expect(stripVTControlCharacters(text)).toBe(renderCostReport(nastyReport(), plain));
});

test.each([20, 40, 60, 80, 120])('fits %i columns', (columns) => {
  const longest = (text: string): number => Math.max(...text.split('\n').map(width));
  expect(longest(renderCostReport(nastyReport(), { color: false, columns }))).toBeLessThanOrEqual(columns);
  expect(longest(renderCostReport(manyServices(60), { color: false, columns }))).toBeLessThanOrEqual(columns);
});

test('leaves the earlier cost out before it cuts names short', () => {
  const lines = renderCostReport(sampleReport(), { color: false, columns: 60 }).split('\n');
  expect(lines.filter((line) => line.startsWith('Amazon Rel'))).toEqual(['Amazon Relational Da…  $1,410.00   14.9%     $0.00      0.0%']);
});

test('folds what is not among the first fifteen', () => {
  expect(renderCostReport(manyServices(60), plain)).toMatch(/^45 others +\$1,293\.75 /m);
});

test('names the metric and a range of months', () => {
  const report = sampleReport(undefined, { costMetric: 'billed', organisation: null, period: monthsFrom(monthNamed('2018-08'), 3) });
  const text = renderCostReport(report, plain);
  expect(text).toMatch(/^Cloud cost, August to October 2018\nCost is as billed \(unblended; FOCUS BilledCost\), in USD\.\n/);
});

test('law: no name makes a line wider than the terminal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 200 }), fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (columns, names) => {
      const report = sampleReport([...names, ...NASTY].map((service, at) => ({ service, cost: at })));
      const text = renderCostReport(report, { color: false, columns });
      expect(Math.max(...text.split('\n').map(width))).toBeLessThanOrEqual(columns);
    }),
    { numRuns: 30 },
  );
});
