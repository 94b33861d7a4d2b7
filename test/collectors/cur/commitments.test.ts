import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { text } from '../../../src/io/sql.ts';
import { testIo } from '../../io/test-io.ts';
import { chargesOf, collectBill } from './collected.ts';
import { at, query, writeBill, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

const bill = async (lines: readonly Cells[]): Promise<string> => writeBill(join(given.folder, `commitments-${bills++}`, 'cur.parquet'), lines);

/** Amounts in micros: so many are added exactly. */
const usd = (micros: number): number => micros / 1e6;
const micros = (amount: unknown): number => Math.round(Number(amount) * 1e6);
const month = { line_item_usage_start_date: '2026-10-01 00:00:00', line_item_usage_end_date: '2026-10-31 23:59:59', line_item_resource_id: '' };

interface Reservation {
  readonly id: string;
  readonly account: string;
  readonly hours: number;
  readonly used: number;
  /** An hour's part of the upfront fee, and its recurring fee: one of them 0 is no or all upfront. */
  readonly upfront: number;
  readonly recurring: number;
  /** Whether it was bought this month. */
  readonly bought: boolean;
}

function reservationLines({ id, account, hours, used, upfront, recurring, bought }: Reservation): Cells[] {
  const own = { line_item_usage_account_id: account, reservation_reservation_a_r_n: id, pricing_public_on_demand_cost: 0 };
  const hour = { ...own, line_item_line_item_type: 'DiscountedUsage', line_item_unblended_cost: 0, reservation_effective_cost: usd(upfront + recurring) };
  const fee = {
    ...own,
    ...month,
    line_item_line_item_type: 'RIFee',
    line_item_unblended_cost: usd(recurring * hours),
    reservation_unused_amortized_upfront_fee_for_billing_period: usd(upfront * (hours - used)),
    reservation_unused_recurring_fee: usd(recurring * (hours - used)),
  };
  const paid = { ...own, ...month, line_item_line_item_type: 'Fee', line_item_unblended_cost: usd(upfront * hours * 12) };
  return [...Array.from({ length: used }, (_, n) => ({ ...hour, ...at(1 + (n % 28), n % 24) })), fee, ...(bought ? [paid] : [])];
}

interface Plan {
  readonly id: string;
  readonly account: string;
  readonly hours: number;
  /** An hour's commitment, of which `prepaid` was paid upfront. */
  readonly commitment: number;
  readonly prepaid: number;
  readonly used: readonly { readonly rate: number; readonly onDemand: number }[];
}

function planLines({ id, account, hours, commitment, prepaid, used }: Plan): Cells[] {
  const own = { line_item_usage_account_id: account, savings_plan_savings_plan_a_r_n: id };
  const covered = used.flatMap(({ rate, onDemand }, n): Cells[] => [
    {
      ...own,
      ...at(1 + (n % 28)),
      line_item_line_item_type: 'SavingsPlanCoveredUsage',
      line_item_unblended_cost: usd(onDemand),
      pricing_public_on_demand_cost: usd(onDemand),
      savings_plan_savings_plan_effective_cost: usd(rate),
    },
    {
      ...own,
      ...at(1 + (n % 28)),
      line_item_line_item_type: 'SavingsPlanNegation',
      line_item_unblended_cost: usd(-onDemand),
      pricing_public_on_demand_cost: 0,
    },
  ]);
  const fee = {
    ...own,
    ...month,
    line_item_line_item_type: 'SavingsPlanRecurringFee',
    line_item_product_code: 'ComputeSavingsPlans',
    line_item_unblended_cost: usd((commitment - prepaid) * hours),
    savings_plan_total_commitment_to_date: usd(commitment * hours),
    savings_plan_used_commitment: usd(used.reduce((sum, { rate }) => sum + rate, 0)),
  };
  return [...covered, fee];
}

const account = fc.constantFrom('111111111111', '222222222222', '333333333333');
const reservations = fc.array(
  fc
    .record({
      account,
      hours: fc.integer({ min: 1, max: 6 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      upfront: fc.integer({ min: 0, max: 400_000 }),
      recurring: fc.integer({ min: 0, max: 400_000 }),
      bought: fc.boolean(),
    })
    .map(({ share, ...rest }) => ({ ...rest, used: Math.floor(rest.hours * share) })),
  { maxLength: 3 },
);
const plans = fc.array(
  fc
    .record({
      account,
      hours: fc.integer({ min: 1, max: 6 }),
      commitment: fc.integer({ min: 600_000, max: 900_000 }),
      prepaid: fc.integer({ min: 0, max: 600_000 }),
      used: fc.array(fc.record({ rate: fc.integer({ min: 1, max: 100_000 }), onDemand: fc.integer({ min: 100_000, max: 300_000 }) }), { maxLength: 6 }),
    })
    .map((plan) => plan),
  { maxLength: 3 },
);

describe('of any reservations and plans, used and unused, paid upfront or not', () => {
  const run = async (
    law: (given: { readonly reserved: readonly Reservation[]; readonly planned: readonly Plan[]; readonly path: string }) => Promise<void>,
  ): Promise<void> =>
    fc.assert(
      fc.asyncProperty(reservations, plans, async (someReservations, somePlans) => {
        const reserved = someReservations.map((of, n) => ({ ...of, id: `arn:aws:ec2:eu-west-1:1:reserved-instances/${n}` }));
        const planned = somePlans.map((of, n) => ({ ...of, id: `arn:aws:savingsplans::1:savingsplan/${n}` }));
        await law({ reserved, planned, path: await bill([{}, ...reserved.flatMap(reservationLines), ...planned.flatMap(planLines)]) });
      }),
      { numRuns: 8 },
    );

  test('amortized less billed is what was paid upfront before, for this month, less what was paid upfront now', async () => {
    await run(async ({ reserved, planned, path }) => {
      const [collected] = await collectBill(path, given);
      const [total] = collected?.facts.totals ?? [];
      const before =
        reserved.reduce((sum, { upfront, hours }) => sum + upfront * hours, 0) + planned.reduce((sum, { prepaid, hours }) => sum + prepaid * hours, 0);
      const now = reserved.reduce((sum, { upfront, hours, bought }) => sum + (bought ? upfront * hours * 12 : 0), 0);
      expect(micros(total?.effective) - micros(total?.billed)).toBe(before - now);
    });
  });

  test('what was used and what was not add up to its fees, commitment by commitment', async () => {
    await run(async ({ reserved, planned, path }) => {
      const [collected] = await collectBill(path, given);
      const sums = await query(`select CommitmentDiscountId as id, sum(EffectiveCost) filter (where CommitmentDiscountStatus is not null) as cost
        from read_parquet(${text(collected?.file ?? '')}) where CommitmentDiscountId is not null group by 1`);
      const found = new Map(sums.map(({ id, cost }) => [id, micros(cost)]));
      for (const { id, upfront, recurring, hours } of reserved) expect(found.get(id)).toBe((upfront + recurring) * hours);
      for (const { id, commitment, hours } of planned) expect(found.get(id)).toBe(commitment * hours);
    });
  });

  test('what nobody used is its own charge, of the account that bought it', async () => {
    await run(async ({ reserved, planned, path }) => {
      const [collected] = await collectBill(path, given);
      const sums = await query(`select SubAccountId as account, sum(EffectiveCost) as cost from read_parquet(${text(collected?.file ?? '')})
        where CommitmentDiscountStatus = 'Unused' group by 1 order by 1`);
      const wasted = new Map<string, number>();
      const add = (of: string, amount: number): unknown => amount > 0 && wasted.set(of, (wasted.get(of) ?? 0) + amount);
      for (const { account: of, upfront, recurring, hours, used } of reserved) add(of, (upfront + recurring) * (hours - used));
      for (const { account: of, commitment, hours, used } of planned) add(of, commitment * hours - used.reduce((sum, { rate }) => sum + rate, 0));
      expect(new Map(sums.map(({ account: of, cost }) => [of, micros(cost)]))).toEqual(wasted);
    });
  });
});

describe('a refund', () => {
  const refund: Cells = { line_item_line_item_type: 'Refund', line_item_unblended_cost: -120, pricing_public_on_demand_cost: 0 };

  test.each([
    ['reservation', { reservation_reservation_a_r_n: 'arn:aws:ec2:eu-west-1:1:reserved-instances/1' }],
    ['Savings Plan', { savings_plan_savings_plan_a_r_n: 'arn:aws:savingsplans::1:savingsplan/1' }],
  ])('of a %s gives back cash, of a purchase: what it was for is amortized', async (_what, cells) => {
    expect(await chargesOf(await bill([{ ...refund, ...cells }]), given, ['BilledCost', 'EffectiveCost', 'ChargeCategory'])).toEqual([
      { BilledCost: '-120.000000000000', EffectiveCost: '0.000000000000', ChargeCategory: 'Purchase' },
    ]);
  });

  test('of usage is usage', async () => {
    expect(await chargesOf(await bill([refund]), given, ['BilledCost', 'EffectiveCost', 'ChargeCategory'])).toEqual([
      { BilledCost: '-120.000000000000', EffectiveCost: '-120.000000000000', ChargeCategory: 'Usage' },
    ]);
  });
});

describe('a correction', () => {
  const early = { line_item_usage_start_date: '2026-09-12 00:00:00', line_item_usage_end_date: '2026-09-13 00:00:00' };
  const classes = async (cells: Cells): Promise<readonly unknown[]> =>
    (await chargesOf(await bill([cells]), given, ['ChargeClass'])).map(({ ChargeClass: of }) => of);

  test.each(['Refund', 'Credit', 'Usage'])('is a %s for a month that was invoiced before', async (type) => {
    expect(await classes({ line_item_line_item_type: type, ...early })).toEqual(['Correction']);
  });

  test('is no tax: it is of the invoice that it stands on', async () => {
    expect(await classes({ line_item_line_item_type: 'Tax', ...early })).toEqual([null]);
  });

  test('is no fee whose term began before and reaches into the month', async () => {
    expect(await classes({ line_item_line_item_type: 'Fee', ...early, line_item_usage_end_date: '2027-09-12 00:00:00' })).toEqual([null]);
  });

  test('is no refund for the month itself', async () => {
    expect(await classes({ line_item_line_item_type: 'Refund' })).toEqual([null]);
  });
});
