import { z } from 'zod';
import { ConfigSchema } from './schema.ts';

/** As much of JSON Schema (draft 2020-12) as the configuration's uses. */
export interface JsonSchema {
  readonly $schema?: string | undefined;
  readonly $id?: string | undefined;
  readonly title?: string | undefined;
  readonly type?: string | undefined;
  readonly const?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly default?: unknown;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: JsonSchema | boolean | undefined;
  readonly items?: JsonSchema | undefined;
  readonly oneOf?: readonly JsonSchema[] | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
}

/** The schema of `tonnage.yaml`, for editors. */
export function configJsonSchema(): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(ConfigSchema, { io: 'input', target: 'draft-2020-12' });
  // zod's own type allows all that JSON Schema could be.
  return { $schema, $id: 'urn:tonnage:config', title: 'tonnage.yaml', ...schema } as JsonSchema;
}
