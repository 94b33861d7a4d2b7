import { join } from 'node:path';
import type { Io } from '../../io/io.ts';
import type { Detect, Detection } from '../types.ts';

/** Variables that give this process credentials of its own. Only that they are set is looked at. */
const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];

const SECTION = /^\s*\[\s*(?:profile\s+)?["']?(.+?)["']?\s*\]/;
const NO_PROFILE = /^\s*\[\s*(sso-session|services)\s/;
const REGION = /^\s*region\s*=\s*([a-z]{2}(?:-[a-z]+)+-\d+)\s*$/;

/** The AWS accounts that this machine can read: from the environment, and the profiles of the AWS files. */
export const detect: Detect = async (io) => {
  const region = io.env['AWS_REGION'] || io.env['AWS_DEFAULT_REGION'] || undefined;
  const profiles = new Map<string, string | undefined>();
  for (const path of awsFiles(io.env)) {
    for (const profile of await profilesOf(path, io)) profiles.set(profile.name, profiles.get(profile.name) ?? profile.region);
  }
  const credentials = CREDENTIALS.find((name) => io.env[name]);
  const wanted = [...profiles].filter(([name]) => name === (io.env['AWS_PROFILE'] || name));
  return [
    ...(credentials === undefined ? [] : account(`${credentials} in the environment`, undefined, region)),
    ...wanted.flatMap(([name, own]) => account(`AWS profile ${name}`, name, region ?? own)),
  ];
};

function awsFiles(env: Io['env']): readonly string[] {
  const home = env['HOME'];
  const config = env['AWS_CONFIG_FILE'] ?? (home && join(home, '.aws', 'config'));
  const credentials = env['AWS_SHARED_CREDENTIALS_FILE'] ?? (home && join(home, '.aws', 'credentials'));
  return [config, credentials].filter((path) => path !== undefined);
}

interface Profile {
  readonly name: string;
  readonly region: string | undefined;
}

/** A section name comes without a region, then once more for each region line below it. */
async function profilesOf(path: string, io: Io): Promise<readonly Profile[]> {
  if (!(await io.files.exists(path))) return [];
  const found: Profile[] = [];
  let name: string | undefined;
  for (const line of (await io.files.read(path)).split(/\r?\n/)) {
    const section = SECTION.exec(line)?.[1];
    if (section !== undefined) name = NO_PROFILE.test(line) ? undefined : section;
    if (name !== undefined) found.push({ name, region: REGION.exec(line)?.[1] });
  }
  return found;
}

/** The default profile needs no name: it is what AWS takes where none is given. */
function account(found: string, profile: string | undefined, region: string | undefined): readonly Detection[] {
  const own = { name: profile ?? 'environment', ...(profile === undefined || profile === 'default' ? {} : { profile }) };
  return [
    { found: `${found}: inventory`, source: { kind: 'aws', ...own, ...(region === undefined ? {} : { regions: [region] }) } },
    { found: `${found}: Cost Explorer`, source: { kind: 'cost-explorer', ...own } },
  ];
}
