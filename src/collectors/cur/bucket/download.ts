import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../../io/errors.ts';
import type { Files } from '../../../io/files.ts';
import { append, bytesOf } from '../../../io/partial-file.ts';
import { printAddress } from './address.ts';
import type { Bucket, StoredObject } from './client.ts';
import { isProven, proofOf } from './proof.ts';

export interface DownloadOptions {
  readonly folder: string;
  readonly files: Files;
  /** Milliseconds before what broke off is gone on with; it doubles each time that nothing came. */
  readonly pause: number;
  readonly signal: AbortSignal;
  /** So many bytes have come, or (below 0) must come again. */
  readonly came: (bytes: number) => void;
  readonly note: (line: string) => void;
}

/** How often nothing may come in a row, and how often what came may be wrong. */
const BREAKS = 6;
const DAMAGES = 3;

/** Where an object lies once it is here. Its version is part of the name: a piece of an older one is never gone on with. */
export function downloadedPath(folder: string, bucket: string, { key, etag, bytes }: StoredObject): string {
  const version = createHash('sha256')
    .update(JSON.stringify([bucket, key, etag, bytes]))
    .digest('hex')
    .slice(0, 24);
  const ending = /\.(parquet|csv|csv\.gz)$/i.exec(key)?.[0].toLowerCase() ?? '';
  return join(folder, `cur-${version}${ending}`);
}

/** Downloads an object to the disk, from where an earlier run left off, and compares it with its checksum. @returns its path */
export async function download(bucket: Bucket, object: StoredObject, options: DownloadOptions): Promise<string> {
  const { folder, files, came, note } = options;
  const path = downloadedPath(folder, bucket.name, object);
  // It has this name only when it was compared.
  if (await files.exists(path)) {
    came(object.bytes);
    return path;
  }
  const part = `${path}.part`;
  const address = printAddress(bucket.name, object.key);
  came(Math.min(await bytesOf(part), object.bytes));
  for (let damages = 1; ; damages += 1) {
    await complete(bucket, object, part, options);
    const wrong = await complaint(bucket, object, part, files);
    if (wrong === undefined) break;
    await files.remove(part);
    came(-object.bytes);
    if (damages === DAMAGES) throw new UserError(`${address}: comes damaged: ${wrong}`, 'a proxy in between may change it; else its writer has stored it so');
    note(`${address}: came damaged (${wrong}): once more`);
  }
  await files.publish(part, path);
  return path;
}

/** Appends what is missing, as often as it breaks off. */
async function complete(bucket: Bucket, object: StoredObject, part: string, { files, pause, signal, came, note }: DownloadOptions): Promise<void> {
  const address = printAddress(bucket.name, object.key);
  let have = await bytesOf(part);
  if (have > object.bytes) {
    await files.remove(part);
    have = 0;
  }
  if (object.bytes === 0) return append(part, nothing(), came);
  for (let breaks = 0; have < object.bytes;) {
    signal.throwIfAborted();
    const reason = await piece(bucket, object, have, part, signal, came);
    const now = await bytesOf(part);
    breaks = now > have ? 1 : breaks + 1;
    have = now;
    if (have >= object.bytes) return;
    if (breaks > BREAKS) throw new UserError(`${address}: breaks off again and again: ${reason}`, 'run again: it goes on from where it broke off');
    note(`${address}: broke off at ${have} of ${object.bytes} bytes (${reason}): going on`);
    await sleep(pause * 2 ** (breaks - 1));
  }
}

/** @returns why it broke off */
async function piece(bucket: Bucket, object: StoredObject, from: number, part: string, signal: AbortSignal, came: (bytes: number) => void): Promise<string> {
  const body = await bucket.stream(object, from);
  try {
    await append(part, arriving(body, object.bytes - from, signal), came);
    return 'its end did not come';
  } catch (error) {
    if (error instanceof Broken) return error.message;
    throw error;
  }
}

/** The connection is gone, or silent. */
class Broken extends Error {}

async function* arriving(body: AsyncIterable<Uint8Array>, most: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let left = most;
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw new Broken(error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'unknown', { cause: error });
      });
      if (next.done === true) return;
      signal.throwIfAborted();
      // More than it should be: it is not what was asked for, which the checksum tells; the disk need not be filled with it.
      yield next.value.subarray(0, left);
      left -= Math.min(left, next.value.byteLength);
      if (left === 0) return;
    }
  } finally {
    await chunks.return?.();
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {}

/** What is wrong with it; undefined where nothing is, as far as S3 says what it should be. */
async function complaint(bucket: Bucket, object: StoredObject, path: string, files: Files): Promise<string | undefined> {
  const proof = await proofOf(await bucket.sums(object), object.bytes, async () => bucket.partBytes(object));
  if (proof !== undefined) return (await isProven(path, object.bytes, proof)) ? undefined : `its ${proof.algorithm} is not what S3 says`;
  // Size was compared already. A compressed file has a checksum of its own, which is looked at when it is opened.
  if (!/\.parquet$/i.test(object.key) || object.bytes === 0) return undefined;
  const ends = [await files.readStart(path, 4), await files.readEnd(path, 4)];
  return ends.every((end) => end.toString('latin1') === 'PAR1') ? undefined : 'it does not begin and end as Parquet does';
}
