import { writeSparse } from '../../../io/partial-file.ts';
import type { Bucket, StoredObject } from './client.ts';

/** Enough for the footer of most bills. */
const FIRST = 64 * 1024;

interface Piece {
  readonly at: number;
  readonly data: Buffer;
}

/** Writes a Parquet file that has the object's footer, in its place, and nothing else: its schema can be read, its lines cannot. */
export async function writeFooter(bucket: Bucket, object: StoredObject, to: string): Promise<void> {
  const end = await tail(bucket, object, FIRST);
  // The last 8 bytes are the length of the footer, little-endian, and PAR1: https://parquet.apache.org/docs/file-format/
  const bytes = end.data.byteLength < 8 ? 0 : end.data.readUInt32LE(end.data.byteLength - 8) + 8;
  const footer = bytes > end.data.byteLength && bytes <= object.bytes ? await tail(bucket, object, bytes) : end;
  await writeSparse(to, object.bytes, [{ at: 0, data: Buffer.from('PAR1') }, footer]);
}

async function tail(bucket: Bucket, object: StoredObject, bytes: number): Promise<Piece> {
  if (object.bytes === 0) return { at: 0, data: Buffer.alloc(0) };
  const at = Math.max(0, object.bytes - bytes);
  return { at, data: Buffer.concat(await Array.fromAsync(await bucket.stream(object, at, object.bytes))) };
}
