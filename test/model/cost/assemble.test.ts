import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costReport, previousMonths, type CostReportInput } from '../../../src/model/cost/assemble.ts';
import { assertConserved, reconcile } from '../../../src/model/cost/conservation.ts';
import type { CostLine } from '../../../src/model/cost/cost-line.ts';
import { SHARES, type CostReport } from '../../../src/model/cost/cost-report.ts';
import { money, type Month } from '../../../src/model/facts.ts';
import type { DriverCell } from '../../../src/model/cost/drivers/driver.ts';
import { costLine, costLines } from './cost-lines.ts';

const october = '2026-10' as Month;
const september = '2026-09' as Month;
const sumOf = (costs: readonly { readonly cost: number }[]): number => costs.reduce((sum, { cost }) => sum + cost, 0);
const of = (lines: readonly CostLine[], month: Month): CostLine[] => lines.filter((line) => line.month === month);

/** What changed, line by line. */
function cellsOf(lines: readonly CostLine[]): DriverCell[] {
  return lines
    .filter(({ month }) => month === october || month === september)
    .map(({ month, provider, service, account, region, category, unused, isCorrection, cost }) => ({
      provider,
      service,
      account,
      region,
      meter: null,
      sku: null,
      operation: null,
      unit: null,
      category,
      frequency: null,
      pricing: null,
      isCorrection,
      isUnused: unused,
      isCommitment: false,
      previousCost: money(month === september ? cost : 0),
      cost: money(month === october ? cost : 0),
      previousQuantity: null,
      quantity: null,
      cells: 1,
    }));
}

/** What the store would hand over for these lines. */
function input(lines: readonly CostLine[], given: Partial<CostReportInput> = {}): CostReportInput {
  return {
    organisation: null,
    generatedFrom: { snapshot: 's', sources: [] },
    gaps: [],
    first: october,
    last: october,
    currency: 'USD',
    costMetric: 'effective',
    lines,
    charges: lines.map(({ month, provider, service, category, isCorrection, cost }) => ({
      month,
      provider,
      service,
      category,
      frequency: null,
      isCorrection,
      firstDay: `${month}-03`,
      endDay: `${month}-04`,
      cost,
    })),
    bill: money(sumOf(of(lines, october))),
    previousBill: money(sumOf(of(lines, september))),
    bills: [],
    crossChecks: [],
    commitments: [],
    invoiceCharges: [],
    months: [],
    datedLines: [],
    workloadDays: [],
    driverCells: cellsOf(lines),
    comparisons: [],
    allocation: null,
    teams: [],
    environments: [],
    ...given,
  };
}

const teams = [
  { owner: 'search', match: { tag: { team: ['search'] } } },
  { owner: 'web', match: { tag: { team: ['w*'] } } },
];
const environments = [{ owner: 'production', match: { tag: { env: ['production'] } } }];

describe('money is conserved', () => {
  test('for any lines: shares, rows, every breakdown and the trend add up to the bill', () => {
    fc.assert(
      fc.property(costLines, fc.boolean(), (lines, hasTeams) => {
        const report = costReport(input(lines, hasTeams ? { teams, environments } : {}));
        const { bill, residual } = report.reconciliation;
        const gross = lines.reduce((sum, { cost }) => sum + Math.abs(cost), 0);
        const near = (sum: number, expected: number): void => expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-9 * Math.max(gross, 1e-6));
        near(residual, 0);
        near(
          SHARES.reduce((sum, share) => sum + report.reconciliation[share], 0),
          bill,
        );
        near(sumOf(report.rows), bill);
        for (const { rows } of report.breakdowns) near(sumOf(rows), bill);
        near(sumOf(report.trend), bill + sumOf(of(lines, september)));
      }),
    );
  });

  test('for lines in any order: the report is the same', () => {
    const shuffled = costLines.chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })));
    const whole = (lines: readonly CostLine[]): CostLine[] => lines.map((line) => ({ ...line, cost: money(Math.round(line.cost * 100)) }));
    fc.assert(
      fc.property(shuffled, ([lines, others]) => {
        expect(costReport(input(whole(others), { teams }))).toEqual(costReport(input(whole(lines), { teams })));
      }),
    );
  });

  test.each<[string, (report: CostReport) => CostReport]>([
    ['rows', (report) => ({ ...report, rows: report.rows.slice(1) })],
    ['the shares of the bill', (report) => ({ ...report, reconciliation: { ...report.reconciliation, allocated: money(7.0001) } })],
    ['costs by region', (report) => ({ ...report, breakdowns: report.breakdowns.map((one) => (one.by === 'region' ? { ...one, rows: [] } : one)) })],
    [
      'earlier costs by account',
      (report) => ({
        ...report,
        breakdowns: report.breakdowns.map((one) =>
          one.by === 'account' ? { ...one, rows: one.rows.map((row) => ({ ...row, previousCost: money(1) })) } : one,
        ),
      }),
    ],
    ['days', (report) => ({ ...report, trend: report.trend.slice(1) })],
    ['the shares of the bill', (report) => ({ ...report, rows: report.rows.map((row) => ({ ...row, cost: money(Number.NaN) })) })],
  ])('or there is no report: %s that do not add up are a bug', (what, tamper) => {
    const report = costReport(input([costLine({ cost: 3 }), costLine({ cost: 4, service: 'Amazon S3' }), costLine({ cost: 5, month: '2026-09' })]));
    expect(() => assertConserved(report)).not.toThrow();
    expect(() => assertConserved(tamper(report))).toThrow(new RegExp(`^${what} add up to `));
  });

  test('so that a line lost between the bill and the rows is found', () => {
    expect(() => costReport(input([costLine({ cost: 3 })], { bill: money(3.01) }))).toThrow('add up to 3, not to 3.01');
  });

  test('so that a line of a month that was not asked for is found', () => {
    expect(() => costReport(input([costLine({ cost: 3 }), costLine({ month: '2026-08' })], { previousBill: null }))).toThrow(
      'a line of 2026-08 in a report of 2026-10',
    );
  });
});

describe('reconcile', () => {
  test('says what the rows do not explain', () => {
    const { rows } = costReport(input([costLine({ cost: 3 })]));
    expect(reconcile(rows, money(5)).residual).toBe(2);
  });
});

describe('rows', () => {
  test('are lines that are the same in all that the report shows', () => {
    const { rows } = costReport(input([costLine({ cost: 1, tags: { a: '1' } }), costLine({ cost: 2, tags: { a: '2' } })]));
    expect(rows.map(({ cost }) => cost)).toEqual([3]);
  });

  test('stand beside the month before, also where one of both has nothing', () => {
    const { rows } = costReport(
      input([costLine({ cost: 3 }), costLine({ cost: 2, month: '2026-09' }), costLine({ cost: 5, month: '2026-09', service: 'Gone' })]),
    );
    expect(rows.map(({ service, cost, previousCost, change }) => [service, cost, previousCost, change])).toEqual([
      ['Amazon EC2', 3, 2, { amount: 1, ratio: 0.5 }],
      ['Gone', 0, 5, { amount: -5, ratio: -1 }],
    ]);
  });

  test('have no earlier cost where there is no month before', () => {
    const { rows, change, previousPeriod, previousBill } = costReport(input([costLine()], { previousBill: null }));
    expect([rows[0]?.previousCost, rows[0]?.change, change, previousPeriod, previousBill]).toEqual([null, null, null, null, null]);
  });

  test('have no ratio where the earlier cost was 0', () => {
    expect(costReport(input([costLine({ cost: 3 })])).rows[0]?.change).toEqual({ amount: 3, ratio: null });
  });

  test('say that a commitment was not used', () => {
    expect(costReport(input([costLine({ unused: true })])).rows.map(({ category, share }) => [category, share])).toEqual([['Unused commitment', 'idle']]);
  });

  test('put tax and credits on lines of their own', () => {
    const { rows } = costReport(input([costLine({ category: 'Tax' }), costLine({ category: 'Credit', cost: -1 })]));
    expect(rows.map(({ service, share }) => [service, share])).toEqual([
      ['Credits', 'credit'],
      ['Tax', 'tax'],
    ]);
  });

  test('have their team and environment', () => {
    const { rows } = costReport(input([costLine({ tags: { team: 'web', env: 'production' } }), costLine({ tags: {} })], { teams, environments }));
    expect(rows.map(({ team, environment, share }) => [team, environment, share])).toEqual([
      ['web', 'production', 'allocated'],
      [null, null, 'unattributed'],
    ]);
  });
});

describe('breakdowns', () => {
  test('put the dearest first, and equal ones by name', () => {
    const lines = [costLine({ service: 'B' }), costLine({ service: 'A' }), costLine({ service: 'C', cost: 2 }), costLine({ service: 'D', cost: -1 })];
    const [services] = costReport(input(lines)).breakdowns;
    expect(services?.rows.map(({ name, cost, share }) => [name, cost, share])).toEqual([
      ['C', 2, 2 / 3],
      ['A', 1, 1 / 3],
      ['B', 1, 1 / 3],
      ['D', -1, -1 / 3],
    ]);
  });

  test('leave out a dimension without a single name', () => {
    expect(costReport(input([costLine()])).breakdowns.map(({ by }) => by)).toEqual(['service', 'account', 'region', 'category']);
    expect(costReport(input([costLine({ region: null, account: null })])).breakdowns.map(({ by }) => by)).toEqual(['service', 'category']);
  });

  test('keep what has no name as null', () => {
    const { breakdowns } = costReport(input([costLine({ cost: 2 }), costLine({ region: null })]));
    expect(breakdowns.find(({ by }) => by === 'region')?.rows.map(({ name, cost }) => [name, cost])).toEqual([
      ['eu-west-1', 2],
      [null, 1],
    ]);
  });

  test('title accounts by their names', () => {
    const { breakdowns } = costReport(input([costLine(), costLine({ accountName: 'production', service: 'S' })]));
    expect(breakdowns.find(({ by }) => by === 'account')?.rows.map(({ name, title }) => [name, title])).toEqual([['111111111111', 'production']]);
  });

  test('have no share of a bill of 0', () => {
    const { breakdowns } = costReport(input([costLine({ cost: 1 }), costLine({ cost: -1, category: 'Credit' })]));
    expect(breakdowns[0]?.rows.map(({ share }) => share)).toEqual([null, null]);
  });
});

describe('the period before', () => {
  test('has as many months', () => {
    expect(previousMonths('2026-01' as Month, '2026-03' as Month)).toEqual({ first: '2025-10', last: '2025-12' });
  });

  test('is named in the report', () => {
    const { period, previousPeriod } = costReport(input([costLine()], { first: september, last: october, bill: money(1), previousBill: money(0) }));
    expect([period, previousPeriod]).toEqual([
      { start: '2026-09-01T00:00:00Z', end: '2026-11-01T00:00:00Z' },
      { start: '2026-07-01T00:00:00Z', end: '2026-09-01T00:00:00Z' },
    ]);
  });
});
