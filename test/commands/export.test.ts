import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportCharges } from '../../src/commands/export.ts';
import { text } from '../../src/io/sql.ts';
import { CHARGE_COLUMNS } from '../../src/model/cost/charge.ts';
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

  test('has the columns of FOCUS and times as ISO 8601', async () => {
    const { cur, io, folder } = await withBill(lines);
    await exportCharges({ cur, output: 'x.csv', month: '2026-09' }, io);
    const [header = '', row = ''] = readFileSync(join(folder, 'x.csv'), 'utf8').split('\n');
    expect(header.split(',')).toEqual(Object.keys(CHARGE_COLUMNS));
    expect(row).toContain('2026-09-01T00:00:00Z,2026-10-01T00:00:00Z');
  });

  test('goes to standard output without --output', async () => {
    const given = await withBill([{}]);
    await exportCharges({ cur: given.cur }, given.io);
    expect(given.out()).toMatch(/^BilledCost,EffectiveCost,/);
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
