import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { kindOf } from '../../../src/collectors/cur/columns.ts';
import { text } from '../../../src/io/sql.ts';
import { dataFile, describeData } from '../../data.ts';
import { reportOf, reportText } from '../../commands/reporting.ts';
import { testIo } from '../../io/test-io.ts';
import { collectBill } from './collected.ts';
import { copyTo, query } from './small-bill.ts';

const given = testIo();
const october = dataFile('billing/aws-cur-2018-10.snappy.parquet');
const november = dataFile('billing/aws-cur-2023-11-anonymous.csv');
const lines = `select * from read_parquet(${text(october)})`;
const cents = (amount: number | undefined): string => (amount ?? Number.NaN).toFixed(4);

describeData('the bill of October 2018 (real data)', () => {
  test('is 4195.9571 amortized, and the rows explain all of it', async () => {
    const { reconciliation, rows } = await reportOf({ cur: october, month: '2018-10' }, given.io);
    expect(cents(reconciliation.bill)).toBe('4195.9571');
    expect(Math.abs(reconciliation.residual)).toBeLessThan(1e-9);
    expect(cents(rows.reduce((sum, { cost }) => sum + cost, 0))).toBe('4195.9571');
  });

  test('is 4064.4831 unblended, and the rows explain all of it', async () => {
    const { reconciliation, rows } = await reportOf({ cur: october, month: '2018-10', cost: 'billed' }, given.io);
    expect(cents(reconciliation.bill)).toBe('4064.4831');
    expect(Math.abs(reconciliation.residual)).toBeLessThan(1e-9);
    expect(cents(rows.reduce((sum, { cost }) => sum + cost, 0))).toBe('4064.4831');
  });

  test('amortized less unblended is what was paid upfront for the month', async () => {
    const [month] = await collectBill(october, given);
    const [total] = month?.facts.totals ?? [];
    const [upfront] = await query(`select sum(reservation_amortized_upfront_fee_for_billing_period) as fee from (${lines})`);
    expect([cents(Number(total?.effective) - Number(total?.billed)), cents(Number(upfront?.['fee']))]).toEqual(['131.4740', '131.4740']);
  });

  test('is summed by service as a plain query sums it', async () => {
    const { breakdowns } = await reportOf({ cur: october, cost: 'billed' }, given.io);
    const expected = await query(`select product_product_name as name, sum(line_item_unblended_cost) as cost from (${lines}) group by 1`);
    const byName = Object.fromEntries(expected.map(({ name, cost }) => [String(name), cents(Number(cost))]));
    const services = breakdowns.find(({ by }) => by === 'service')?.rows ?? [];
    expect(Object.fromEntries(services.map(({ name, cost }) => [name, cents(cost)]))).toEqual(byName);
  });
});

describeData('the same bill in another form gives the same report, byte for byte (real data)', () => {
  let expected = '';
  const json = (path: string): Promise<string> => reportText({ cur: path, format: 'json' }, given.io);
  const place = (name: string): string => join(given.folder, name);
  /** The columns that are read: to write the others takes most of the time. */
  let read = '';

  beforeAll(async () => {
    expected = await json(october);
    const columns = await query(`describe ${lines}`);
    const names = columns.map(({ column_name: name }) => String(name)).filter((name) => kindOf(name) !== undefined);
    read = `select ${names.join(', ')} from (${lines})`;
  });

  test('split in two and shuffled', async () => {
    const isFirst = `hash(identity_time_interval) % 3 = 0`;
    const shuffled = 'order by hash(identity_line_item_id, identity_time_interval)';
    await copyTo(place('split/a.parquet'), `${read} where ${isFirst} ${shuffled}`);
    await copyTo(place('split/b.parquet'), `${read} where not ${isFirst} ${shuffled}`, { compression: 'gzip' });
    expect(await json(place('split'))).toBe(expected);
  });

  test('as Parquet compressed with zstd', async () => {
    expect(await json(await copyTo(place('zstd.parquet'), read, { compression: 'zstd' }))).toBe(expected);
  });

  test('as CSV', async () => {
    expect(await json(await copyTo(place('plain.csv'), lines))).toBe(expected);
  });

  test('as compressed CSV and Parquet beside each other', async () => {
    const isFirst = `hash(identity_time_interval) % 4 = 0`;
    await copyTo(place('mixed/a.csv.gz'), `${read} where ${isFirst}`);
    await copyTo(place('mixed/b.parquet'), `${read} where not ${isFirst}`);
    expect(await json(place('mixed'))).toBe(expected);
  });
});

describeData('the bill of November 2023 in CSV (real data)', () => {
  test('has its tax on a line of its own', async () => {
    const { reconciliation, breakdowns } = await reportOf({ cur: november }, given.io);
    const tax = breakdowns.find(({ by }) => by === 'service')?.rows.find(({ name }) => name === 'Tax');
    expect([cents(reconciliation.bill), cents(reconciliation.tax), cents(tax?.cost)]).toEqual(['1.6823', '0.0800', '0.0800']);
  });

  test('costs as much amortized as it is billed: it has no commitments, and says of no discount; the month went on', async () => {
    const [month] = await collectBill(november, given);
    const [total] = month?.facts.totals ?? [];
    expect([total?.billed, total?.effective, total?.netEffective].map((sum) => cents(Number(sum)))).toEqual(['1.6823', '1.6823', '1.6823']);
    expect(month?.facts.totals.map(({ billingAccount, state }) => [typeof billingAccount, state])).toEqual([['string', 'preliminary']]);
  });

  test('has 1,281 lines, none of them twice', async () => {
    const [source] = (await reportOf({ cur: november }, given.io)).generatedFrom.sources;
    expect([source?.lines, source?.duplicates]).toEqual([1281, 0]);
  });
});
