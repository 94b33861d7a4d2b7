import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the components of the live tests lie. Not in the repository: they take minutes to make, and a fresh clone, `git clean` and the next
 * branch are to find them again.
 */
function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['TONNAGE_LIVE_CACHE'] ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tonnage-live');
}

/** The folder of a component, if it is there. It is named by what it was made from, and is whole: it gets its name when it is done. */
export function cached(name: string): string | undefined {
  const folder = join(cacheFolder(), name);
  return existsSync(folder) ? folder : undefined;
}

/** Makes a component in a folder with a temporary name; what was interrupted leaves no component behind. @returns its folder */
export async function make(name: string, into: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(cacheFolder(), { recursive: true });
  for (const left of await leftovers(name)) await rm(join(cacheFolder(), left), { recursive: true, force: true });
  await mkdir(temporary);
  try {
    await into(temporary);
    // Another run may have been quicker: its component is as good.
    if (!existsSync(folder)) await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** What runs that were killed have left. */
async function leftovers(name: string): Promise<readonly string[]> {
  const names = await readdir(cacheFolder());
  return names.filter((one) => one.startsWith(`${name}.`) && one.endsWith('.tmp') && !isRunning(Number(one.split('.').at(-2))));
}

function isRunning(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch {
    return false;
  }
}
