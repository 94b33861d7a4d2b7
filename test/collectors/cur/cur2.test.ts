import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqlRow } from '../../../src/io/sql.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../../../src/model/cost/charge.ts';
import { testIo } from '../../io/test-io.ts';
import { chargesOf, collectBill } from './collected.ts';
import { at, writeBill, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

const bill = (name: string, lines: readonly Cells[], format: BillFormat = {}): Promise<string> =>
  writeBill(join(given.folder, `cur2-${bills++}`, name), lines, format);

async function tagsOf(path: string): Promise<readonly unknown[]> {
  return (await chargesOf(path, given, ['Tags'])).map(({ Tags }) => JSON.parse(String(Tags)));
}

const NESTED = ['product_product_name', 'product_region_code'] as const;
const product = { product_name: 'Amazon Elastic Compute Cloud', region: 'eu-west-1', servicecode: 'AmazonEC2' };

/** The same lines, as the legacy report and as report 2.0 have them. */
const legacy: readonly Cells[] = [
  { resource_tags_user_cost_center: 'search', resource_tags_aws_eks_cluster_name: 'production', cost_category_unit: 'Web', product_region: 'eu-west-1' },
  { resource_tags_user_cost_center: 'web "quoted"\n🚢', resource_tags_aws_eks_cluster_name: '', cost_category_unit: '', product_region: 'eu-west-1', ...at(6) },
  { resource_tags_user_cost_center: '', resource_tags_aws_eks_cluster_name: 'production', cost_category_unit: 'Web', product_region: 'eu-west-1', ...at(6, 3) },
];
const nested: readonly Cells[] = [
  { resource_tags: { user_CostCenter: 'search', aws_eks_cluster_name: 'production' }, cost_category: { Unit: 'Web' }, product },
  { resource_tags: { user_CostCenter: 'web "quoted"\n🚢' }, cost_category: {}, product, ...at(6) },
  { resource_tags: { aws_eks_cluster_name: 'production', user_CostCenter: '' }, cost_category: { Unit: 'Web' }, product, ...at(6, 3) },
];

async function bytesOf(path: string): Promise<readonly string[]> {
  const months = await collectBill(path, given);
  return months.map(({ file }) => createHash('sha256').update(readFileSync(file)).digest('hex'));
}

describe('a bill as report 2.0 gives the charges of the legacy report, byte for byte', () => {
  const expected = async (): Promise<readonly string[]> => bytesOf(await bill('cur.parquet', legacy, { without: ['product_region_code'] }));

  test('in Parquet', async () => {
    expect(await bytesOf(await bill('cur2.parquet', nested, { without: NESTED }))).toEqual(await expected());
  });

  test('in CSV, where maps are JSON', async () => {
    expect(await bytesOf(await bill('cur2.csv', nested, { without: NESTED }))).toEqual(await expected());
  });

  test('in compressed CSV', async () => {
    expect(await bytesOf(await bill('cur2.csv.gz', nested, { without: NESTED }))).toEqual(await expected());
  });

  test('where a file of each lies in one folder', async () => {
    const path = await bill('1.parquet', legacy.slice(0, 1), { without: ['product_region_code'] });
    const others = nested.slice(1).map((cells, place) => ({ ...cells, identity_line_item_id: `other${place}` }));
    await writeBill(join(path, '../2.parquet'), others, { without: NESTED });
    expect(await bytesOf(join(path, '..'))).toEqual(await expected());
  });
});

test('any bill gives the same charges as legacy report and as report 2.0', async () => {
  const value = fc.oneof(fc.constantFrom('', 'search', `it's "quoted"`, 'line\nbreak', '🚢'), fc.string({ unit: 'grapheme', maxLength: 6 }));
  const line = fc.record({ team: value, cluster: value, unit: value, day: fc.integer({ min: 1, max: 2 }), micros: fc.integer({ min: -9e9, max: 9e9 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
      const own = lines.map(({ day, micros }): Cells => ({
        ...at(day),
        line_item_unblended_cost: micros / 1e6,
        product_region_code: null,
        product_product_name: null,
      }));
      const first = await bill(
        'cur.parquet',
        own.map((cells, place) => ({
          ...cells,
          product_product_name: 'Amazon Elastic Compute Cloud',
          product_region: 'eu-west-1',
          resource_tags_user_team: lines[place]?.team ?? '',
          resource_tags_aws_eks_cluster_name: lines[place]?.cluster ?? '',
          cost_category_unit: lines[place]?.unit ?? '',
        })),
      );
      const second = await bill(
        'cur2.parquet',
        own.map((cells, place) => ({
          ...cells,
          product,
          resource_tags: { user_Team: lines[place]?.team ?? '', 'aws_eks:cluster-name': lines[place]?.cluster ?? '' },
          cost_category: { Unit: lines[place]?.unit ?? '' },
        })),
        { without: NESTED },
      );
      expect(await bytesOf(second)).toEqual(await bytesOf(first));
    }),
    { numRuns: 8 },
  );
});

describe('tags in a map', () => {
  const tagged = (resource_tags: Readonly<Record<string, string>>): Cells => ({ resource_tags, product });

  test('are spelled as the legacy report spells them', async () => {
    const path = await bill('cur2.parquet', [tagged({ user_CostCenter: 'a', aws_eks_cluster_name: 'b', 'user_kubernetes.io/cluster/x': 'owned' })]);
    expect(await tagsOf(path)).toEqual([{ 'aws:eks_cluster_name': 'b', cost_center: 'a', kubernetes_io_cluster_x: 'owned' }]);
  });

  test('may be spelled two ways: the one that has a value counts', async () => {
    const path = await bill('cur2.parquet', [tagged({ user_Team: 'search' }), { ...tagged({ user_team: 'web' }), ...at(6) }]);
    expect(await tagsOf(path)).toEqual([{ team: 'search' }, { team: 'web' }]);
  });

  test('may be a thousand', async () => {
    const lines = Array.from({ length: 1000 }, (_, n) => tagged({ [`user_key${n}`]: `value ${n}`, user_team: 'search' }));
    const [first] = await collectBill(await bill('cur2.parquet', lines), given);
    expect([first?.facts.rows, first?.facts.totals[0]?.billed]).toEqual([1000, '1000.000000000000']);
  });

  test('may be so many that they are packed, and give the same charges as few do', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`user_Other${n}`, '']));
    const packed = nested.map((cells) => ({ ...cells, resource_tags: { ...(cells['resource_tags'] as Record<string, string>), ...many } }));
    const wide = legacy.map((cells) => ({
      ...cells,
      ...Object.fromEntries(Object.keys(many).map((key) => [`resource_tags_${key.replace('O', '_o').toLowerCase()}`, ''])),
    }));
    const rows = async (path: string): Promise<readonly SqlRow[]> => chargesOfAll(path);
    const expected = await rows(await bill('cur.parquet', legacy, { without: ['product_region_code'] }));
    expect(await rows(await bill('cur2.parquet', packed, { without: NESTED }))).toEqual(expected);
    expect(await rows(await bill('cur.parquet', wide, { without: ['product_region_code'] }))).toEqual(expected);
  });

  test('may be a thousand of one line', async () => {
    const all = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`user_key${n}`, `value ${n}`]));
    const [tags] = await tagsOf(await bill('cur2.parquet', [tagged(all)]));
    expect(Object.entries(tags ?? {})).toHaveLength(1000);
  });

  test.each(['cur2.parquet', 'cur2.csv'])('keep what is in them (%s)', async (name) => {
    const hostile = { user_a: `it's "quoted", {braced} = [listed]`, user_b: 'line\nbreak\ttab', 'user_c"d': '🚢 \\ back', "user_e'f": 'x' };
    expect(await tagsOf(await bill(name, [tagged(hostile)]))).toEqual([
      { a: `it's "quoted", {braced} = [listed]`, b: 'line\nbreak\ttab', c_d: '🚢 \\ back', e_f: 'x' },
    ]);
  });

  test('tie a charge to a cluster, by the hour', async () => {
    const path = await bill(
      'cur2.parquet',
      [0, 1].map((hour) => ({ ...tagged({ aws_eks_cluster_name: 'production' }), ...at(5, hour) })),
    );
    expect(await chargesOf(path, given, ['ChargePeriodStart'])).toEqual([
      { ChargePeriodStart: '2026-10-05 00:00:00' },
      { ChargePeriodStart: '2026-10-05 01:00:00' },
    ]);
  });

  test('may be NULL or empty', async () => {
    expect(await tagsOf(await bill('cur2.parquet', [tagged({ user_a: '1' }), { resource_tags: null, ...at(6) }, { ...tagged({}), ...at(7) }]))).toEqual([
      { a: '1' },
      {},
      {},
    ]);
  });
});

describe('columns of report 2.0', () => {
  test('stand before the same value in a map', async () => {
    const path = await bill('cur2.parquet', [{ product: { region: 'eu-west-1' }, product_region_code: 'eu-central-1' }]);
    expect(await chargesOf(path, given, ['RegionId'])).toEqual([{ RegionId: 'eu-central-1' }]);
  });

  test('name the accounts', async () => {
    const path = await bill('cur2.parquet', [{ product, bill_payer_account_name: 'Acme', line_item_usage_account_name: 'Acme Web' }]);
    expect(await chargesOf(path, given, ['BillingAccountName', 'SubAccountName'])).toEqual([{ BillingAccountName: 'Acme', SubAccountName: 'Acme Web' }]);
  });

  test('that its query has dropped are NULL, but for what makes it a bill', async () => {
    const kept = ['line_item_line_item_type', 'line_item_usage_start_date', 'line_item_product_code', 'line_item_currency_code', 'line_item_unblended_cost'];
    const lines: readonly Cells[] = [{}];
    const all = Object.keys((await chargesOfAll(await bill('cur2.parquet', lines)))[0] ?? {});
    const path = await bill('cur2.parquet', lines, { without: WRITTEN.filter((column) => !kept.includes(column)) });
    const [charge] = await chargesOfAll(path);
    expect(Object.keys(charge ?? {})).toEqual(all);
    expect(Object.entries(charge ?? {}).flatMap(([column, value]) => (value === null ? [] : column))).toEqual([
      'BilledCost',
      'EffectiveCost',
      'ContractedCost',
      'BillingCurrency',
      'BillingPeriodStart',
      'BillingPeriodEnd',
      'ChargePeriodStart',
      'ChargePeriodEnd',
      'ChargeCategory',
      'ChargeFrequency',
      'InvoiceIssuerName',
      'ProviderName',
      'PublisherName',
      'ServiceCategory',
      'ServiceName',
      'PricingCategory',
      'Tags',
      'x_ServiceCode',
      'x_LineItemType',
      'x_Known',
      'x_LineCount',
    ]);
    const [month] = await collectBill(path, given);
    expect([month?.facts.capabilities, month?.facts.totals[0]?.state]).toEqual([[], 'unknown']);
  });

  test.each(['resource_tags', 'product'])('that are no map, though they should be, are named (%s)', async (column) => {
    const path = await bill('cur2.parquet', [{ [column]: 3 }], { types: { [column]: 'double' }, without: ['product_product_name'] });
    await expect(collectBill(path, given)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(new RegExp(`column ${column} is DOUBLE, expected a map$`)),
    });
  });
});

const WRITTEN = [
  'identity_line_item_id',
  'identity_time_interval',
  'bill_invoice_id',
  'bill_invoicing_entity',
  'bill_billing_entity',
  'bill_payer_account_id',
  'bill_billing_period_start_date',
  'bill_billing_period_end_date',
  'line_item_usage_account_id',
  'line_item_usage_end_date',
  'line_item_usage_type',
  'line_item_operation',
  'line_item_availability_zone',
  'line_item_resource_id',
  'line_item_usage_amount',
  'line_item_line_item_description',
  'product_product_name',
  'product_region_code',
  'product_sku',
  'pricing_public_on_demand_cost',
  'pricing_unit',
  'reservation_reservation_a_r_n',
  'reservation_effective_cost',
  'reservation_unused_amortized_upfront_fee_for_billing_period',
  'reservation_unused_recurring_fee',
  'savings_plan_savings_plan_a_r_n',
  'savings_plan_savings_plan_effective_cost',
  'savings_plan_total_commitment_to_date',
  'savings_plan_used_commitment',
];

async function chargesOfAll(path: string): Promise<readonly SqlRow[]> {
  return chargesOf(path, given, Object.keys(CHARGE_COLUMNS) as ChargeColumn[]);
}
