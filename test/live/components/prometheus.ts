import { readFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cached, make } from './cache.ts';
import { command, installed } from './command.ts';
import type { Component, Found } from './component.ts';

const FOLDER = 'prometheus-debian';
const PROGRAMS = 'usr/bin';
const STAMP = 'version';

/** The path of the program: the machine's own, or that of Debian's package. */
export function prometheusProgram(): string | undefined {
  const found = prometheus.find();
  return found === undefined ? undefined : join(found.folder, 'prometheus');
}

/** From Debian's package, which is unpacked and not installed: no service is started. */
export const prometheus: Component = {
  name: 'Prometheus',
  find() {
    const own = installed('prometheus');
    if (own !== undefined) return { version: 'of this machine', folder: dirname(own) };
    const folder = cached(FOLDER);
    return folder === undefined ? undefined : described(folder);
  },
  async install() {
    if (installed('apt-get') === undefined || installed('dpkg-deb') === undefined) {
      throw new Error('it comes as a Debian package, and this is no Debian: install Prometheus, so that `prometheus` is in the PATH');
    }
    return described(await make(FOLDER, unpack));
  },
};

const described = (folder: string): Found => ({ version: readFileSync(join(folder, STAMP), 'utf8'), folder: join(folder, PROGRAMS) });

async function unpack(into: string): Promise<void> {
  const file = await download(into);
  await command('dpkg-deb', ['--extract', file, '.'], { cwd: into });
  await writeFile(join(into, STAMP), await command('dpkg-deb', ['--show', '--showformat=${Version}', file], { cwd: into }));
  await rm(join(into, file));
}

async function download(into: string): Promise<string> {
  const fetch = async (): Promise<string> => command('apt-get', ['download', 'prometheus'], { cwd: into });
  await fetch().catch(async () => {
    // The lists of packages may be absent, or name a version that is gone.
    await command('apt-get', ['update']);
    await fetch();
  });
  const file = (await readdir(into)).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get has downloaded no package');
  return file;
}
