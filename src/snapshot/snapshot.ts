import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '../io/errors.ts';
import type { Files } from '../io/files.ts';
import type { ClusterTable } from '../model/cluster/tables.ts';
import type { BillingTable } from '../model/cost/billing-tables.ts';
import type { Gap, SourceId } from '../model/facts.ts';
import type { Manifest } from './manifest.ts';
import { partKey, type StoredBilling, type StoredCharges, type StoredClusterPart, type StoredPart } from './stored-part.ts';

/** What was collected: all that comes after is a pure function of it. */
export interface Snapshot {
  readonly folder: string;
  readonly parts: readonly StoredPart[];
  /** Sources that could not be read. */
  readonly gaps: readonly Gap[];
  /** Digest of the tables alone: the same charges give the same digest, whatever files they came in. */
  readonly digest: string;
}

export const MANIFEST = 'manifest.json';

/** Opens the store in a folder; one that is not there has no parts. @throws UserError if it is damaged or of another version */
export async function openSnapshot(folder: string, files: Files): Promise<Snapshot> {
  const path = join(folder, MANIFEST);
  if (!(await files.exists(path))) return snapshotOf(folder, { parts: [], gaps: [] });
  const { parseManifest } = await import('./manifest.ts');
  return snapshotOf(folder, parseManifest(await files.read(path), path));
}

export function snapshotOf(folder: string, { parts, gaps }: Pick<Manifest, 'parts' | 'gaps'>): Snapshot {
  const tables = parts.map((part) => (part.table === 'charges' ? chargesKey(part) : [partKey(part), part.sha256]));
  return { folder, parts, gaps, digest: createHash('sha256').update(JSON.stringify(tables)).digest('hex').slice(0, 16) };
}

function chargesKey({ table, source, month, sha256, facts: { lines, duplicates } }: StoredCharges): readonly unknown[] {
  return [table, source, month, sha256, lines, duplicates];
}

/** The parts that hold what months cost. */
export function chargesOf({ parts }: Pick<Snapshot, 'parts'>): StoredCharges[] {
  return parts.filter((part) => part.table === 'charges');
}

/** The parts of one of the tables that a provider tells beside its charges, oldest month first. */
export function billingParts({ parts }: Pick<Snapshot, 'parts'>, table: BillingTable): StoredBilling[] {
  return parts.filter((part): part is StoredBilling => part.table === table);
}

/** The parts of one table of the clusters, oldest day first. */
export function clusterParts({ parts }: Pick<Snapshot, 'parts'>, table: ClusterTable): StoredClusterPart[] {
  return parts.filter((part): part is StoredClusterPart => part.table === table);
}

/** The snapshot as far as it is of these sources: parts of one that was renamed or taken out of the configuration would be summed twice. */
export function ofSources({ folder, parts, gaps }: Snapshot, sources: readonly SourceId[]): Snapshot {
  const isOf = ({ source }: { readonly source: SourceId }): boolean => sources.includes(source);
  return snapshotOf(folder, { parts: parts.filter(isOf), gaps: gaps.filter(isOf) });
}

/** Paths of parts, after a look that each is there and whole. */
export async function partFiles(snapshot: Snapshot, parts: readonly StoredPart[], files: Files): Promise<string[]> {
  return Promise.all(
    parts.map(async ({ file, bytes }) => {
      const path = join(snapshot.folder, file);
      const [found] = (await files.exists(path)) ? await files.list(path) : [];
      if (found?.bytes === bytes) return path;
      throw new UserError(
        `${path}: ${found === undefined ? 'is missing' : `has ${found.bytes} bytes, the manifest says ${bytes}`}`,
        'the snapshot is damaged: collect again into a new folder (--store DIR)',
      );
    }),
  );
}
