import { join } from 'node:path';
import type { Io } from '../../io/io.ts';
import type { Detect } from '../types.ts';

/** A Heroku token: only that there is one is looked at. */
export const detect: Detect = async (io) => {
  const found = io.env['HEROKU_API_KEY'] ? 'HEROKU_API_KEY in the environment' : await netrcEntry(io);
  return found === undefined ? [] : [{ found, source: { kind: 'heroku' } }];
};

async function netrcEntry({ env, files }: Io): Promise<string | undefined> {
  const path = env['HOME'] && join(env['HOME'], '.netrc');
  if (path === undefined || !(await files.exists(path))) return undefined;
  return /(^|\s)machine\s+api\.heroku\.com(\s|$)/.test(await files.read(path)) ? 'api.heroku.com in ~/.netrc' : undefined;
}
