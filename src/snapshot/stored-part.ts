import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Files } from '../io/files.ts';
import type { Month, Part, PartFacts, SourceId } from '../model/facts.ts';

/** A part as the manifest names it. What the manifest does not name does not exist. */
export interface StoredPart {
  readonly table: Part['table'];
  readonly source: SourceId;
  readonly month: Month;
  /** Relative to the store. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly identity: string;
  readonly facts: PartFacts;
}

/** Where the file of a part stands in the store. A manifest may name no other: what it names is removed when it is replaced. */
export const PART_FILE = /^charges\/source=[^/]+\/month=\d{4}-\d{2}\/[0-9a-f]{16}\.parquet$/;

export const partKey = ({ table, source, month: of }: Pick<StoredPart, 'table' | 'source' | 'month'>): string => `${table} ${source} ${of}`;

export const byKey = (a: StoredPart, b: StoredPart): number => (partKey(a) < partKey(b) ? -1 : 1);

/**
 * Writes a part into a store's folder, by way of `scratch`. It is named by its content, so that a file which a manifest names now is never
 * written over.
 */
export async function writePart(part: Part, folder: string, scratch: string, files: Files): Promise<StoredPart> {
  const { table, source, month, identity } = part;
  const temporary = join(scratch, `${randomUUID()}.parquet`);
  const facts = await part.write(temporary);
  const sha256 = await files.sha256(temporary);
  const [written] = await files.list(temporary);
  if (written === undefined) throw new Error(`${temporary} was not written`);

  const place = `${table}/source=${source}/month=${month}`;
  const file = `${place}/${sha256.slice(0, 16)}.parquet`;
  await files.makeFolder(join(folder, place));
  await files.publish(temporary, join(folder, file));
  return { table, source, month, file, sha256, bytes: written.bytes, identity, facts };
}
