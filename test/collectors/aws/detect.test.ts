import { describe, expect, test } from 'vitest';
import { detect } from '../../../src/collectors/aws/detect.ts';
import { testIo, type TestIo } from '../../io/test-io.ts';

const CONFIG = `
[default]
region = eu-west-1
[profile "with space"]
region=us-east-1
[sso-session acme]
sso_region = eu-west-1
region = eu-north-1
[profile plain]
output = json
`;
const CREDENTIALS = '[default]\naws_access_key_id = c4n4ry\naws_secret_access_key = c4n4ry\n[old]\nregion = sa-east-1\naws_secret_access_key = c4n4ry\n';

async function sources({ io }: TestIo): Promise<readonly unknown[]> {
  return (await detect(io)).map(({ source }) => source);
}

describe('profiles', () => {
  test('of the config file come with their region', async () => {
    const given = testIo();
    given.write('home/.aws/config', CONFIG);
    expect(await sources(given)).toEqual([
      { kind: 'aws', name: 'default', regions: ['eu-west-1'] },
      { kind: 'cost-explorer', name: 'default' },
      { kind: 'aws', name: 'with space', profile: 'with space', regions: ['us-east-1'] },
      { kind: 'cost-explorer', name: 'with space', profile: 'with space' },
      { kind: 'aws', name: 'plain', profile: 'plain' },
      { kind: 'cost-explorer', name: 'plain', profile: 'plain' },
    ]);
  });

  test('of both files are one list, in which no key is', async () => {
    const given = testIo();
    given.write('home/.aws/config', '[default]\nregion = eu-west-1\n');
    given.write('home/.aws/credentials', CREDENTIALS);
    const found = await detect(given.io);
    expect(found.filter(({ source }) => source.kind === 'aws')).toEqual([
      { found: 'AWS profile default: inventory', source: { kind: 'aws', name: 'default', regions: ['eu-west-1'] } },
      { found: 'AWS profile old: inventory', source: { kind: 'aws', name: 'old', profile: 'old', regions: ['sa-east-1'] } },
    ]);
    expect(JSON.stringify(found)).not.toContain('c4n4ry');
  });

  test('other than AWS_PROFILE are left out', async () => {
    const given = testIo({ env: { AWS_PROFILE: 'plain' } });
    given.write('home/.aws/config', CONFIG);
    expect(await sources(given)).toEqual([
      { kind: 'aws', name: 'plain', profile: 'plain' },
      { kind: 'cost-explorer', name: 'plain', profile: 'plain' },
    ]);
  });

  test('take AWS_REGION before their own', async () => {
    const given = testIo({ env: { AWS_REGION: 'ap-south-1' } });
    given.write('home/.aws/credentials', '[old]\nregion = sa-east-1\n');
    expect((await sources(given))[0]).toEqual({ kind: 'aws', name: 'old', profile: 'old', regions: ['ap-south-1'] });
  });

  test('are looked for where the AWS variables say', async () => {
    const first = testIo();
    const env = { AWS_CONFIG_FILE: first.write('c', '[profile a]\n'), AWS_SHARED_CREDENTIALS_FILE: first.write('k', '[b]\n') };
    const found = await detect({ ...first.io, env });
    expect(found.map(({ source }) => `${source.kind} ${String(source['profile'])}`)).toEqual(['aws a', 'cost-explorer a', 'aws b', 'cost-explorer b']);
  });
});

test('an access key in the environment is an account without a profile, and is not told', async () => {
  const found = await detect(testIo({ env: { AWS_ACCESS_KEY_ID: 'c4n4ry', AWS_SECRET_ACCESS_KEY: 'c4n4ry', AWS_REGION: 'eu-west-1' } }).io);
  expect(found).toEqual([
    { found: 'AWS_ACCESS_KEY_ID in the environment: inventory', source: { kind: 'aws', name: 'environment', regions: ['eu-west-1'] } },
    { found: 'AWS_ACCESS_KEY_ID in the environment: Cost Explorer', source: { kind: 'cost-explorer', name: 'environment' } },
  ]);
});

test('a region alone is no account', async () => {
  expect(await detect(testIo({ env: { AWS_REGION: 'eu-west-1' } }).io)).toEqual([]);
});
