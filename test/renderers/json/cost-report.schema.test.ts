import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { CostReport } from '../../../src/model/cost/cost-report.ts';
import type { Day, Money, Month, Timestamp } from '../../../src/model/facts.ts';
import { costReportSchema } from '../../../src/renderers/json/cost-report.schema.ts';
import { manyServices, nastyReport, sampleReport, withoutPrevious } from '../sample-report.ts';

/** The type as JSON knows it: without brands and `readonly`. */
type Plain<T> = T extends Money
  ? number
  : T extends Month | Day | Timestamp
    ? string
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : T extends object
        ? { -readonly [Key in keyof T]: Plain<T[Key]> }
        : T;

test('the schema is the type of the document, no more and no less', () => {
  expectTypeOf<z.infer<typeof costReportSchema>>().toEqualTypeOf<Plain<CostReport>>();
});

test.each([
  ['a common report', sampleReport()],
  ['names of any kind, and every gap', nastyReport()],
  ['no period before', withoutPrevious(sampleReport())],
  ['many services', manyServices(60)],
  ['nothing', sampleReport([])],
])('accepts %s', (_, report) => {
  expect(costReportSchema.safeParse(structuredClone(report)).error).toBeUndefined();
});

test('refuses a key that it does not know, at any depth', () => {
  const report = sampleReport();
  expect(costReportSchema.safeParse({ ...report, forecast: 1 }).success).toBe(false);
  expect(costReportSchema.safeParse({ ...report, reconciliation: { ...report.reconciliation, other: 0 } }).success).toBe(false);
  expect(costReportSchema.safeParse({ ...report, rows: [{ ...report.rows[0], tags: {} }] }).success).toBe(false);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, null, '12'])('refuses %s as an amount', (bill) => {
  const report = sampleReport();
  expect(costReportSchema.safeParse({ ...report, reconciliation: { ...report.reconciliation, bill } }).success).toBe(false);
});

test('is published as JSON Schema that describes every field', () => {
  const schema = z.toJSONSchema(costReportSchema);
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  expect(undescribed(schema)).toEqual([]);
});

/** Paths of properties without a description. */
function undescribed(schema: unknown, path = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema && typeof schema.properties === 'object' ? Object.entries(schema.properties ?? {}) : [];
  const missing = own.filter(([, property]) => !JSON.stringify(property).includes('"description"')).map(([name]) => `${path}/${name}`);
  return [...missing, ...Object.entries(schema).flatMap(([name, part]) => undescribed(part, `${path}/${name}`))];
}
