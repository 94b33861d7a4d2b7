import { expect, test } from 'vitest';
import { configJsonSchema, type JsonSchema } from '../../src/config/json-schema.ts';

test('the schema says which draft it follows and what it is of', () => {
  expect(configJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:tonnage:config',
    title: 'tonnage.yaml',
    type: 'object',
    additionalProperties: false,
  });
});

test('the schema describes what a person writes: one text or a list', () => {
  expect(configJsonSchema().properties?.['teams']?.items?.properties?.['match']?.properties?.['region']).toMatchObject({
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  });
});

test('every key has a description', () => {
  expect(undescribed(configJsonSchema(), '')).toEqual([]);
});

function undescribed(schema: JsonSchema, path: string): readonly string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    ...(value.description === undefined ? [`${path}.${key}`] : []),
    ...undescribed(value, `${path}.${key}`),
  ]);
  const below = [schema.items, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter((inner) => inner !== undefined);
  return [...own, ...below.flatMap((inner) => undescribed(inner, path))];
}
