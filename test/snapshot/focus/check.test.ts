import { describe, expect, test } from 'vitest';
import { checkFocus, type FocusCheckReport } from '../../../src/snapshot/focus/check.ts';
import { withFocusFile, type FocusFile } from './focus-file.ts';

const check = (file: FocusFile): Promise<FocusCheckReport> => withFocusFile(file, async (sql, path) => checkFocus(sql, path));
const ids = async (file: FocusFile): Promise<string[]> => (await check(file)).findings.map(({ id }) => id);

describe('a dataset that keeps all rules', () => {
  test.each([
    ['1.2', 'parquet'],
    ['1.2', 'csv'],
    ['1.3', 'parquet'],
    ['1.3', 'csv'],
  ] as const)('of %s in %s has no findings', async (version, format) => {
    expect(await check({ rows: [{}, {}], version, format })).toMatchObject({ version, rows: 2, findings: [] });
  });

  test('of which it has no column is none', async () => {
    const none = withFocusFile({ rows: [{}] }, async (sql, path) => {
      await sql.run(`copy (select 1 as foo) to '${path}.none.parquet'`);
      return checkFocus(sql, `${path}.none.parquet`);
    });
    await expect(none).rejects.toThrow(/no FOCUS dataset: it has none of its columns$/);
  });

  test('without rows is one', async () => {
    expect(
      await withFocusFile({ rows: [{}] }, async (sql, path) => {
        await sql.run(`copy (select * from read_parquet('${path}') where false) to '${path}.none.parquet' (format parquet)`);
        return checkFocus(sql, `${path}.none.parquet`);
      }),
    ).toMatchObject({ rows: 0, findings: [] });
  });
});

describe('a broken rule is told', () => {
  test.each([
    ['ChargeCategory-C-003-M', { ChargeCategory: `'Fee'` }],
    ['ServiceName-C-003-M', { ServiceName: 'null' }],
    ['BillingCurrency-C-003-M', { BillingCurrency: `'usd'` }],
    ['ListCost-C-009-C', { ListCost: '2.1' }],
    ['ContractedUnitPrice-C-011-C', { ContractedCost: '3' }],
    ['ListUnitPrice-C-008-M', { ListUnitPrice: '-2' }],
    ['PricingQuantity-C-005-C', { PricingQuantity: 'null' }],
    ['PricingUnit-C-006-C', { PricingUnit: 'null' }],
    ['PricingUnit-C-003-O', { PricingUnit: `'GB-Mo'` }],
    ['SkuId-C-004-C', { ChargeCategory: `'Tax'` }],
    ['ConsumedQuantity-C-004-C', { ChargeCategory: `'Credit'` }],
    ['ChargeFrequency-C-004-C', { ChargeCategory: `'Purchase'` }],
    ['ResourceType-C-005-C', { ResourceId: `'i-1'` }],
    ['RegionName-C-005-C', { RegionId: `'eu-west-1'` }],
    ['SubAccountType-C-005-C', { SubAccountId: `'2'` }],
    ['CommitmentDiscountStatus-usage', { CommitmentDiscountId: `'sp'` }],
    ['CommitmentDiscountStatus-C-003-C', { CommitmentDiscountStatus: `'Used'` }],
    ['CapacityReservationId-C-005-C', { CapacityReservationStatus: `'Unused'` }],
    ['ServiceSubcategory-C-004-M', { ServiceSubcategory: `'Messaging'` }],
    ['ChargePeriod-order', { ChargePeriodEnd: `timestamptz '2026-10-05 10:00:00Z'` }],
    ['Tags-C-001-M', { Tags: `'{"team":{"name":"web"}}'` }],
    ['Tags-C-001-M', { Tags: `'[1]'` }],
    ['Tags-C-001-M', { Tags: `'{'` }],
    ['RegionId-placeholder', { RegionId: `'NULL'` }],
  ])('%s', async (id, row) => {
    expect(await ids({ rows: [{}, row] })).toContain(id);
  });

  test('with how many rows break it, and one of them', async () => {
    const { findings } = await check({ rows: [{}, { ListCost: '5' }, { ListCost: '4' }] });
    expect(findings).toEqual([
      {
        id: 'ListCost-C-009-C',
        column: 'ListCost',
        keyword: 'MUST',
        requirement: 'ListUnitPrice times PricingQuantity is ListCost',
        count: 2,
        example: 'ListCost=4.000000000000, ListUnitPrice=2.000000000000, PricingQuantity=1.000000000000, ListCost=4.000000000000, ChargeClass=NULL',
      },
    ]);
  });

  test('where a mandatory column is not there', async () => {
    expect(await ids({ rows: [{}], without: ['ChargeClass'] })).toEqual(['CostAndUsage-D-026-M']);
  });

  test('where a column has another type', async () => {
    expect(await ids({ rows: [{}], types: { BilledCost: 'varchar' } })).toEqual(['BilledCost-C-001-M']);
    expect(await ids({ rows: [{ BillingAccountId: '1' }], types: { BillingAccountId: 'integer' } })).toEqual(['BillingAccountId-C-002-M']);
    expect(await ids({ rows: [{ ChargePeriodStart: `'2026-10-05 10:00:00'` }], types: { ChargePeriodStart: 'varchar' } })).toContain(
      'ChargePeriodStart-C-001-M',
    );
    expect(await ids({ rows: [{ BilledCost: `'$1'` }], types: { BilledCost: 'varchar' }, format: 'csv' })).toContain('BilledCost-C-001-M');
  });

  test('where a service has several categories, or a price several SKUs', async () => {
    const { findings } = await check({ rows: [{}, { ServiceCategory: `'Storage'`, ServiceSubcategory: `'Block Storage'`, SkuId: `'other'` }] });
    expect(findings.map(({ id, count, example }) => ({ id, count, example }))).toEqual([
      { id: 'SkuPriceId-C-008-M', count: 1, example: 'SkuPriceId=price: SkuId=other and sku' },
      { id: 'ServiceName-C-005-C', count: 1, example: 'ServiceName=EC2: ServiceCategory=Compute and Storage' },
      { id: 'ServiceName-C-008-C', count: 1, example: 'ServiceName=EC2: ServiceSubcategory=Block Storage and Virtual Machines' },
    ]);
  });
});

describe('parts of a charge, in 1.3', () => {
  const part = (ratio: string): Record<string, string> => ({
    AllocatedMethodId: `'tonnage/requests'`,
    AllocatedResourceId: `'production/web'`,
    AllocatedMethodDetails: `'{"Elements":[{"AllocatedRatio":${ratio}}]}'`,
  });

  test('whose ratios add up to 1 keep the rules', async () => {
    expect(await ids({ rows: [{}, part('0.25'), part('0.75')], version: '1.3' })).toEqual([]);
  });

  test('whose ratios do not are told', async () => {
    expect(await ids({ rows: [part('0.25'), part('0.7')], version: '1.3' })).toEqual(['AllocatedMethodDetails-sum']);
  });

  test('that say no method, or no elements, are told', async () => {
    expect(await ids({ rows: [{ AllocatedResourceId: `'web'` }], version: '1.3' })).toEqual(['AllocatedResourceId-method']);
    expect(await ids({ rows: [{ ...part('1'), AllocatedMethodDetails: `'{}'` }], version: '1.3' })).toContain('AllocatedMethodDetails-elements');
  });
});

test('columns that MAP in Parquet are JSON objects, as AWS writes its tags', async () => {
  expect(await ids({ rows: [{ Tags: `map {'team': 'web'}` }], types: { Tags: 'map(varchar, varchar)' } })).toEqual([]);
});
