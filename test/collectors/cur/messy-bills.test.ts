import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChargeColumn } from '../../../src/model/cost/charge.ts';
import { testIo } from '../../io/test-io.ts';
import { chargesOf, collectBill, gapsOf, totalsOf } from './collected.ts';
import { at, writeBill, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

const bill = async (lines: readonly Cells[], format: BillFormat = {}): Promise<string> =>
  writeBill(join(given.folder, `messy-${bills++}`, 'cur.parquet'), lines, format);

const PERIOD = ['ChargePeriodStart', 'ChargePeriodEnd', 'BilledCost', 'x_LineCount'] as const satisfies readonly ChargeColumn[];

describe('hours and days in one bill', () => {
  const day: Cells = { line_item_usage_start_date: '2026-10-05 00:00:00', line_item_usage_end_date: '2026-10-06 00:00:00', line_item_unblended_cost: 24 };

  test('are one charge of the day', async () => {
    expect(await chargesOf(await bill([day, at(5, 3), at(5, 4)]), given, PERIOD)).toEqual([
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-06 00:00:00', BilledCost: '26.000000000000', x_LineCount: '3' },
    ]);
  });

  test('of a cluster stay apart: a day is not booked to its first hour', async () => {
    const cluster = { resource_tags_aws_eks_cluster_name: 'production' };
    const lines = [day, at(5, 0), at(5, 4)].map((cells) => ({ ...cells, ...cluster }));
    expect(await chargesOf(await bill(lines), given, PERIOD)).toEqual([
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-05 01:00:00', BilledCost: '1.000000000000', x_LineCount: '1' },
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-06 00:00:00', BilledCost: '24.000000000000', x_LineCount: '1' },
      { ChargePeriodStart: '2026-10-05 04:00:00', ChargePeriodEnd: '2026-10-05 05:00:00', BilledCost: '1.000000000000', x_LineCount: '1' },
    ]);
  });
});

describe('a bill without resource ids', () => {
  test('is read: its charges are of no resource, and the report does not claim to know any', async () => {
    const path = await bill([{}, { line_item_unblended_cost: 2 }], { without: ['line_item_resource_id'] });
    expect(await chargesOf(path, given, ['ResourceId', 'ResourceType', 'BilledCost'])).toEqual([
      { ResourceId: null, ResourceType: null, BilledCost: '3.000000000000' },
    ]);
    const [month] = await collectBill(path, given);
    expect([month?.facts.gaps, month?.facts.capabilities.includes('resource-ids')]).toEqual([[], false]);
  });
});

describe('an instance that several lines of an hour pay for', () => {
  const cluster = { resource_tags_aws_eks_cluster_name: 'production' };
  const covered: Cells = {
    line_item_line_item_type: 'SavingsPlanCoveredUsage',
    line_item_usage_amount: 0.6,
    line_item_unblended_cost: 0.6,
    savings_plan_savings_plan_effective_cost: 0.4,
    savings_plan_savings_plan_a_r_n: 'arn:aws:savingsplans::111111111111:savingsplan/1',
    ...cluster,
  };
  const rest: Cells = { line_item_usage_amount: 0.4, line_item_unblended_cost: 0.4, ...cluster };

  test('keeps each part with its price, and their sum', async () => {
    const path = await bill([covered, rest]);
    expect(await chargesOf(path, given, ['ResourceId', 'ConsumedQuantity', 'EffectiveCost', 'PricingCategory'])).toEqual([
      { ResourceId: 'i-1', ConsumedQuantity: '0.400000000000', EffectiveCost: '0.400000000000', PricingCategory: 'Standard' },
      { ResourceId: 'i-1', ConsumedQuantity: '0.600000000000', EffectiveCost: '0.400000000000', PricingCategory: 'Committed' },
    ]);
    expect((await totalsOf(path, given)).map(({ effective }) => effective)).toEqual(['0.800000000000']);
  });
});

describe('negative lines', () => {
  test('of a type that is not negative as a rule are taken as they are', async () => {
    const path = await bill([{ line_item_unblended_cost: -3.5, line_item_usage_amount: -2 }]);
    expect(await chargesOf(path, given, ['BilledCost', 'ConsumedQuantity', 'ChargeCategory'])).toEqual([
      { BilledCost: '-3.500000000000', ConsumedQuantity: '-2.000000000000', ChargeCategory: 'Usage' },
    ]);
    expect(await gapsOf(path, given)).toEqual([]);
  });

  test('may take a charge to 0, and below', async () => {
    const path = await bill([{}, { line_item_unblended_cost: -1, ...at(5, 11) }, { line_item_unblended_cost: -1, ...at(6) }]);
    expect(await chargesOf(path, given, ['BilledCost'])).toEqual([{ BilledCost: '-1.000000000000' }, { BilledCost: '0.000000000000' }]);
  });
});

describe('any bill', () => {
  const tag = fc.constantFrom('', 'search', 'a "b"\n\\', '🚢', `it's`);
  const lines = fc.array(
    fc
      .record({
        type: fc.constantFrom('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage', 'Tax', 'Credit', 'Refund', 'EdpDiscount', 'NobodyKnows'),
        cost: fc.integer({ min: -9e9, max: 9e9 }),
        net: fc.option(fc.integer({ min: -9e9, max: 9e9 })),
        day: fc.integer({ min: 1, max: 3 }),
        hour: fc.integer({ min: 0, max: 2 }),
        currency: fc.constantFrom('USD', 'EUR'),
        team: tag,
        cluster: tag,
      })
      .map(({ type, cost, net, day, hour, currency, team, cluster }): Cells => ({
        ...at(day, hour),
        line_item_line_item_type: type,
        line_item_unblended_cost: cost / 1e6,
        line_item_net_unblended_cost: net === null ? null : net / 1e6,
        line_item_currency_code: currency,
        resource_tags_user_team: team,
        resource_tags_aws_eks_cluster_name: cluster,
      })),
    { minLength: 1, maxLength: 12 },
  );
  const bytes = async (path: string): Promise<readonly string[]> =>
    (await collectBill(path, given)).map(({ file }) => createHash('sha256').update(readFileSync(file)).digest('hex'));

  test('gives the same bytes in whatever order its lines stand', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (some) => {
        expect(await bytes(await bill(some.toReversed()))).toEqual(await bytes(await bill(some)));
      }),
      { numRuns: 10 },
    );
  });

  test('has charges that add up to its totals, metric by metric', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (some) => {
        const path = await bill(some);
        const totals = await totalsOf(path, given);
        const charges = await chargesOf(path, given, ['BillingCurrency', 'BilledCost', 'EffectiveCost', 'x_AmortizedCost', 'ContractedCost']);
        for (const { currency, billed, effective, netEffective, contracted } of totals) {
          const sum = (amount: (row: (typeof charges)[number]) => unknown): number =>
            charges.filter((row) => row['BillingCurrency'] === currency).reduce((all, row) => all + Number(amount(row)), 0);
          expect(sum((row) => row['BilledCost'])).toBeCloseTo(Number(billed), 6);
          expect(sum((row) => row['EffectiveCost'])).toBeCloseTo(Number(netEffective), 6);
          expect(sum((row) => row['x_AmortizedCost'] ?? row['EffectiveCost'])).toBeCloseTo(Number(effective), 6);
          expect(sum((row) => row['ContractedCost'])).toBeCloseTo(Number(contracted), 6);
        }
      }),
      { numRuns: 10 },
    );
  });
});
