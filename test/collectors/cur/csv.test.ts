import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { testIo } from '../../io/test-io.ts';
import { collectBill, totalsOf } from './collected.ts';
import { at, query, writeBill, writeCopies, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;
const place = (name: string): string => join(given.folder, String(bills++), name);

function put(path: string, content: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const csv = async (lines: readonly Cells[]): Promise<string> => readFileSync(await writeBill(place('cur.csv'), lines), 'utf8');

/** Lines and billed sum, as text. */
async function read(path: string): Promise<string> {
  return (await totalsOf(path, given)).map(({ lines, billed }) => `${lines} lines, ${Number(billed)}`).join('; ');
}

const three = [{}, { line_item_unblended_cost: 2, ...at(6) }, { line_item_unblended_cost: 4, ...at(7) }];

describe('a CSV file', () => {
  test('is read as the Parquet of the same lines', async () => {
    const [parquet] = await collectBill(await writeBill(place('cur.parquet'), three), given);
    const [text] = await collectBill(await writeBill(place('cur.csv'), three), given);
    expect(text?.facts.totals).toEqual(parquet?.facts.totals);
    const charges = (file: string | undefined): Promise<unknown> => query(`select * from read_parquet('${file}', hive_partitioning = false)`);
    expect(await charges(text?.file)).toEqual(await charges(parquet?.file));
  });

  test('may spell its headers as AWS does in CSV', async () => {
    const headers = {
      line_item_line_item_type: 'lineItem/LineItemType',
      line_item_usage_start_date: 'lineItem/UsageStartDate',
      line_item_product_code: 'lineItem/ProductCode',
      line_item_currency_code: 'lineItem/CurrencyCode',
      line_item_unblended_cost: 'lineItem/UnblendedCost',
      bill_billing_period_start_date: 'bill/BillingPeriodStartDate',
    };
    expect(await read(await writeBill(place('cur.csv'), three, { headers }))).toBe('3 lines, 7');
  });

  test('may have lines that end as on Windows', async () => {
    expect(await read(put(place('cur.csv'), (await csv(three)).replaceAll('\n', '\r\n')))).toBe('3 lines, 7');
  });

  test('may begin with a byte order mark', async () => {
    expect(await read(put(place('cur.csv'), `\uFEFF${await csv(three)}`))).toBe('3 lines, 7');
  });

  test('may lack the end of its last line', async () => {
    expect(await read(put(place('cur.csv'), (await csv(three)).trimEnd()))).toBe('3 lines, 7');
  });

  test('may have cells with line ends, quotes and commas', async () => {
    const lines = [{ line_item_line_item_description: 'a\nb "c", d\r\ne' }, ...three];
    expect(await read(await writeBill(place('cur.csv'), lines))).toBe('4 lines, 8');
  });

  test('may be compressed in several pieces', async () => {
    const text = await csv(three);
    const middle = text.indexOf('\n', text.indexOf('\n') + 1) + 1;
    const pieces = [text.slice(0, middle), text.slice(middle)].map((piece) => gzipSync(piece));
    expect(await read(put(place('cur.csv.gz'), Buffer.concat(pieces)))).toBe('3 lines, 7');
  });

  test.each(['CUR.CSV', 'CUR.CSV.GZ', 'CUR.PARQUET'])('may be named %s', async (name) => {
    const path = await writeBill(place(name.toLowerCase()), three);
    const loud = join(dirname(path), name);
    renameSync(path, loud);
    expect(await read(loud)).toBe('3 lines, 7');
  });

  test('with a large number of columns and cells is read whole', async () => {
    const path = await writeCopies(place('cur.csv.gz'), 5000, { identity_line_item_id: 'n::varchar', line_item_unblended_cost: '0.1' });
    expect(await read(path)).toBe('5000 lines, 500');
  });
});

describe('paths', () => {
  test.each(['with space', "it's", 'a"b', 'bill [2026]', 'a*b', 'what?', 'é🚢', '100%', 'a{b,c}', 'month=2020-01', '$HOME', 'a;b', '-dash', '#1'])(
    '%s',
    async (name) => {
      const folder = place(name);
      await writeBill(join(folder, `${name}.parquet`), three);
      await writeBill(join(folder, `${name}.csv`), [{ identity_line_item_id: 'other', line_item_unblended_cost: 10 }]);
      expect(await read(folder)).toBe('4 lines, 17');
    },
  );

  test.each(['parquet', 'csv'])('a %s file whose name is a pattern is read, and not those that match it', async (form) => {
    const folder = place('bill');
    await writeBill(join(folder, `cur1.${form}`), [{ identity_line_item_id: '1' }]);
    await writeBill(join(folder, `cur[1].${form}`), [{ identity_line_item_id: '2', line_item_unblended_cost: 2 }]);
    await writeBill(join(folder, `cur?.${form}`), [{ identity_line_item_id: '3', line_item_unblended_cost: 4 }]);
    expect(await Promise.all(['cur1', 'cur[1]', 'cur?'].map(async (name) => read(join(folder, `${name}.${form}`))))).toEqual([
      '1 lines, 1',
      '1 lines, 2',
      '1 lines, 4',
    ]);
    expect(await read(folder)).toBe('3 lines, 7');
  });

  test('two files whose names differ only in odd letters are both read', async () => {
    const folder = place('bill');
    await writeBill(join(folder, 'a/b.csv'), [{ identity_line_item_id: '1' }]);
    await writeBill(join(folder, 'a_b.csv'), [{ identity_line_item_id: '2', line_item_unblended_cost: 2 }]);
    await writeBill(join(folder, 'a b.csv'), [{ identity_line_item_id: '3', line_item_unblended_cost: 4 }]);
    expect(await read(folder)).toBe('3 lines, 7');
  });

  test('a folder named like a column is no column', async () => {
    const folder = place('line_item_unblended_cost=100');
    await writeBill(join(folder, 'line_item_line_item_type=Tax/cur.parquet'), three);
    expect(await read(folder)).toBe('3 lines, 7');
  });
});
