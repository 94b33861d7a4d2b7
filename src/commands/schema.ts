import { z } from 'zod';
import type { Io } from '../io/io.ts';
import type { SchemaKind } from './options.ts';
import type { Outcome } from './outcome.ts';

const SCHEMAS: Readonly<Record<SchemaKind, () => Promise<unknown>>> = {
  config: async () => (await import('../config/json-schema.ts')).configJsonSchema(),
  explanation: async () => z.toJSONSchema((await import('../renderers/json/cost-explanation.schema.ts')).costExplanationSchema),
  report: async () => z.toJSONSchema((await import('../renderers/json/cost-report.schema.ts')).costReportSchema),
};

/** The JSON Schema of what tonnage reads or writes. */
export async function schema(kind: SchemaKind, io: Io): Promise<Outcome> {
  io.output.write(`${JSON.stringify(await SCHEMAS[kind](), null, 2)}\n`);
  return 'done';
}
