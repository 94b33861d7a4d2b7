import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from './errors.ts';

export const isGzip = (path: string): boolean => /\.gz$/i.test(path);

/** The first line of a text file, gzip or not, without its end and its byte order mark. */
export async function firstLine(path: string): Promise<string> {
  const file = createReadStream(path);
  const stream = isGzip(path) ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => stream.destroy(error));
  const decoder = new TextDecoder();
  let start = '';
  try {
    for await (const chunk of stream) {
      start += decoder.decode(chunk as Buffer, { stream: true });
      if (start.includes('\n')) break;
    }
  } catch (error) {
    throw damaged(path, error);
  } finally {
    file.destroy();
  }
  return start.split(/\r?\n/, 1)[0] ?? '';
}

/** Reads a gzip file to its end, so that one which is cut short at the end of a line is not taken for a whole one. */
export async function checkGzip(path: string): Promise<void> {
  if (!isGzip(path)) return;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip(), nowhere);
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (!code.startsWith('Z_')) return cause;
  return new UserError(`${path}: the compressed file is cut short or damaged`, 'copy or download it again and compare its size', { cause });
}
