import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ChargeColumn } from '../../../src/model/cost/charge.ts';
import { testIo } from '../../io/test-io.ts';
import { chargesOf, collectBill, gapsOf, totalsOf } from './collected.ts';
import { at, writeBill, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

const bill = async (lines: readonly Cells[], format: BillFormat = {}): Promise<string> =>
  writeBill(join(given.folder, `split-${bills++}`, 'cur.parquet'), lines, format);

const POD = 'arn:aws:eks:eu-west-1:111111111111:pod/production/web/api-7d9/0a1b';

/** An hour of a pod on the instance i-1, which costs 1 an hour; AWS' weights are 9 for a vCPU and 1 for a GB. */
const split = (meter: 'vCPU' | 'GB' | 'Accelerator', cells: Cells): Cells => ({
  line_item_resource_id: POD,
  line_item_operation: 'EKSPod-EC2',
  line_item_usage_type: `EU-EKS-EC2-${meter}-Hours`,
  line_item_unblended_cost: 0,
  line_item_usage_amount: 0,
  pricing_public_on_demand_cost: 0,
  pricing_unit: `${meter}-Hours`,
  split_line_item_parent_resource_id: 'i-1',
  resource_tags_aws_eks_cluster_name: 'production',
  resource_tags_aws_eks_namespace: 'web',
  ...cells,
});
const cpu = split('vCPU', { split_line_item_split_usage: 2, split_line_item_split_cost: 0.3, split_line_item_unused_cost: 0.1 });
const memory = split('GB', { split_line_item_split_usage: 4, split_line_item_split_cost: 0.05, split_line_item_unused_cost: 0.02 });

const charges = async (lines: readonly Cells[], columns: readonly ChargeColumn[], format: BillFormat = {}): Promise<readonly object[]> =>
  chargesOf(await bill(lines, format), given, columns);

const ONLY_SPLITS = { x_RowRole: 'split' };

describe('rows of split cost allocation data', () => {
  test('are charges of their own that cost nothing: their parent has the cost', async () => {
    const columns = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost', 'x_SplitCost', 'x_UnusedCost', 'x_RowRole', 'x_ParentResourceId'] as const;
    expect(await charges([{}, cpu], columns)).toEqual([
      {
        BilledCost: '0.000000000000',
        EffectiveCost: '0.000000000000',
        ListCost: '0.000000000000',
        ContractedCost: '0.000000000000',
        x_SplitCost: '0.300000000000',
        x_UnusedCost: '0.100000000000',
        ...ONLY_SPLITS,
        x_ParentResourceId: 'i-1',
      },
      {
        BilledCost: '1.000000000000',
        EffectiveCost: '1.000000000000',
        ListCost: '1.000000000000',
        ContractedCost: '1.000000000000',
        x_SplitCost: null,
        x_UnusedCost: null,
        x_RowRole: null,
        x_ParentResourceId: null,
      },
    ]);
  });

  test('say what was used, in the unit of their meter', async () => {
    const columns = ['SkuMeter', 'ConsumedQuantity', 'ConsumedUnit', 'PricingQuantity'] as const;
    const accelerator = split('Accelerator', { split_line_item_split_usage: 1, split_line_item_split_cost: 0.2, split_line_item_unused_cost: 0 });
    expect(await charges([cpu, memory, accelerator], columns)).toEqual([
      { SkuMeter: 'EU-EKS-EC2-Accelerator-Hours', ConsumedQuantity: '1.000000000000', ConsumedUnit: 'Accelerator-Hours', PricingQuantity: null },
      { SkuMeter: 'EU-EKS-EC2-GB-Hours', ConsumedQuantity: '4.000000000000', ConsumedUnit: 'GB-Hours', PricingQuantity: null },
      { SkuMeter: 'EU-EKS-EC2-vCPU-Hours', ConsumedQuantity: '2.000000000000', ConsumedUnit: 'vCPU-Hours', PricingQuantity: null },
    ]);
  });

  test('keep the tags of their pod', async () => {
    const [charge] = await chargesOf(await bill([cpu]), given, ['Tags']);
    expect(JSON.parse(String(charge?.['Tags']))).toEqual({ 'aws:eks_cluster_name': 'production', 'aws:eks_namespace': 'web' });
  });

  test('are kept by the day, though their parent is kept by the hour', async () => {
    const hours = [0, 1, 23].flatMap((hour) => [
      { ...cpu, ...at(5, hour) },
      { ...at(5, hour), resource_tags_aws_eks_cluster_name: 'production' },
    ]);
    const rows = await charges(hours, ['x_RowRole', 'ChargePeriodStart', 'ChargePeriodEnd', 'x_SplitCost', 'x_LineCount']);
    expect(rows.filter((row) => 'x_RowRole' in row && row.x_RowRole === 'split')).toEqual([
      { ...ONLY_SPLITS, ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-06 00:00:00', x_SplitCost: '0.900000000000', x_LineCount: '3' },
    ]);
    expect(rows).toHaveLength(4);
  });

  test('are counted as lines, and are in no total', async () => {
    const [total] = await totalsOf(await bill([{}, cpu, memory]), given);
    expect([total?.lines, total?.billed, total?.effective, total?.list]).toEqual([3, '1.000000000000', '1.000000000000', '1.000000000000']);
  });

  test('have no unknown cost where a report says nothing of commitments or list prices', async () => {
    expect(await gapsOf(await bill([{ ...cpu, pricing_public_on_demand_cost: null }, {}]), given)).toEqual([]);
  });

  test('give what was reserved where nothing says what was used', async () => {
    const reserved = { ...cpu, split_line_item_split_usage: null, split_line_item_reserved_usage: 1.5 };
    expect(await charges([reserved], ['ConsumedQuantity'])).toEqual([{ ConsumedQuantity: '1.500000000000' }]);
  });

  test('of several parents stay apart', async () => {
    const other = { ...cpu, split_line_item_parent_resource_id: 'i-2', ...at(5, 11) };
    expect(await charges([cpu, other], ['x_ParentResourceId'])).toEqual([{ x_ParentResourceId: 'i-1' }, { x_ParentResourceId: 'i-2' }]);
  });

  test('that cost something themselves are lines as others are: no cost is lost', async () => {
    expect(await charges([{ ...cpu, line_item_unblended_cost: 0.25 }], ['BilledCost', 'x_RowRole'])).toEqual([
      { BilledCost: '0.250000000000', x_RowRole: null },
    ]);
  });

  test('are said to be there', async () => {
    const [month] = await collectBill(await bill([{}, cpu]), given);
    expect(month?.facts.capabilities).toContain('split-costs');
  });

  test('on Fargate are lines with a cost', async () => {
    const fargate = { line_item_operation: 'FargatePod', line_item_resource_id: POD, line_item_unblended_cost: 0.04 };
    expect(await charges([fargate], ['BilledCost', 'x_RowRole'])).toEqual([{ BilledCost: '0.040000000000', x_RowRole: null }]);
  });
});

describe('a split row without a parent', () => {
  const orphan: Cells = { ...cpu, split_line_item_parent_resource_id: '' };

  test('that costs nothing is kept, and no gap', async () => {
    const free = { ...orphan, split_line_item_split_cost: 0, split_line_item_unused_cost: 0 };
    expect(await charges([free], ['x_RowRole', 'x_ParentResourceId', 'x_SplitCost'])).toEqual([
      { ...ONLY_SPLITS, x_ParentResourceId: null, x_SplitCost: '0.000000000000' },
    ]);
    expect(await gapsOf(await bill([free]), given)).toEqual([]);
  });

  test('that costs something is a gap', async () => {
    expect(await gapsOf(await bill([orphan, {}]), given)).toEqual([
      { code: 'split-without-parent', source: 'cur', month: '2026-10', lines: 1, cost: 0.4, currency: 'USD' },
    ]);
  });

  test('is one whose parent the bill does not have', async () => {
    expect(await gapsOf(await bill([{ ...cpu, split_line_item_parent_resource_id: 'i-9' }, {}]), given)).toEqual([
      { code: 'split-without-parent', source: 'cur', month: '2026-10', lines: 1, cost: 0.4, currency: 'USD' },
    ]);
  });
});
