import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { UserError } from '../../src/io/errors.ts';
import { DEFAULT_ALLOCATION } from '../../src/model/cost/allocation-settings.ts';
import { testIo } from '../io/test-io.ts';

type Env = Readonly<Record<string, string>>;

async function load(yaml: string, env: Env = {}): Promise<Config> {
  const { io, write } = testIo({ env });
  write('tonnage.yaml', yaml);
  return loadConfig('tonnage.yaml', io);
}

/** The lines of the one error that the file gives. */
async function problems(yaml: string, env: Env = {}): Promise<readonly string[]> {
  const error = await load(yaml, env).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw new Error('expected a UserError', { cause: error });
  return error.message.split('\n');
}

describe('a valid file', () => {
  test('is read with every key', async () => {
    const config = await load(`
organisation: Acme
currency: EUR
sources:
  - kind: cur
    path: bill/
  - { kind: cur, name: old, path: old.csv }
teams:
  - team: search
    match: { service: [AmazonES, "Amazon Open*"], tag: { team: search, "app/name": [a, b] } }
environments:
  - environment: production
    match: { account: "012345678901", region: eu-* }
`);
    expect(config).toEqual({
      organisation: 'Acme',
      currency: 'EUR',
      sources: [
        { kind: 'cur', path: 'bill/' },
        { kind: 'cur', name: 'old', path: 'old.csv' },
      ],
      teams: [{ team: 'search', match: { service: ['AmazonES', 'Amazon Open*'], tag: { team: ['search'], 'app/name': ['a', 'b'] } } }],
      allocation: DEFAULT_ALLOCATION,
      environments: [{ environment: 'production', match: { account: ['012345678901'], region: ['eu-*'] } }],
    });
  });

  test('may leave out every key', async () => {
    expect(await load('organisation: Acme')).toEqual({ organisation: 'Acme', sources: [], teams: [], environments: [], allocation: DEFAULT_ALLOCATION });
  });

  test('may have keys with only comments behind them', async () => {
    expect(await load('sources:\n  # - kind: cur\nteams:\ncurrency:\n')).toEqual({ sources: [], teams: [], environments: [], allocation: DEFAULT_ALLOCATION });
  });

  test('may use anchors', async () => {
    const { teams } = await load('teams:\n  - { team: a, match: &m { region: eu-west-1 } }\n  - { team: b, match: *m }\n');
    expect(teams[1]).toEqual({ team: 'b', match: { region: ['eu-west-1'] } });
  });
});

describe('environment variables', () => {
  test('stand for text in values', async () => {
    expect((await load('organisation: "${NAME} of ${TOWN}"', { NAME: 'Acme', TOWN: 'Bern' })).organisation).toBe('Acme of Bern');
  });

  test('stay literal after a second dollar sign', async () => {
    expect((await load('organisation: $${NAME}', { NAME: 'Acme' })).organisation).toBe('${NAME}');
  });

  test('are not replaced again in what a variable holds', async () => {
    expect((await load('organisation: ${A}', { A: '${B}', B: 'no' })).organisation).toBe('${B}');
  });

  test('are not replaced in keys', async () => {
    const { teams } = await load('teams:\n  - { team: a, match: { tag: { "${K}": x } } }\n', { K: 'key' });
    expect(teams[0]?.match.tag).toEqual({ '${K}': ['x'] });
  });

  test('that are not set are named with their place', async () => {
    expect(await problems('sources:\n  - kind: cur\n    path: ${BILL}\n')).toEqual([
      'tonnage.yaml:3:11: sources[0].path: the environment variable BILL is not set; set it (export BILL=…), or write $${BILL} where the text itself is meant',
    ]);
  });

  test('that are not set are told together with what else is wrong', async () => {
    expect(await problems('currency: ${CUR}\nteam: []\n')).toEqual([
      'tonnage.yaml:1:11: currency: the environment variable CUR is not set; set it (export CUR=…), or write $${CUR} where the text itself is meant',
      'tonnage.yaml:2:1: team: unknown key; expected one of organisation, currency, sources, teams, allocation, environments; did you mean teams?',
    ]);
  });

  test.each(['${X:-y}', '${}', '${X'])('have no other form: %s', async (value) => {
    expect(await problems(`organisation: "${value}"`, { X: 'x' })).toEqual([
      `tonnage.yaml:1:15: organisation: ${value} is not a variable; expected \${NAME}, or $\${ where the text itself is meant`,
    ]);
  });

  test.each([
    'currency: ${CANARY}',
    'sources: ${CANARY}',
    'sources: [{ kind: "${CANARY}" }]',
    'sources: [{ kind: cur, path: x, "name": "${CANARY}", pth: "${CANARY}" }]',
    'sources: [{ kind: cur, path: x, name: "${CANARY}" }, { kind: cur, path: x, name: "${CANARY}" }]',
    'teams: [{ team: "${CANARY}", match: "${CANARY}" }]',
    'organisation: "${CANARY} ${NOT_SET}"',
  ])('are never printed: %s', async (yaml) => {
    expect((await problems(yaml, { CANARY: 'c4n4ry' })).join('\n')).not.toContain('c4n4ry');
  });
});

describe('a key', () => {
  test('that is unknown is named with the nearest that is known', async () => {
    expect(await problems('sources:\n  - kind: cur\n    path: a\n    pth: b\n')).toEqual([
      'tonnage.yaml:4:5: sources[0].pth: unknown key; expected one of kind, name, path, engine, table, region, workgroup, results, url; did you mean path?',
    ]);
  });

  test('that is unknown and like no other gets no guess', async () => {
    expect(await problems('teams:\n  - team: a\n    match: { colour: x }\n')).toEqual([
      'tonnage.yaml:3:14: teams[0].match.colour: unknown key; expected one of account, service, region, provider, cluster, namespace, workload, loadBalancer, label, tag',
    ]);
  });

  test('that is missing is told where its map begins', async () => {
    expect(await problems('sources:\n  - kind: cur\n')).toEqual(['tonnage.yaml:2:5: sources[0].path: is missing: where is the bill?']);
  });

  test('without a value is missing', async () => {
    expect(await problems('sources:\n  - kind: cur\n    path:\n')).toEqual(['tonnage.yaml:3:10: sources[0].path: is missing: where is the bill?']);
  });
});

describe('a kind of source', () => {
  test('that is unknown is told with the known ones and the nearest', async () => {
    expect(await problems('sources:\n  - kind: curr\n')).toEqual([
      'tonnage.yaml:2:11: sources[0].kind: unknown kind curr; expected one of cost-explorer, cur, datadog, kubernetes, metrics-server, prometheus; did you mean cur?',
    ]);
  });

  test('that is unknown is told also behind an alias', async () => {
    expect(await problems('organisation: &k aws\nsources:\n  - kind: *k\n')).toEqual([
      'tonnage.yaml:3:11: sources[0].kind: unknown kind aws; expected one of cost-explorer, cur, datadog, kubernetes, metrics-server, prometheus',
    ]);
  });

  test('that is missing is told with the known ones', async () => {
    expect(await problems('sources:\n  - path: x\n')).toEqual([
      'tonnage.yaml:2:5: sources[0].kind: missing; expected one of cost-explorer, cur, datadog, kubernetes, metrics-server, prometheus',
    ]);
  });

  test('may not stand there twice without names', async () => {
    expect(await problems('sources:\n  - { kind: cur, path: a }\n  - { kind: cur, path: b }\n')).toEqual([
      'tonnage.yaml:3:5: sources[1]: has the same name as sources[0]; give it a name of its own (name: …)',
    ]);
  });
});

describe('a value', () => {
  test.each([
    ['currency: euro', '1:11: currency: expected a currency code of three capital letters, such as USD'],
    ['organisation: ""', '1:15: organisation: must not be empty'],
    ['organisation: [a]', '1:15: organisation: expected text, got a list'],
    ['sources: cur', '1:10: sources: expected a list, got text'],
    ['sources: [cur]', '1:11: sources[0]: expected keys with values, got text'],
    ['sources: [{ kind: cur, path: 1 }]', '1:30: sources[0].path: expected text, got a number; put it in quotes'],
    ['sources: [~]', '1:11: sources[0]: expected keys with values, got nothing'],
    ['sources: [{ kind: cost-explorer, budget: -1 }]', '1:42: sources[0].budget: must be 0 or more'],
    ['sources: [{ kind: prometheus, cluster: a, url: nowhere }]', '1:48: sources[0].url: expected an address, such as https://prometheus.example.com'],
    ['allocation: { shared: [{ match: { service: X }, method: even, parts: { a: 1 } }] }', '1:70: allocation.shared[0].parts: only with method: fixed'],
    ['allocation: { shared: [{ match: { service: X }, method: fixed, parts: { a: 0 } }] }', '1:76: allocation.shared[0].parts.a: must be more than 0'],
    [
      'allocation: { shared: [{ match: { service: X }, method: fixed }] }',
      '1:24: allocation.shared[0]: the method fixed needs parts, as in parts: { web: 2, search: 1 }',
    ],
    ['teams: [{ team: a, match: {} }]', '1:27: teams[0].match: needs at least one key, as in { namespace: search }'],
    ['teams: [{ team: a, match: { tag: {} } }]', '1:34: teams[0].match.tag: needs at least one tag'],
    ['teams: [{ team: a, match: { account: 12 } }]', '1:38: teams[0].match.account: expected text or a list, got a number; put it in quotes'],
    ['teams: [{ team: a, match: { account: [a, 12] } }]', '1:42: teams[0].match.account[1]: expected text, got a number; put it in quotes'],
    ['teams: [{ team: a, match: { account: [] } }]', '1:38: teams[0].match.account: must not be an empty list'],
    ['teams: [{ team: a, match: { account: "" } }]', '1:38: teams[0].match.account: must not be empty'],
    ['teams: [{ team: a, match: { tag: { a/b: true } } }]', '1:41: teams[0].match.tag["a/b"]: expected text or a list, got true or false; put it in quotes'],
  ])('that is wrong is told with what was expected: %s', async (yaml, expected) => {
    expect(await problems(yaml)).toEqual([`tonnage.yaml:${expected}`]);
  });

  test('that is wrong does not hide the next', async () => {
    expect(await problems('currency: x\nsources:\n  - { kind: cur }\n  - { kind: x }\n')).toHaveLength(3);
  });
});

describe('a file that is no configuration', () => {
  test.each([
    ['', '1:1: the file is empty; tonnage init writes one to begin with'],
    ['# only a comment\n', '1:1: the file is empty; tonnage init writes one to begin with'],
    ['- a\n- b\n', '1:1: expected keys with values, got a list'],
    ['just text', '1:1: expected keys with values, got text'],
    ['currency: EUR\ncurrency: USD\n', '2:1: the key currency is there twice'],
    ['currency: EUR\n---\ncurrency: USD\n', '2:1: a second document begins here; the file must hold one'],
    ['currency: "EUR\nteams: []\n', '3:1: not valid YAML: Missing closing "quote'],
    ['teams: [a\n', '2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['sources:\n\t- kind: cur\n', '2:1: not valid YAML: Tabs are not allowed as indentation'],
    ['a: b: c\n', '1:4: not valid YAML: Nested mappings are not allowed in compact mappings'],
    ['a: { b: ${X} }\n', '1:10: not valid YAML: inside { } or [ ], put ${…} in quotes'],
    ['currency: !money EUR\n', '1:11: not valid YAML: Unresolved tag: !money'],
    ['currency: *eur\n', '1:11: the alias *eur has no anchor &eur before it'],
    ['teams: &t [*t]\n', '1:12: the alias *t stands inside its own anchor'],
  ])('is told in one line: %j', async (yaml, expected) => {
    expect(await problems(yaml)).toEqual([`tonnage.yaml:${expected}`]);
  });

  test('and whose aliases multiply without end is refused', async () => {
    const layers = Array.from({ length: 9 }, (_, index) => `l${index + 1}: &l${index + 1} [${Array(9).fill(`*l${index}`).join(', ')}]\n`).join('');
    expect(await problems(`l0: &l0 [x]\n${layers}`)).toEqual(['tonnage.yaml:1:1: Excessive alias count indicates a resource exhaustion attack']);
  });

  test('and is not there is told with a way out', async () => {
    await expect(loadConfig('conf/tonnage.yaml', testIo().io)).rejects.toMatchObject({
      message: 'conf/tonnage.yaml: no such file',
      hint: 'write one with tonnage init, or name another with --config',
    });
  });
});
