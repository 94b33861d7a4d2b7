import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ChargeColumn } from '../../../src/model/cost/charge.ts';
import { testIo } from '../../io/test-io.ts';
import { chargesOf, collectBill, gapsOf, totalsOf } from './collected.ts';
import { at, billed, writeBill, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

const bill = async (lines: readonly Cells[], format: BillFormat = {}): Promise<string> =>
  writeBill(join(given.folder, `bill-${bills++}`, 'cur.parquet'), lines, format);

async function charges(lines: readonly Cells[], columns: readonly ChargeColumn[], format: BillFormat = {}): Promise<readonly object[]> {
  return chargesOf(await bill(lines, format), given, columns);
}

const COSTS = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost'] as const;

/** billed, effective, list, contracted; category; commitment status. */
async function costs(line: Cells): Promise<readonly (readonly unknown[])[]> {
  const rows = await charges([line], [...COSTS, 'ChargeCategory', 'CommitmentDiscountStatus']);
  return rows.map((row) => Object.values(row).map((value, place) => (place < COSTS.length && value !== null ? Number(value) : value)));
}

const RESERVATION = 'arn:aws:ec2:eu-west-1:111111111111:reserved-instances/1';
const PLAN = 'arn:aws:savingsplans::111111111111:savingsplan/1';
const amounts = (billedCost: number, onDemand: number): Cells => ({ line_item_unblended_cost: billedCost, pricing_public_on_demand_cost: onDemand });

describe('what each type of line costs (billed, effective, list, contracted)', () => {
  test('Usage costs what was billed, and its list price', async () => {
    expect(await costs({ line_item_line_item_type: 'Usage', ...amounts(0.8, 1) })).toEqual([[0.8, 0.8, 1, 0.8, 'Usage', null]]);
  });

  test('DiscountedUsage costs its part of the reservation', async () => {
    const line = { line_item_line_item_type: 'DiscountedUsage', ...amounts(0, 1), reservation_effective_cost: 0.6, reservation_reservation_a_r_n: RESERVATION };
    expect(await costs(line)).toEqual([[0, 0.6, 1, 1, 'Usage', 'Used']]);
  });

  test('SavingsPlanCoveredUsage costs its part of the plan', async () => {
    const line = {
      line_item_line_item_type: 'SavingsPlanCoveredUsage',
      ...amounts(1, 1),
      savings_plan_savings_plan_effective_cost: 0.7,
      savings_plan_savings_plan_a_r_n: PLAN,
    };
    expect(await costs(line)).toEqual([[1, 0.7, 1, 1, 'Usage', 'Used']]);
  });

  test('SavingsPlanNegation takes back what was billed, and nothing else', async () => {
    const line = { line_item_line_item_type: 'SavingsPlanNegation', ...amounts(-1, 0), savings_plan_savings_plan_a_r_n: PLAN };
    expect(await costs(line)).toEqual([[-1, 0, 0, 0, 'Usage', null]]);
  });

  test('SavingsPlanUpfrontFee costs nothing when it is paid', async () => {
    const line = { line_item_line_item_type: 'SavingsPlanUpfrontFee', ...amounts(500, 0), savings_plan_savings_plan_a_r_n: PLAN };
    expect(await costs(line)).toEqual([[500, 0, 0, 0, 'Purchase', null]]);
  });

  test('SavingsPlanRecurringFee leaves what nobody used as a charge of its own', async () => {
    const line = {
      line_item_line_item_type: 'SavingsPlanRecurringFee',
      ...amounts(10, 0),
      savings_plan_total_commitment_to_date: 10,
      savings_plan_used_commitment: 7.5,
      savings_plan_savings_plan_a_r_n: PLAN,
    };
    expect(await costs(line)).toEqual([
      [0, 2.5, 0, 0, 'Usage', 'Unused'],
      [10, 0, 0, 0, 'Purchase', null],
    ]);
  });

  test('RIFee leaves what nobody used as a charge of its own', async () => {
    const line = {
      line_item_line_item_type: 'RIFee',
      ...amounts(44, 0),
      reservation_unused_amortized_upfront_fee_for_billing_period: 1.25,
      reservation_unused_recurring_fee: 2.5,
      reservation_reservation_a_r_n: RESERVATION,
    };
    expect(await costs(line)).toEqual([
      [0, 3.75, 0, 0, 'Usage', 'Unused'],
      [44, 0, 0, 0, 'Purchase', null],
    ]);
  });

  test('a commitment that was used whole leaves no unused charge', async () => {
    const line = { line_item_line_item_type: 'RIFee', ...amounts(44, 0), reservation_reservation_a_r_n: RESERVATION };
    expect(await costs(line)).toEqual([[44, 0, 0, 0, 'Purchase', null]]);
  });

  test('a Fee costs what was billed', async () => {
    expect(await costs({ line_item_line_item_type: 'Fee', ...amounts(12, 0) })).toEqual([[12, 12, 12, 12, 'Purchase', null]]);
  });

  test('a Fee that pays for a reservation costs nothing when it is paid', async () => {
    const line = { line_item_line_item_type: 'Fee', ...amounts(561, 0), reservation_reservation_a_r_n: RESERVATION };
    expect((await costs(line)).map(([billedCost, effective]) => [billedCost, effective])).toEqual([[561, 0]]);
  });

  test('a Refund gives back what was billed', async () => {
    expect(await costs({ line_item_line_item_type: 'Refund', ...amounts(-5, 0) })).toEqual([[-5, -5, -5, -5, 'Usage', null]]);
  });

  test.each([
    ['names the plan', { savings_plan_savings_plan_a_r_n: PLAN }],
    ['names only the product of plans', { line_item_product_code: 'ComputeSavingsPlans' }],
  ])('a Refund of a Savings Plan costs nothing where it %s', async (_where, cells) => {
    const [row] = await costs({ line_item_line_item_type: 'Refund', ...amounts(-100, 0), ...cells });
    expect(row?.slice(0, 2)).toEqual([-100, 0]);
  });

  test('Tax is of the category Tax', async () => {
    expect(await costs({ line_item_line_item_type: 'Tax', ...amounts(0.08, 0) })).toEqual([[0.08, 0.08, 0.08, 0.08, 'Tax', null]]);
  });

  test('a Credit is of the category Credit', async () => {
    expect(await costs({ line_item_line_item_type: 'Credit', ...amounts(-350, 0) })).toEqual([[-350, -350, -350, -350, 'Credit', null]]);
  });

  test.each(['Discount', 'BundledDiscount', 'EdpDiscount', 'PrivateRateDiscount', 'RiVolumeDiscount', 'SppDiscount', 'DistributorDiscount'])(
    '%s lowers what is paid and leaves the list price',
    async (type) => {
      expect(await costs({ line_item_line_item_type: type, ...amounts(-0.1, 0) })).toEqual([[-0.1, -0.1, 0, -0.1, 'Usage', null]]);
    },
  );
});

describe('a type of line that nobody knows', () => {
  const unknown = { line_item_line_item_type: 'MoonPhaseSurcharge', line_item_unblended_cost: 2.5 };

  test('is kept at what was billed, as an adjustment', async () => {
    const columns = ['BilledCost', 'EffectiveCost', 'ChargeCategory', 'x_Known', 'x_LineItemType'] as const;
    expect(await charges([unknown], columns)).toEqual([
      { BilledCost: '2.500000000000', EffectiveCost: '2.500000000000', ChargeCategory: 'Adjustment', x_Known: false, x_LineItemType: 'MoonPhaseSurcharge' },
    ]);
  });

  test('is named as a gap with its lines and its cost', async () => {
    expect(await gapsOf(await bill([unknown, { ...unknown, ...at(9) }, {}]), given)).toEqual([
      { code: 'unknown-line-type', source: 'cur', month: '2026-10', lineType: 'MoonPhaseSurcharge', lines: 2, cost: 5, currency: 'USD' },
    ]);
  });

  test('may be blank', async () => {
    expect(await gapsOf(await bill([{ line_item_line_item_type: '' }]), given)).toEqual([
      { code: 'unknown-line-type', source: 'cur', month: '2026-10', lineType: '', lines: 1, cost: 1, currency: 'USD' },
    ]);
  });
});

describe('a cost that the bill does not say', () => {
  const discounted = { line_item_line_item_type: 'DiscountedUsage', line_item_unblended_cost: 0, reservation_reservation_a_r_n: RESERVATION };
  const without = ['reservation_effective_cost'];

  test('is NULL, never 0', async () => {
    expect(await charges([discounted], ['EffectiveCost'], { without })).toEqual([{ EffectiveCost: null }]);
  });

  test('is named as a gap of its metric', async () => {
    const gap = { code: 'unknown-cost', source: 'cur', month: '2026-10', lines: 1, billed: 0, currency: 'USD' };
    expect(await gapsOf(await bill([discounted, {}], { without }), given)).toEqual([
      { ...gap, metric: 'effective' },
      { ...gap, metric: 'netEffective' },
    ]);
  });

  test('is named where one line of many lacks it', async () => {
    const lines = [discounted, { ...discounted, reservation_effective_cost: null }];
    expect(await charges(lines, ['EffectiveCost', 'x_LineCount'])).toEqual([{ EffectiveCost: null, x_LineCount: '2' }]);
  });

  test('leaves the other metrics alone', async () => {
    const [total] = await totalsOf(await bill([discounted, {}], { without }), given);
    expect(total).toEqual({
      provider: 'AWS',
      billingAccount: '111111111111',
      currency: 'USD',
      state: 'final',
      lines: 2,
      billed: '1.000000000000',
      effective: '1.000000000000',
      netEffective: '1.000000000000',
      list: '2.000000000000',
      contracted: '2.000000000000',
    });
  });

  test.each([
    ['RIFee', ['reservation_unused_amortized_upfront_fee_for_billing_period', 'reservation_unused_recurring_fee']],
    ['SavingsPlanRecurringFee', ['savings_plan_total_commitment_to_date']],
    ['SavingsPlanRecurringFee', ['savings_plan_used_commitment']],
    ['SavingsPlanCoveredUsage', ['savings_plan_savings_plan_effective_cost']],
  ])('is a gap where a %s lacks %j', async (type, columns) => {
    const gaps = await gapsOf(await bill([{ line_item_line_item_type: type }], { without: columns }), given);
    const gap = { code: 'unknown-cost', source: 'cur', month: '2026-10', lines: 1, billed: 1, currency: 'USD' };
    expect(gaps).toEqual([
      { ...gap, metric: 'effective' },
      { ...gap, metric: 'netEffective' },
    ]);
  });

  test('is a gap where one of two fees says what was not used, and the other does not', async () => {
    const fee = { line_item_line_item_type: 'RIFee', reservation_unused_recurring_fee: 3, reservation_unused_amortized_upfront_fee_for_billing_period: 0 };
    const silent = { ...fee, reservation_unused_recurring_fee: null, reservation_unused_amortized_upfront_fee_for_billing_period: null };
    expect((await gapsOf(await bill([fee, silent]), given)).map(({ code }) => code)).toEqual(['unknown-cost', 'unknown-cost']);
  });

  test('is a gap of list prices where the report has none', async () => {
    expect(await gapsOf(await bill([{}], { without: ['pricing_public_on_demand_cost'] }), given)).toEqual([
      { code: 'unknown-cost', source: 'cur', month: '2026-10', metric: 'list', lines: 1, billed: 1, currency: 'USD' },
    ]);
  });
});

describe('periods', () => {
  test('a refund of an earlier month is a correction in the month that bills it', async () => {
    const refund = { line_item_line_item_type: 'Refund', line_item_unblended_cost: -84.36, line_item_usage_start_date: '2026-09-01 00:00:00' };
    const [month] = await collectBill(await bill([{ ...refund, line_item_usage_end_date: '2026-09-30 23:59:59' }]), given);
    expect(month?.month).toBe('2026-10');
    const path = await bill([{ ...refund, line_item_usage_end_date: '2026-09-30 23:59:59' }]);
    expect(await chargesOf(path, given, ['ChargeClass', 'BilledCost', 'BillingPeriodStart', 'ChargePeriodStart', 'ChargePeriodEnd'])).toEqual([
      {
        ChargeClass: 'Correction',
        BilledCost: '-84.360000000000',
        BillingPeriodStart: '2026-10-01 00:00:00',
        ChargePeriodStart: '2026-09-01 00:00:00',
        ChargePeriodEnd: '2026-10-01 00:00:00',
      },
    ]);
  });

  test('a fee of the month that ends at 23:59:59 ends at midnight', async () => {
    const fee = { line_item_line_item_type: 'RIFee', line_item_usage_start_date: '2026-10-01 00:00:00', line_item_usage_end_date: '2026-10-31 23:59:59' };
    expect(await charges([fee], ['ChargePeriodStart', 'ChargePeriodEnd'])).toEqual([
      { ChargePeriodStart: '2026-10-01 00:00:00', ChargePeriodEnd: '2026-11-01 00:00:00' },
    ]);
  });

  test('the hours of a day are one charge', async () => {
    const hours = [0, 1, 23].map((hour) => at(5, hour));
    expect(await charges([...hours, at(6)], ['ChargePeriodStart', 'ChargePeriodEnd', 'BilledCost', 'x_LineCount'])).toEqual([
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-06 00:00:00', BilledCost: '3.000000000000', x_LineCount: '3' },
      { ChargePeriodStart: '2026-10-06 00:00:00', ChargePeriodEnd: '2026-10-07 00:00:00', BilledCost: '1.000000000000', x_LineCount: '1' },
    ]);
  });

  test.each([
    'resource_tags_aws_eks_cluster_name',
    'resource_tags_user_eks_cluster_name',
    'resource_tags_user_alpha_eksctl_io_cluster_name',
    'resource_tags_user_kubernetes_io_cluster_production',
    'resource_tags_user_karpenter_sh_nodepool',
  ])('what %s ties to a cluster is kept by the hour', async (tag) => {
    const lines = [0, 0, 1].map((hour) => ({ ...at(5, hour), [tag]: 'production' }));
    expect(await charges([...lines, { ...at(5, 2), [tag]: '' }], ['ChargePeriodStart', 'ChargePeriodEnd', 'x_LineCount'])).toEqual([
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-05 01:00:00', x_LineCount: '2' },
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-06 00:00:00', x_LineCount: '1' },
      { ChargePeriodStart: '2026-10-05 01:00:00', ChargePeriodEnd: '2026-10-05 02:00:00', x_LineCount: '1' },
    ]);
  });

  test('a line without a billing period belongs to the month of its usage', async () => {
    const line = { bill_billing_period_start_date: null, ...at(7) };
    expect((await collectBill(await bill([line]), given)).map(({ month }) => month)).toEqual(['2026-10']);
  });

  test('a bill of two months gives two parts, each with its own lines', async () => {
    const months = await collectBill(await bill([{}, { ...billed(2026, 9), line_item_unblended_cost: 7 }]), given);
    expect(months.map(({ month, facts }) => [month, facts.totals[0]?.billed])).toEqual([
      ['2026-09', '7.000000000000'],
      ['2026-10', '1.000000000000'],
    ]);
  });
});

describe('currencies', () => {
  test('are summed apart', async () => {
    const totals = await totalsOf(await bill([{}, { line_item_currency_code: 'EUR', line_item_unblended_cost: 3 }]), given);
    expect(totals.map(({ currency, lines, billed: sum }) => [currency, lines, sum])).toEqual([
      ['EUR', 1, '3.000000000000'],
      ['USD', 1, '1.000000000000'],
    ]);
  });

  test('one that is not said is XXX', async () => {
    expect((await totalsOf(await bill([{ line_item_currency_code: '' }]), given)).map(({ currency }) => currency)).toEqual(['XXX']);
  });
});

describe('names of services', () => {
  const columns = ['ServiceName', 'x_ServiceCode'] as const;

  test('a line without one takes the name that other lines of the product have', async () => {
    expect(await charges([{}, { product_product_name: '', ...at(6) }], columns)).toEqual([
      { ServiceName: 'Amazon Elastic Compute Cloud', x_ServiceCode: 'AmazonEC2' },
      { ServiceName: 'Amazon Elastic Compute Cloud', x_ServiceCode: 'AmazonEC2' },
    ]);
  });

  test('the code of the product stands in where no line has a name', async () => {
    expect(await charges([{ product_product_name: '' }], columns)).toEqual([{ ServiceName: 'AmazonEC2', x_ServiceCode: 'AmazonEC2' }]);
  });

  test('a charge always has one, as FOCUS wants it', async () => {
    const [charge] = await charges([{ product_product_name: '', line_item_product_code: '' }], ['ServiceName']);
    expect(charge).not.toEqual({ ServiceName: null });
  });
});

describe('other columns', () => {
  test('spot is dynamic pricing', async () => {
    expect(await charges([{ line_item_usage_type: 'EU-SpotUsage:m6i.large' }], ['PricingCategory'])).toEqual([{ PricingCategory: 'Dynamic' }]);
  });

  test('a region that the report lacks comes from the zone', async () => {
    expect(await charges([{}], ['RegionId'], { without: ['product_region_code'] })).toEqual([{ RegionId: 'eu-west-1' }]);
  });

  test('tags stand under the one spelling of their keys', async () => {
    const tags = { resource_tags_user_team: 'search', resource_tags_aws_created_by: 'x', cost_category_business_unit: 'b', resource_tags_user_empty: '' };
    expect(await charges([tags], ['Tags'])).toEqual([{ Tags: '{"cost_category_business_unit":"b","aws:created_by":"x","team":"search"}' }]);
  });

  test('a tag may hold quotes, backslashes and anything else', async () => {
    const [charge] = await charges([{ resource_tags_user_team: 'a"b\\c\n€' }], ['Tags']);
    expect(JSON.parse(String(Object.values(charge ?? {})[0]))).toEqual({ team: 'a"b\\c\n€' });
  });
});

describe('money', () => {
  test('is added exactly, as decimals', async () => {
    const tenths = Array.from({ length: 10 }, () => ({ line_item_unblended_cost: 0.1 }));
    expect((await totalsOf(await bill(tenths), given)).map((total) => total.billed)).toEqual(['1.000000000000']);
  });

  test('keeps a cent beside a large amount', async () => {
    const lines = [{ line_item_unblended_cost: 123_456_789.01 }, { line_item_unblended_cost: 0.000_000_000_1 }, { line_item_unblended_cost: -123_456_789 }];
    expect((await totalsOf(await bill(lines), given)).map((total) => total.billed)).toEqual(['0.010000000100']);
  });

  test.each([
    ['decimals', 'decimal(18,10)'],
    ['whole numbers', 'bigint'],
    ['text', 'varchar'],
    ['floats', 'float'],
  ])('may stand in the file as %s', async (_as, type) => {
    const path = await bill([{ line_item_unblended_cost: 3 }, { line_item_unblended_cost: 4, ...at(8) }], { types: { line_item_unblended_cost: type } });
    expect((await totalsOf(path, given)).map((total) => total.billed)).toEqual(['7.000000000000']);
  });
});
