import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeDemoBill } from '../../fixtures/aws-bill/index.ts';
import { demoBillTruth } from '../../fixtures/aws-bill/truth.ts';
import { company } from '../../fixtures/company.ts';
import type { CostReport, Dimension } from '../../src/model/cost/cost-report.ts';
import { at, billed, writeBill, type BillFormat, type Cells } from '../collectors/cur/small-bill.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { reportOf, reportText, runReport } from './reporting.ts';

/** August and September whole, and October up to its 20th. */
const months: readonly Cells[] = [
  { ...billed(2026, 8), line_item_unblended_cost: 8 },
  { ...billed(2026, 8), line_item_unblended_cost: 0, line_item_usage_start_date: '2026-08-31 23:00:00', line_item_usage_end_date: '2026-09-01 00:00:00' },
  { ...billed(2026, 9), line_item_unblended_cost: 9 },
  { ...billed(2026, 9), line_item_unblended_cost: 0, line_item_usage_start_date: '2026-09-30 23:00:00', line_item_usage_end_date: '2026-10-01 00:00:00' },
  { ...at(20), line_item_unblended_cost: 5 },
];

async function withBill(lines: readonly Cells[], format?: BillFormat): Promise<TestIo & { readonly cur: string }> {
  const given = testIo();
  return { ...given, cur: await writeBill(join(given.folder, 'bill/cur.parquet'), lines, format) };
}

const periodOf = ({ period, reconciliation, previousBill }: CostReport): readonly unknown[] => [
  period.start.slice(0, 10),
  period.end.slice(0, 10),
  reconciliation.bill,
  previousBill,
];

const by = (report: CostReport, dimension: Dimension): readonly (readonly [string | null, number])[] =>
  report.breakdowns.find((breakdown) => breakdown.by === dimension)?.rows.map(({ name, cost }) => [name, cost] as const) ?? [];

describe('the period', () => {
  test('is the newest whole month, beside the one before', async () => {
    const { cur, io } = await withBill(months);
    expect(periodOf(await reportOf({ cur }, io))).toEqual(['2026-09-01', '2026-10-01', 9, 8]);
  });

  test('is the newest month where none is whole', async () => {
    const { cur, io } = await withBill([{}]);
    expect(periodOf(await reportOf({ cur }, io))).toEqual(['2026-10-01', '2026-11-01', 1, null]);
  });

  test.each([
    ['--month', { month: '2026-10' }, ['2026-10-01', '2026-11-01', 5, 9]],
    ['--from and --to, months', { from: '2026-08', to: '2026-09' }, ['2026-08-01', '2026-10-01', 17, null]],
    ['--from and --to, dates', { from: '2026-08-01', to: '2026-10-01' }, ['2026-08-01', '2026-10-01', 17, null]],
    ['--from alone, up to the newest whole one', { from: '2026-08' }, ['2026-08-01', '2026-10-01', 17, null]],
    ['--from alone, in a month that is not whole', { from: '2026-10' }, ['2026-10-01', '2026-11-01', 5, 9]],
    ['--to alone, from the oldest on', { to: '2026-08' }, ['2026-08-01', '2026-09-01', 8, null]],
  ])('is what %s says', async (_flags, flags, expected) => {
    const { cur, io } = await withBill(months);
    expect(periodOf(await reportOf({ cur, ...flags }, io))).toEqual(expected);
  });

  test.each([
    ['before all that there are', { month: '2026-01' }, 'no charges in 2026-01'],
    ['after all that there are', { month: '2026-12' }, 'no charges in 2026-12'],
    ['of which one is not there', { from: '2026-09', to: '2026-11' }, 'no charges in 2026-11'],
    ['that begins after all', { from: '2026-12' }, 'no charges in 2026-12'],
    ['that ends before all', { to: '2026-01' }, 'no charges in 2026-01'],
  ])('%s is an error of the user', async (_period, flags, message) => {
    const given = await withBill(months);
    const store = join(given.folder, 'store');
    await reportText({ cur: given.cur, store }, given.io);
    await expect(reportText({ cur: given.cur, store, offline: true, ...flags }, given.io)).rejects.toMatchObject({
      name: 'UserError',
      message,
      hint: 'there are charges in 2026-08, 2026-09, 2026-10',
    });
  });

  test('of a bill without a row is an error of the user', async () => {
    const { cur, io } = await withBill([]);
    await expect(reportText({ cur }, io)).rejects.toMatchObject({ name: 'UserError', message: 'the snapshot has no charges' });
  });
});

describe('--cost', () => {
  const line = {
    line_item_line_item_type: 'SavingsPlanCoveredUsage',
    line_item_unblended_cost: 3,
    savings_plan_savings_plan_effective_cost: 2,
    pricing_public_on_demand_cost: 4,
  };

  test.each([
    ['effective', 2],
    ['billed', 3],
    ['list', 4],
    ['contracted', 3],
  ] as const)('%s adds up what it says', async (cost, bill) => {
    const { cur, io } = await withBill([line]);
    const { reconciliation, costMetric } = await reportOf({ cur, cost }, io);
    expect([reconciliation.bill, costMetric]).toEqual([bill, cost]);
  });

  test('of which some charges are not known names them as a gap, and leaves them out', async () => {
    const { cur, io } = await withBill([line, { line_item_unblended_cost: 1 }], { without: ['savings_plan_savings_plan_effective_cost'] });
    const { outcome, text } = await runReport({ cur, format: 'json' }, io);
    const { reconciliation, gaps } = JSON.parse(text) as CostReport;
    expect([outcome, reconciliation.bill, gaps.map(({ code }) => code)]).toEqual(['gaps', 1, ['unknown-cost']]);
  });

  test('names no gap of a metric that was not asked for', async () => {
    const { cur, io } = await withBill([line], { without: ['savings_plan_savings_plan_effective_cost'] });
    expect((await runReport({ cur, cost: 'billed' }, io)).outcome).toBe('done');
  });
});

describe('what the bill says badly', () => {
  test('lines of a type that nobody knows are unattributed, and a gap', async () => {
    const { cur, io } = await withBill([{}, { line_item_line_item_type: 'New', line_item_unblended_cost: 2 }]);
    const { reconciliation, gaps } = await reportOf({ cur }, io);
    expect([reconciliation.bill, reconciliation.unattributed, gaps.length]).toEqual([3, 2, 1]);
  });

  test('a gap of the month before is named too: its costs stand beside', async () => {
    const { cur, io } = await withBill([{}, { ...billed(2026, 9), line_item_line_item_type: 'New' }]);
    expect((await reportOf({ cur, month: '2026-10' }, io)).gaps).toMatchObject([{ code: 'unknown-line-type', month: '2026-09' }]);
  });

  test('two currencies are never added', async () => {
    const { cur, io } = await withBill([{}, { line_item_currency_code: 'EUR' }]);
    await expect(reportText({ cur }, io)).rejects.toMatchObject({
      name: 'UserError',
      message: 'the bill is in EUR and USD, which are never added',
      hint: 'name one of them: --currency, or `currency` in tonnage.yaml',
    });
  });

  test('one of two currencies can be asked for, and the other is a gap', async () => {
    const { cur, io } = await withBill([{}, { line_item_currency_code: 'EUR', line_item_unblended_cost: 7 }]);
    const { reconciliation, gaps, currency } = await reportOf({ cur, currency: 'EUR' }, io);
    expect([currency, reconciliation.bill, gaps]).toEqual(['EUR', 7, [{ code: 'other-currency', source: 'cur', month: '2026-10', currency: 'USD', lines: 1 }]]);
  });

  test('a currency that is not there is an error of the user', async () => {
    const { cur, io } = await withBill([{}]);
    await expect(reportText({ cur, currency: 'GBP' }, io)).rejects.toThrow('no charges in GBP: the bill is in USD');
  });

  test('a month before in another currency is not compared with', async () => {
    const { cur, io } = await withBill([{}, { ...billed(2026, 9), line_item_currency_code: 'EUR' }]);
    const { previousBill, previousPeriod, change } = await reportOf({ cur, month: '2026-10' }, io);
    expect([previousBill, previousPeriod, change]).toEqual([null, null, null]);
  });

  test('a charge without any name of a service does not break the report', async () => {
    const { cur, io } = await withBill([{ product_product_name: '', line_item_product_code: '' }]);
    const services = by(await reportOf({ cur }, io), 'service');
    expect(services.map(([name]) => name)).not.toEqual(['null']);
  });
});

describe('--fail-on', () => {
  test.each([
    ['total > 16', 'condition-met'],
    ['total > 17', 'done'],
  ])('%s: %s', async (failOn, outcome) => {
    const { cur, io } = await withBill(months);
    expect((await runReport({ cur, from: '2026-08', to: '2026-09', failOn }, io)).outcome).toBe(outcome);
  });

  test('that is tripped still writes the report', async () => {
    const { cur, io } = await withBill(months);
    expect((await runReport({ cur, failOn: 'total > 1', format: 'json' }, io)).text).toContain('"kind": "CostReport"');
  });

  test('that asks for a name which is not there is an error of the user', async () => {
    const { cur, io } = await withBill(months);
    await expect(runReport({ cur, failOn: 'service.Nothing > 1' }, io)).rejects.toMatchObject({ name: 'UserError' });
  });

  test('that asks for a change where there is no month before is an error of the user', async () => {
    const { cur, io } = await withBill([{}]);
    await expect(runReport({ cur, failOn: 'change > 10%' }, io)).rejects.toMatchObject({ name: 'UserError' });
  });

  test('that cannot be read is an error before any work', async () => {
    await expect(runReport({ cur: '/nowhere', failOn: 'total >' }, testIo().io)).rejects.toMatchObject({
      message: expect.stringMatching(/^--fail-on total >: /),
    });
  });
});

describe('--output', () => {
  test.each([
    ['r.html', /^<!doctype html>/i],
    ['r.md', /^# /],
    ['r.csv', /^.*service.*\r?\n/i],
    ['r.json', /^\{\n {2}"kind": "CostReport"/],
    ['r.txt', /1\.00/],
  ])('%s is written in the form of its ending', async (output, form) => {
    const { cur, io, folder } = await withBill([{}]);
    expect(await runReport({ cur, output }, io)).toEqual({ outcome: 'done', text: '' });
    expect(readFileSync(join(folder, output), 'utf8')).toMatch(form);
  });

  test('in a folder that is not there is an error before any work', async () => {
    await expect(runReport({ cur: '/nowhere', output: 'none/r.json' }, testIo().io)).rejects.toMatchObject({ message: '-o none/r.json: no such folder' });
  });

  test('with an ending that no format has is an error before any work', async () => {
    await expect(runReport({ cur: '/nowhere', output: 'r.pdf' }, testIo().io)).rejects.toMatchObject({
      message: '-o r.pdf: no format has the ending .pdf',
      hint: 'one of .html, .htm, .md, .csv, .json, .txt; or say it with --format',
    });
  });

  test('may have any ending beside --format, and none', async () => {
    const { cur, io } = await withBill([{}]);
    await runReport({ cur, output: 'r.data', format: 'json' }, io);
    await runReport({ cur, output: './report' }, io);
    expect(JSON.parse(await io.files.read(join(io.directory, 'r.data')))).toMatchObject({ kind: 'CostReport' });
    expect(await io.files.read(join(io.directory, 'report'))).toContain('The bill is $1.00');
  });
});

describe('--explain', () => {
  test('into a file that ends in .json is JSON', async () => {
    const { cur, io, folder } = await withBill([{}]);
    await runReport({ cur, explain: 'total', output: 'e.json' }, io);
    expect(JSON.parse(readFileSync(join(folder, 'e.json'), 'utf8'))).toMatchObject({ kind: 'CostExplanation', cost: 1 });
  });

  test.each([
    [{ format: 'html' as const }, '--explain: no html'],
    [{ output: 'e.html' }, '--explain: no html'],
    [{ failOn: 'total > 1' }, '--explain stands beside --fail-on'],
  ])('is refused before any work with %j', async (flags, message) => {
    await expect(runReport({ cur: '/nowhere', explain: 'total', ...flags }, testIo().io)).rejects.toMatchObject({ message });
  });
});

describe('the snapshot', () => {
  test('is for this run alone with --cur', async () => {
    const { cur, io, folder } = await withBill([{}]);
    await reportText({ cur }, io);
    expect(existsSync(join(folder, '.tonnage'))).toBe(false);
  });

  test('is kept with --store, and read without a source after', async () => {
    const { cur, io } = await withBill([{}]);
    const first = await reportText({ cur, store: 'kept', format: 'json' }, io);
    expect(await reportText({ cur: '/nowhere', store: 'kept', offline: true, format: 'json' }, io)).toBe(first);
  });

  test('that does not hold the bill which --cur names is not taken for it', async () => {
    const { cur, io, folder } = await withBill([{}]);
    await reportText({ cur, store: 'kept' }, io);
    const other = await writeBill(join(folder, 'other/cur.parquet'), [{ line_item_unblended_cost: 50 }]);
    expect((await reportOf({ cur: other, store: 'kept' }, io)).reconciliation.bill).toBe(50);
  });

  test('that is not there is an error of the user with --offline', async () => {
    const given = testIo();
    given.write('tonnage.yaml', 'sources: [{ kind: cur, path: bill }]');
    await expect(reportText({ offline: true }, given.io)).rejects.toMatchObject({ name: 'UserError', message: 'the snapshot has no charges' });
  });

  test.each([
    ['', '--cur: the path is empty'],
    ['https://example.com/cur.parquet', 'https://example.com/cur.parquet: no place that a bill is read from'],
  ])('is not read from %j: that is told', async (cur, message) => {
    await expect(reportText({ cur }, testIo().io)).rejects.toMatchObject({ name: 'UserError', message });
  });

  test('is not collected with --offline, whatever bill a flag names: that is said', async () => {
    const { cur, io } = await withBill([{}]);
    await expect(reportText({ cur, offline: true }, io)).rejects.toMatchObject({
      name: 'UserError',
      message: '--offline stands beside a bill that is to be read',
    });
  });

  test('without any month of those asked for names the month', async () => {
    const { cur, io } = await withBill([{}]);
    await expect(reportText({ cur, month: '2020-01' }, io)).rejects.toMatchObject({ name: 'UserError', message: 'no charges in 2020-01' });
  });

  test('gives the same bytes each time', async () => {
    const { cur, io } = await withBill(months);
    expect(await reportText({ cur, format: 'json' }, io)).toBe(await reportText({ cur, format: 'json' }, io));
  });
});

describe('teams and environments', () => {
  test('come from the configuration, the first rule that matches', async () => {
    const given = await withBill([
      { resource_tags_user_team: 'search', resource_tags_user_env: 'prod', line_item_unblended_cost: 1 },
      { resource_tags_user_team: 'web-shop', line_item_unblended_cost: 2 },
      { line_item_product_code: 'AmazonS3', product_product_name: 'Amazon Simple Storage Service', line_item_unblended_cost: 4 },
      { line_item_unblended_cost: 8 },
      { line_item_line_item_type: 'Tax', line_item_unblended_cost: 16 },
    ]);
    given.write(
      'tonnage.yaml',
      `organisation: Acme
teams:
  - { team: search, match: { tag: { team: search } } }
  - { team: web, match: { tag: { Team: "web-*" } } }
  - { team: storage, match: { service: Amazon Simple Storage Service } }
  - { team: late, match: { tag: { team: search } } }
environments: [{ environment: production, match: { tag: { env: prod } } }]
`,
    );
    const report = await reportOf({ cur: given.cur, config: 'tonnage.yaml' }, given.io);
    expect([report.organisation, by(report, 'team'), by(report, 'environment')]).toEqual([
      'Acme',
      [
        [null, 24],
        ['storage', 4],
        ['web', 2],
        ['search', 1],
      ],
      [
        [null, 30],
        ['production', 1],
      ],
    ]);
    expect(report.reconciliation).toMatchObject({ allocated: 7, unattributed: 8, tax: 16 });
  });

  test('can be told by a cost category of AWS', async () => {
    const given = await withBill([{ cost_category_business_unit: 'retail' }]);
    given.write('tonnage.yaml', 'teams: [{ team: retail, match: { tag: { "costCategory/Business Unit": retail } } }]');
    expect(by(await reportOf({ cur: given.cur, config: 'tonnage.yaml' }, given.io), 'team')).toEqual([['retail', 1]]);
  });
});

describe('the demo company', () => {
  const demo = testIo();
  let cur = '';

  beforeAll(async () => {
    cur = (await writeDemoBill(demo.folder, demo.io)).path;
    demo.write(
      'owners.yaml',
      `teams: [${['storefront', 'orders', 'search', 'platform', 'data'].map((team) => `{ team: ${team}, match: { tag: { team: ${team} } } }`).join(', ')}]`,
    );
    await reportText({ cur, store: 'demo' }, demo.io);
  }, 60_000);

  describe.each(company.months)('in %s', (month) => {
    const truth = demoBillTruth(month);
    const asked = { get cur() { return cur; }, store: 'demo', offline: true, month, config: 'owners.yaml' }; // prettier-ignore
    const cents = (amount: number): number => Math.round(amount * 100) / 100;

    test('costs what it was made to cost', async () => {
      const amortized = await reportOf(asked, demo.io);
      const unblended = await reportOf({ ...asked, cost: 'billed' }, demo.io);
      expect([amortized.reconciliation.bill, unblended.reconciliation.bill].map((bill) => bill.toFixed(8))).toEqual([
        truth.amortized.toFixed(8),
        truth.unblended.toFixed(8),
      ]);
      expect(Math.abs(amortized.reconciliation.residual)).toBeLessThan(1e-9 * truth.amortized);
      expect(amortized.generatedFrom.sources[0]?.lines).toBe(truth.lines);
    });

    test('has the commitments that nobody used', async () => {
      expect((await reportOf(asked, demo.io)).reconciliation.idle).toBeCloseTo(truth.unusedCommitment, 8);
    });

    test('is split by account as it was made', async () => {
      const expected = Object.entries(truth.byAccount).map(([account, { amortized }]) => [account, cents(amortized)]);
      expect(new Map(by(await reportOf(asked, demo.io), 'account').map(([name, cost]) => [name, cents(cost)]))).toEqual(
        new Map(expected as [string, number][]),
      );
    });

    test('is split by team as it was tagged', async () => {
      const expected = Object.entries(truth.byTeam).map(([team, { amortized }]) => [team === '' ? null : team, cents(amortized)] as const);
      expect(new Map(by(await reportOf(asked, demo.io), 'team').map(([name, cost]) => [name, cents(cost)]))).toEqual(new Map(expected));
    });

    test('has no gap', async () => {
      expect((await reportOf(asked, demo.io)).gaps).toEqual([]);
    });
  });
});

test('a source that was given another name is not summed beside its old self', async () => {
  const given = testIo();
  await writeBill(join(given.folder, 'bill/cur.parquet'), [{}]);
  given.write('tonnage.yaml', 'sources: [{ kind: cur, path: bill }]');
  const { bill } = (await reportOf({}, given.io)).reconciliation;
  given.write('tonnage.yaml', 'sources: [{ kind: cur, name: acme, path: bill }]');
  const renamed = await reportOf({}, given.io);
  expect(renamed.reconciliation.bill).toBe(bill);
  expect(renamed.generatedFrom.sources.map(({ source }) => source)).toEqual(['acme']);
});
