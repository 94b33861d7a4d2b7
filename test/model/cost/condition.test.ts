import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Condition, holds, type Judged, parseCondition, unanswered } from '../../../src/model/cost/condition.ts';
import type { Breakdown, Change, Dimension } from '../../../src/model/cost/cost-report.ts';
import { type Day, money, type Month } from '../../../src/model/facts.ts';

const change = (amount: number, ratio: number | null): Change => ({ amount: money(amount), ratio });

function breakdown(by: Dimension, name: string | null, cost: number, changed: Change | null): Breakdown {
  return { by, rows: [{ name, title: null, cost: money(cost), previousCost: null, change: changed, share: null }] };
}

const report: Judged = {
  gaps: [{ code: 'source-failed', source: 'aws', reason: 'x' }],
  reconciliation: {
    bill: money(12_000),
    allocated: money(9000),
    idle: money(1000),
    shared: money(500),
    unattributed: money(700),
    tax: money(1000),
    credit: money(-200),
    residual: money(0),
  },
  change: change(2000, 0.2),
  anomalies: [],
  forecast: {
    asOf: '2026-02-28' as Day,
    months: [
      {
        month: '2026-03' as Month,
        soFar: null,
        cost: money(14_000),
        low: null,
        high: null,
        level: 0.8,
        method: 'run-rate',
        error: null,
        tested: 0,
        naive: null,
        naiveError: null,
        worseThanNaive: false,
      },
    ],
  },
  breakdowns: [
    breakdown('team', 'search', 2500, change(163.5, 0.07)),
    breakdown('service', 'Amazon Elastic Compute Cloud', 5000, null),
    breakdown('environment', 'production', 8000, change(8000, null)),
    breakdown('account', '123', 12_000, null),
    breakdown('region', 'eu-west-1', 11_000, null),
    breakdown('category', 'say "hi"', 3, null),
  ],
};

function parsed(text: string): Condition {
  const condition = parseCondition(text);
  if ('error' in condition) throw new Error(condition.error);
  return condition;
}

describe('a condition', () => {
  test.each([
    ['total > 12000', false],
    ['total >= 12000', true],
    ['total<12000.01', true],
    ['total <= 11999.99', false],
    ['total == 12000', true],
    ['total != 12000', false],
    ['change > 10%', true],
    ['change > 20%', false],
    ['change > 500', true],
    ['team.search > 2000', true],
    ['team."search">2000', true],
    ['team.search.change > 160', true],
    ['team.search.change > 7%', false],
    ['team.search.change >= 7 %', true],
    ['service."Amazon Elastic Compute Cloud" >= 5000', true],
    ["service.'Amazon Elastic Compute Cloud' > 5000", false],
    ['environment.production > 7999', true],
    ['account.123 == 12000', true],
    ['region.eu-west-1 > 0', true],
    ['category."say \\"hi\\"" == 3', true],
    ['allocated > 8999', true],
    ['idle > 1000', false],
    ['shared == 500', true],
    ['unattributed > 0', true],
    ['tax > 0', true],
    ['credit < -100', true],
    ['residual != 0', false],
    ['gaps > 0', true],
    ['anomalies > 0', false],
    ['forecast >= 14000', true],
    ['forecast > 14000', false],
    ['unattributed > 5%', true],
    ['unattributed > 5.84%', false],
    ['credit < -1.5%', true],
    ['team.search > 20%', true],
    ['team.search > 21%', false],
  ])('%s is %s of the report', (text, expected) => {
    expect(holds(parsed(text), report)).toBe(expected);
  });

  test.each([
    ['gaps > 5 and gaps > 6 or total > 1', true],
    ['total > 1 or gaps > 5 and gaps > 6', true],
    ['total > 1 and gaps > 5 or gaps > 6', false],
  ])('binds and tighter than or: %s is %s', (text, expected) => {
    expect(holds(parsed(text), report)).toBe(expected);
  });
});

describe('what the report does not have', () => {
  test.each(['team.web > 1', 'team.web != 1', 'environment.test < 1', 'account.123.change > 1', 'environment.production.change > 5%'])(
    'makes %s unknown',
    (text) => {
      expect(holds(parsed(text), report)).toBe('unknown');
    },
  );

  test.each(['change > 1', 'change > 1%'])('makes %s unknown where there is no period before', (text) => {
    expect(holds(parsed(text), { ...report, change: null })).toBe('unknown');
  });

  test.each([
    ['forecast > 1', { forecast: null }],
    ['anomalies > 0', { anomalies: null }],
    ['idle > 1%', { reconciliation: { ...report.reconciliation, bill: money(0) } }],
  ])('makes %s unknown without what it is about', (text, given) => {
    expect(holds(parsed(text), { ...report, ...given })).toBe('unknown');
  });

  test('is no matter where another part of the condition is met', () => {
    expect(holds(parsed('team.web > 1 or total > 1'), report)).toBe(true);
  });

  test('is not hidden by a part that is not met', () => {
    expect(holds(parsed('team.web > 1 and total > 99999'), report)).toBe('unknown');
  });

  test('can be named as it was written', () => {
    expect(unanswered(parsed('team."web" > 1 and total > 1 or account.123.change > 1%'), report)).toEqual(['team."web"', 'account.123.change']);
  });
});

describe('a mistake', () => {
  test.each([
    ['', 0, /^expected total, /],
    ['total > 5 and', 13, /^expected total, /],
    ['or total > 5', 0, /^expected total, /],
    ['totl > 5', 0, /^unknown name totl; expected total, /],
    ['total', 5, 'expected one of > >= < <= == !='],
    ['total = 5', 6, 'expected one of > >= < <= == !='],
    ['total > five', 8, 'expected a number such as 12000 or 10.5'],
    ['total > 1,000', 8, 'expected a number such as 12000 or 10.5'],
    ['total > 5 total > 6', 10, 'expected and, or, or the end'],
    ['total > 5%', 9, 'only a change, or a part of the bill, can be in percent'],
    ['anomalies > 5%', 13, 'only a change, or a part of the bill, can be in percent'],
    ['forecast.change > 5%', 9, 'forecast has no parts'],
    ['tax.vat > 5', 4, 'tax has no parts'],
    ['team > 5', 4, 'expected a name after it: team.NAME'],
    ['service."Amazon > 5', 7, 'expected a name after it: service.NAME'],
    ['team.a.b > 5', 7, 'only .change can stand here; a name with dots stands in quotes'],
    ['(total > 5)', 0, /^unknown name \(; expected total, /],
  ])('is told with its place: %s', (text, at, error) => {
    expect(parseCondition(text)).toEqual({ at, error: typeof error === 'string' ? error : expect.stringMatching(error) });
  });
});

describe('for every', () => {
  const limit = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100);

  test('limit, exactly one of <, == and > holds', () => {
    fc.assert(fc.property(limit, (value) => ['<', '==', '>'].filter((operator) => holds(parsed(`total ${operator} ${value}`), report) === true).length === 1));
  });

  test('name, it is found again when it is quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const quoted = `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
        return holds(parsed(`team.${quoted} == 1`), { ...report, breakdowns: [breakdown('team', name, 1, null)] }) === true;
      }),
    );
  });

  test('text, there is a condition or a mistake inside of it', () => {
    const words = fc.array(fc.constantFrom('total', 'team', '.', 'a', '"', 'and', 'or', '>', '>=', '=', '5', '%', ' ', '\\'));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          words.map((each) => each.join(' ')),
          words.map((each) => each.join('')),
        ),
        (text) => {
          const result = parseCondition(text);
          return !('error' in result) || (result.at >= 0 && result.at <= text.length);
        },
      ),
    );
  });
});
