import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChargeColumn } from '../../../src/model/cost/charge.ts';
import { testIo } from '../../io/test-io.ts';
import { chargesOf, collectBill, totalsOf } from './collected.ts';
import { at, writeBill, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

const bill = async (lines: readonly Cells[], format: BillFormat = {}): Promise<string> =>
  writeBill(join(given.folder, `net-${bills++}`, 'cur.parquet'), lines, format);

/** Values of some columns, charge by charge; amounts as numbers. */
async function charges(lines: readonly Cells[], columns: readonly ChargeColumn[]): Promise<readonly (readonly unknown[])[]> {
  const rows = await chargesOf(await bill(lines), given, columns);
  return rows.map((row) => Object.entries(row).map(([column, value]) => (column.endsWith('Cost') && value !== null ? Number(value) : value)));
}

const cost = (before: number, net: number | null): Cells => ({ line_item_unblended_cost: before, line_item_net_unblended_cost: net });
const discount = (before: number, net: number | null): Cells => ({ line_item_line_item_type: 'EdpDiscount', line_item_resource_id: '', ...cost(before, net) });
const COSTS = ['BilledCost', 'EffectiveCost', 'x_AmortizedCost'] as const;

describe('net costs of negotiated prices', () => {
  test('are what is billed; what it costs before discounts is kept beside', async () => {
    expect(await charges([cost(1, 0.9)], COSTS)).toEqual([[0.9, 0.9, 1]]);
  });

  test('are preferred line by line', async () => {
    expect(await charges([cost(1, 0.9), { ...cost(1, null), ...at(6) }], COSTS)).toEqual([
      [0.9, 0.9, 1],
      [1, 1, 1],
    ]);
  });

  test('are added to costs of lines that have none, in one charge', async () => {
    expect(await charges([cost(1, 0.9), { ...cost(2, null), ...at(5, 11) }], COSTS)).toEqual([[2.9, 2.9, 3]]);
  });

  test('may be 0: that is a price', async () => {
    expect(await charges([cost(1, 0), { ...cost(1, 0.5), ...at(6) }], ['BilledCost'])).toEqual([[0], [0.5]]);
  });

  test('that are 0 in every line of the report say nothing', async () => {
    expect(await charges([cost(1, 0), { ...cost(2, 0), ...at(6) }], COSTS)).toEqual([
      [1, 1, null],
      [2, 2, null],
    ]);
  });

  test('of a report without such columns are not made up', async () => {
    expect(await charges([{ line_item_unblended_cost: 1 }], COSTS)).toEqual([[1, 1, null]]);
  });

  test('of commitments too', async () => {
    const covered = { line_item_line_item_type: 'SavingsPlanCoveredUsage', savings_plan_savings_plan_effective_cost: 0.7 };
    expect(await charges([{ ...covered, savings_plan_net_savings_plan_effective_cost: 0.65 }], ['EffectiveCost', 'x_AmortizedCost'])).toEqual([[0.65, 0.7]]);
    const reserved = { line_item_line_item_type: 'DiscountedUsage', reservation_effective_cost: 0.6 };
    expect(await charges([{ ...reserved, reservation_net_effective_cost: 0.54 }], ['EffectiveCost', 'x_AmortizedCost'])).toEqual([[0.54, 0.6]]);
  });

  test('of what nobody used of a reservation', async () => {
    const fee = {
      line_item_line_item_type: 'RIFee',
      ...cost(44, 40),
      reservation_unused_recurring_fee: 10,
      reservation_net_unused_recurring_fee: 9,
      reservation_reservation_a_r_n: 'arn:aws:ec2:eu-west-1:111111111111:reserved-instances/1',
    };
    expect(await charges([fee], [...COSTS, 'CommitmentDiscountStatus'])).toEqual([
      [0, 9, 10, 'Unused'],
      [40, 0, 0, null],
    ]);
  });

  test('of what nobody used of a plan are in the proportion of its fees', async () => {
    const fee = {
      line_item_line_item_type: 'SavingsPlanRecurringFee',
      ...cost(10, 9),
      savings_plan_total_commitment_to_date: 10,
      savings_plan_used_commitment: 6,
      savings_plan_recurring_commitment_for_billing_period: 10,
      savings_plan_net_recurring_commitment_for_billing_period: 9,
      savings_plan_savings_plan_a_r_n: 'arn:aws:savingsplans::111111111111:savingsplan/1',
    };
    expect(await charges([fee], [...COSTS, 'CommitmentDiscountStatus'])).toEqual([
      [0, 3.6, 4, 'Unused'],
      [9, 0, 0, null],
    ]);
  });
});

describe('a discount that is a line of its own', () => {
  test('in a report without net costs takes off what it says', async () => {
    expect(
      await charges([{ line_item_unblended_cost: 1 }, { line_item_line_item_type: 'EdpDiscount', line_item_unblended_cost: -0.1, ...at(6) }], COSTS),
    ).toEqual([
      [-0.1, -0.1, null],
      [1, 1, null],
    ]);
  });

  test('is not taken off again where the net costs of other lines have it', async () => {
    const [total] = await totalsOf(await bill([cost(1, 0.9), { ...discount(-0.1, null), ...at(6) }]), given);
    expect([total?.billed, total?.netEffective, total?.effective].map(Number)).toEqual([0.9, 0.9, 0.9]);
  });

  test('with a net cost of 0 is 0', async () => {
    const [total] = await totalsOf(await bill([cost(1, 0.9), discount(-0.1, 0)]), given);
    expect(Number(total?.billed)).toBe(0.9);
  });

  test('with a net cost of its own keeps it', async () => {
    const [total] = await totalsOf(await bill([cost(1, 1), discount(-0.1, -0.1)]), given);
    expect(Number(total?.billed)).toBe(0.9);
  });

  test('of an account whose costs are not net is taken off, beside one whose costs are', async () => {
    const other = { line_item_usage_account_id: '222222222222' };
    const lines = [cost(1, 0.9), { ...discount(-0.1, null), ...at(6) }, { ...cost(2, null), ...other }, { ...discount(-0.5, null), ...other }];
    const [total] = await totalsOf(await bill(lines), given);
    expect(Number(total?.billed)).toBe(2.4);
  });

  test('of a payer who has nothing else is in the net costs of the accounts that it pays for', async () => {
    const payer = { line_item_usage_account_id: '999999999999' };
    const [total] = await totalsOf(await bill([cost(1, 0.9), { ...discount(-0.1, null), ...payer }]), given);
    expect(Number(total?.billed)).toBe(0.9);
  });

  test('is in the amortized cost before discounts, so that the two ways of showing it have one sum', async () => {
    const [shown] = await totalsOf(await bill([cost(10, 9), { ...discount(-1, null), ...at(6) }]), given);
    expect([shown?.effective, shown?.netEffective].map(Number)).toEqual([9, 9]);
    const [hidden] = await totalsOf(await bill([cost(10, 9)]), given);
    expect([hidden?.effective, hidden?.netEffective].map(Number)).toEqual([10, 9]);
  });
});

test('what is billed is what is invoiced: lines and their discounts, in whichever of both ways', async () => {
  const line = fc.record({
    micros: fc.integer({ min: -2_000_000, max: 90_000_000 }),
    percent: fc.integer({ min: 1, max: 40 }),
    account: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), async (lines) => {
      const of = lines.map(({ micros, percent, account }) => ({
        before: micros / 1e6,
        off: Math.round((micros * percent) / 100) / 1e6,
        payer: `${account}`.repeat(12),
      }));
      const cells = of.flatMap(({ before, off, payer }): Cells[] => {
        const account = { line_item_usage_account_id: payer };
        return [
          { ...account, ...cost(before, Math.round((before - off) * 1e6) / 1e6) },
          { ...account, ...discount(-off, null) },
        ];
      });
      const months = await collectBill(await bill(cells), given);
      const invoiced = of.reduce((sum, { before, off }) => sum + before - off, 0);
      expect(Number(months[0]?.facts.totals[0]?.billed)).toBeCloseTo(invoiced, 9);
    }),
    { numRuns: 12 },
  );
});
