import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testIo } from '../../io/test-io.ts';
import { collectBill } from './collected.ts';
import { at, billed, writeBill, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

type File = readonly [name: string, lines: readonly Cells[], format?: BillFormat];

async function folderOf(...files: readonly File[]): Promise<string> {
  const folder = join(given.folder, String(bills++));
  for (const [name, lines, format] of files) await writeBill(join(folder, name), lines, format);
  return folder;
}

/** Lines, duplicates and billed sum. */
async function read(...files: readonly File[]): Promise<string> {
  const months = await collectBill(await folderOf(...files), given);
  return months.map(({ facts }) => `${facts.lines} lines, ${facts.duplicates} duplicates, ${Number(facts.totals[0]?.billed)} billed`).join('; ');
}

const one = { identity_line_item_id: 'a', line_item_unblended_cost: 1 };
const two = { identity_line_item_id: 'b', line_item_unblended_cost: 2 };
const four = { identity_line_item_id: 'c', line_item_unblended_cost: 4 };

describe('a line that stands in two files', () => {
  test('is counted, and summed once', async () => {
    expect(await read(['1.parquet', [one, two]], ['2.parquet', [two, four]])).toBe('3 lines, 1 duplicates, 7 billed');
  });

  test('is summed once where one file is a copy of the other', async () => {
    expect(await read(['1.parquet', [one, two]], ['2.parquet', [one, two]], ['3.parquet', [one, two]])).toBe('2 lines, 4 duplicates, 3 billed');
  });

  test('is summed once in a CSV and a Parquet file, though only one of them tells blank from nothing', async () => {
    const blank = { line_item_resource_id: '', resource_tags_user_team: '' };
    const lines = [one, two].map((line) => ({ ...line, ...blank }));
    expect(await read(['1.parquet', lines], ['2.csv', lines])).toBe('2 lines, 2 duplicates, 3 billed');
  });

  test('is summed once where the order of the columns differs', async () => {
    const { line_item_unblended_cost: cost, identity_line_item_id: id } = two;
    expect(await read(['1.parquet', [two]], ['2.parquet', [{ line_item_unblended_cost: cost, identity_line_item_id: id }]])).toBe(
      '1 lines, 1 duplicates, 2 billed',
    );
  });

  test('is refused where its contents differ: only one of them is true', async () => {
    const folder = await folderOf(['1.parquet', [one, two]], ['2.parquet', [{ ...two, line_item_unblended_cost: 2.5 }]]);
    await expect(collectBill(folder, given)).rejects.toMatchObject({
      name: 'UserError',
      message: 'line b of 2026-10-05T10:00:00Z/2026-10-05T11:00:00Z stands in the bill 2 times with different contents',
      hint: 'these are two deliveries of one report: keep the newer files only, or copy the *-Manifest.json, which names them',
    });
  });
});

describe('lines with one id', () => {
  test('in different hours are different lines', async () => {
    expect(await read(['1.parquet', [one, { ...one, ...at(5, 11) }]])).toBe('2 lines, 0 duplicates, 2 billed');
  });

  test('in one file are duplicates too', async () => {
    expect(await read(['1.parquet', [one, one, two]])).toBe('2 lines, 1 duplicates, 3 billed');
  });
});

describe('lines without an id', () => {
  const nameless = { identity_line_item_id: null };

  test('are all kept', async () => {
    expect(await read(['1.parquet', [nameless, nameless]])).toBe('2 lines, 0 duplicates, 2 billed');
  });

  test('are all kept beside a duplicate', async () => {
    expect(await read(['1.parquet', [nameless, nameless, two]], ['2.parquet', [nameless, two]])).toBe('4 lines, 1 duplicates, 5 billed');
  });

  test('that is blank are all kept', async () => {
    const blank = { identity_line_item_id: '' };
    expect(await read(['1.parquet', [blank, blank]], ['2.csv', [blank, blank, blank]])).toBe('5 lines, 0 duplicates, 5 billed');
  });

  test('where the report has no such column are all kept, and not said to be known', async () => {
    const folder = await folderOf(['1.parquet', [one, one], { without: ['identity_line_item_id'] }]);
    const [month] = await collectBill(folder, given);
    expect([month?.facts.lines, month?.facts.duplicates, month?.facts.capabilities]).toEqual([2, 0, expect.not.arrayContaining(['line-ids'])]);
  });
});

describe('a file of an export that ran again', () => {
  const again = (lines: readonly Cells[]): Cells[] => lines.map((cells, n) => ({ ...cells, identity_line_item_id: `again${n}` }));

  test('is summed once, though its lines have other ids and another order', async () => {
    expect(await read(['1.parquet', [one, two, four]], ['2.parquet', again([four, one, two])])).toBe('3 lines, 3 duplicates, 7 billed');
  });

  test('is summed once though it is CSV', async () => {
    expect(await read(['1.parquet', [one, two]], ['2.csv.gz', again([one, two])])).toBe('2 lines, 2 duplicates, 3 billed');
  });

  test('is summed once where its lines have no ids', async () => {
    const nameless = [one, two].map((cells) => ({ ...cells, identity_line_item_id: null }));
    expect(await read(['1.parquet', nameless], ['2.parquet', nameless], ['3.parquet', [four]])).toBe('3 lines, 2 duplicates, 7 billed');
  });

  test('is counted month by month', async () => {
    const months = [one, { ...two, ...billed(2026, 9) }, { ...four, ...billed(2026, 9) }];
    expect(await read(['1.parquet', months], ['2.parquet', again(months)])).toBe('2 lines, 2 duplicates, 6 billed; 1 lines, 1 duplicates, 1 billed');
  });

  test('is no other part of the delivery that has as many lines', async () => {
    expect(await read(['1.parquet', [one, two]], ['2.parquet', again([one, four])])).toBe('4 lines, 0 duplicates, 8 billed');
  });
});

describe('files of one bill with other columns', () => {
  test('are read together; what one lacks is nothing there', async () => {
    const tagged = { ...two, resource_tags_user_team: 'search' };
    expect(await read(['1.parquet', [one], { without: ['product_sku', 'pricing_unit'] }], ['2.csv', [tagged]])).toBe('2 lines, 0 duplicates, 3 billed');
  });

  test('have the capabilities of all of them', async () => {
    const without = ['reservation_effective_cost', 'line_item_resource_id'];
    const [month] = await collectBill(await folderOf(['1.parquet', [one], { without }], ['2.parquet', [two]]), given);
    expect(month?.facts.capabilities).toEqual(['invoice-ids', 'line-ids', 'list-prices', 'reservations', 'resource-ids', 'savings-plans']);
  });

  test('that lack the columns of a capability do not claim it', async () => {
    const without = ['reservation_effective_cost', 'line_item_resource_id', 'savings_plan_used_commitment', 'pricing_public_on_demand_cost', 'bill_invoice_id'];
    const [month] = await collectBill(await folderOf(['1.parquet', [one], { without }]), given);
    expect(month?.facts.capabilities).toEqual(['line-ids']);
  });
});
