import { existsSync, readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cached, make } from './cache.ts';
import { command, installed } from './command.ts';
import type { Component, Found } from './component.ts';

const VERSION = '2.2.1';
const FOLDER = `focus-validator-${VERSION}`;
const STAMP = 'version';

/** What it depends on builds for this Python; `pyarrow` has since removed what it imports. */
const PYTHON = '3.12';
const PACKAGES = [`focus-validator==${VERSION}`, 'pyarrow<22'];

/** The interpreter that has the validator: `-m focus_validator.main` runs it in a folder with a link `focus_validator` to its package. */
export function validatorPython(): string | undefined {
  const folder = cached(FOLDER);
  return folder === undefined ? undefined : join(folder, 'bin', 'python');
}

/** The validator of the FinOps Foundation for FOCUS 1.2, in an environment of Python of its own. */
export const focusValidator: Component = {
  name: 'FOCUS validator',
  find() {
    const folder = cached(FOLDER);
    return folder === undefined ? undefined : described(folder);
  },
  async install() {
    const python = await python312();
    if (python === undefined) throw new Error(`it is a package of Python ${PYTHON}, which is not here: install that`);
    return described(
      await make(FOLDER, async (into) => {
        await command(python, ['-m', 'venv', into]);
        await command(join(into, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
        await writeFile(join(into, STAMP), VERSION);
      }),
    );
  },
};

/** On the path, or among those that pyenv keeps (whose shim on the path runs only what is chosen). */
async function python312(): Promise<string | undefined> {
  const name = `python${PYTHON}`;
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const kept = existsSync(versions) ? (await readdir(versions)).filter((version) => version.startsWith(`${PYTHON}.`)) : [];
  for (const python of [installed(name), ...kept.map((version) => join(versions, version, 'bin', name))]) {
    if (python !== undefined && (await runs(python))) return python;
  }
  return undefined;
}

async function runs(python: string): Promise<boolean> {
  return command(python, ['-c', '']).then(
    () => true,
    () => false,
  );
}

const described = (folder: string): Found => ({ version: readFileSync(join(folder, STAMP), 'utf8'), folder });
