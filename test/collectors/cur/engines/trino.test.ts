import { describe, expect, test } from 'vitest';
import { openTrino } from '../../../../src/collectors/cur/engines/trino.ts';
import { allRows, type RemoteEngine } from '../../../../src/collectors/cur/engines/remote-engine.ts';
import { interrupt } from '../../../../src/io/interruption.ts';
import { localServer } from './local-server.ts';
import { trinoServer } from './trino-server.ts';

const patience = { answer: 2000, attempts: 4, wait: 1 };

async function engine(url: string, env: Readonly<Record<string, string>> = {}, how = patience): Promise<RemoteEngine> {
  return openTrino({ kind: 'cur', engine: 'trino', table: 'hive.cur.lines', url }, { env }, how);
}

const columns = [
  { name: 'type', type: 'varchar' },
  { name: 'lines', type: 'bigint' },
  { name: 'billed', type: 'decimal(38,12)' },
];
const pages = [
  {},
  {
    columns,
    data: [
      ['Usage', 2, '0.100000000001'],
      ['', 1, null],
    ],
  },
  { columns },
  { columns, data: [[null, 3, '12345678901234567890.000000000001']] },
];

describe('an answer of Trino', () => {
  test('comes in pages, with exact decimals as text', async () => {
    const server = await trinoServer({ pages });

    const rows = await allRows(await engine(server.url), 'select 1');

    expect(rows).toEqual([
      { type: 'Usage', lines: 2, billed: '0.100000000001' },
      { type: '', lines: 1, billed: null },
      { type: null, lines: 3, billed: '12345678901234567890.000000000001' },
    ]);
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v1/statement', body: 'select 1' });
  });

  test('has times in UTC, and is asked for in the name of TRINO_USER', async () => {
    const server = await trinoServer({ pages });

    await allRows(await engine(server.url, { TRINO_USER: 'reader' }), 'select 1');

    expect(server.asked[0]?.headers).toMatchObject({ 'x-trino-user': 'reader', 'x-trino-time-zone': 'UTC', 'x-trino-source': 'tonnage' });
    expect(server.asked[0]?.headers).not.toHaveProperty('authorization');
  });

  test('is asked for again where a gateway fails or a connection breaks', async () => {
    const faults = [{ status: 503 }, undefined, { status: 502 }, { status: 504 }, 'reset'] as const;
    const server = await trinoServer({ pages, fault: (_, before) => faults[before] });

    expect(await allRows(await engine(server.url), 'select 1')).toHaveLength(3);
  });

  test('says how far the query is', async () => {
    const server = await trinoServer({ pages });
    const trino = await engine(server.url);

    const seen: (number | undefined)[] = [];
    for await (const _ of trino.rows('select 1')) seen.push(trino.progress());

    expect(seen).toEqual([0.5, 0.5, 0.5]);
    expect(trino.progress()).toBeUndefined();
  });

  test('describes a table with its partitions', async () => {
    const described = ['Column', 'Type', 'Extra', 'Comment'].map((name) => ({ name, type: 'varchar' }));
    const server = await trinoServer({
      pages: [
        {},
        {
          columns: described,
          data: [
            ['line_item_line_item_type', 'varchar', '', ''],
            ['billing_period', 'varchar', 'partition key', ''],
          ],
        },
      ],
    });

    const found = await (await engine(server.url)).describe({ catalog: 'hive', schema: 'cur', table: 'li"nes' });

    expect(found).toEqual([
      { name: 'line_item_line_item_type', type: 'varchar', isPartition: false },
      { name: 'billing_period', type: 'varchar', isPartition: true },
    ]);
    expect(server.asked[0]?.body).toBe('describe "hive"."cur"."li""nes"');
  });
});

describe('a query of Trino is stopped', () => {
  test('where its reader has seen enough', async () => {
    const server = await trinoServer({ pages });

    for await (const _ of (await engine(server.url)).rows('select 1')) break;

    expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/v1/statement/executing/q1/2' });
  });

  test('where the run is interrupted', async () => {
    const server = await trinoServer({ pages });
    const rows = (await engine(server.url)).rows('select 1')[Symbol.asyncIterator]();
    await rows.next();

    await interrupt();

    expect(server.asked.at(-1)?.method).toBe('DELETE');
  });

  test('not once it has ended', async () => {
    const server = await trinoServer({ pages });
    const trino = await engine(server.url);
    await allRows(trino, 'select 1');

    await trino.close();
    await interrupt();

    expect(server.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
});

describe('one line for', () => {
  const failed = (errorName: string, message: string, errorType = 'USER_ERROR'): object => ({ error: { errorName, message, errorType } });

  test.each([
    [
      'a table that is not there',
      failed('TABLE_NOT_FOUND', "line 1:15: Table 'hive.cur.x' does not exist"),
      /TABLE_NOT_FOUND: line 1:15: Table 'hive.cur.x' does not exist/,
      /CATALOG.SCHEMA.TABLE/,
    ],
    [
      'too little memory',
      failed('EXCEEDED_LOCAL_MEMORY_LIMIT', 'Query exceeded\nper-node memory limit of 400MB', 'INSUFFICIENT_RESOURCES'),
      /exceeded per-node memory/,
      /memory-per-node/,
    ],
    ['a query that somebody stopped', failed('USER_CANCELED', 'Query was canceled'), /USER_CANCELED: Query was canceled/, /stopped it/],
    ['a limit that is new', failed('EXCEEDED_SOMETHING', 'too much', 'INSUFFICIENT_RESOURCES'), /EXCEEDED_SOMETHING/, /too little/],
  ])('%s', async (_, page, message, hint) => {
    const server = await trinoServer({ pages: [{}, page] });

    const asked = allRows(await engine(server.url), 'select 1');

    await expect(asked).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
  });

  test('a statement that fails at once', async () => {
    const server = await localServer((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'q1', ...failed('SYNTAX_ERROR', 'mismatched input') })),
    );

    await expect(allRows(await engine(server.url), 'selec')).rejects.toMatchObject({ message: expect.stringMatching(/SYNTAX_ERROR: mismatched input/) });
  });

  test.each([
    [401, /user or password is refused/],
    [403, /not allowed/],
    [404, /not found/],
    [302, /redirects elsewhere/],
    [500, /answers 500/],
    [503, /answers 503/],
  ])('HTTP %i', async (status, message) => {
    const server = await trinoServer({ pages, fault: () => ({ status, headers: { location: 'http://127.0.0.1:1/' } }) });

    await expect(allRows(await engine(server.url), 'select 1')).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(message) });
  });

  test('a web page in the stead of an answer', async () => {
    const server = await trinoServer({ fault: () => ({ status: 200, body: '<html>Log in</html>', headers: { 'content-type': 'text/html' } }) });

    await expect(allRows(await engine(server.url), 'select 1')).rejects.toMatchObject({ message: expect.stringMatching(/does not answer as Trino does/) });
  });

  test('a server that hangs', async () => {
    const server = await trinoServer({ fault: () => 'hang' });

    const asked = allRows(await engine(server.url, {}, { answer: 100, attempts: 1, wait: 1 }), 'select 1');

    await expect(asked).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(/does not answer/) });
  });

  test('a server that is not there', async () => {
    await expect(allRows(await engine('http://127.0.0.1:1'), 'select 1')).rejects.toMatchObject({
      message: 'Trino at 127.0.0.1:1: cannot be reached (ECONNREFUSED)',
    });
  });

  test('answers that would lead elsewhere', async () => {
    const server = await trinoServer({ pages, origin: 'http://trino.internal:8080' });

    const asked = allRows(await engine(server.url), 'select 1');

    await expect(asked).rejects.toMatchObject({ message: expect.stringMatching(/sends us on to http:\/\/trino\.internal:8080/) });
    expect(server.asked).toHaveLength(1);
  });
});

describe('the password', () => {
  test('is not sent in the clear', async () => {
    await expect(engine('http://127.0.0.1:1', { TRINO_USER: 'reader', TRINO_PASSWORD: 'secret-word' })).rejects.toMatchObject({
      message: '127.0.0.1:1: a password would be sent in the clear',
    });
  });

  test('is in no error', async () => {
    const trino = await engine('https://127.0.0.1:1', { TRINO_USER: 'reader', TRINO_PASSWORD: 'secret-word' });

    const error: unknown = await allRows(trino, 'select 1').catch((failure: unknown) => failure);

    const { inspect } = await import('node:util');
    const told = inspect(error, { depth: 20, showHidden: true });
    expect(told).toMatch(/cannot be reached/);
    expect(told).not.toContain('secret-word');
    expect(told).not.toContain(Buffer.from('reader:secret-word').toString('base64'));
  });

  test('does not stand in the url', async () => {
    await expect(engine('https://reader:secret-word@127.0.0.1:1')).rejects.toMatchObject({ message: '127.0.0.1:1: its url holds a user or a password' });
  });
});
