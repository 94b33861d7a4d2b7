import { z } from 'zod';
import { UserError } from '../io/errors.ts';
import { CLUSTER_TABLES, type ClusterTable } from '../model/cluster/tables.ts';
import { BILLING_TABLES, type BillingTable } from '../model/cost/billing-tables.ts';
import type { Day, Gap, Money, Month, Seconds, Timestamp } from '../model/facts.ts';
import { byKey, PART_FILE, type StoredPart } from './stored-part.ts';

const SCHEMA_VERSION = 2;

export interface Manifest {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly parts: readonly StoredPart[];
  /** Sources that the last run could not read. */
  readonly gaps: readonly Gap[];
}

const month = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .transform((text) => text as Month);
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .transform((text) => text as Day);
const timestamp = z.string().transform((text) => text as Timestamp);
const amount = z.number().transform((number) => number as Money);
const period = z.object({ start: timestamp, end: timestamp });

const gap: z.ZodType<Gap> = z.discriminatedUnion('code', [
  z.object({ code: z.literal('unknown-line-type'), source: z.string(), month, lineType: z.string(), lines: z.number(), cost: amount, currency: z.string() }),
  z.object({
    code: z.literal('unknown-cost'),
    source: z.string(),
    month,
    metric: z.enum(['billed', 'effective', 'netEffective', 'list', 'contracted']),
    lines: z.number(),
    billed: amount.nullable(),
    currency: z.string(),
  }),
  z.object({ code: z.literal('split-without-parent'), source: z.string(), month, lines: z.number(), cost: amount, currency: z.string() }),
  z.object({ code: z.literal('other-currency'), source: z.string(), month, currency: z.string(), lines: z.number() }),
  z.object({ code: z.literal('source-failed'), source: z.string(), reason: z.string() }),
  z.object({ code: z.literal('forbidden'), source: z.string(), what: z.string() }),
  z.object({ code: z.literal('missing-metric'), source: z.string(), metric: z.string(), unknown: z.string() }),
  z.object({ code: z.literal('unread-period'), source: z.string(), what: z.string(), period, reason: z.string() }),
  z.object({ code: z.literal('unreadable-value'), source: z.string(), object: z.string(), field: z.string(), value: z.string() }),
  z.object({ code: z.literal('unknown-owner'), source: z.string(), pods: z.number(), example: z.string() }),
  z.object({ code: z.literal('clock-skew'), source: z.string(), seconds: z.number() }),
]);

const stored = { source: z.string(), file: z.string().regex(PART_FILE), sha256: z.string(), bytes: z.number(), identity: z.string() };
const facts = { rows: z.number(), capabilities: z.array(z.string()), gaps: z.array(gap) };

const controlTotal = z.object({
  provider: z.string(),
  billingAccount: z.string().nullable(),
  currency: z.string(),
  state: z.enum(['final', 'preliminary', 'unknown']),
  lines: z.number(),
  billed: z.string(),
  effective: z.string(),
  netEffective: z.string(),
  list: z.string(),
  contracted: z.string(),
});

const ChargesSchema = z.object({
  table: z.literal('charges'),
  month,
  ...stored,
  facts: z.object({
    ...facts,
    lines: z.number(),
    duplicates: z.number(),
    inputs: z.array(z.object({ name: z.string(), bytes: z.number(), modified: timestamp, months: z.array(month) })),
    lastUsage: timestamp.nullable(),
    totals: z.array(controlTotal),
  }),
});

const BillingSchema = z.object({ table: z.enum(Object.keys(BILLING_TABLES) as [BillingTable]), month, ...stored, facts: z.object(facts) });

const ClusterPartSchema = z.object({
  table: z.enum(Object.keys(CLUSTER_TABLES) as [ClusterTable]),
  cluster: z.string(),
  day,
  slice: z.string(),
  ...stored,
  facts: z.object({
    ...facts,
    observed: period.nullable(),
    resolution: z
      .number()
      .transform((seconds) => seconds as Seconds)
      .nullable(),
    samples: z.number(),
  }),
});

const PartSchema: z.ZodType<StoredPart> = z.discriminatedUnion('table', [ChargesSchema, BillingSchema, ClusterPartSchema]);

/** Reads a manifest's text. @throws UserError if it is of another version, or no manifest */
export function parseManifest(text: string, path: string): Manifest {
  const json = parseJson(text, path);
  const version = z.object({ schemaVersion: z.number() }).safeParse(json).data?.schemaVersion;
  if (version !== undefined && version !== SCHEMA_VERSION) {
    const hint = version > SCHEMA_VERSION ? 'update tonnage' : 'collect again into a new folder: --store DIR';
    throw new UserError(`${path}: a snapshot of schema version ${version}, this tonnage reads version ${SCHEMA_VERSION}`, hint);
  }
  const parsed = z.object({ schemaVersion: z.literal(SCHEMA_VERSION), parts: z.array(PartSchema), gaps: z.array(gap) }).safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(
    `${path}: not a snapshot's manifest: ${issue?.path.join('.')}: ${issue?.message}`,
    'restore it, or collect again into a new folder: --store DIR',
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path}: not JSON`, 'restore it, or collect again into a new folder: --store DIR', { cause: error });
  }
}

/** The same parts give the same text: whatever their order, and whether they were written now or read from a manifest (their keys stand as in the schema). */
export function printManifest(parts: readonly StoredPart[], gaps: readonly Gap[]): string {
  const manifest: Manifest = {
    schemaVersion: SCHEMA_VERSION,
    parts: parts.toSorted(byKey).map((part) => PartSchema.parse(part)),
    gaps: gaps.map((one) => gap.parse(one)),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A run that has not ended: when it began, which its continuation takes for its own beginning, and the identities of the parts that it has written. */
export interface Journal {
  readonly began: Timestamp;
  readonly written: Readonly<Record<string, string>>;
}

/** Reads the journal of a run that has not ended. From one that is damaged nothing can be gone on with. */
export function parseJournal(text: string): Journal | undefined {
  try {
    return z.object({ began: timestamp, written: z.record(z.string(), z.string()) }).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
