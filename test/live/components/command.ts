import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program to its end. @returns its standard output @throws Error with the end of its standard error if it fails */
export async function command(program: string, args: readonly string[], { cwd, env, input }: Options = {}): Promise<string> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
  child.stdin.end(input);
  const [out, err, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    }),
  ]);
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')}: exit ${status}\n${err.slice(-4000)}`);
  return out;
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream)).toString();
}

/** The path of a program that the machine has. */
export function installed(program: string): string | undefined {
  const paths = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return paths.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
