import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../../io/errors.ts';
import type { FileFacts } from '../../../io/files.ts';
import { filePath, text, type Sql } from '../../../io/sql.ts';
import { PATIENCE, type Patience } from '../../aws-client.ts';
import type { Context, Window } from '../../types.ts';
import type { Bill, PlacedFile } from '../bill.ts';
import type { BillPlace } from '../place.ts';
import { Redelivered } from '../redelivered.ts';
import { unreadable } from '../unreadable.ts';
import { parseAddress, printAddress } from './address.ts';
import { openBucket, type Bucket, type StoredObject } from './client.ts';
import { objectOf, placedAt, readDelivered, type Versioned } from './delivered.ts';
import { download, downloadedPath } from './download.ts';
import { findFiles, findManifests } from './find.ts';
import { writeFooter } from './footer.ts';

export interface BucketPatience extends Patience {
  /** Milliseconds before what broke off, or is being delivered anew, is gone on with. */
  readonly pause: number;
}

const BUCKET_PATIENCE: BucketPatience = { ...PATIENCE, pause: 1000 };

/** Objects that come at the same time. Each is one stream to the disk: that is what bounds the memory. */
const AT_ONCE = 4;

/** A bill in S3, found by its manifests. What was downloaded lies in `downloads` until it is released, also when the run is cut off. */
export async function bucketPlace(
  { path, region }: { readonly path: string; readonly region: string | undefined },
  context: Pick<Context, 'io' | 'downloads' | 'scratch'>,
  patience: BucketPatience = BUCKET_PATIENCE,
): Promise<BillPlace> {
  const address = parseAddress(path);
  const bucket = await openBucket(address.bucket, context.io.env, region, patience);
  return new BucketPlace(bucket, address.prefix, context, patience.pause);
}

class BucketPlace implements BillPlace {
  readonly at: string;
  readonly isBucket = true;
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #context: Pick<Context, 'io' | 'downloads' | 'scratch'>;
  readonly #pause: number;
  /** By the path of what was downloaded. */
  readonly #addresses = new Map<string, string>();
  #finds = 0;
  #awaited = 0;
  #here = 0;

  constructor(bucket: Bucket, prefix: string, context: Pick<Context, 'io' | 'downloads' | 'scratch'>, pause: number) {
    this.at = printAddress(bucket.name, prefix);
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#context = context;
    this.#pause = pause;
  }

  find = async (window: Window): Promise<Bill> => {
    const { output } = this.#context.io;
    // Looked for again, it is being delivered right now: data first, the manifest last.
    if (this.#finds > 0) await sleep(this.#pause);
    this.#finds += 1;
    const manifests = await findManifests(this.#bucket, this.#prefix, window);
    const placed = (object: StoredObject): Versioned => ({ ...placedAt(this.#bucket.name, object), name: object.key });
    const delivered = manifests === undefined ? undefined : await readDelivered(this.#bucket, manifests.map(placed), window, output);
    if (delivered !== undefined) return delivered;
    const files = await findFiles(this.#bucket, this.#prefix);
    output.note(`${this.at}: no manifest there: all ${files.length} files are read, older deliveries among them too`);
    return { files: files.map(placed), deliveries: [], unlisted: [] };
  };

  fetch = async (files: readonly PlacedFile[]): Promise<readonly FileFacts[]> => {
    const stop = new AbortController();
    const { io, downloads: folder } = this.#context;
    this.#awaited = files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#here = 0;
    const came = (bytes: number): void => {
      this.#here += bytes;
    };
    const options = { folder, files: io.files, pause: this.#pause, signal: stop.signal, came, note: io.output.note };
    const here: FileFacts[] = [];
    const todo = [...files.entries()];
    let failure: { readonly error: unknown } | undefined;
    const worker = async (): Promise<void> => {
      for (let next = todo.shift(); next !== undefined && failure === undefined; next = todo.shift()) {
        const [at, file] = next;
        try {
          const path = await download(this.#bucket, objectOf(this.#bucket.name, file), options);
          this.#addresses.set(path, file.path);
          here[at] = { ...file, path };
        } catch (error) {
          // The others are not waited for: the first failure is the one that is told.
          failure ??= { error };
          stop.abort();
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, worker));
    this.#awaited = 0;
    if (failure !== undefined) throw failure.error;
    return here;
  };

  confirm = async ({ deliveries }: Bill): Promise<void> => {
    for (const { manifest } of deliveries) {
      const { key, etag } = objectOf(this.#bucket.name, manifest);
      for await (const { objects } of this.#bucket.list(key, { byFolder: false, most: 1 })) {
        if (objects.find((object) => object.key === key)?.etag !== etag) throw new Redelivered(`${manifest.path} was replaced`);
        break;
      }
    }
  };

  /** Of Parquet only the end is fetched, which names the columns; a CSV has to come whole, and may be too large for that. */
  peek = async (file: PlacedFile, sql: Sql): Promise<FileFacts | undefined> => {
    const object = objectOf(this.#bucket.name, file);
    if (!/\.parquet$/i.test(object.key)) return object.bytes > MOST_PEEKED ? undefined : (await this.fetch([file]))[0];
    const path = join(this.#context.scratch, 'columns.parquet');
    const without = join(this.#context.scratch, 'columns-without-lines.parquet');
    for (const one of [path, without]) this.#addresses.set(one, file.path);
    await writeFooter(this.#bucket, object, path);
    try {
      await sql.run(`copy (select * from read_parquet([${filePath(path)}], hive_partitioning = false) where false) to ${text(without)} (format parquet)`);
    } catch (error) {
      throw unreadable(error, path);
    }
    return { ...file, path: without };
  };

  release = async (files: readonly PlacedFile[]): Promise<void> => {
    const { io, downloads } = this.#context;
    for (const file of files) {
      const path = downloadedPath(downloads, this.#bucket.name, objectOf(this.#bucket.name, file));
      await io.files.remove(path);
      await io.files.remove(`${path}.part`);
    }
  };

  fetched = (): { readonly share: number; readonly bytes: number } => ({
    share: this.#awaited === 0 ? 1 : Math.max(0, this.#here / this.#awaited),
    bytes: Math.max(0, this.#here),
  });

  inItsWords = (error: unknown): unknown => {
    if (!(error instanceof UserError)) return error;
    const told = [...this.#addresses].reduce((message, [path, address]) => message.replaceAll(path, address), error.message);
    return told === error.message ? error : new UserError(told, error.hint, { cause: error });
  };

  close = (): void => this.#bucket.close();
}

const MOST_PEEKED = 64 * 1024 * 1024;
