import { dirname, join } from 'node:path';
import { UserError } from '../../io/errors.ts';
import type { FileFacts, Files } from '../../io/files.ts';
import type { Month } from '../../model/facts.ts';
import { manifestFacts, type ManifestFacts } from './manifest-forms.ts';

/** One delivery of a month: the files that make it whole. */
export interface Delivery {
  readonly manifest: FileFacts;
  readonly report: string;
  readonly assembly: string;
  readonly month: Month;
  readonly files: readonly FileFacts[];
}

/** What is asked of the place where a bill lies: a disk, or a bucket. */
export type BillFiles = Pick<Files, 'list' | 'kind' | 'read'>;

/** The file that a manifest names by its key. @throws UserError where it is not there */
export type FindData = (manifest: FileFacts, key: string, files: BillFiles) => Promise<FileFacts>;

/**
 * The newest delivery of each month. A month's manifest stands in the month's folder; copies of older ones, deeper, are history. Of several beside each
 * other the one that was delivered last counts, where they say when that was.
 * `find`: where the place itself knows what lies under a key; else the copy is searched for it.
 */
export async function readDeliveries(manifests: readonly FileFacts[], files: BillFiles, find: FindData = findData): Promise<Delivery[]> {
  const read = (await Promise.all(manifests.map((manifest) => readManifest(manifest, files)))).flatMap((found) => found ?? []);
  const current = [...Map.groupBy(read, ({ identity, month }) => `${identity} ${month}`).values()].map(newest);
  checkOneReport(current);
  return Promise.all(
    current.map(async ({ keys, manifest, report, assembly, month }) => ({
      manifest,
      report,
      assembly,
      month,
      files: await Promise.all(keys.map((key) => find(manifest, key, files))),
    })),
  );
}

type Read = ManifestFacts & { readonly manifest: FileFacts };

/** Undefined: a manifest of something else. */
async function readManifest(manifest: FileFacts, files: BillFiles): Promise<Read | undefined> {
  const text = await files.read(manifest.path);
  try {
    const facts = manifestFacts(manifest, JSON.parse(text));
    return facts === undefined ? undefined : { ...facts, manifest };
  } catch (error) {
    throw new UserError(`${manifest.path}: not the manifest of a Cost and Usage Report`, 'copy it again (aws s3 sync), or name the data files themselves', {
      cause: error,
    });
  }
}

const depth = ({ manifest }: Read): number => manifest.name.split('/').length;

function latestFirst(a: Read, b: Read): number {
  if (a.delivered === null || b.delivered === null || a.delivered === b.delivered) return 0;
  return a.delivered < b.delivered ? 1 : -1;
}

const isBelow = (deeper: FileFacts, manifest: FileFacts): boolean => dirname(deeper.path).startsWith(`${dirname(manifest.path)}/`);

function newest(deliveries: readonly Read[]): Read {
  const [first, ...others] = deliveries.toSorted((a, b) => depth(a) - depth(b) || latestFirst(a, b));
  if (first === undefined) throw new Error('a group is never empty');
  const isOlder = (other: Read): boolean => first.delivered !== null && other.delivered !== null && other.delivered < first.delivered;
  const rival = others.find((other) => other.assembly !== first.assembly && !isBelow(other.manifest, first.manifest) && !isOlder(other));
  if (rival === undefined) return first;
  throw new UserError(
    `${first.manifest.path} and ${rival.manifest.path}: two deliveries of ${first.month}`,
    'name the folder of one of them, or copy the manifest of the month’s own folder too: it names the newest one',
  );
}

function checkOneReport(deliveries: readonly Read[]): void {
  for (const { month, identity, manifest } of deliveries) {
    const rival = deliveries.find((other) => other.month === month && other.identity !== identity);
    if (rival !== undefined) {
      throw new UserError(
        `${manifest.path} and ${rival.manifest.path}: two reports of ${month}, which would be summed twice`,
        'name the folder of one of them',
      );
    }
  }
}

/** A key is relative to the bucket, and the copy may begin anywhere below it: the longest end of the key that stands in a folder above. */
async function findData(manifest: FileFacts, key: string, files: BillFiles): Promise<FileFacts> {
  const above = ancestors(dirname(manifest.path), 8);
  const segments = key.split('/');
  const ends = segments.map((_, skip) => segments.slice(skip).join('/'));
  for (const path of ends.flatMap((end) => above.map((folder) => join(folder, end)))) {
    if ((await files.kind(path)) !== 'file') continue;
    const [found] = await files.list(path);
    if (found !== undefined) return { ...found, name: key };
  }
  throw new UserError(`${manifest.path}: it names ${key}, which is not there`, 'the copy is not complete: run aws s3 sync again');
}

function ancestors(folder: string, most: number): string[] {
  const found = [folder];
  for (let at = folder; found.length < most; at = join(at, '..')) {
    const next = join(at, '..');
    if (next === at) break;
    found.push(next);
  }
  return found;
}
