import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { init } from '../../src/commands/init.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { DEFAULT_ALLOCATION } from '../../src/model/cost/allocation-settings.ts';
import { testIo, type TestIo } from '../io/test-io.ts';

const CUR = 'identity/LineItemId,lineItem/LineItemType\n';

const written = ({ folder }: TestIo, name = 'tonnage.yaml'): string => readFileSync(join(folder, name), 'utf8');

const pathOf = (source: Config['sources'][number]): string | undefined => (source.kind === 'cur' ? source.path : undefined);

async function sources(given: TestIo): Promise<Config['sources']> {
  return (await loadConfig('tonnage.yaml', given.io)).sources;
}

describe('with a bill in the folder', () => {
  test('the file names it as a source', async () => {
    const given = testIo();
    given.write('bill/cur.csv', CUR);
    expect(await init({}, given.io)).toBe('done');
    expect(await sources(given)).toEqual([{ kind: 'cur', path: 'bill/cur.csv' }]);
  });

  test('it is told what was found and what to do next', async () => {
    const given = testIo();
    given.write('cur.csv', CUR);
    await init({}, given.io);
    expect(given.out()).toBe(`Found:
  AWS bill: cur.csv

Wrote tonnage.yaml.

Next:
  tonnage doctor     checks that each source can be read
  tonnage collect    reads them
  tonnage report     shows what the month cost
`);
  });

  test('several get names of their own, and a word of warning', async () => {
    const given = testIo();
    given.write('a b/cur.csv', CUR);
    given.write('a_b/cur.csv', CUR);
    given.write('a+b/cur.csv', CUR);
    await init({}, given.io);
    expect((await sources(given)).map((source) => [source.name, pathOf(source)])).toEqual([
      ['cur-a-b-cur.csv', 'a b/cur.csv'],
      ['cur-a-b-cur.csv-2', 'a+b/cur.csv'],
      ['cur-a_b-cur.csv', 'a_b/cur.csv'],
    ]);
    expect(given.out()).toContain('Keep only one entry where two of them are copies of the same: its cost would count twice.\n');
  });

  test.each(['${HOME}.csv', '# "x": y\'.csv', 'ü €.csv', 'yes.csv', '- x.csv'])('its name is written so that it is read again: %s', async (name) => {
    const given = testIo();
    given.write(name, CUR);
    await init({}, given.io);
    expect(await sources(given)).toEqual([{ kind: 'cur', path: name }]);
  });

  test.skipIf(process.platform === 'win32')('its name cannot end a comment or move the cursor', async () => {
    const given = testIo();
    given.write('a\n  - kind: evil\u001b[2J.csv', CUR);
    await init({}, given.io);
    expect(await sources(given)).toEqual([{ kind: 'cur', path: 'a\n  - kind: evil\u001b[2J.csv' }]);
    expect(given.out() + written(given)).not.toContain('\u001b');
  });
});

test('metrics are of the cluster that is found beside them', async () => {
  const given = testIo({ env: { PROMETHEUS_URL: 'http://prometheus.test', DD_API_KEY: 'a', DD_APP_KEY: 'b', KUBECONFIG: 'kube' } });
  const kubeconfig = given.write('kubeconfig', 'contexts: [{ name: "arn:aws:eks:eu-west-1:111111111111:cluster/shop" }]');
  await init({}, { ...given.io, env: { ...given.io.env, KUBECONFIG: kubeconfig } });
  expect((await sources(given)).map((source) => [source.kind, 'cluster' in source ? source.cluster : undefined])).toEqual([
    ['kubernetes', 'shop'],
    ['prometheus', 'shop'],
    ['datadog', 'shop'],
  ]);
});

test('kinds that this version does not read are comments', async () => {
  const given = testIo({ env: { HEROKU_API_KEY: 'x' } });
  await init({}, given.io);
  expect(await sources(given)).toEqual([]);
  expect(written(given)).toContain(`
  # Found here; this version does not read it yet:
  # - kind: heroku
`);
  expect(given.out()).toContain('  HEROKU_API_KEY in the environment (heroku: this version does not read it yet)\n');
});

test('with nothing found the file shows how a source is written', async () => {
  const given = testIo();
  await init({}, given.io);
  expect(await loadConfig('tonnage.yaml', given.io)).toEqual({ sources: [], teams: [], environments: [], allocation: DEFAULT_ALLOCATION });
  expect(written(given)).toContain('\nsources:\n  # - kind: cur\n  #   path: bill/\n');
  expect(given.out()).toContain('Found nothing here that could be read.\n\nWrote tonnage.yaml.\nName a source in it first: an example stands under sources.\n');
});

test('all examples of the file are valid once they are no comments', async () => {
  const given = testIo();
  await init({}, given.io);
  const lines = written(given)
    .split('\n')
    .map((line) => line.replace(/^( *)# (?=( *(- )?["\w]+:))/, '$1'));
  given.write('all.yaml', lines.join('\n').replace('default: the one', 'default the one'));
  expect(await loadConfig('all.yaml', given.io)).toEqual({
    organisation: 'Acme',
    currency: 'USD',
    sources: [{ kind: 'cur', path: 'bill/' }],
    allocation: { ...DEFAULT_ALLOCATION, shared: [{ match: { service: ['Amazon Elastic Container Registry*'] }, method: 'even' }] },
    teams: [
      { team: 'search', match: { namespace: ['search', 'search-*'] } },
      { team: 'search', match: { service: ['Amazon OpenSearch Service', 'Amazon Kendra*'] } },
      { team: 'web', match: { tag: { team: ['web', 'frontend'] } } },
    ],
    environments: [{ environment: 'production', match: { account: ['012345678901'], region: ['eu-*'] } }],
  });
});

test('no secret is written or printed', async () => {
  const secrets = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'HEROKU_API_KEY',
    'PROMETHEUS_URL',
    'DD_API_KEY',
    'DD_APP_KEY',
    'DD_SITE',
  ];
  const given = testIo({ env: Object.fromEntries(secrets.map((name) => [name, 'c4n4ry'])) });
  given.write('home/.aws/credentials', '[default]\naws_secret_access_key = c4n4ry\n');
  given.write('home/.netrc', 'machine api.heroku.com password c4n4ry\n');
  given.write('home/.kube/config', 'contexts: [{ name: a, context: { user: u } }]\nusers: [{ name: u, user: { token: c4n4ry } }]\n');
  await init({}, given.io);
  expect(given.out() + given.err() + written(given)).not.toContain('c4n4ry');
});

describe('a file that is there already', () => {
  test('stays as it is', async () => {
    const given = testIo();
    given.write('tonnage.yaml', 'mine');
    await expect(init({ yes: true }, given.io)).rejects.toMatchObject({
      message: 'tonnage.yaml: there is one already',
      hint: 'it stays as it is; name another with --config, or move it away',
    });
    expect(written(given)).toBe('mine');
  });

  test('stays as it is also where it came while questions were asked', async () => {
    const given = testIo({
      output: {
        confirm: async () => {
          given.write('tonnage.yaml', 'mine');
          return true;
        },
      },
    });
    given.write('cur.csv', CUR);
    await expect(init({}, given.io)).rejects.toThrow('there is one already');
    expect(written(given)).toBe('mine');
  });

  test('does not hinder one of another name', async () => {
    const given = testIo();
    given.write('tonnage.yaml', 'mine');
    await init({ config: 'other.yaml' }, given.io);
    expect(given.out()).toContain('tonnage collect -c other.yaml ');
    expect(written(given, 'other.yaml')).toContain('sources:');
  });
});

describe('where somebody can answer', () => {
  test('each source that can be read is asked for', async () => {
    const asked: string[] = [];
    const given = testIo({ env: { HEROKU_API_KEY: 'x' }, output: { confirm: async (question) => asked.push(question) === 2 } });
    given.write('a/cur.csv', CUR);
    given.write('b/cur.csv', CUR);
    await init({}, given.io);
    expect(asked).toEqual(['Read AWS bill: a/cur.csv?', 'Read AWS bill: b/cur.csv?']);
    expect((await sources(given)).map(pathOf)).toEqual(['b/cur.csv']);
  });

  test('--yes asks nothing', async () => {
    const given = testIo({ output: { confirm: () => Promise.reject(new Error('asked')) } });
    given.write('cur.csv', CUR);
    await init({ yes: true }, given.io);
    expect(await sources(given)).toHaveLength(1);
  });
});

test('a place that cannot be looked into does not hide the others', async () => {
  const given = testIo();
  given.write('cur.csv', CUR);
  given.write('home/.netrc/is-a-folder', '');
  await init({}, given.io);
  expect(given.err()).toBe(`could not look for heroku: ${join(given.folder, 'home/.netrc')}: is a folder\n`);
  expect(await sources(given)).toHaveLength(1);
});
