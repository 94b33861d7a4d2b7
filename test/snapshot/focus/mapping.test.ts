import { join } from 'node:path';
import { expect, test } from 'vitest';
import { text, type SqlRow } from '../../../src/io/sql.ts';
import { writeFocus } from '../../../src/snapshot/focus/write-focus.ts';
import { testIo } from '../../io/test-io.ts';
import { withTables, type Charge } from '../allocation/given.ts';

/** Columns of the export of one charge, as text. */
async function exported(charge: Charge, columns: readonly string[]): Promise<SqlRow> {
  return withTables(
    { charges: [{ EffectiveCost: '1', ListCost: '1', ContractedCost: '1', ServiceCategory: 'Compute', ...charge }] },
    async (sql, { files }) => {
      const file = join(testIo().folder, 'focus.parquet');
      await writeFocus(sql, files, file, { format: 'parquet', version: '1.2', isAllocated: false });
      const [row = {}] = await sql.rows(`select ${columns.map((column) => `${column}::varchar as ${column}`).join(', ')} from read_parquet(${text(file)})`);
      return row;
    },
  );
}

const EC2: Charge = {
  PricingQuantity: '3',
  PricingUnit: 'Hrs',
  ConsumedQuantity: '3',
  ConsumedUnit: 'Hrs',
  SkuId: 'sku',
  SkuPriceId: '1.2',
  SkuMeter: 'BoxUsage',
};

test('a unit price is stated where it gives back the cost', async () => {
  const columns = ['ListUnitPrice', 'ContractedUnitPrice', 'PricingCurrencyListUnitPrice'];
  expect(await exported({ ...EC2, ListCost: '0.288', ContractedCost: '1' }, columns)).toEqual({
    ListUnitPrice: '0.096000000000000000',
    ContractedUnitPrice: '0.333333333333333312',
    PricingCurrencyListUnitPrice: '0.096000000000000000',
  });
});

test('no unit price is stated where there is no quantity, or the cost is negative', async () => {
  expect(await exported({ ...EC2, PricingQuantity: '0', ContractedCost: '-1' }, ['ListUnitPrice', 'ContractedUnitPrice'])).toEqual({
    ListUnitPrice: null,
    ContractedUnitPrice: null,
  });
  expect(await exported({ ...EC2, ContractedCost: '-1' }, ['ContractedUnitPrice'])).toEqual({ ContractedUnitPrice: null });
});

test.each([
  ['Hrs', 'Hours'],
  ['hours', 'Hours'],
  ['GB-Mo', 'GB-Months'],
  ['LCU-Hrs', 'LCU-Hours'],
  ['Lambda-GB-Second', 'GB-Seconds'],
  ['Requests', 'Requests'],
  ['10K Requests', '10K Requests'],
  ['Mobile', 'Mobile'],
])('the unit %s is %s', async (given, unit) => {
  expect(await exported({ ...EC2, PricingUnit: given, ConsumedUnit: given }, ['PricingUnit', 'ConsumedUnit'])).toEqual({
    PricingUnit: unit,
    ConsumedUnit: unit,
  });
});

test('a tax has no price, quantity or SKU', async () => {
  const columns = ['PricingQuantity', 'PricingUnit', 'PricingCategory', 'ListUnitPrice', 'SkuId', 'SkuPriceId', 'SkuMeter', 'ConsumedQuantity', 'x_UsageType'];
  expect(await exported({ ...EC2, ChargeCategory: 'Tax' }, columns)).toEqual({
    PricingQuantity: null,
    PricingUnit: null,
    PricingCategory: null,
    ListUnitPrice: null,
    SkuId: null,
    SkuPriceId: null,
    SkuMeter: null,
    ConsumedQuantity: null,
    x_UsageType: 'BoxUsage',
  });
});

test('what nobody used of a commitment has no quantity: the fee has it', async () => {
  const unused: Charge = {
    ...EC2,
    PricingQuantity: null,
    ConsumedQuantity: null,
    ListCost: '0',
    ContractedCost: '0',
    CommitmentDiscountId: 'sp-1',
    CommitmentDiscountCategory: 'Spend',
    CommitmentDiscountStatus: 'Unused',
    CommitmentDiscountType: 'Savings Plan',
    EffectiveCost: '0.5',
  };
  expect(await exported(unused, ['PricingQuantity', 'ListUnitPrice', 'ConsumedQuantity', 'CommitmentDiscountQuantity', 'CommitmentDiscountUnit'])).toEqual({
    PricingQuantity: '0.000000000000',
    ListUnitPrice: '0.000000000000000000',
    ConsumedQuantity: null,
    CommitmentDiscountQuantity: '0.500000000000',
    CommitmentDiscountUnit: 'USD',
  });
});

test('a commitment is described only where it is named', async () => {
  const columns = ['CommitmentDiscountCategory', 'CommitmentDiscountStatus', 'CommitmentDiscountType'];
  expect(await exported({ CommitmentDiscountCategory: 'Spend', CommitmentDiscountStatus: 'Used', CommitmentDiscountType: 'Savings Plan' }, columns)).toEqual({
    CommitmentDiscountCategory: null,
    CommitmentDiscountStatus: null,
    CommitmentDiscountType: null,
  });
});

test('a cost that the source does not tell repeats another, and is named', async () => {
  const columns = ['EffectiveCost', 'ListCost', 'ContractedCost', 'ListUnitPrice', 'x_AssumedCosts'];
  expect(await exported({ ...EC2, BilledCost: '2', EffectiveCost: '1.5', ListCost: null, ContractedCost: null }, columns)).toEqual({
    EffectiveCost: '1.500000000000',
    ListCost: '1.500000000000',
    ContractedCost: '1.500000000000',
    ListUnitPrice: null,
    x_AssumedCosts: 'ContractedCost,ListCost',
  });
});

test('names that are not told are ids, and regions have their names', async () => {
  expect(await exported({ BillingAccountId: '1', SubAccountId: '2' }, ['BillingAccountName', 'SubAccountName', 'RegionName', 'PublisherName'])).toEqual({
    BillingAccountName: '1',
    SubAccountName: '2',
    RegionName: 'Europe (Ireland)',
    PublisherName: 'AWS',
  });
});

test('a subcategory is of the service, as far as it is one of the category', async () => {
  expect(await exported({ x_ServiceCode: 'AmazonEKS' }, ['ServiceSubcategory'])).toEqual({ ServiceSubcategory: 'Containers' });
  expect(await exported({ x_ServiceCode: 'AmazonEKS', ServiceCategory: 'Other' }, ['ServiceSubcategory'])).toEqual({ ServiceSubcategory: 'Other (Other)' });
});

test('a rate of several SKUs is one price for each', async () => {
  expect(await exported({ ...EC2, SkuPriceId: '208673312' }, ['SkuPriceId'])).toEqual({ SkuPriceId: 'sku.208673312' });
});
