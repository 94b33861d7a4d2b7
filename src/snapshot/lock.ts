import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';

const Holder = z.object({ pid: z.number(), host: z.string(), began: z.string(), since: z.string() });
type Holder = z.infer<typeof Holder>;

/** How long a second `collect` waits for the first, in milliseconds, and how often it looks. */
const PATIENCE = 60_000;
const PAUSE = 200;

/**
 * Takes the store for one process; the returned function gives it back. The lock of a process that is gone is taken over.
 * @throws UserError naming the holder, if it does not come free in time
 */
export async function lock(folder: string, io: Io, patience = PATIENCE): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const own: Holder = { pid: process.pid, host: hostname(), began: await beganAt(process.pid, io), since: io.now().toISOString() };
  for (let waited = 0; !(await take(path, own, io)); waited += PAUSE) {
    const holder = await read(path, io);
    const dead = holder !== undefined && (await isGone(holder, io));
    if (dead && (await takeOver(path, holder, own, io))) continue;
    if (waited === 0 && !dead) io.output.warn(`waiting for ${describe(holder)}, which is collecting into ${folder}`);
    if (waited >= patience) {
      throw new UserError(`${folder}: ${describe(holder)} is collecting into it`, `wait for it to end; if it cannot be running any more, remove ${path}`);
    }
    await sleep(PAUSE);
  }
  return () => io.files.remove(path);
}

/** False also where the holder has swept away the file that was to become ours. */
async function take(path: string, own: Holder, io: Io): Promise<boolean> {
  try {
    return await io.files.create(path, JSON.stringify(own));
  } catch (error) {
    const cause = error instanceof UserError ? error.cause : undefined;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false;
    throw error;
  }
}

async function read(path: string, io: Io): Promise<Holder | undefined> {
  try {
    return Holder.safeParse(JSON.parse(await io.files.read(path))).data;
  } catch {
    return undefined; // it came free in this moment
  }
}

const describe = (holder: Holder | undefined): string =>
  holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host} (since ${holder.since})`;

async function isGone({ pid, host, began }: Holder, io: Io): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
  return began !== (await beganAt(pid, io));
}

/** Tells a process from a later one with the same id, where the system says when it began (Linux: field 22 of /proc/PID/stat). */
async function beganAt(pid: number, io: Io): Promise<string> {
  const stat = `/proc/${pid}/stat`;
  if (!(await io.files.exists(stat))) return '';
  const text = await io.files.read(stat);
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Only one of several who find a dead lock may remove it: else the second would remove the new lock of the first. False: another one is at it. */
async function takeOver(path: string, dead: Holder, own: Holder, io: Io): Promise<boolean> {
  const claim = `${path}.${dead.pid}.${dead.began}.claim`;
  if (!(await take(claim, own, io))) {
    const other = await read(claim, io);
    if (other !== undefined && (await isGone(other, io))) await io.files.remove(claim);
    return false;
  }
  try {
    const still = await read(path, io);
    if (still?.pid === dead.pid && still.began === dead.began) await io.files.remove(path);
    return true;
  } finally {
    await io.files.remove(claim);
  }
}
