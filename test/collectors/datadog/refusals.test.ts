import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { addressOf, connect, keysOf, type Datadog } from '../../../src/collectors/datadog/client.ts';
import { UserError } from '../../../src/io/errors.ts';
import type { TestIo } from '../../io/test-io.ts';
import { API_KEY, APP_KEY, collect, ioFor, settingsOf } from './collected.ts';
import { fakeDatadog, type Answer, type Asked } from './server.ts';

const QUERY = 'avg:kubernetes.cpu.usage.total{kube_cluster_name:production} by {pod_name}.rollup(avg, 300)';

const clientOf = (at: TestIo, budget = 500): Promise<Datadog> => connect(settingsOf({ budget }), at.io, { pause: 1, timeout: 300 });

interface Failure {
  readonly error: UserError;
  readonly asked: readonly Asked[];
  readonly said: string;
}

/** What comes of a server that always answers so. */
async function failure(answer: Answer): Promise<Failure> {
  const server = await fakeDatadog({ instead: () => answer });
  const at = ioFor(server.url);
  const client = await clientOf(at);
  const error: unknown = await client.query(0, 300, QUERY).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw new Error('no UserError', { cause: error });
  return { error, asked: server.asked, said: at.err() };
}

const line = (message: string): string => message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');

describe('each refusal is one line and a hint', () => {
  test.each<[string, Answer, string, RegExp, number]>([
    ['keys of nobody', { status: 401, body: '{"errors":["Unauthorized"]}' }, 'HOST does not know these keys (401): Unauthorized', /belong to this site/, 1],
    [
      'a key without the permission',
      { status: 403, body: '{"errors":["Forbidden"]}' },
      'HOST refuses /api/v1/query (it takes the permission timeseries_query): Forbidden',
      /keys of another site/,
      1,
    ],
    ['a path that is not there', { status: 404, body: '{"errors":["Not found"]}' }, 'HOST has no /api/v1/query (404)', /DD_SITE/, 1],
    [
      'a question that is refused',
      { status: 400, body: '{"errors":["Error parsing query"]}' },
      'HOST cannot answer /api/v1/query: Error parsing query',
      /report it/,
      1,
    ],
    [
      'an error in an answer that is 200',
      { body: '{"status":"error","error":"unknown function"}' },
      'HOST cannot answer a query: unknown function',
      /report it/,
      1,
    ],
    ['a web page that is 200', { body: '<!DOCTYPE html><title>Sign in</title>' }, 'HOST answers with a web page instead of JSON (200)', /proxy/, 1],
    ['a web page that is 403', { status: 403, body: '<html><h1>Blocked</h1></html>' }, 'HOST answers with a web page instead of JSON (403)', /proxy/, 1],
    [
      'JSON of somebody else',
      { body: '{"series":"none"}' },
      'HOST: not an answer of Datadog: series: Invalid input: expected array, received string',
      /site/,
      1,
    ],
    ['text that is cut', { body: '{"status":"ok","ser' }, 'HOST: the answer is no JSON, or was cut', /proxy/, 5],
    [
      'a connection that breaks off',
      { body: JSON.stringify({ status: 'ok', series: [] }).repeat(50), cut: true },
      'HOST: the answer broke off (UND_ERR_SOCKET)',
      /run again/,
      5,
    ],
    ['a body that does not end', { body: '{"status":"ok"}', slow: 2000 }, 'HOST has not answered in 0.3 s', /smaller `history`/, 5],
    ['a server that is down', { status: 503, body: 'upstream' }, 'HOST answers /api/v1/query with 503', /run again later/, 5],
    [
      'a rate limit without a word',
      { status: 429, body: '{"errors":["Too many requests"]}' },
      'HOST: the rate limit is used up: Too many requests',
      /run again later/,
      5,
    ],
    [
      'a redirect, which would carry the keys away',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      'HOST sends /api/v1/query elsewhere (302)',
      /proxy/,
      1,
    ],
  ])('%s', async (_, answer, message, hint, calls) => {
    const { error, asked } = await failure(answer);
    expect(line(error.message)).toBe(message);
    expect(error.hint).toMatch(hint);
    expect(asked).toHaveLength(calls);
  });

  test('a server that repeats the keys does not make them known', async () => {
    const { error, said } = await failure({
      status: 429,
      headers: { 'retry-after': '0' },
      body: JSON.stringify({ errors: [`key ${API_KEY} and ${APP_KEY}`] }),
    });
    expect(line(error.message)).toBe('HOST: the rate limit is used up: key *** and ***');
    expect(said).toContain('again in 1 s');
    expect(JSON.stringify([error.message, error.hint, error.stack, said])).not.toMatch(/canary/);
  });

  test('nothing listens', async () => {
    const closed = createServer();
    const port = await new Promise<number>((listening) => {
      closed.listen(0, '127.0.0.1', () => listening((closed.address() as { port: number }).port));
    });
    await new Promise<void>((done) => {
      closed.close(() => done());
    });
    const client = await clientOf(ioFor(`http://127.0.0.1:${port}`));
    await expect(client.query(0, 300, QUERY)).rejects.toMatchObject({ message: `127.0.0.1:${port}: nothing listens there` });
  });

  test('TLS that is none', async () => {
    const { url } = await fakeDatadog({});
    const client = await clientOf(ioFor(url.replace('http:', 'https:')));
    await expect(client.query(0, 300, QUERY)).rejects.toMatchObject({ message: expect.stringMatching(/its certificate is not trusted \(ERR_SSL/) });
  });
});

describe('what is no refusal', () => {
  test('422 is no data', async () => {
    const server = await fakeDatadog({ instead: () => ({ status: 422, body: '{"errors":["no data"]}' }) });
    await expect((await clientOf(ioFor(server.url))).query(0, 300, QUERY)).resolves.toEqual({ status: 'ok', series: [] });
  });

  test.each([
    ['Retry-After', { status: 503, headers: { 'retry-after': '0' }, body: '' }],
    [
      'X-RateLimit-Reset',
      { status: 429, headers: { 'x-ratelimit-limit': '600', 'x-ratelimit-period': '3600', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' }, body: '' },
    ],
    ['a cut answer', { body: '{"status":', cut: true }],
  ])('%s: the call is made again', async (_, first) => {
    const server = await fakeDatadog({ instead: (_asked, nth) => (nth === 1 ? first : undefined) });
    await expect((await clientOf(ioFor(server.url))).query(0, 300, QUERY)).resolves.toMatchObject({ status: 'ok' });
    expect(server.asked).toHaveLength(2);
  });

  test('where nothing is left of the rate limit, the next call waits', async () => {
    const headers = {
      'x-ratelimit-limit': '600',
      'x-ratelimit-period': '3600',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1',
      'x-ratelimit-name': 'query',
    };
    const server = await fakeDatadog({ instead: (_asked, nth) => (nth === 1 ? { headers, body: '{"status":"ok"}' } : undefined) });
    const at = ioFor(server.url);
    const client = await clientOf(at);
    await client.query(0, 300, QUERY);
    const before = performance.now();
    await client.query(0, 300, QUERY);
    expect(performance.now() - before).toBeGreaterThan(950);
    expect(at.err()).toBe("Datadog's rate limit (600 in 3600 s) is used up: waiting 1 s\n");
  });

  test('where that is long, the run ends and says for how long', async () => {
    const headers = {
      'x-ratelimit-limit': '600',
      'x-ratelimit-period': '3600',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '3000',
      'x-ratelimit-name': 'query',
    };
    const server = await fakeDatadog({ instead: () => ({ headers, body: '{"status":"ok"}' }) });
    const client = await clientOf(ioFor(server.url));
    await client.query(0, 300, QUERY);
    await expect(client.query(0, 300, QUERY)).rejects.toMatchObject({ message: "Datadog's rate limit query (600 in 3600 s) is used up for 3000 s" });
    expect(server.asked).toHaveLength(1);
  });

  test('retries count: the budget is never overspent', async () => {
    const server = await fakeDatadog({ instead: () => ({ status: 503, body: '' }) });
    const client = await clientOf(ioFor(server.url), 2);
    await expect(client.query(0, 300, QUERY)).rejects.toMatchObject({ message: 'the budget of 2 calls is spent' });
    expect(server.asked).toHaveLength(2);
  });
});

describe('keys and addresses', () => {
  test('keys travel in headers alone', async () => {
    const server = await fakeDatadog({});
    await (await clientOf(ioFor(server.url))).query(0, 300, QUERY);
    expect(server.asked[0]?.headers).toMatchObject({ 'dd-api-key': API_KEY, 'dd-application-key': APP_KEY });
    expect(String(server.asked[0]?.query)).not.toMatch(/canary/);
  });

  test('both keys are needed', () => {
    expect(() => keysOf({})).toThrow('DD_API_KEY is not set');
    expect(() => keysOf({ DD_API_KEY: 'a' })).toThrow('DD_APP_KEY is not set');
    expect(keysOf({ DD_API_KEY: ' a\n', DD_APPLICATION_KEY: 'b' })).toEqual({ api: 'a', application: 'b' });
  });

  test('a key that is no header is not repeated', () => {
    expect(() => keysOf({ DD_API_KEY: 'canary key', DD_APP_KEY: 'b' })).toThrow(/^DD_API_KEY or DD_APP_KEY has a character that no key has$/);
  });

  test('the site is that of the settings, else DD_SITE, else the first one; DATADOG_HOST is the whole address', () => {
    expect(addressOf('datadoghq.eu', { DD_SITE: 'us5.datadoghq.com' }).origin).toBe('https://api.datadoghq.eu');
    expect(addressOf(undefined, { DD_SITE: 'us5.datadoghq.com' }).origin).toBe('https://api.us5.datadoghq.com');
    expect(addressOf(undefined, {}).origin).toBe('https://api.datadoghq.com');
    expect(addressOf('datadoghq.eu', { DATADOG_HOST: 'http://127.0.0.1:8080' }).origin).toBe('http://127.0.0.1:8080');
    expect(() => addressOf(undefined, { DATADOG_HOST: 'api.datadoghq.eu' })).toThrow('DATADOG_HOST is no address');
  });
});

test('a collect that fails half-way leaves no key anywhere', async () => {
  const sent = [{ metric: 'kubernetes.cpu.usage.total', tags: { kube_cluster_name: 'production' }, at: () => 1 }];
  const server = await fakeDatadog({ sent, instead: (_, nth) => (nth > 2 ? { status: 403, body: JSON.stringify({ errors: [API_KEY] }) } : undefined) });
  const at = ioFor(server.url);
  const error: unknown = await collect({ cluster: 'production', bill: false, history: 1 }, at).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(`${String(error)}${error instanceof UserError ? `${error.hint}${error.stack}` : ''}${at.err()}${at.out()}`).not.toMatch(/canary/);
});

test('what is collected holds no key', async () => {
  const sent = [
    {
      metric: 'kubernetes.cpu.usage.total',
      tags: { kube_cluster_name: 'production', kube_namespace: 'a', pod_name: 'b', kube_container_name: 'c' },
      at: () => 1,
    },
  ];
  const at = ioFor((await fakeDatadog({ sent })).url);
  const parts = await collect({ cluster: 'production', history: 1 }, at);
  const files = parts.map(({ file }) => readFileSync(file, 'latin1'));
  expect(files.length).toBeGreaterThan(7);
  expect(JSON.stringify([parts, files, at.err(), at.out()])).not.toMatch(/canary/);
});
