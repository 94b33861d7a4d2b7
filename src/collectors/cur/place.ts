import { resolve } from 'node:path';
import type { FileFacts } from '../../io/files.ts';
import { UserError } from '../../io/errors.ts';
import type { Sql } from '../../io/sql.ts';
import type { Context, Window } from '../types.ts';
import { findBill, type Bill, type PlacedFile } from './bill.ts';
import { isBucketPath } from './bucket/address.ts';
import type { CurSettings } from './settings.ts';

/** Where the files of a bill lie: on disk, or in a bucket. */
export interface BillPlace {
  /** As it is printed. */
  readonly at: string;
  /** Files are known by their version without being read, and their months by their manifest: none is fetched but to be read. */
  readonly isBucket: boolean;
  /** The bill as it lies there now; of one in a bucket, the months of the window. @throws UserError if there is none */
  readonly find: (window: Window) => Promise<Bill>;
  /** The files where the engine can read them, in the same order. @throws Redelivered where they are no longer what was found */
  readonly fetch: (files: readonly PlacedFile[]) => Promise<readonly FileFacts[]>;
  /** @throws Redelivered where there is a newer delivery than these */
  readonly confirm: (bill: Bill) => Promise<void>;
  /** A file that has the same columns, and maybe no lines; undefined where that takes too much. */
  readonly peek: (file: PlacedFile, sql: Sql) => Promise<FileFacts | undefined>;
  /** The files will not be read again. */
  readonly release: (files: readonly PlacedFile[]) => Promise<void>;
  /** Share (0..1) of what is being fetched, and bytes that have come; undefined where nothing has to. */
  readonly fetched: (() => { readonly share: number; readonly bytes: number }) | undefined;
  /** The same error, with the files named as they are called there. */
  readonly inItsWords: (error: unknown) => unknown;
  readonly close: () => void;
}

/** @throws UserError where the source names no bill */
export async function openPlace({ path, region }: Pick<CurSettings, 'path' | 'region'>, context: Context): Promise<BillPlace> {
  if (path === undefined) throw new UserError('this source has no path', 'name the bill: path: …');
  if (!isBucketPath(path) && /^[a-z][a-z0-9+]+:\/\//i.test(path))
    throw new UserError(`${path}: no place that a bill is read from`, 'name a file, a folder, or s3://BUCKET/PREFIX; copy the bill there first');
  if (!isBucketPath(path)) return diskPlace(path, context);
  const { bucketPlace } = await import('./bucket/index.ts');
  return bucketPlace({ path, region }, context);
}

function diskPlace(path: string, { io }: Pick<Context, 'io'>): BillPlace {
  return {
    at: path,
    isBucket: false,
    find: async () => findBill(resolve(io.directory, path), io.files),
    fetch: async (files) => files,
    confirm: async () => {},
    peek: async (file) => file,
    release: async () => {},
    fetched: undefined,
    inItsWords: (error) => error,
    close: () => {},
  };
}
