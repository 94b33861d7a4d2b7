import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportCharges } from '../../src/commands/export.ts';
import { text } from '../../src/io/sql.ts';
import { focusColumns } from '../../src/model/focus/columns.ts';
import { at, billed, query, writeBill, type Cells } from '../collectors/cur/small-bill.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { reportOf } from './reporting.ts';

async function withBill(lines: readonly Cells[]): Promise<TestIo & { readonly cur: string }> {
  const given = testIo();
  return { ...given, cur: await writeBill(join(given.folder, 'bill/cur.parquet'), lines) };
}

const PLAN = { line_item_line_item_type: 'SavingsPlanCoveredUsage', savings_plan_savings_plan_effective_cost: 0.123456789012, line_item_unblended_cost: 0.1 };
const lines = [
  PLAN,
  { ...at(6), line_item_line_item_description: '=1+2, "quoted"\nand more', resource_tags_user_team: 'a"b' },
  { ...billed(2026, 9), line_item_unblended_cost: 9 },
];
const SUMS = 'sum(BilledCost)::varchar as billed, sum(EffectiveCost)::varchar as effective, count(*)::integer as rows';

describe('export', () => {
  test.each(['october.parquet', 'october.csv'])('to %s keeps every digit', async (output) => {
    const { cur, io, folder } = await withBill(lines);
    expect(await exportCharges({ cur, output }, io)).toBe('done');
    const path = join(folder, output);
    const from = output.endsWith('.csv') ? `read_csv(${text(path)}, all_varchar = true)` : `read_parquet(${text(path)})`;
    const cast = (column: string): string => `cast(${column} as decimal(38,12))`;
    expect(await query(`select ${SUMS.replace('BilledCost', cast('BilledCost')).replace('EffectiveCost', cast('EffectiveCost'))} from ${from}`)).toEqual([
      { billed: '10.100000000000', effective: '10.123456789012', rows: 3 },
    ]);
    const report = await reportOf({ cur, from: '2026-09', to: '2026-10' }, io);
    expect(report.reconciliation.bill).toBeCloseTo(10.123456789012, 9);
  });

  test('has a bill that two sources tell once', async () => {
    const { io, folder, write } = await withBill(lines);
    await writeBill(join(folder, 'again/cur.parquet'), lines, { without: ['line_item_resource_id'] });
    write('tonnage.yaml', 'sources: [{ kind: cur, name: fine, path: bill }, { kind: cur, name: coarse, path: again }]');
    await exportCharges({ output: 'x.parquet' }, io);
    expect(await query(`select ${SUMS} from read_parquet(${text(join(folder, 'x.parquet'))})`)).toEqual([
      { billed: '10.100000000000', effective: '10.123456789012', rows: 3 },
    ]);
  });

  test('has the columns of FOCUS and times as ISO 8601', async () => {
    const { cur, io, folder } = await withBill(lines);
    await exportCharges({ cur, output: 'x.csv', month: '2026-09' }, io);
    const [header = '', row = ''] = readFileSync(join(folder, 'x.csv'), 'utf8').split('\n');
    const columns = header.split(',');
    expect(columns.slice(0, 57)).toEqual(focusColumns('1.2').map(([column]) => column));
    expect(columns.slice(57).every((column) => column.startsWith('x_'))).toBe(true);
    expect(row).toContain('2026-10-01T00:00:00Z,2026-09-01T00:00:00Z');
  });

  test('has the columns of FOCUS 1.3 if asked', async () => {
    const { cur, io, folder } = await withBill([{}]);
    await exportCharges({ cur, output: 'x.csv', focusVersion: '1.3' }, io);
    const [header = ''] = readFileSync(join(folder, 'x.csv'), 'utf8').split('\n');
    expect(header.split(',').filter((column) => !column.startsWith('x_'))).toHaveLength(65);
  });

  test('to CSV and to Parquet says the same', async () => {
    const { cur, io, folder } = await withBill(lines);
    await exportCharges({ cur, output: '1.csv' }, io);
    await exportCharges({ cur, output: '1.parquet' }, io);
    const texts = (from: string): string => `select columns(*)::varchar from ${from}`;
    const parquet = `(select * replace (${['BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd']
      .map((column) => `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}`)
      .join(', ')}) from read_parquet(${text(join(folder, '1.parquet'))}))`;
    const rows = await query(`${texts(`read_csv(${text(join(folder, '1.csv'))}, all_varchar = true)`)} order by all`);
    expect(rows).toHaveLength(3);
    expect(await query(`${texts(parquet)} order by all`)).toEqual(rows);
  });

  test('--to focus is what it does anyway', async () => {
    const given = await withBill([{}]);
    await exportCharges({ cur: given.cur, month: '2026-10', to: 'focus' }, given.io);
    expect(given.out().trimEnd().split('\n')).toHaveLength(2);
  });

  test('--allocate of a bill without clusters changes no row', async () => {
    const [whole, allocated] = [await withBill(lines), await withBill(lines)];
    await exportCharges({ cur: whole.cur, focusVersion: '1.3' }, whole.io);
    await exportCharges({ cur: allocated.cur, focusVersion: '1.3', allocate: true }, allocated.io);
    expect(allocated.out()).toBe(whole.out());
  });

  test('leaves splits out: their parents have their costs', async () => {
    const given = await withBill([{}, { split_line_item_parent_resource_id: 'i-1', split_line_item_split_usage: 1, line_item_unblended_cost: 0 }]);
    await exportCharges({ cur: given.cur }, given.io);
    expect(given.out().trimEnd().split('\n')).toHaveLength(2);
  });

  test('--check keeps the rules of FOCUS, and writes nothing', async () => {
    const given = await withBill([{}]);
    expect(await exportCharges({ cur: given.cur, check: true, output: 'x.parquet' }, given.io)).toBe('done');
    expect(given.out()).toContain('rules are kept in 1 rows');
    expect(existsSync(join(given.folder, 'x.parquet'))).toBe(false);
  });

  test('--check of a file tells each broken rule with a row, and is an error of the user', async () => {
    const given = await withBill([{}]);
    await exportCharges({ cur: given.cur, output: 'x.parquet' }, given.io);
    const broken = join(given.folder, 'broken.parquet');
    await query(
      `copy (select * replace ('Fee' as ChargeCategory) from read_parquet(${text(join(given.folder, 'x.parquet'))})) to ${text(broken)} (format parquet)`,
    );
    const check = exportCharges({ check: 'broken.parquet', format: 'json' }, given.io);
    await expect(check).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining('rules of FOCUS 1.2 are broken') });
    expect(JSON.parse(given.out())).toMatchObject({
      version: '1.2',
      rows: 1,
      findings: expect.arrayContaining([expect.objectContaining({ id: 'ChargeCategory-C-003-M', count: 1, example: 'ChargeCategory=Fee' })]),
    });
  });

  test('--check of what is no such file is an error of the user', async () => {
    const { io } = await withBill([{}]);
    await expect(exportCharges({ check: 'none.parquet' }, io)).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining('no such file') });
    await io.files.replace(join(io.directory, 'x.parquet'), 'no Parquet');
    await expect(exportCharges({ check: 'x.parquet' }, io)).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining('cannot be read') });
  });

  test('goes to standard output without --output', async () => {
    const given = await withBill([{}]);
    await exportCharges({ cur: given.cur }, given.io);
    expect(given.out()).toMatch(/^AvailabilityZone,BilledCost,/);
    expect(given.out().trimEnd().split('\n')).toHaveLength(2);
  });

  test('has the months that are asked for', async () => {
    const given = await withBill(lines);
    await exportCharges({ cur: given.cur, month: '2026-09' }, given.io);
    expect(given.out().trimEnd().split('\n')).toHaveLength(2);
  });

  test('of a month that is not there is an error of the user', async () => {
    const { cur, io } = await withBill(lines);
    await expect(exportCharges({ cur, month: '2026-01' }, io)).rejects.toMatchObject({ name: 'UserError', message: 'no charges in these months' });
  });

  test('to a name of another ending is an error of the user', async () => {
    const { cur, io } = await withBill(lines);
    await expect(exportCharges({ cur, output: 'x.json' }, io)).rejects.toMatchObject({
      message: '--output x.json: expected a name that ends in .parquet or .csv',
    });
  });

  test('to a folder that is not there is an error of the user', async () => {
    const { cur, io } = await withBill(lines);
    await expect(exportCharges({ cur, output: 'none/x.csv' }, io)).rejects.toMatchObject({ name: 'UserError' });
  });

  test('leaves nothing but its file', async () => {
    const { cur, io, folder } = await withBill(lines);
    await exportCharges({ cur, output: 'x.parquet' }, io);
    expect(readdirSync(folder).toSorted()).toEqual(['bill', 'x.parquet']);
  });

  test('gives the same bytes each time', async () => {
    const { cur, io, folder } = await withBill(lines);
    await exportCharges({ cur, output: '1.parquet' }, io);
    await exportCharges({ cur, output: '2.parquet' }, io);
    expect(readFileSync(join(folder, '1.parquet'))).toEqual(readFileSync(join(folder, '2.parquet')));
  });

  test('ends with gaps where there are some', async () => {
    const { cur, io } = await withBill([{ line_item_line_item_type: 'New' }]);
    expect(await exportCharges({ cur, output: 'x.csv' }, io)).toBe('gaps');
  });

  test('reads a snapshot that is kept, with --offline', async () => {
    const { cur, io, folder } = await withBill([{}]);
    await exportCharges({ cur, store: 'kept', output: '1.csv' }, io);
    await exportCharges({ cur: '/nowhere', store: 'kept', offline: true, output: '2.csv' }, io);
    expect(existsSync(join(folder, '2.csv'))).toBe(true);
  });
});
