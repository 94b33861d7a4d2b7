import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { openDuckDb } from '../../src/io/duckdb.ts';
import { diskFiles } from '../../src/io/files.ts';
import type { Io, Output } from '../../src/io/io.ts';
import { silent } from '../../src/io/progress.ts';

export interface TestIo {
  readonly io: Io;
  /** All that was written to standard output, and all lines of standard error. */
  readonly out: () => string;
  readonly err: () => string;
  /** A new empty folder, the one that the program is in. It is removed after the tests of the file. */
  readonly folder: string;
  /** Writes a file of the folder, with the folders above it; returns its path. */
  readonly write: (name: string, content: string | Buffer) => string;
}

type Overrides = Partial<Omit<Io, 'output'>> & { readonly output?: Partial<Output> };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The real disk in a folder of its own, a clock that stands still, and an environment that holds HOME alone. */
export function testIo(overrides: Overrides = {}): TestIo {
  const folder = mkdtempSync(join(tmpdir(), 'tonnage-test-'));
  folders.push(folder);
  const written: string[] = [];
  const warned: string[] = [];
  const io: Io = {
    now: () => new Date('2026-03-15T12:00:00Z'),
    directory: folder,
    files: diskFiles,
    openSql: openDuckDb,
    progress: silent,
    ...overrides,
    env: { HOME: join(folder, 'home'), ...overrides.env },
    output: {
      write: (text) => void written.push(text),
      copy: async (path) => void written.push(readFileSync(path, 'utf8')),
      warn: (line) => void warned.push(`${line}\n`),
      note: (line) => void warned.push(`${line}\n`),
      isTerminal: false,
      columns: 80,
      color: false,
      confirm: undefined,
      ...overrides.output,
    },
  };
  return { io, out: () => written.join(''), err: () => warned.join(''), folder, write: (name, content) => write(join(folder, name), content) };
}

function write(path: string, content: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
