import { expect, test } from 'vitest';
import { chargeFacts, collect, ioFor, rowsOf } from './collected.ts';
import { day, metrics, serve, type Group } from './server.ts';

const EC2 = 'Amazon Elastic Compute Cloud - Compute';

async function collected(groups: readonly Group[], estimated = false) {
  const server = await serve(() => ({ ResultsByTime: [day('2026-03-01', groups, estimated)] }));
  const at = ioFor(server.url);
  const [bill] = await collect({ billingAccount: '111122223333' }, at);
  if (bill === undefined) throw new Error('no part');
  return { server, bill, facts: chargeFacts(bill), rows: (select: string) => rowsOf([bill], select, at) };
}

const amount = (cost: number): string => cost.toFixed(12);

test('one request asks for the month to this day, with all costs, by service and type of charge', async () => {
  const { server } = await collected([]);
  expect(server.asked).toEqual([
    {
      operation: 'GetCostAndUsage',
      input: {
        TimePeriod: { Start: '2026-03-01', End: '2026-03-21' },
        Granularity: 'DAILY',
        Metrics: ['UnblendedCost', 'NetUnblendedCost', 'AmortizedCost', 'NetAmortizedCost'],
        GroupBy: [
          { Type: 'DIMENSION', Key: 'SERVICE' },
          { Type: 'DIMENSION', Key: 'RECORD_TYPE' },
        ],
      },
    },
  ]);
});

test('a group is a charge of a UTC day, and not of the day after', async () => {
  const { rows } = await collected([{ keys: ['AWS Lambda', 'Usage'], metrics: metrics('1.5') }]);
  const select = `strftime(ChargePeriodStart, '%Y-%m-%d') as starts, strftime(ChargePeriodEnd, '%Y-%m-%d') as ends, ServiceName, ServiceCategory, ProviderName, BillingAccountId, BillingCurrency`;
  expect(await rows(select)).toEqual([
    {
      starts: '2026-03-01',
      ends: '2026-03-02',
      ServiceName: 'AWS Lambda',
      ServiceCategory: 'Compute',
      ProviderName: 'AWS',
      BillingAccountId: '111122223333',
      BillingCurrency: 'USD',
    },
  ]);
});

test('each type of charge is what FOCUS calls it', async () => {
  const types = ['Usage', 'Tax', 'Credit', 'Refund', 'Support', 'Upfront', 'Recurring', 'SavingsPlanUpfrontFee', 'Enterprise Discount Program Discount'];
  const { rows, facts } = await collected(types.map((type) => ({ keys: ['Any', type], metrics: metrics('1', '0') })));
  expect(await rows(`x_LineItemType || ': ' || ChargeCategory || ', ' || ChargeFrequency as is`)).toEqual(
    [
      'Credit: Credit, One-Time',
      'Enterprise Discount Program Discount: Usage, Usage-Based',
      'Recurring: Purchase, Recurring',
      'Refund: Usage, One-Time',
      'SavingsPlanUpfrontFee: Purchase, One-Time',
      'Support: Purchase, One-Time',
      'Tax: Tax, Usage-Based',
      'Upfront: Purchase, One-Time',
      'Usage: Usage, Usage-Based',
    ].map((is) => ({ is })),
  );
  expect(facts.gaps.filter(({ code }) => code === 'unknown-line-type')).toEqual([]);
});

test('a type of charge that is new is kept at its cost, and named', async () => {
  const { rows, facts } = await collected([{ keys: [EC2, 'MoonFee'], metrics: metrics('7.25') }]);
  expect(await rows('ChargeCategory, x_Known, cast(BilledCost as varchar) as cost')).toEqual([
    { ChargeCategory: 'Adjustment', x_Known: false, cost: amount(7.25) },
  ]);
  expect(facts.gaps[0]).toEqual({
    code: 'unknown-line-type',
    source: 'cost-explorer',
    month: '2026-03',
    lineType: 'MoonFee',
    lines: 1,
    cost: 7.25,
    currency: 'USD',
  });
});

test('what nobody used of a commitment leaves its fee and is a charge of its own', async () => {
  const { rows, facts } = await collected([{ keys: ['Savings Plans for AWS Compute usage', 'SavingsPlanRecurringFee'], metrics: metrics('81.6', '3.2') }]);
  expect(
    await rows(
      'ChargeCategory, CommitmentDiscountStatus, CommitmentDiscountType, cast(BilledCost as varchar) as billed, cast(EffectiveCost as varchar) as effective',
    ),
  ).toEqual([
    { ChargeCategory: 'Purchase', CommitmentDiscountStatus: null, CommitmentDiscountType: 'Savings Plan', billed: amount(81.6), effective: amount(0) },
    { ChargeCategory: 'Usage', CommitmentDiscountStatus: 'Unused', CommitmentDiscountType: 'Savings Plan', billed: amount(0), effective: amount(3.2) },
  ]);
  expect(facts.totals[0]).toMatchObject({ billed: amount(81.6), effective: amount(3.2), netEffective: amount(3.2) });
});

test('covered usage has the status Used, what takes its list price back has none', async () => {
  const { rows } = await collected([
    { keys: [EC2, 'SavingsPlanCoveredUsage'], metrics: metrics('10', '7') },
    { keys: [EC2, 'SavingsPlanNegation'], metrics: metrics('-10', '0') },
    { keys: [EC2, 'DiscountedUsage'], metrics: metrics('0', '4') },
  ]);
  expect(await rows('x_LineItemType as type, CommitmentDiscountStatus as status, CommitmentDiscountCategory as category')).toEqual([
    { type: 'DiscountedUsage', status: 'Used', category: 'Usage' },
    { type: 'SavingsPlanCoveredUsage', status: 'Used', category: 'Spend' },
    { type: 'SavingsPlanNegation', status: null, category: 'Spend' },
  ]);
});

test('negotiated discounts: billed and effective are net, amortized is not', async () => {
  const value = (Amount: string) => ({ Amount, Unit: 'USD' });
  const some = { UnblendedCost: value('10'), NetUnblendedCost: value('9'), AmortizedCost: value('8'), NetAmortizedCost: value('7.2') };
  const { rows, facts } = await collected([{ keys: [EC2, 'Usage'], metrics: some }]);
  expect(
    await rows('cast(BilledCost as varchar) as billed, cast(EffectiveCost as varchar) as effective, cast(x_AmortizedCost as varchar) as amortized'),
  ).toEqual([{ billed: amount(9), effective: amount(7.2), amortized: amount(8) }]);
  expect(facts.totals[0]).toMatchObject({ billed: amount(9), effective: amount(8), netEffective: amount(7.2) });
});

test('public and contracted prices are not known here, which is not 0', async () => {
  const { rows, facts } = await collected([{ keys: [EC2, 'Usage'], metrics: metrics('10') }]);
  expect(await rows('ListCost, ContractedCost')).toEqual([{ ListCost: null, ContractedCost: null }]);
  expect(facts.gaps).toEqual(
    ['list', 'contracted'].map((metric) => ({
      code: 'unknown-cost',
      source: 'cost-explorer',
      month: '2026-03',
      metric,
      lines: 1,
      billed: 10,
      currency: 'USD',
    })),
  );
  expect(facts.capabilities).toEqual(['summary']);
});

test('an amount that is no number is named, and the charge has no such cost', async () => {
  const { rows, facts } = await collected([{ keys: [EC2, 'Usage'], metrics: { ...metrics('10'), NetAmortizedCost: { Amount: 'n/a', Unit: 'USD' } } }]);
  expect(await rows('cast(BilledCost as varchar) as billed, cast(EffectiveCost as varchar) as effective')).toEqual([
    { billed: amount(10), effective: amount(10) },
  ]);
  expect(facts.gaps[0]).toEqual({ code: 'unreadable-value', source: 'cost-explorer', object: `${EC2} on 2026-03-01`, field: 'NetAmortizedCost', value: 'n/a' });
});

test('amounts of different currencies are never added', async () => {
  const yuan = (Amount: string) => ({ Amount, Unit: 'CNY' });
  const { facts } = await collected([
    { keys: [EC2, 'Usage'], metrics: metrics('10') },
    { keys: ['AWS Lambda', 'Usage'], metrics: { UnblendedCost: yuan('70'), AmortizedCost: yuan('70') } },
  ]);
  expect(facts.totals.map(({ currency, billed }) => ({ currency, billed }))).toEqual([
    { currency: 'CNY', billed: amount(70) },
    { currency: 'USD', billed: amount(10) },
  ]);
});

test('a month that goes on, or is estimated, is preliminary', async () => {
  const { facts } = await collected([{ keys: [EC2, 'Usage'], metrics: metrics('10') }]);
  expect(facts.totals[0]?.state).toBe('preliminary');
  expect(facts.lastUsage).toBe('2026-03-01T00:00:00Z');
});

test('names of services are texts, whatever is in them', async () => {
  const name = `Robert'); drop table "charges"; -- \u{1F4B8}\n`;
  const { rows } = await collected([{ keys: [name, 'Usage'], metrics: metrics('1') }]);
  expect(await rows('ServiceName')).toEqual([{ ServiceName: name }]);
});
