import * as fs from 'node:fs/promises';
import { noSpace } from './errors.ts';

/** Files that are put together from what comes over a network, a piece at a time. */

/** How many bytes the file has; 0 where there is none. */
export async function bytesOf(path: string): Promise<number> {
  try {
    return (await fs.stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** Adds the chunks to the end of a file, each before the next one is taken: what came before an error is kept. @throws UserError where the disk is full */
export async function append(path: string, chunks: AsyncIterable<Uint8Array>, written: (bytes: number) => void): Promise<void> {
  const file = await opened(path, 'a');
  try {
    for await (const chunk of chunks) {
      await write(path, () => writeWhole(file, chunk));
      written(chunk.byteLength);
    }
  } finally {
    await file.close();
  }
}

/** A file of so many bytes that has some pieces of another one, and zeros for the rest, which take no space. */
export async function writeSparse(path: string, bytes: number, pieces: readonly { readonly at: number; readonly data: Uint8Array }[]): Promise<void> {
  const file = await opened(path, 'w');
  try {
    await write(path, async () => {
      await file.truncate(bytes);
      for (const { at, data } of pieces) await writeWhole(file, data, at);
    });
  } finally {
    await file.close();
  }
}

const CHUNK = 1024 * 1024;

/** The bytes of a file from one place to another, in chunks that are written over by the next one. */
export async function* chunksOf(path: string, from: number, to: number): AsyncIterable<Uint8Array> {
  const file = await fs.open(path, 'r');
  const buffer = Buffer.alloc(Math.min(CHUNK, Math.max(1, to - from)));
  try {
    for (let at = from; at < to;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to - at), at);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function writeWhole(file: fs.FileHandle, data: Uint8Array, at: number | null = null): Promise<void> {
  for (let done = 0; done < data.byteLength;) {
    const { bytesWritten } = await file.write(data, done, data.byteLength - done, at === null ? null : at + done);
    done += bytesWritten;
  }
}

const opened = async (path: string, flags: string): Promise<fs.FileHandle> => {
  let file: fs.FileHandle | undefined;
  await write(path, async () => {
    file = await fs.open(path, flags);
  });
  if (file === undefined) throw new Error(`${path} was not opened`);
  return file;
};

async function write(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT' ? noSpace(path, error) : error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
