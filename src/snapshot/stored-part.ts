import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from '../io/files.ts';
import { CLUSTER_TABLES } from '../model/cluster/tables.ts';
import { BILLING_TABLES, isBillingTable } from '../model/cost/billing-tables.ts';
import type { BillingPart, ChargeFacts, ChargesPart, ClusterFacts, ClusterPart, Part, PartFacts, SourceId } from '../model/facts.ts';

/** A part as the manifest names it. What the manifest does not name does not exist. */
export type StoredPart = StoredCharges | StoredBilling | StoredClusterPart;

export type StoredCharges = Stored & Pick<ChargesPart, 'table' | 'month'> & { readonly facts: ChargeFacts };

export type StoredBilling = Stored & Pick<BillingPart, 'table' | 'month'> & { readonly facts: PartFacts };

export type StoredClusterPart = Stored & Pick<ClusterPart, 'table' | 'cluster' | 'day' | 'slice'> & { readonly facts: ClusterFacts };

interface Stored {
  readonly source: SourceId;
  /** Relative to the store. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly identity: string;
}

/** Where the file of a part stands in the store. A manifest may name no other: what it names is removed when it is replaced. */
export const PART_FILE = new RegExp(
  `^((${['charges', ...Object.keys(BILLING_TABLES)].join('|')})/source=[^/]+/month=\\d{4}-\\d{2}|(${Object.keys(CLUSTER_TABLES).join('|')})/cluster=[^/]+/source=[^/]+/day=\\d{4}-\\d{2}-\\d{2})/[0-9a-f]{16}\\.parquet$`,
);

/** The folders of the tables in a store. */
export const TABLE_FOLDERS: readonly string[] = ['charges', ...Object.keys(BILLING_TABLES), ...Object.keys(CLUSTER_TABLES)];

type Keyed = Pick<ChargesPart | BillingPart, 'table' | 'source' | 'month'> | Pick<ClusterPart, 'table' | 'source' | 'cluster' | 'day' | 'slice'>;

export const partKey = (part: Keyed): string =>
  'month' in part ? `${part.table} ${part.source} ${part.month}` : `${part.table} ${part.cluster} ${part.source} ${part.day} ${part.slice}`;

const isBilling = (part: Part): part is BillingPart => isBillingTable(part.table);

export const byKey = (a: StoredPart, b: StoredPart): number => (partKey(a) < partKey(b) ? -1 : 1);

function folderOf(part: Part): string {
  return 'month' in part
    ? `${part.table}/source=${part.source}/month=${part.month}`
    : `${part.table}/cluster=${part.cluster}/source=${part.source}/day=${part.day}`;
}

/**
 * Writes a part into a store's folder, by way of `scratch`. It is named by its content, so that a file which a manifest names now is never
 * written over.
 */
export async function writePart(part: Part, folder: string, scratch: string, files: Files): Promise<StoredPart> {
  const temporary = join(scratch, `${randomUUID()}.parquet`);
  const facts = await factsOf(part, temporary);
  const sha256 = await files.sha256(temporary);
  const [found] = await files.list(temporary);
  if (found === undefined) throw new Error(`${temporary} was not written`);

  const place = folderOf(part);
  const file = `${place}/${sha256.slice(0, 16)}.parquet`;
  await files.makeFolder(join(folder, place));
  await files.publish(temporary, join(folder, file));
  return { ...facts, source: part.source, identity: part.identity, file, sha256, bytes: found.bytes };
}

type Unstored = Omit<StoredCharges, keyof Stored> | Omit<StoredBilling, keyof Stored> | Omit<StoredClusterPart, keyof Stored>;

async function factsOf(part: Part, to: string): Promise<Unstored> {
  if (part.table === 'charges') return { table: part.table, month: part.month, facts: await part.write(to) };
  if (isBilling(part)) return { table: part.table, month: part.month, facts: await part.write(to) };
  const { table, cluster, day, slice } = part;
  return { table, cluster, day, slice, facts: await part.write(to) };
}
