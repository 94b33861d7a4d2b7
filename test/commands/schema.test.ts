import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collectors } from '../../src/collectors/index.ts';
import { costReportSchema } from '../../src/renderers/json/cost-report.schema.ts';
import { schema } from '../../src/commands/schema.ts';
import { sampleReport } from '../renderers/sample-report.ts';
import { testIo } from '../io/test-io.ts';

async function printed(kind: 'config' | 'report' | 'explanation'): Promise<Record<string, unknown>> {
  const { io, out } = testIo();
  expect(await schema(kind, io)).toBe('done');
  return JSON.parse(out());
}

test.each(['config', 'report', 'explanation'] as const)('the schema of %s is JSON Schema, draft 2020-12', async (kind) => {
  expect(await printed(kind)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', additionalProperties: false });
});

describe('the schema of the report', () => {
  test('describes every field that a report has, and asks for it', async () => {
    const { properties, required } = await printed('report');
    expect(Object.keys(properties ?? {}).toSorted()).toEqual(Object.keys(sampleReport()).toSorted());
    expect(required).toEqual(expect.arrayContaining(Object.keys(sampleReport())));
  });

  test('is the one that a report meets', () => {
    expect(costReportSchema.safeParse(sampleReport()).error).toBeUndefined();
  });
});

test('the schema of the configuration knows every kind of source', async () => {
  const { properties } = await printed('config');
  const kinds = z
    .object({ items: z.object({ oneOf: z.array(z.object({ properties: z.object({ kind: z.object({ const: z.string() }) }) })) }) })
    .parse(Object(properties)['sources']);
  expect(kinds.items.oneOf.map((one) => one.properties.kind.const)).toEqual(Object.keys(collectors));
});
