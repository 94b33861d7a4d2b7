import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const main = join(root, 'src/main.ts');

/** The Node of this process: what runs the tests runs the program. */
export const node = process.execPath;

export interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Given {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node itself. */
  readonly flags?: readonly string[];
  readonly program?: string;
}

/** Only what a program needs to start: what the developer has set must not be seen. HOME and the temporary folder are the test's own. */
export function environment({ cwd, env = {} }: Given): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: join(cwd, 'home'), TMPDIR: process.env['TMPDIR'], ...env };
}

/** Runs the program as a user does, with its output going into pipes. */
export async function tonnage(args: readonly string[], given: Given): Promise<Run> {
  return run(node, [...(given.flags ?? []), given.program ?? main, ...args], given);
}

export async function run(command: string, args: readonly string[], given: Given): Promise<Run> {
  const child = spawn(command, args, { cwd: given.cwd, env: environment(given), stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    }),
  ]);
  return { status, out, err };
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream)).toString();
}

/** What a run has left in its folder for temporary files; Node's cache of compiled code holds nothing of a bill, and makes the next start quicker. */
export function tracesIn(temporary: string): readonly string[] {
  return readdirSync(temporary).filter((name) => name !== 'node-compile-cache');
}
