import type { Output } from '../../../io/io.ts';
import type { Window } from '../../types.ts';
import type { Bill, PlacedFile } from '../bill.ts';
import { readDeliveries, type BillFiles } from '../manifest.ts';
import { Redelivered } from '../redelivered.ts';
import { printAddress } from './address.ts';
import type { Bucket, StoredObject } from './client.ts';

export type Versioned = PlacedFile & { readonly etag: string };

/** The files that the manifests name, as they lie in the bucket now; undefined where they are of something else than a bill. @throws Redelivered where one is not there: it is being replaced */
export async function readDelivered(
  bucket: Bucket,
  manifests: readonly Versioned[],
  { first, last }: Window,
  output: Pick<Output, 'warn'>,
): Promise<Bill | undefined> {
  const folders = new Map<string, Promise<Folder>>();
  const known = new Map(manifests.map((manifest) => [manifest.path, manifest]));
  const files: BillFiles = {
    kind: async (path) => (known.has(path) ? 'file' : 'absent'),
    list: async (path) => [known.get(path)].filter((manifest) => manifest !== undefined),
    read: async (path) => {
      const manifest = known.get(path);
      if (manifest === undefined) throw new Error(`${path} was not listed`);
      return bucket.read(objectOf(bucket.name, manifest));
    },
  };
  const deliveries = await readDeliveries(manifests, files, async (manifest, name) => {
    for (const key of keysOf(keyIn(bucket.name, manifest.path), name)) {
      const folder = key.slice(0, key.lastIndexOf('/') + 1);
      const listed = folders.get(folder) ?? listFolder(bucket, folder);
      folders.set(folder, listed);
      const { objects, isWhole } = await listed;
      const object = objects.get(key) ?? (isWhole ? undefined : await listOne(bucket, key));
      if (object !== undefined) return { ...placedAt(bucket.name, object), name } satisfies Versioned;
    }
    throw new Redelivered(`${manifest.path} names ${name}, which is not there`);
  });
  // A `manifest.json` may be of anything.
  if (deliveries.length === 0 && manifests.length > 0) return undefined;
  const wanted = deliveries.filter(({ month }) => (first === undefined || month >= first) && (last === undefined || month <= last));
  for (const { manifest, files: data } of wanted) {
    const newer = data.filter(({ modified }) => modified > manifest.modified);
    if (newer.length > 0) {
      output.warn(
        `${manifest.path}: ${newer.length} of its ${data.length} files are newer than it is: a delivery may be under way; if it is, collect again later`,
      );
    }
  }
  return { files: wanted.flatMap((delivery) => delivery.files), deliveries: wanted, unlisted: [] };
}

/**
 * Where the file may lie that a manifest names by its key: there, as a rule, also in a replica of the bucket. Where the bill was copied below another prefix:
 * from the folder on that the manifest's own path and the key have in common; or beside the manifest.
 */
function keysOf(manifest: string, name: string): readonly string[] {
  const key = name.replace(/^s3:\/\/[^/]*\//, '').replace(/^\/+/, '');
  const [folders, segments] = [manifest.split('/').slice(0, -1), key.split('/')];
  const copied = segments.flatMap((segment, skip) => {
    const at = folders.indexOf(segment);
    return at < 0 ? [] : [[...folders.slice(0, at), ...segments.slice(skip)].join('/')];
  });
  return [...new Set([key, ...copied, [...folders, ...segments.slice(-1)].join('/')])];
}

/** A folder of data has the files of one delivery, or of one month: more pages than these are of something else, and files are asked for one by one. */
const MOST_PAGES = 3;

async function listFolder(bucket: Bucket, folder: string): Promise<Folder> {
  const found = new Map<string, StoredObject>();
  let pages = 0;
  for await (const { objects } of bucket.list(folder, { byFolder: true })) {
    if (pages === MOST_PAGES) return { objects: found, isWhole: false };
    for (const object of objects) found.set(object.key, object);
    pages += 1;
  }
  return { objects: found, isWhole: true };
}

interface Folder {
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** Whether all of it was listed. */
  readonly isWhole: boolean;
}

async function listOne(bucket: Bucket, key: string): Promise<StoredObject | undefined> {
  for await (const { objects } of bucket.list(key, { byFolder: false, most: 1 })) return objects.find((object) => object.key === key);
  return undefined;
}

const keyIn = (bucket: string, path: string): string => path.slice(printAddress(bucket, '').length + 1);

export function placedAt(bucket: string, { key, bytes, modified, etag }: StoredObject): Omit<Versioned, 'name'> {
  return { path: printAddress(bucket, key), bytes, modified, etag };
}

export function objectOf(bucket: string, { path, bytes, modified, etag }: PlacedFile): StoredObject {
  if (etag === undefined) throw new Error(`${path} has no version`);
  return { key: keyIn(bucket, path), bytes, modified, etag };
}
