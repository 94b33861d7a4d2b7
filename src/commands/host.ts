import { createReadStream, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { pipeline } from 'node:stream/promises';
import { openDuckDb } from '../io/duckdb.ts';
import { UserError } from '../io/errors.ts';
import { diskFiles } from '../io/files.ts';
import type { Io } from '../io/io.ts';
import { progressBar, silent } from '../io/progress.ts';
import { printable } from '../io/printable.ts';

export interface OutputFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/** The real world, as the flags want it shown. */
export function hostIo({ quiet = false, verbose = false, color = true }: OutputFlags): Io {
  const { stdin, stdout, stderr, env } = process;
  const tell = (line: string): void => void stderr.write(`${printable(line)}\n`);
  return {
    now: clock(env),
    env,
    directory: process.cwd(),
    files: { ...diskFiles, scratch: scratchUntilExit },
    openSql: openDuckDb,
    progress: stderr.isTTY && !quiet ? progressBar(stderr, Date.now) : silent,
    output: {
      write: (text) => void stdout.write(text),
      copy: (path) => copyTo(stdout, path),
      warn: quiet ? () => {} : tell,
      note: verbose ? tell : () => {},
      isTerminal: stdout.isTTY,
      columns: stdout.columns ?? Number(env['COLUMNS'] ?? 100),
      color: color && wantsColor(stdout.isTTY, env),
      confirm: stdin.isTTY && stdout.isTTY ? confirm : undefined,
    },
  };
}

/** `TONNAGE_NOW` stands for the clock: to read servers that are of another time, or to make a run again. */
function clock({ TONNAGE_NOW: given }: NodeJS.ProcessEnv): () => Date {
  if (!given) return () => new Date();
  const fixed = new Date(given);
  if (Number.isNaN(fixed.getTime())) throw new UserError(`TONNAGE_NOW=${given}: expected an instant`, 'as in TONNAGE_NOW=2026-10-31T23:59:00Z');
  return () => fixed;
}

/** A folder that is gone when the process is, also where it is interrupted. */
async function scratchUntilExit(): Promise<string> {
  const folder = await diskFiles.scratch();
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Until the end of the file, or until its reader has seen enough. */
async function copyTo(stdout: NodeJS.WriteStream, path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** https://no-color.org, https://force-color.org */
function wantsColor(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  return isTerminal ? env['TERM'] !== 'dumb' : Boolean(env['FORCE_COLOR']);
}

async function confirm(question: string): Promise<boolean> {
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test(await asked.question(`${question} [y/N] `));
  } finally {
    asked.close();
  }
}
