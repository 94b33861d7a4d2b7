import { describe, expect, test } from 'vitest';
import { openAthena } from '../../../../src/collectors/cur/engines/athena.ts';
import { allRows, type RemoteEngine } from '../../../../src/collectors/cur/engines/remote-engine.ts';
import type { CurSettings } from '../../../../src/collectors/cur/settings.ts';
import { interrupt } from '../../../../src/io/interruption.ts';
import { testIo, type TestIo } from '../../../io/test-io.ts';
import { athenaServer, type AthenaServer } from './athena-server.ts';

const patience = { answer: 500, firstLook: 1, longestLook: 2, attempts: 3 };

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret-word' };

const SETTINGS: CurSettings = { kind: 'cur', engine: 'athena', table: 'cur.lines', region: 'eu-west-1' };
const OURS = { results: 's3://ours/' };

async function opened(
  server: AthenaServer,
  settings: CurSettings = { ...SETTINGS, ...OURS },
  env: Readonly<Record<string, string>> = KEYS,
): Promise<{ readonly athena: RemoteEngine } & TestIo> {
  const given = testIo({ env: { ...env, AWS_ENDPOINT_URL: server.url } });
  return { ...given, athena: await openAthena(settings, given.io, patience) };
}

const columns = [
  ['type', 'varchar'],
  ['lines', 'bigint'],
  ['billed', 'decimal'],
] as const;
const rows = [
  ['Usage', '2', '0.100000000001'],
  ['', '1', null],
  [null, '3', '12345678901234567890.000000000001'],
  ['type', '4', '-1.000000000000'],
];

const inputOf = (server: AthenaServer, action: string): Readonly<Record<string, unknown>> | undefined => server.actions.find(([name]) => name === action)?.[1];

describe('an answer of Athena', () => {
  test('comes in pages without its header, with NULL told from an empty text', async () => {
    const server = await athenaServer({ columns, rows, pageSize: 2 });
    const { athena } = await opened(server);

    expect(await allRows(athena, 'select 1')).toEqual([
      { type: 'Usage', lines: 2, billed: '0.100000000001' },
      { type: '', lines: 1, billed: null },
      { type: null, lines: 3, billed: '12345678901234567890.000000000001' },
      { type: 'type', lines: 4, billed: '-1.000000000000' },
    ]);
    expect(server.actions.filter(([action]) => action === 'GetQueryResults')).toHaveLength(3);
  });

  test('has its cost told in the end, at least that of 10 MB a query', async () => {
    const server = await athenaServer({ columns, rows, executions: [{ State: 'SUCCEEDED', bytes: 5 * 1024 ** 4 + 1 }] });
    const { athena, err } = await opened(server);
    await allRows(athena, 'select 1');

    await athena.close();

    expect(err()).toBe('Athena in eu-west-1: 1 query read 5120.0 GiB: about $25.00 ($5 per TB as of 2026-08, https://aws.amazon.com/athena/pricing/)\n');
  });

  test('goes on after throttling and failures of AWS', async () => {
    const refusals = [
      undefined,
      { type: 'TooManyRequestsException', message: 'Rate exceeded' },
      undefined,
      { status: 500, type: 'InternalServerException', message: '' },
    ];
    const server = await athenaServer({ columns, rows, refuse: (_, before) => refusals[before] });
    const { athena } = await opened(server);

    expect(await allRows(athena, 'select 1')).toHaveLength(4);
    const tokens = server.actions.filter(([action]) => action === 'StartQueryExecution').map(([, input]) => input['ClientRequestToken']);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens).toHaveLength(2);
  });

  test('describes a table by Glue’s metadata, which costs nothing', async () => {
    const metadata = {
      Name: 'lines',
      Columns: [
        { Name: 'line_item_usage_amount', Type: 'double' },
        { Name: 'resource_tags', Type: 'map<string,string>' },
        { Name: 'line_item_usage_start_date', Type: 'timestamp' },
      ],
      PartitionKeys: [{ Name: 'billing_period', Type: 'string' }],
    };
    const server = await athenaServer({ metadata });
    const { athena } = await opened(server);

    expect(await athena.describe({ catalog: undefined, schema: 'cur', table: 'lines' })).toEqual([
      { name: 'line_item_usage_amount', type: 'double', isPartition: false },
      { name: 'resource_tags', type: 'map(varchar, varchar)', isPartition: false },
      { name: 'line_item_usage_start_date', type: 'timestamp(3)', isPartition: false },
      { name: 'billing_period', type: 'varchar', isPartition: true },
    ]);
    expect(inputOf(server, 'GetTableMetadata')).toMatchObject({ CatalogName: 'AwsDataCatalog', DatabaseName: 'cur', TableName: 'lines' });
  });
});

describe('the workgroup', () => {
  const place = { ResultConfiguration: { OutputLocation: 's3://theirs/' } };

  test.each([
    ['says nothing: the settings’ place is used', {}, OURS, { OutputLocation: 's3://ours/' }],
    ['has a place and does not insist: the settings’ place is used', place, OURS, { OutputLocation: 's3://ours/' }],
    ['has a place and insists: none is named', { ...place, EnforceWorkGroupConfiguration: true }, OURS, undefined],
    ['has a place, and the settings none', place, {}, undefined],
    ['keeps answers itself: none is named', { ManagedQueryResultsConfiguration: { Enabled: true } }, OURS, undefined],
  ])('%s', async (_, workgroup, results, sent) => {
    const server = await athenaServer({ columns, rows, workgroup });
    const { athena } = await opened(server, { ...SETTINGS, ...results });

    await allRows(athena, 'select 1');

    expect(inputOf(server, 'StartQueryExecution')?.['ResultConfiguration']).toEqual(sent);
  });

  test.each([
    ['that is disabled', { state: 'DISABLED' }, /the workgroup primary is disabled/],
    ['of an older engine', { workgroup: { EngineVersion: { EffectiveEngineVersion: 'Athena engine version 2' } } }, /runs Athena engine version 2/],
  ])('%s is refused', async (_, script, message) => {
    await expect(opened(await athenaServer(script))).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(message) });
  });

  test('without a place for answers is refused, if the settings name none either', async () => {
    await expect(opened(await athenaServer(), SETTINGS)).rejects.toMatchObject({
      message: expect.stringMatching(/no place for what queries answer/),
      hint: expect.stringMatching(/results:/),
    });
  });
});

describe('one line for', () => {
  test.each([
    [
      'a query that failed',
      { State: 'FAILED', reason: "TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist" } as const,
      /query failed: TABLE_NOT_FOUND/,
      /DATABASE.TABLE/,
    ],
    [
      'a bucket that may not be read',
      { State: 'FAILED', reason: 'Access denied when writing to location' } as const,
      /query failed: Access denied/,
      /doctor --iam/,
    ],
    [
      'a query that somebody cancelled',
      { State: 'CANCELLED', reason: 'Query cancelled by user' } as const,
      /cancelled: Query cancelled by user/,
      /run this again/,
    ],
    [
      'the limit of the workgroup',
      { State: 'CANCELLED', reason: 'Bytes scanned limit was exceeded', bytes: 11_000_000 } as const,
      /more than the 10,000,000 bytes that its workgroup allows/,
      /billing_period/,
    ],
  ])('%s', async (_, execution, message, hint) => {
    const server = await athenaServer({ executions: [{ State: 'RUNNING' }, execution], workgroup: { BytesScannedCutoffPerQuery: 10_000_000 } });
    const { athena } = await opened(server);

    await expect(allRows(athena, 'select 1')).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(server.actions.map(([action]) => action)).not.toContain('StopQueryExecution');
  });

  const denied = {
    type: 'AccessDeniedException',
    message:
      'User: arn:aws:iam::1:user/u is not authorized to perform: athena:StartQueryExecution on resource: arn:aws:athena:eu-west-1:1:workgroup/primary because no policy allows it',
  };
  test.each([
    [
      'an action that is not allowed',
      'StartQueryExecution',
      denied,
      'Athena in eu-west-1: not allowed: athena:StartQueryExecution on arn:aws:athena:eu-west-1:1:workgroup/primary',
    ],
    [
      'an action that is not allowed, and not named',
      'GetQueryResults',
      { type: 'AccessDeniedException', message: '' },
      'Athena in eu-west-1: not allowed: athena:GetQueryResults',
    ],
    [
      'credentials that have expired',
      'StartQueryExecution',
      { type: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
      'Athena in eu-west-1: the AWS credentials have expired',
    ],
    [
      'credentials that are wrong',
      'StartQueryExecution',
      { type: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' },
      'Athena in eu-west-1: AWS does not accept these credentials',
    ],
    [
      'throttling without an end',
      'GetQueryExecution',
      { type: 'TooManyRequestsException', message: 'Rate exceeded' },
      'Athena in eu-west-1: AWS asks to slow down, again and again',
    ],
  ])('%s', async (_, at, refusal, message) => {
    const server = await athenaServer({ columns, rows, refuse: (action) => (action === at ? refusal : undefined) });
    const { athena } = await opened(server);

    await expect(allRows(athena, 'select 1')).rejects.toMatchObject({ name: 'UserError', message });
  });

  test('a server that hangs', async () => {
    await expect(opened(await athenaServer({ refuse: () => 'hang' }))).rejects.toMatchObject({
      name: 'UserError',
      message: 'Athena in eu-west-1: does not answer',
    });
  });

  test('a server that is not there', async () => {
    const server = await athenaServer();
    await server.close();

    await expect(opened(server)).rejects.toMatchObject({ name: 'UserError', message: 'Athena in eu-west-1: cannot be reached (ECONNREFUSED)' });
  });

  test('a query that is longer than Athena takes', async () => {
    const { athena } = await opened(await athenaServer());

    await expect(allRows(athena, `select '${'é'.repeat(200_000)}'`)).rejects.toMatchObject({
      message: expect.stringMatching(/the query has 400009 bytes, and Athena takes 262144/),
    });
  });
});

describe('a query of Athena is stopped', () => {
  test('where the run is interrupted, and what it has read is paid for', async () => {
    const server = await athenaServer({ executions: [{ State: 'RUNNING' }] });
    const { athena, err } = await opened(server);
    const asked = allRows(athena, 'select 1').catch((error: unknown) => error);
    await until(() => server.actions.some(([action]) => action === 'GetQueryExecution'));

    await interrupt();

    expect(inputOf(server, 'StopQueryExecution')).toEqual({ QueryExecutionId: 'q-1' });
    expect(await asked).toMatchObject({ message: expect.stringMatching(/cancelled/) });
    await athena.close();
    expect(err()).toMatch(/1 query read 0.0 MiB: less than \$0.01/);
  });

  test('where waiting for it fails', async () => {
    const server = await athenaServer({
      refuse: (action, before) => (action === 'GetQueryExecution' && before < 5 ? { type: 'AccessDeniedException', message: '' } : undefined),
    });
    const { athena } = await opened(server);

    await expect(allRows(athena, 'select 1')).rejects.toMatchObject({ message: 'Athena in eu-west-1: not allowed: athena:GetQueryExecution' });

    expect(inputOf(server, 'StopQueryExecution')).toEqual({ QueryExecutionId: 'q-1' });
  });
});

test('Credentials are in no error', async () => {
  const server = await athenaServer({ refuse: (action) => (action === 'StartQueryExecution' ? { type: 'AccessDeniedException', message: '' } : undefined) });
  const { athena } = await opened(server, { ...SETTINGS, ...OURS }, { ...KEYS, AWS_SESSION_TOKEN: 'session-word' });

  const error: unknown = await allRows(athena, 'select 1').catch((failure: unknown) => failure);

  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/secret-word|session-word/);
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !holds(); tries += 1) await new Promise((done) => setTimeout(done, 2));
}
