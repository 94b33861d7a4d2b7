import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { get } from '../../../src/collectors/prometheus/api.ts';
import { Client, type Patience } from '../../../src/collectors/prometheus/client.ts';
import { UserError } from '../../../src/io/errors.ts';
import { testIo } from '../../io/test-io.ts';
import { checks, collect, container, settingsFor, type CollectedPart } from './collected.ts';
import { json, readRequests, startServer, type Asked, type Intercept } from './server.ts';

const given = testIo();
const DAY = container({}, '2026-03-15T00:00:00Z', '2026-03-15T12:00:00Z');
const CANARY = 'canary-7f3a9c51';
const HOUR = 3_600_000;

const one = (url: string, more: Readonly<Record<string, unknown>> = {}) => settingsFor(url, { history: 1, ...more });
const hash = ({ file }: CollectedPart): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const usageOf = (parts: readonly CollectedPart[]): CollectedPart | undefined => parts.find(({ part }) => part.table === 'usage');

/** What the user is told, the server's address cut off. */
async function told(url: string, more: Readonly<Record<string, unknown>> = {}): Promise<{ readonly line: string; readonly hint: string }> {
  try {
    await collect(given, one(url, more));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { line: error.message.replace(/^https?:\/\/[^/]*?:\d+/, 'URL'), hint: error.hint ?? '' };
  }
  throw new Error('it was read');
}

/** All answers to paths that match. */
const always =
  (path: RegExp, status: number, body: string, headers: Readonly<Record<string, string>> = {}): Intercept =>
  (asked, response) => {
    if (!path.test(asked.path)) return false;
    response.writeHead(status, headers).end(body);
    return true;
  };

describe('a server that cannot be read', () => {
  it('is not there', async () => {
    const { url, stop } = await startServer([]);
    await stop();
    expect(await told(url)).toMatchObject({ line: 'URL: cannot be reached (ECONNREFUSED)' });
  });

  it('does not know the token, or no longer', async () => {
    const { url } = await startServer(DAY, always(/./, 401, 'token expired'));
    expect(await told(url, { bearer: CANARY })).toMatchObject({ line: 'URL: access is denied (401): token expired' });
  });

  it('does not allow it', async () => {
    const { url } = await startServer(DAY, always(/./, 403, '{"error":"no org id"}'));
    expect(await told(url)).toMatchObject({ line: 'URL: access is denied (403): no org id', hint: expect.stringContaining('X-Scope-OrgID') });
  });

  it('speaks no TLS', async () => {
    const { url } = await startServer(DAY);
    expect((await told(url.replace('http:', 'https:'))).line).toMatch(/^URL: its TLS connection cannot be trusted \(ERR_SSL_\w+\)$/);
  });

  it('is a login page of a proxy', async () => {
    const { url } = await startServer(DAY, always(/./, 200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }));
    expect(await told(url)).toMatchObject({ line: 'URL: answers with a web page instead of JSON', hint: expect.stringContaining('login page') });
  });

  it('has its API below another path', async () => {
    const { url } = await startServer(DAY, always(/./, 404, '404 page not found'));
    expect(await told(url)).toMatchObject({ line: 'URL: there is no Prometheus API at this path (404)', hint: expect.stringContaining('/api/prom') });
  });

  it('is something else', async () => {
    const { url } = await startServer(DAY, always(/./, 200, '{"hello":"world"}'));
    expect(await told(url)).toMatchObject({ line: 'URL: does not answer as Prometheus does' });
  });

  it('redirects: credentials go to no other host', async () => {
    const other = await startServer(DAY);
    const { url } = await startServer(DAY, always(/./, 302, '', { location: `${other.url}/login?token=${CANARY}` }));
    expect((await told(url, { bearer: CANARY })).line).toBe(`URL: redirects to ${other.url}/login`);
    expect(other.asked).toEqual([]);
  });
});

describe('TLS', () => {
  const pem = (name: string): string => readFileSync(join(import.meta.dirname, 'tls', `${name}.pem`), 'utf8');
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  async function secure(): Promise<string> {
    const server = createServer({ key: pem('key'), cert: pem('certificate') }, (_, response) => void json(response, { version: '2.42.0' }));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    stops.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('of an unknown authority is not trusted', async () => {
    expect(await told(await secure())).toMatchObject({
      line: 'URL: its TLS connection cannot be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      hint: expect.stringContaining('ca'),
    });
  });

  it('of a named authority is', async () => {
    given.write('ca.pem', pem('certificate'));
    const client = await Client.open(one(await secure(), { ca: 'ca.pem' }), given.io);
    expect((await get(client, 'status/buildinfo')).data).toEqual({ version: '2.42.0' });
    await client.close();
  });

  it('needs a file of certificates that is one', async () => {
    given.write('empty.pem', 'no certificate');
    await expect(Client.open(one('https://127.0.0.1:1', { ca: 'empty.pem' }), given.io)).rejects.toThrow('empty.pem: no certificate in it');
    await expect(Client.open(one('https://127.0.0.1:1', { ca: 'none.pem' }), given.io)).rejects.toThrow('none.pem: no such file');
  });
});

const reset: Intercept = (_, response) => {
  response.destroy();
  return true;
};

const cutBody: Intercept = (_, response) => {
  response.writeHead(200, { 'content-length': 100 }).write('{"status":"suc', () => response.destroy());
  return true;
};

describe('an answer that fails', () => {
  const patient: Partial<Patience> = { again: 1, idle: 1500, answer: 1500, whole: 4000 };

  async function asking(intercept: Intercept): Promise<{ readonly answer: Promise<unknown>; readonly asked: readonly Asked[] }> {
    const { url, asked } = await startServer(DAY, intercept);
    const client = await Client.open(one(url), given.io, patient);
    return { answer: get(client, 'status/buildinfo').finally(() => void client.close()), asked };
  }

  /** Fails so many times, and then no more. */
  function times(count: number, fail: Intercept): Intercept {
    let left = count;
    return (asked, response) => left-- > 0 && fail(asked, response);
  }

  it.each([
    ['429 without a word about when', always(/./, 429, 'slow down')],
    ['429 that says when', always(/./, 429, '', { 'retry-after': '0' })],
    ['503 that says when, by a date', always(/./, 503, '', { 'retry-after': 'Sun, 15 Mar 2026 12:00:00 GMT' })],
    ['a connection that is reset', reset],
    ['a body that is cut', cutBody],
    ['JSON that ends too early', always(/./, 200, '{"status":"success","data":{"ver')],
  ] as const)('is asked for again: %s', async (_, fail) => {
    const { answer, asked } = await asking(times(2, fail));
    expect(await answer).toMatchObject({ data: { version: '2.42.0' } });
    expect(asked).toHaveLength(3);
  });

  it('is not asked for without end', async () => {
    const { answer, asked } = await asking(always(/./, 503, 'over capacity'));
    await expect(answer).rejects.toThrow('too busy to answer (503): over capacity');
    expect(asked).toHaveLength(5);
  });

  it('is not waited for without end: it does not begin', async () => {
    const { answer } = await asking(() => true);
    await expect(answer).rejects.toThrow('no answer in time');
  });

  it('is not waited for without end: it stands still', async () => {
    const { answer } = await asking((_, response) => response.writeHead(200).write('{"status":') || true);
    await expect(answer).rejects.toThrow('no answer in time');
  });

  it('is not waited for without end: a byte now and then', async () => {
    const { answer } = await asking((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 200);
      response.on('close', () => clearInterval(timer));
      return true;
    });
    await expect(answer).rejects.toThrow('the answer did not end in time');
  });

  it('is unpacked where it is packed', async () => {
    const { answer } = await asking((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"status":"success","data":{"version":"1"}}'));
      return true;
    });
    expect(await answer).toMatchObject({ data: { version: '1' } });
  });
});

describe('a server that cannot give all at once', () => {
  /** How long a stretch remote_read is asked for. */
  const spanOf = ({ body }: Asked): number => Math.max(...readRequests(body).map(({ start, end }) => end - start));

  it('is asked for halves, and the result is the same', async () => {
    const whole = await collect(given, one((await startServer(DAY)).url));
    const { url } = await startServer(
      DAY,
      (asked, response) => asked.path === '/api/v1/read' && spanOf(asked) > 4 * HOUR && json(response, 'query processing would load too many samples', 422),
    );
    const halved = await collect(given, one(url));
    expect(halved.map(hash)).toEqual(whole.map(hash));
    expect(halved.map(({ facts }) => facts)).toEqual(whole.map(({ facts }) => facts));
  });

  it('is asked for halves of queries, too', async () => {
    const whole = await collect(given, one((await startServer(DAY)).url, { read: 'samples' }));
    const { url } = await startServer(DAY, ({ path, parameters }, response) => {
      const range = /\[(\d+)ms\]/.exec(parameters.get('query') ?? '')?.[1];
      return path === '/api/v1/query' && Number(range ?? 0) > 2 * HOUR && json(response, 'query processing would load too many samples', 422);
    });
    expect((await collect(given, one(url, { read: 'samples' }))).map(hash)).toEqual(whole.map(hash));
  });

  it('leaves a gap where the smallest stretch fails, and the rest is read', async () => {
    const broken = Date.parse('2026-03-15T03:30:00Z');
    const { url } = await startServer(DAY, (asked, response) => {
      if (asked.path !== '/api/v1/read') return false;
      const [query] = readRequests(asked.body);
      const isBroken = query !== undefined && query.selector.includes('container_cpu') && query.start <= broken && query.end >= broken;
      return isBroken && json(response, 'corrupted chunk', 500);
    });
    const part = usageOf(await collect(given, one(url)));
    expect(part?.facts.gaps).toEqual([
      {
        code: 'unread-period',
        source: 'prometheus',
        what: 'what containers used',
        period: { start: '2026-03-15T03:00:00Z', end: '2026-03-15T03:45:00Z' },
        reason: 'failed (500): corrupted chunk',
      },
    ]);
    expect(part?.facts.rows).toBe(144 - 9);
  });

  it('is read by queries where its chunks are of another kind', async () => {
    const { url, asked } = await startServer(DAY, always(/\/read$/, 200, '', { 'content-type': 'application/x-protobuf' }));
    const part = usageOf(await collect(given, one(url)));
    expect(part?.facts).toMatchObject({ rows: 144, capabilities: ['raw-samples', 'pod-uids'] });
    expect(asked.filter(({ path }) => path === '/api/v1/read')).toHaveLength(1);
  });

  it('is not read by queries where remote_read is insisted on', async () => {
    const { url } = await startServer(DAY, always(/\/read$/, 404, ''));
    expect((await told(url, { read: 'remote-read' })).line).toBe('URL: there is no Prometheus API at this path (404)');
  });

  it('is read again where a stream is cut or damaged', async () => {
    const whole = await collect(given, one((await startServer(DAY)).url));
    let left = 2;
    const { url } = await startServer(DAY, (asked, response) => {
      if (asked.path !== '/api/v1/read' || spanOf(asked) < HOUR || left-- <= 0) return false;
      response.writeHead(200, { 'content-type': 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse' });
      if (left === 1) response.end(Buffer.from([5, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
      else response.write(Buffer.from([200, 1, 2, 3]), () => response.destroy());
      return true;
    });
    expect((await collect(given, one(url))).map(hash)).toEqual(whole.map(hash));
  });
});

describe('credentials', () => {
  const seen = (asked: readonly Asked[]): string | undefined => asked.at(-1)?.headers.authorization;

  it('are sent as they are configured', async () => {
    const { url, asked } = await startServer(DAY);
    await checks(given, one(url, { bearer: CANARY, headers: { 'X-Scope-OrgID': 'acme' } }));
    expect(seen(asked)).toBe(`Bearer ${CANARY}`);
    expect(asked.every(({ headers }) => headers['x-scope-orgid'] === 'acme')).toBe(true);
    await checks(given, one(url, { basic: { username: 'a', password: 'b:c' } }));
    expect(seen(asked)).toBe(`Basic ${Buffer.from('a:b:c').toString('base64')}`);
    await checks(given, one(url.replace('//', '//user:p%40ss@')));
    expect(seen(asked)).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  });

  it('of AWS sign each request, its body with it', async () => {
    const { url, asked } = await startServer(DAY);
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: CANARY });
    try {
      await checks(given, one(url, { sigv4: { region: 'eu-west-1' } }));
    } finally {
      for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect(asked.length).toBeGreaterThan(3);
    for (const { headers } of asked) {
      expect(headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260315\/eu-west-1\/aps\/aws4_request, SignedHeaders=(content-type;)?host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
      );
    }
    expect(JSON.stringify(asked.map(({ headers }) => headers))).not.toContain(CANARY);
  });

  it.each([
    ['a bearer token', { bearer: CANARY }, ''],
    ['a password', { basic: { username: 'a', password: CANARY } }, ''],
    ['a header', { headers: { 'X-Api-Key': CANARY } }, ''],
    ['a password in the address', {}, `a:${CANARY}@`],
  ])('are seen in no error, gap or check: %s', async (_, more, inUrl) => {
    const repeat: Intercept = ({ path, headers }, response) =>
      path !== '/api/v1/status/buildinfo' && Boolean(response.writeHead(400).end(JSON.stringify(headers)));
    const { url } = await startServer(DAY, repeat);
    const address = url.replace('//', `//${inUrl}`);
    const failed = await told(address, more);
    expect(failed.line).toContain('***');
    const gaps: Intercept = (asked, response) =>
      asked.path === '/api/v1/read' && asked.body.includes('container_cpu') && Boolean(response.writeHead(500).end(JSON.stringify(asked.headers)));
    const other = (await startServer(DAY, gaps)).url.replace('//', `//${inUrl}`);
    const parts = await collect(given, one(other, more));
    expect(usageOf(parts)?.facts.gaps[0]?.code).toBe('unread-period');
    const all = JSON.stringify([failed, parts, await checks(given, one(other, more))]);
    expect(all).not.toContain(CANARY);
    expect(all).not.toContain(Buffer.from(`a:${CANARY}`).toString('base64'));
    for (const { file } of parts) expect(readFileSync(file).includes(CANARY)).toBe(false);
  });

  it('are given in one way alone', () => {
    expect(() => one('http://127.0.0.1:1', { bearer: 'a', basic: { username: 'a', password: 'b' } })).toThrow('only one of');
  });
});
