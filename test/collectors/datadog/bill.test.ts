import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billMonths } from '../../../src/collectors/datadog/bill-parts.ts';
import { decimal, exact, mapBill, usageEnd } from '../../../src/collectors/datadog/bill.ts';
import { productName } from '../../../src/collectors/datadog/products.ts';
import type { CostAnswer } from '../../../src/collectors/datadog/schema.ts';
import type { Day, Month } from '../../../src/model/facts.ts';
import { collect, ioFor, rowsOf } from './collected.ts';
import { fakeDatadog } from './server.ts';

const MONTH = '2026-02' as Month;
const END = '2026-03-01' as Day;

type Charges = NonNullable<CostAnswer['data'][number]['attributes']['charges']>;

const charge = (product_name: string, charge_type: string, cost: number | null): Charges[number] => ({ product_name, charge_type, cost });

function answer(charges: Charges, total_cost?: number, more: Readonly<Record<string, string>> = {}): CostAnswer {
  return { data: [{ attributes: { org_name: 'Acme', public_id: 'abc', region: 'eu', date: '2026-02-01T00:00:00Z', total_cost, charges, ...more } }] };
}

const map = (given: CostAnswer): ReturnType<typeof mapBill> => mapBill(given, MONTH, 'datadog', END);
const short = (given: CostAnswer): unknown[] =>
  map(given).charges.map(({ x_ServiceCode: code, x_LineItemType: type, BilledCost: cost }) => [code, type, Number(cost)]);

describe('a month of Datadog', () => {
  test('what is committed and what is on demand are charges; their total is none', () => {
    const given = answer([charge('apm_host', 'committed', 31), charge('apm_host', 'on_demand', 4.5), charge('apm_host', 'total', 35.5)], 35.5);
    expect(short(given)).toEqual([
      ['apm_host', 'committed', 31],
      ['apm_host', 'on_demand', 4.5],
    ]);
    const [list, contracted] = ['list', 'contracted'].map((metric) => ({
      code: 'unknown-cost',
      source: 'datadog',
      month: MONTH,
      metric,
      lines: 2,
      billed: 35.5,
      currency: 'USD',
    }));
    expect(map(given)).toMatchObject({
      lines: 2,
      lastUsage: '2026-02-28T00:00:00Z',
      totals: [{ currency: 'USD', lines: 2, billed: '35.500000000000', effective: '35.500000000000' }],
      gaps: [list, contracted],
    });
  });

  test('a total that stands alone is a charge', () => {
    expect(short(answer([charge('support', 'total', 100)], 100))).toEqual([['support', 'total', 100]]);
  });

  test('what a total has beyond its parts is kept, and is of a type that is not known', () => {
    const given = answer([charge('apm_host', 'committed', 31), charge('apm_host', 'total', 35)], 40);
    expect(short(given)).toEqual([
      ['apm_host', 'committed', 31],
      ['apm_host', 'difference', 4],
      ['unnamed', 'difference', 5],
    ]);
    expect(map(given).totals[0]?.billed).toBe('40.000000000000');
    expect(map(given).gaps[0]).toEqual({
      code: 'unknown-line-type',
      source: 'datadog',
      month: MONTH,
      lineType: 'difference',
      lines: 2,
      cost: 9,
      currency: 'USD',
    });
  });

  test('a total that is rounded is no difference', () => {
    expect(short(answer([charge('apm_host', 'committed', 1.004), charge('rum', 'on_demand', 1.004)], 2.01))).toHaveLength(2);
  });

  test('a type that is not known is kept and named', () => {
    const given = map(answer([charge('apm_host', 'drawdown', 7)], 7));
    expect(given.charges[0]).toMatchObject({ ChargeCategory: 'Adjustment', x_Known: 'false', PricingCategory: null });
    expect(given.gaps[0]).toMatchObject({ code: 'unknown-line-type', lineType: 'drawdown', cost: 7 });
  });

  test('of several estimates of a month the last one counts, and other months do not', () => {
    const [first, last, other] = [
      answer([charge('rum', 'on_demand', 1)]),
      answer([charge('rum', 'on_demand', 2)], undefined, { date: '2026-02-20T00:00:00Z' }),
      answer([charge('rum', 'on_demand', 9)], undefined, { date: '2026-01-20T00:00:00Z' }),
    ];
    expect(short({ data: [...first.data, ...last.data, ...other.data] })).toEqual([['rum', 'on_demand', 2]]);
  });

  test('an answer with nothing is nothing, and not 0', () => {
    expect(map({ data: [] })).toEqual({ charges: [], totals: [], gaps: [], lines: 0, lastUsage: null });
  });

  test('numbers are the decimals that they were written as', () => {
    expect([0.1, 3_621_671.999987, -2.5, 1e-7, 1e21, 0].map((value) => decimal(exact(value)))).toEqual([
      '0.100000000000',
      '3621671.999987000000',
      '-2.500000000000',
      '0.000000100000',
      '1000000000000000000000.000000000000',
      '0.000000000000',
    ]);
  });

  test('charges add up to the total, whatever they are (law)', () => {
    const cost = fc.integer({ min: -1_000_000, max: 100_000_000 }).map((cents) => cents / 100);
    const line = fc.record({
      product_name: fc.constantFrom('a', 'b'),
      charge_type: fc.constantFrom('committed', 'on_demand', 'total', 'other'),
      cost: fc.option(cost),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.option(cost, { nil: undefined }), (lines, total) => {
        const { charges, totals } = map(answer(lines, total));
        const sum = charges.reduce((all, { BilledCost: billed }) => all + exact(Number(billed)), 0n);
        expect(totals[0]?.billed ?? decimal(0n)).toBe(decimal(sum));
        if (total !== undefined && charges.length > 0)
          expect(Math.abs(Number(decimal(sum)) - total)).toBeLessThanOrEqual(0.01 * charges.length + Math.abs(total) * 1e-6);
      }),
    );
  });
});

test('products in plain words', () => {
  expect(['infra_host', 'logs_indexed_15day', 'rum_replay_sessions', 'synthetics_api_tests', 'ci_pipeline'].map(productName)).toEqual([
    'Infrastructure hosts',
    'Indexed logs, 15 days',
    'RUM replay sessions',
    'Synthetics API tests',
    'CI pipeline',
  ]);
});

test('months: two that are closed and the open one, or those that are asked for', () => {
  const began = new Date('2026-03-15T12:00:00Z');
  expect(billMonths({ first: undefined, last: undefined }, began)).toEqual(['2026-01', '2026-02', '2026-03']);
  expect(billMonths({ first: '2025-12' as Month, last: '2026-07' as Month }, began)).toEqual(['2025-12', '2026-01', '2026-02', '2026-03']);
  expect(billMonths({ first: '2026-04' as Month, last: '2026-07' as Month }, began)).toEqual([]);
});

test('usage goes to the end of a month, or to the last midnight', () => {
  expect(usageEnd('2026-02' as Month, new Date('2026-03-15T12:00:00Z'))).toBe('2026-03-01');
  expect(usageEnd('2026-03' as Month, new Date('2026-03-15T12:00:00Z'))).toBe('2026-03-15');
  expect(usageEnd('2026-03' as Month, new Date('2026-03-01T12:00:00Z'))).toBe('2026-03-02');
});

describe('collected', () => {
  const record = (month: string, cost: number): unknown => ({
    data: [
      {
        type: 'cost_by_org',
        id: 'x',
        attributes: {
          org_name: 'Acme',
          public_id: 'abc',
          region: 'eu',
          date: `${month}-01T00:00:00Z`,
          total_cost: cost,
          charges: [{ product_name: 'infra_host', charge_type: 'on_demand', cost }],
        },
      },
    ],
  });

  test('closed months as invoiced, the last one as estimated until it is, and the open one as estimated', async () => {
    const server = await fakeDatadog({
      costs: (kind, month) => (kind === 'historical' ? (month < '2026-02' ? record(month, 10) : undefined) : record(month, 20)),
    });
    const at = ioFor(server.url);
    const months = await collect({}, at);
    const columns = "strftime(BillingPeriodStart, '%Y-%m') as month, BilledCost, ListCost, ProviderName, ServiceName, ChargePeriodEnd, SubAccountName, x_Known";
    const both = { ListCost: null, ProviderName: 'Datadog', ServiceName: 'Datadog: Infrastructure hosts', SubAccountName: 'Acme', x_Known: true };
    expect(await rowsOf(months, columns, at)).toEqual([
      { ...both, month: '2026-01', BilledCost: '10.000000000000', ChargePeriodEnd: '2026-02-01 00:00:00' },
      { ...both, month: '2026-02', BilledCost: '20.000000000000', ChargePeriodEnd: '2026-03-01 00:00:00' },
      { ...both, month: '2026-03', BilledCost: '20.000000000000', ChargePeriodEnd: '2026-03-15 00:00:00' },
    ]);
    expect(server.asked.map(({ path, query }) => `${path} ${query.get('start_month')} ${query.get('view')}`)).toEqual([
      '/api/v2/usage/estimated_cost 2026-03 sub-org',
      '/api/v2/usage/historical_cost 2026-01 sub-org',
      '/api/v2/usage/historical_cost 2026-02 sub-org',
      '/api/v2/usage/estimated_cost 2026-02 sub-org',
    ]);
  });

  test('a key that may not read it is a gap', async () => {
    const server = await fakeDatadog({ instead: () => ({ status: 403, body: '{"errors":["Forbidden"]}' }) });
    const months = await collect({}, ioFor(server.url));
    expect(months.map(({ facts }) => facts)).toEqual([
      expect.objectContaining({
        rows: 0,
        totals: [],
        lastUsage: null,
        gaps: [{ code: 'forbidden', source: 'datadog', what: 'read the bill of Datadog (usage_read and billing_read, in the parent organisation)' }],
      }),
    ]);
  });

  test('an account that has no bill is a gap with what Datadog says of it', async () => {
    const server = await fakeDatadog({ instead: () => ({ status: 400, body: '{"errors":["not available for trials"]}' }) });
    const [only] = await collect({}, ioFor(server.url));
    expect(only?.facts.gaps).toEqual([
      expect.objectContaining({ code: 'unread-period', what: 'the bill of Datadog', reason: expect.stringContaining('not available for trials') }),
    ]);
  });
});
