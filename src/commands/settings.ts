import { resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { DEFAULT_ALLOCATION } from '../model/cost/allocation-settings.ts';
import type { AdHocOptions, CommonOptions } from './options.ts';

export const CONFIG = 'tonnage.yaml';
export const STORE = '.tonnage';

/** Whether flags name what is to be read. */
export function isAdHoc({ cur, focus }: AdHocOptions): boolean {
  return cur !== undefined || focus !== undefined;
}

/** Sources given by flags stand in place of a configuration; `--config` beside them still says who owns what. */
export async function loadSettings(options: CommonOptions & AdHocOptions, io: Io): Promise<Config> {
  if (!isAdHoc(options)) return (await import('../config/load.ts')).loadConfig(options.config ?? CONFIG, io);
  const { cur, focus } = options;
  // As of a variable of the shell that is not set: it must not stand for the folder that one is in.
  for (const [flag, path] of Object.entries({ '--cur': cur, '--focus': focus }))
    if (path === '') throw new UserError(`${flag}: the path is empty`, `name the bill, as in ${flag} october.parquet`);
  const sources: Config['sources'] = [
    ...(cur === undefined ? [] : [{ kind: 'cur' as const, path: cur }]),
    ...(focus === undefined ? [] : [{ kind: 'cur' as const, name: 'focus', path: focus }]),
  ];
  if (options.config === undefined) return { sources, teams: [], environments: [], allocation: DEFAULT_ALLOCATION };
  return { ...(await (await import('../config/load.ts')).loadConfig(options.config, io)), sources };
}

/** Where a snapshot lies, and whether it is there for other runs too. */
export interface Place {
  readonly folder: string;
  readonly isKept: boolean;
}

/** Where the snapshot lies; what flags name is collected for this run only, unless `--store` says where to keep it. */
export async function withStore<T>(options: CommonOptions & AdHocOptions, io: Io, use: (place: Place) => Promise<T>): Promise<T> {
  if (options.store !== undefined || !isAdHoc(options)) return use({ folder: resolve(io.directory, options.store ?? STORE), isKept: true });
  const folder = await io.files.scratch();
  try {
    return await use({ folder, isKept: false });
  } finally {
    await io.files.remove(folder);
  }
}
