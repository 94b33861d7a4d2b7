import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, units } from '../../../src/collectors/cost-explorer/amount.ts';
import { chargesOf, controlTotals } from '../../../src/collectors/cost-explorer/bill.ts';
import { refine } from '../../../src/collectors/cost-explorer/refine.ts';
import { amountsOf, METRICS, type Metric, type Row } from '../../../src/collectors/cost-explorer/rows.ts';
import { addDays } from '../../../src/model/day.ts';
import type { Day, Month } from '../../../src/model/facts.ts';
import { chargeFacts, collect, ioFor } from './collected.ts';
import { day, serve } from './server.ts';

const TYPES = ['Usage', 'Tax', 'Credit', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation', 'SavingsPlanRecurringFee', 'Recurring', 'DiscountedUsage', 'NewFee'];
const SERVICES = ['EC2 - Other', 'AWS Lambda'];

const cost = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const amounts = fc.tuple(cost, cost, cost, cost).map(([a, b, c, d]) => ({ UnblendedCost: a, NetUnblendedCost: b, AmortizedCost: c, NetAmortizedCost: d }));

const key = fc.record({ at: fc.nat(2), service: fc.constantFrom(...SERVICES), recordType: fc.constantFrom(...TYPES) });
const rowOf = (account: string | null) =>
  fc.tuple(key, amounts).map(([{ at, service, recordType }, of]): Row => {
    const start = addDays('2026-03-01' as Day, at);
    return { start, end: addDays(start, 1), service, recordType, account, usageType: null, currency: 'USD', amounts: of };
  });
const rowsOf = (account: string | null, maxLength: number) =>
  fc.uniqueArray(rowOf(account), { maxLength, selector: ({ start, service, recordType }) => `${start} ${service} ${recordType}` });

const sum = (rows: readonly Row[], metric: Metric): bigint => rows.reduce((total, { amounts: of }) => total + (of[metric] ?? 0n), 0n);

const told = { source: 'cost-explorer', month: '2026-03' as Month, billingAccount: null, names: new Map<string, string>() };

test('charges add up to the answer, in every cost', () => {
  fc.assert(
    fc.property(rowsOf(null, 20), (rows) => {
      const charges = rows.flatMap((row) => chargesOf(row, told));
      const added = (column: 'BilledCost' | 'EffectiveCost' | 'x_AmortizedCost'): string =>
        decimal(charges.reduce((total, charge) => total + (units(charge[column] ?? '0') ?? 0n), 0n));
      const [total] = controlTotals(rows, 'final', null);
      const expected = total === undefined ? ['0', '0', '0'].map(() => decimal(0n)) : [total.billed, total.netEffective, total.effective];
      return JSON.stringify([added('BilledCost'), added('EffectiveCost'), added('x_AmortizedCost')]) === JSON.stringify(expected);
    }),
  );
});

test('told apart by account, a bill stays the same sum, whatever the accounts say', () => {
  fc.assert(
    fc.property(rowsOf(null, 12), rowsOf('111111111111', 12), rowsOf('222222222222', 12), (whole, first, second) => {
      const refined = refine(whole, [...first, ...second], 'account');
      return METRICS.every((metric) => first.length + second.length === 0 || sum(refined, metric) === sum(whole, metric));
    }),
  );
});

test('accounts that explain all of it leave no rest', () => {
  fc.assert(
    fc.property(rowsOf('111111111111', 12), rowsOf('222222222222', 12), (first, second) => {
      const parts = [...first, ...second];
      const groups = Map.groupBy(parts, ({ start, service, recordType }) => JSON.stringify([start, service, recordType]));
      const whole = [...groups.values()].flatMap((of) => {
        const [one] = of;
        return one === undefined ? [] : [{ ...one, account: null, amounts: amountsOf((metric) => sum(of, metric)) }];
      });
      return refine(whole, parts, 'account').every(({ account }) => account !== null);
    }),
  );
});

test('the order of groups and of pages changes no byte', { timeout: 60_000 }, async () => {
  const value = fc.tuple(fc.constantFrom(...SERVICES), fc.constantFrom(...TYPES), fc.integer({ min: -1e9, max: 1e9 }));
  const groups = fc.uniqueArray(value, { minLength: 2, maxLength: 12, selector: ([service, type]) => `${service} ${type}` });
  await fc.assert(
    fc.asyncProperty(
      groups.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }), fc.nat(some.length))),
      async ([some, shuffled, cut]) => {
        const group = ([service, type, cents]: (typeof some)[number]) => {
          const amount = { Amount: (cents / 1e4).toFixed(4), Unit: 'USD' };
          return { keys: [service, type], metrics: { UnblendedCost: amount, AmortizedCost: amount } };
        };
        const pages = [
          { ResultsByTime: [day('2026-03-01', shuffled.slice(0, cut).map(group))], NextPageToken: 'more' },
          { ResultsByTime: [day('2026-03-01', shuffled.slice(cut).map(group))] },
        ] as const;
        const bytes = async (answers: readonly [object, object] | readonly [object]): Promise<string> => {
          const server = await serve(({ input }) => (input.NextPageToken === undefined ? answers[0] : (answers[1] ?? {})));
          const [bill] = await collect({}, ioFor(server.url));
          if (bill === undefined) throw new Error('no part');
          expect(chargeFacts(bill).lines).toBe(some.length);
          return readFileSync(bill.file).toString('base64');
        };
        return (await bytes(pages)) === (await bytes([{ ResultsByTime: [day('2026-03-01', some.map(group))] }]));
      },
    ),
    { numRuns: 12 },
  );
});
