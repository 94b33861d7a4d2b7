import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll } from 'vitest';
import { framesOf, type Sample } from './remote-read/encode.ts';

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parameters of the query and of the form. */
  readonly parameters: URLSearchParams;
  readonly body: Buffer;
}

/** Answers in the place of the server; false where it does not want to. */
export type Intercept = (asked: Asked, response: ServerResponse) => boolean;

export interface TestServer {
  readonly url: string;
  readonly asked: Asked[];
  readonly stop: () => Promise<void>;
}

const running: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of running) await stop();
});

/** Speaks as much of Prometheus' API as the collector asks for, on a free port of this machine. */
export async function startServer(series: readonly TestSeries[], intercept: Intercept = () => false): Promise<TestServer> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://test');
      const body = Buffer.concat(parts);
      const form = request.headers['content-type']?.includes('form') === true ? new URLSearchParams(body.toString()) : new URLSearchParams();
      const one = { path: url.pathname, headers: request.headers, parameters: new URLSearchParams([...url.searchParams, ...form]), body };
      asked.push(one);
      // The clock of the tests' Io.
      response.setHeader('date', 'Sun, 15 Mar 2026 12:00:00 GMT');
      if (!intercept(one, response)) answer(series, one, response);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  running.push(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop };
}

export function json(response: ServerResponse, data: unknown, status = 200): true {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(status === 200 ? { status: 'success', data } : { status: 'error', errorType: 'execution', error: data }));
  return true;
}

function answer(series: readonly TestSeries[], { path, parameters, body }: Asked, response: ServerResponse): void {
  if (path === '/api/v1/status/buildinfo') return void json(response, { version: '2.42.0' });
  if (path === '/api/v1/read') return stream(series, body, response);
  const start = Number(parameters.get('start')) * 1000;
  const end = Number(parameters.get('end')) * 1000;
  if (path === '/api/v1/series' || path === '/api/v1/label/__name__/values') {
    const found = selected(series, parameters.get('match[]') ?? '').filter(({ samples }) => samples.some(({ time }) => time >= start && time <= end));
    return void json(response, path.endsWith('series') ? found.map(({ labels }) => labels) : [...new Set(found.map(({ labels }) => labels['__name__']))]);
  }
  if (path === '/api/v1/query') return void query(series, parameters.get('query') ?? '', Number(parameters.get('time')) * 1000, response);
  if (path === '/api/v1/query_range') return void json(response, { resultType: 'matrix', result: [] });
  response.writeHead(404).end('404 page not found\n');
}

function query(series: readonly TestSeries[], expression: string, time: number, response: ServerResponse): true {
  const vector = (values: readonly (readonly [Readonly<Record<string, string>>, number])[]): true =>
    json(response, { resultType: 'vector', result: values.map(([metric, value]) => ({ metric, value: [time / 1000, String(value)] })) });
  const range = /^(\{.*\})\[(\d+)ms\]$/.exec(expression);
  if (range !== null) {
    const from = time - Number(range[2]);
    const result = selected(series, range[1] ?? '').map(({ labels, samples }) => ({
      metric: labels,
      values: samples.filter((one) => one.time >= from && one.time <= time).map((one) => [one.time / 1000, String(one.value)]),
    }));
    return json(response, { resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) });
  }
  const now = selected(series, /\{.*?\}/.exec(expression)?.[0] ?? '').filter(({ samples }) =>
    samples.some((one) => one.time > time - 300_000 && one.time <= time),
  );
  if (expression.startsWith('count by (namespace)')) {
    const counts = new Map<string, number>();
    for (const { labels } of now) counts.set(labels['namespace'] ?? '', (counts.get(labels['namespace'] ?? '') ?? 0) + 1);
    return vector([...counts].map(([namespace, count]) => [{ namespace }, count]));
  }
  if (expression.startsWith('quantile')) return vector(now.length === 0 ? [] : [[{}, 60]]);
  return vector([]);
}

/** The series that a selector matches. */
function selected(series: readonly TestSeries[], selector: string): TestSeries[] {
  const matchers = [...selector.matchAll(/(\w+)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"/g)].map(([, name = '', type = '=', value = '']) => ({
    name,
    type,
    value: String(JSON.parse(`"${value}"`)),
  }));
  return series.filter(({ labels }) => matchers.every((one) => fits(labels, one)));
}

function fits(labels: TestSeries['labels'], { name, type, value }: { readonly name: string; readonly type: string; readonly value: string }): boolean {
  const own = labels[name] ?? '';
  const isLike = type.includes('~') ? new RegExp(`^(?:${value})$`).test(own) : own === value;
  return type.startsWith('!') ? !isLike : isLike;
}

function stream(series: readonly TestSeries[], body: Buffer, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse' });
  for (const [index, { start, end, selector }] of readRequests(body).entries()) {
    const found = selected(series, selector).map(({ labels, samples }) => ({ labels, samples: samples.filter(({ time }) => time >= start && time <= end) }));
    for (const frame of found.flatMap(({ labels, samples }) => framesOf(labels, samples, 12, index))) response.write(frame);
  }
  response.end();
}

/** What a request of remote_read asks for; its snappy is of literals alone. */
export function readRequests(body: Buffer): { readonly start: number; readonly end: number; readonly selector: string }[] {
  let at = 0;
  const varint = (bytes: Buffer): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  varint(body);
  const literals: Buffer[] = [];
  while (at < body.length) {
    const length = (body[at + 1] ?? 0) + (body[at + 2] ?? 0) * 256 + 1;
    literals.push(body.subarray(at + 3, at + 3 + length));
    at += 3 + length;
  }
  const fields = (bytes: Buffer): { readonly id: number; readonly value: number; readonly bytes: Buffer }[] => {
    const all: { id: number; value: number; bytes: Buffer }[] = [];
    at = 0;
    while (at < bytes.length) {
      const tag = varint(bytes);
      const value = varint(bytes);
      const content = tag % 8 === 2 ? bytes.subarray(at, at + value) : Buffer.alloc(0);
      if (tag % 8 === 2) at += value;
      all.push({ id: tag >> 3, value, bytes: content });
    }
    return all;
  };
  return fields(Buffer.concat(literals))
    .filter(({ id }) => id === 1)
    .map(({ bytes }) => {
      const parts = fields(bytes);
      const matchers = parts.filter(({ id }) => id === 3).map((one) => fields(one.bytes));
      const text = matchers.map((one) => {
        const of = (id: number): string => one.find((field) => field.id === id)?.bytes.toString() ?? '';
        return `${of(2)}${['=', '!=', '=~', '!~'][one.find((field) => field.id === 1)?.value ?? 0]}${JSON.stringify(of(3))}`;
      });
      const number = (id: number): number => parts.find((one) => one.id === id)?.value ?? 0;
      return { start: number(1), end: number(2), selector: `{${text.join(',')}}` };
    });
}
