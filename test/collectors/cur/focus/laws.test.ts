import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { text } from '../../../../src/io/sql.ts';
import { testIo } from '../../../io/test-io.ts';
import { collectBill } from '../collected.ts';
import { query } from '../small-bill.ts';
import { on, writeExport, type FocusCells } from './small-export.ts';

const given = testIo();
let exports = 0;
const place = (name: string): string => join(given.folder, String(exports++), name);

/** Costs in billionths, so that their sums are exact here too. */
const cost = fc.integer({ min: -2_000_000_000_000, max: 2_000_000_000_000 });
const decimal = (billionths: number): string => {
  const digits = String(Math.abs(billionths)).padStart(10, '0');
  return `${billionths < 0 ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
};

const line = fc.record({
  cost,
  effective: fc.option(cost),
  day: fc.integer({ min: 1, max: 31 }),
  hour: fc.option(fc.integer({ min: 0, max: 23 })),
  category: fc.constantFrom('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment', 'usage', 'Barter'),
  tags: fc.option(fc.dictionary(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }), { maxKeys: 3 })),
  resource: fc.constantFrom('i-1', 'i-2', '', null),
  currency: fc.constantFrom('USD', 'EUR'),
});

const cellsOf = (one: typeof line extends fc.Arbitrary<infer T> ? T : never): FocusCells => ({
  ...on(one.day, one.hour ?? undefined),
  BilledCost: decimal(one.cost),
  EffectiveCost: one.effective === null ? null : decimal(one.effective),
  ChargeCategory: one.category,
  Tags: one.tags === null ? null : JSON.stringify(one.tags),
  ResourceId: one.resource,
  BillingCurrency: one.currency,
});

async function collected(cells: readonly FocusCells[], name: string): Promise<{ readonly bytes: Buffer; readonly file: string; readonly facts: unknown }> {
  const [only] = await collectBill(await writeExport(place(name), cells), given);
  if (only === undefined) throw new Error('no month');
  const { inputs: _inputs, ...facts } = only.facts;
  return { bytes: readFileSync(only.file), file: only.file, facts };
}

test('the order of lines changes no byte', { timeout: 60_000 }, async () => {
  const shuffled = fc
    .array(line, { minLength: 1, maxLength: 12 })
    .chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })));
  await fc.assert(
    fc.asyncProperty(shuffled, fc.constantFrom('focus.csv', 'focus.parquet'), async ([lines, others], name) => {
      const [a, b] = [await collected(lines.map(cellsOf), name), await collected(others.map(cellsOf), 'focus.csv')];
      expect(b.bytes.equals(a.bytes)).toBe(true);
      expect(b.facts).toEqual(a.facts);
    }),
    { numRuns: 25 },
  );
});

test('charges add up to the lines, to the last digit, in each currency', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
      const { file } = await collected(lines.map(cellsOf), 'focus.parquet');
      const charges = `read_parquet(${text(file)})`;
      const found = await query(
        `select BillingCurrency as currency, sum(BilledCost) as billed, sum(EffectiveCost) as effective, cast(sum(x_LineCount) as integer) as lines from ${charges} group by 1 order by 1`,
      );
      const expected = [...Map.groupBy(lines, ({ currency }) => currency)]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([currency, own]) => {
          const sum = (of: readonly number[]): string => `${decimal(of.reduce((total, amount) => total + amount, 0))}000`;
          const effective = own.flatMap((one) => one.effective ?? []);
          return { currency, billed: sum(own.map((one) => one.cost)), effective: effective.length === 0 ? null : sum(effective), lines: own.length };
        });
      expect(found).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});
