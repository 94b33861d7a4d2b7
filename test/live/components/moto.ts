import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, make } from './cache.ts';
import { command, installed } from './command.ts';
import type { Component, Found } from './component.ts';

const VERSION = '5.2.5';
const FOLDER = `moto-${VERSION}`;
const STAMP = 'version';

/** The interpreter that has moto: `-m moto.server` starts it. Scripts of the environment do not run, for they name the folder that it was made in. */
export function motoPython(): string | undefined {
  const folder = cached(FOLDER);
  return folder === undefined ? undefined : join(folder, 'bin', 'python');
}

/** AWS as moto plays it, in an environment of Python of its own. */
export const moto: Component = {
  name: 'moto',
  find() {
    const folder = cached(FOLDER);
    return folder === undefined ? undefined : described(folder);
  },
  async install() {
    const python = installed('python3');
    if (python === undefined) throw new Error('it is a package of Python, which is not here: install Python 3.9 or newer');
    return described(
      await make(FOLDER, async (into) => {
        await command(python, ['-m', 'venv', into]);
        await command(join(into, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `moto[server]==${VERSION}`]);
        await writeFile(join(into, STAMP), VERSION);
      }),
    );
  },
};

const described = (folder: string): Found => ({ version: readFileSync(join(folder, STAMP), 'utf8'), folder });
