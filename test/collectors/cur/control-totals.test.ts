import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testIo } from '../../io/test-io.ts';
import { totalsOf } from './collected.ts';
import { at, writeBill, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

async function totals(lines: readonly Cells[], format: BillFormat = {}): Promise<readonly (readonly unknown[])[]> {
  const path = await writeBill(join(given.folder, `totals-${bills++}`, 'cur.parquet'), lines, format);
  return (await totalsOf(path, given)).map(({ billingAccount, currency, state, lines: count, billed }) => [
    billingAccount,
    currency,
    state,
    count,
    Number(billed),
  ]);
}

const PAYER = '111111111111';

describe('a bill', () => {
  test('of which every line that costs something has an invoice is final', async () => {
    expect(await totals([{}, { bill_invoice_id: '', line_item_unblended_cost: 0, ...at(6) }])).toEqual([[PAYER, 'USD', 'final', 2, 1]]);
  });

  test('of which one line that costs something has none is preliminary', async () => {
    expect(await totals([{}, { bill_invoice_id: '', ...at(6) }])).toEqual([[PAYER, 'USD', 'preliminary', 2, 2]]);
  });

  test('of which no line has an invoice is preliminary', async () => {
    expect(await totals([{ bill_invoice_id: '' }])).toEqual([[PAYER, 'USD', 'preliminary', 1, 1]]);
  });

  test('without a column of invoices does not say', async () => {
    expect(await totals([{}], { without: ['bill_invoice_id'] })).toEqual([[PAYER, 'USD', 'unknown', 1, 1]]);
  });

  test('without an invoice for what costs nothing after discounts is final', async () => {
    const free = { line_item_unblended_cost: 3, line_item_net_unblended_cost: 0, bill_invoice_id: '', ...at(6) };
    expect(await totals([{ line_item_net_unblended_cost: 1 }, free])).toEqual([[PAYER, 'USD', 'final', 2, 1]]);
  });
});

describe('bills in one file', () => {
  test('of two payers are added up apart, each with its state', async () => {
    const other = { bill_payer_account_id: '999999999999', bill_invoice_id: '', line_item_unblended_cost: 5 };
    expect(await totals([{}, other, { ...other, ...at(6) }])).toEqual([
      [PAYER, 'USD', 'final', 1, 1],
      ['999999999999', 'USD', 'preliminary', 2, 10],
    ]);
  });

  test('of one payer in two currencies are added up apart', async () => {
    expect(await totals([{}, { line_item_currency_code: 'EUR', line_item_unblended_cost: 5 }])).toEqual([
      [PAYER, 'EUR', 'final', 1, 5],
      [PAYER, 'USD', 'final', 1, 1],
    ]);
  });

  test('of nobody who is named have no account', async () => {
    expect(await totals([{ bill_payer_account_id: '' }])).toEqual([[null, 'USD', 'final', 1, 1]]);
  });

  test('of a currency that is blank or missing are one', async () => {
    expect(await totals([{ line_item_currency_code: '' }, { line_item_currency_code: null, ...at(6) }])).toEqual([[PAYER, 'XXX', 'final', 2, 2]]);
  });
});
