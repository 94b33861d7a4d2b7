import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeTableFile } from '../../src/io/table-file.ts';
import { BILLING_TABLES } from '../../src/model/cost/billing-tables.ts';
import { checkDrivers } from '../../src/model/cost/drivers/comparison.ts';
import type { DriverCell } from '../../src/model/cost/drivers/driver.ts';
import { drivers } from '../../src/model/cost/drivers/drivers.ts';
import { money, type Month } from '../../src/model/facts.ts';
import { driverCells, providerComparisons, type DriverQuery } from '../../src/snapshot/driver-charges.ts';
import { testIo } from '../io/test-io.ts';
import { chargeFiles, type ChargeRow } from './charge-files.ts';

const sql = await testIo().io.openSql({ scratch: testIo().folder });
afterAll(() => sql.close());

const before: ChargeRow = { month: '2026-09' };

async function cellsOf(rows: readonly ChargeRow[], given: Partial<DriverQuery> = {}): Promise<DriverCell[]> {
  const files = await chargeFiles(sql, testIo(), rows);
  return driverCells(sql, { files, metric: 'effective', currency: 'USD', first: '2026-10' as Month, ...given });
}

describe('cells', () => {
  test('have costs and quantities of both periods', async () => {
    const cells = await cellsOf([{ ...before, EffectiveCost: 3 }, { EffectiveCost: 4, ConsumedQuantity: 20 }, { EffectiveCost: 1 }]);
    expect(cells).toEqual([
      {
        provider: 'AWS',
        service: 'Amazon EC2',
        account: '111111111111',
        region: 'eu-west-1',
        meter: 'BoxUsage:m6i.large',
        sku: 'SKU',
        operation: null,
        unit: 'Hrs',
        category: 'Usage',
        frequency: 'Usage-Based',
        pricing: 'Standard',
        isCorrection: false,
        isUnused: false,
        isCommitment: false,
        previousCost: 3,
        cost: 5,
        previousQuantity: 10,
        quantity: 30,
        cells: 1,
      },
    ]);
  });

  test('do not count what a Savings Plan covers twice, nor quantities of discounts', async () => {
    const covered: ChargeRow = { PricingCategory: 'Committed', CommitmentDiscountId: 'plan' };
    const cells = await cellsOf([
      { ...covered, x_LineItemType: 'SavingsPlanCoveredUsage', EffectiveCost: 0.6 },
      { ...covered, x_LineItemType: 'SavingsPlanNegation', EffectiveCost: 0, ConsumedQuantity: null },
      { x_LineItemType: 'EdpDiscount', EffectiveCost: -0.1, ConsumedQuantity: null },
    ]);
    expect(cells.map(({ pricing, cost, quantity }) => [pricing, cost, quantity])).toEqual([
      ['Committed', 0.6, 10],
      ['Standard', -0.1, null],
    ]);
  });

  test('take the quantity that is paid for where a bill tells no consumption', async () => {
    const [cell] = await cellsOf([{ x_LineItemType: null, ConsumedQuantity: null, ConsumedUnit: null, PricingQuantity: 7, PricingUnit: 'Dyno-Hours' }]);
    expect([cell?.quantity, cell?.unit]).toEqual([7, 'Dyno-Hours']);
  });

  test('leave out splits, other currencies, and what has no value in the metric', async () => {
    const rows = [{ x_RowRole: 'split', EffectiveCost: 0 }, { BillingCurrency: 'EUR' }, { EffectiveCost: null, BilledCost: 1 }, { EffectiveCost: 2 }];
    expect((await cellsOf(rows)).map(({ cost }) => cost)).toEqual([2]);
  });

  test('know purchases of commitments, what nobody used of them, and corrections', async () => {
    const cells = await cellsOf([
      { EffectiveCost: 1, ChargeCategory: 'Purchase', ChargeFrequency: 'Recurring', CommitmentDiscountId: 'plan' },
      { EffectiveCost: 2, CommitmentDiscountStatus: 'Unused' },
      { EffectiveCost: 3, ChargeClass: 'Correction' },
    ]);
    expect(cells.map(({ cost, isCommitment, isUnused, isCorrection }) => [cost, isCommitment, isUnused, isCorrection])).toEqual([
      [1, true, false, false],
      [2, false, true, false],
      [3, false, false, true],
    ]);
  });

  test('beyond the largest are added up by service, and the drivers are still the change', async () => {
    const rows = [1, 2, 3, 4, 5].flatMap((size) => [
      { ...before, SkuMeter: `m${size}`, EffectiveCost: size },
      { SkuMeter: `m${size}`, EffectiveCost: size * 2 },
    ]);
    const cells = await cellsOf(rows, { cells: 2 });
    expect(cells.map(({ meter, previousCost, cost, cells: count }) => [meter, previousCost, cost, count])).toEqual([
      ['m4', 4, 8, 1],
      ['m5', 5, 10, 1],
      [null, 6, 12, 3],
    ]);
    const found = drivers(cells, { amount: money(15), days: { previous: 30, current: 31 } });
    expect(found.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(15, 9);
  });
});

test('what the provider says of the change stands beside the drivers', async () => {
  const { io, folder } = testIo();
  const file = join(folder, 'comparisons.parquet');
  const row = { service: null, selector: null, driver: null, metric: 'effective', currency: 'USD', previous: 10, current: 15, difference: 5 };
  await io.files.makeFolder(folder);
  await writeTableFile(
    sql,
    BILLING_TABLES.comparisons,
    [
      row,
      { ...row, service: 'Amazon EC2', driver: 'USAGE_CHANGE', difference: 4 },
      { ...row, service: 'Amazon RDS', driver: 'USAGE_CHANGE', difference: 2 },
      { ...row, service: 'Amazon EC2', driver: 'CREDIT', difference: -1.5 },
      { ...row, metric: 'billed', difference: 99 },
    ],
    file,
  );
  const comparisons = await providerComparisons(sql, { files: [file], metric: 'effective', currency: 'USD' });
  const ours = drivers(await cellsOf([{ ...before, EffectiveCost: 10 }, { EffectiveCost: 15 }]), { amount: money(5), days: { previous: 30, current: 30 } });
  expect(checkDrivers(ours, comparisons)).toEqual({
    provider: 5,
    ours: 5,
    difference: 0,
    providerDrivers: 4.5,
    byDriver: [
      { driver: 'USAGE_CHANGE', amount: 6 },
      { driver: 'CREDIT', amount: -1.5 },
    ],
  });
  expect(checkDrivers(ours, await providerComparisons(sql, { files: [], metric: 'effective', currency: 'USD' }))).toBeNull();
});
