import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { append, bytesOf, chunksOf, writeSparse } from '../../src/io/partial-file.ts';
import { testIo } from './test-io.ts';

async function* chunks(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) {
    if (text === 'break') throw new Error('it broke off');
    yield Buffer.from(text);
  }
}

const { folder } = testIo();

describe('a file that comes in pieces', () => {
  test('keeps what came before it broke off, and goes on', async () => {
    const path = join(folder, 'pieces');
    const written: number[] = [];
    const count = (bytes: number): void => void written.push(bytes);
    await expect(append(path, chunks('ab', 'c', 'break'), count)).rejects.toThrow('it broke off');
    expect(await bytesOf(path)).toBe(3);
    await append(path, chunks('de'), count);
    expect([readFileSync(path, 'utf8'), written]).toEqual(['abcde', [2, 1, 2]]);
  });

  test('has no bytes before it is there', async () => {
    expect(await bytesOf(join(folder, 'none'))).toBe(0);
  });

  test.skipIf(!existsSync('/dev/full'))('says in a line that the disk is full', async () => {
    await expect(append('/dev/full', chunks('a'), () => {})).rejects.toMatchObject({ name: 'UserError', message: '/dev/full: no space left on the disk' });
  });

  test('is read from one place to another', async () => {
    const path = join(folder, 'range');
    await append(path, chunks('0123456789'), () => {});
    const read = (await Array.fromAsync(chunksOf(path, 3, 7))).map((chunk) => Buffer.from(chunk).toString());
    expect(read).toEqual(['3456']);
  });

  test('may have holes', async () => {
    const path = join(folder, 'sparse');
    await writeSparse(path, 1_000_000, [
      { at: 0, data: Buffer.from('PAR1') },
      { at: 999_997, data: Buffer.from('end') },
    ]);
    expect([statSync(path).size, readFileSync(path).subarray(0, 5).toString(), readFileSync(path).subarray(-3).toString()]).toEqual([
      1_000_000,
      'PAR1\0',
      'end',
    ]);
  });
});
