import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { money } from '../../../src/model/facts.ts';
import { breakdownTable, reconciliationTable } from '../../../src/renderers/tables/cost-tables.ts';
import type { Table } from '../../../src/renderers/table.ts';
import { breakdownOf, manyServices, sampleReport, withoutPrevious } from '../sample-report.ts';

const textsOf = ({ lines }: Table): readonly string[] => lines.map(({ cells }) => cells.map(({ text }) => text).join(' | '));

test('names every part of the bill, also those that are zero', () => {
  expect(textsOf(reconciliationTable(sampleReport([{ cost: 7.5 }])))).toEqual([
    'Allocated | $7.50 | 100.0% | has an owner',
    'Idle | $0.00 | 0.0% | paid for, not used',
    'Shared | $0.00 | 0.0% | serves several owners',
    'Unattributed | $0.00 | 0.0% | no owner is known',
    'Tax | $0.00 | 0.0% | taxes on the bill',
    'Credit | $0.00 | 0.0% | credits',
    'Residual | $0.00 | 0.0% | in none of the rows',
    "Bill | $7.50 | 100.0% | the bill's own sum",
  ]);
});

test('shows a residual, and not the noise of a sum', () => {
  const report = sampleReport([{ cost: 1000 }]);
  const residual = (amount: number): string | undefined =>
    textsOf(reconciliationTable({ ...report, reconciliation: { ...report.reconciliation, residual: money(amount) } }))[6];
  expect(residual(1e-10)).toBe('Residual | $0.00 | 0.0% | in none of the rows');
  expect(residual(-2)).toBe('Residual | -$2.00 | -0.2% | in none of the rows');
});

test('has no share where there is no bill', () => {
  const report = sampleReport([]);
  expect(textsOf(reconciliationTable(report)).at(-1)).toBe("Bill | $0.00 | – | the bill's own sum");
});

test('ends a breakdown with the bill', () => {
  const report = sampleReport();
  expect(textsOf(breakdownTable(report, breakdownOf(report, 'region'), 25))).toEqual([
    'eu-west-1 | $6,530.55 | 68.8% | $5,710.10 | +$820.45 | +14.4%',
    'us-east-1 | $1,830.20 | 19.3% | $1,795.40 | +$34.80 | +1.9%',
    'global or none | $1,130.37 | 11.9% | $1,050.83 | +$79.54 | +7.6%',
    'Total | $9,491.12 | 100.0% | $8,556.33 | +$934.79 | +10.9%',
  ]);
});

test('leaves the earlier columns out where there is no period before', () => {
  const report = withoutPrevious(sampleReport());
  const table = breakdownTable(report, breakdownOf(report, 'team'), 25);
  expect(table.columns.map(({ heading }) => heading)).toEqual(['Team', 'Cost', 'Share']);
  expect(textsOf(table)).toEqual(['search | $6,530.55 | 68.8%', 'web | $1,830.20 | 19.3%', 'no team | $1,130.37 | 11.9%', 'Total | $9,491.12 | 100.0%']);
});

test('folds sixty services into twenty-five and the others', () => {
  const report = manyServices(60);
  const table = breakdownTable(report, breakdownOf(report, 'service'), 25);
  expect(table.lines.map(({ kind }) => kind).slice(-3)).toEqual(['row', 'others', 'total']);
  expect(textsOf(table).slice(-2)).toEqual([
    '35 others | $787.50 | 34.4% | $752.50 | +$35.00 | +4.7%',
    'Total | $2,287.50 | 100.0% | $915.00 | +$1,372.50 | +150.0%',
  ]);
});

test('does not print the noise of a sum as a change', () => {
  const report = sampleReport([{ team: 'a', cost: 0.1 + 0.2, previousCost: 0.3 }]);
  expect(textsOf(breakdownTable(report, breakdownOf(report, 'team'), 25))[0]).toBe('a | $0.30 | 100.0% | $0.30 | $0.00 | 0.0%');
});

test('says both names of an account', () => {
  const report = sampleReport([{ account: '1', accountName: 'Production', cost: 1 }]);
  expect(breakdownTable(report, breakdownOf(report, 'account'), 25).lines[0]?.cells[0]?.text).toBe('Production (1)');
});

test('law: the lines above the total add up to it', () => {
  const cents = fc.integer({ min: -100_000, max: 1_000_000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cents, cents), { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (amounts, most) => {
      const report = sampleReport(amounts.map(([cost, previousCost], at) => ({ service: `${at}`, cost, previousCost })));
      const values = breakdownTable(report, breakdownOf(report, 'service'), most).lines.map(({ cells }) =>
        [1, 3, 4].map((at) => cells[at]?.value ?? Number.NaN),
      );
      const sums = [0, 1, 2].map((at) => values.slice(0, -1).reduce((sum, line) => sum + (line[at] ?? Number.NaN), 0));
      expect(values.at(-1)).toEqual(sums);
    }),
  );
});
