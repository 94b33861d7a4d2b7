import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** A series as an Agent would send it: a value for every half minute, or none. */
export interface Sent {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `time` in milliseconds. */
  readonly at: (time: number) => number | null;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sends half of the body, and breaks off. */
  readonly cut?: boolean;
  /** Milliseconds before the body ends. */
  readonly slow?: number;
}

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface FakeDatadog {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Texts of the metric queries. */
  readonly queries: () => string[];
}

export interface Behaviour {
  readonly sent?: readonly Sent[];
  /** Series of pods that an answer has; what is beyond is left out, without a word. */
  readonly mostSeries?: number;
  /** Points that it gives a series; beyond, it makes the interval longer, without a word. */
  readonly mostPoints?: number;
  /** What it says instead; undefined: what it would say. `nth`: counted from 1. */
  readonly instead?: (asked: Asked, nth: number) => Answer | undefined;
  readonly costs?: (kind: string, month: string) => unknown;
}

const SAMPLE = 30_000;
/** The clock of the tests. */
const NOW = 'Sun, 15 Mar 2026 12:02:00 GMT';

const servers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of servers.splice(0)) await stop();
});

/** Speaks as much of Datadog's API as is read, with its habits: series that lack a tag are `N/A`, and too many points make the interval longer. It is stopped after the test. */
export async function fakeDatadog(behaviour: Behaviour): Promise<FakeDatadog> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://datadog');
    const one = { path: url.pathname, query: url.searchParams, headers: request.headers };
    asked.push(one);
    reply(response, behaviour.instead?.(one, asked.length) ?? { body: JSON.stringify(answerOf(one, behaviour)) });
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  servers.push(
    () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, queries: () => asked.flatMap(({ query }) => query.get('query') ?? []) };
}

function reply(response: ServerResponse, { status = 200, headers = {}, body, cut = false, slow = 0 }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', date: NOW, ...headers, 'content-length': String(Buffer.byteLength(body)) });
  if (cut) {
    response.write(body.slice(0, body.length / 2));
    setTimeout(() => response.destroy(), 20);
  } else if (slow > 0) {
    response.write(body.slice(0, 1));
    setTimeout(() => response.end(body.slice(1)), slow);
  } else {
    response.end(body);
  }
}

function answerOf({ path, query }: Asked, behaviour: Behaviour): unknown {
  const cost = /^\/api\/v2\/usage\/(historical|estimated)_cost$/.exec(path)?.[1];
  if (cost !== undefined) return behaviour.costs?.(cost, query.get('start_month') ?? '') ?? { data: [] };
  if (path === '/api/v1/validate') return { valid: true };
  if (path === '/api/v1/metrics') {
    const tag = query.get('tag_filter') ?? '';
    return { from: query.get('from'), metrics: [...new Set((behaviour.sent ?? []).filter((one) => matches(one, tag)).map(({ metric }) => metric))] };
  }
  return { status: 'ok', series: seriesOf(query.get('query') ?? '', Number(query.get('from')) * 1000, Number(query.get('to')) * 1000, behaviour) };
}

const QUERY =
  /^(?<count>count_not_null\()?(?<space>\w+):(?<metric>[\w.]+)\{(?<filter>[^}]*)\} by \{(?<by>[^}]*)\}(\.rollup\((?<time>\w+), (?<step>\d+)\))?(\.fill\(null\))?\)?$/;

function seriesOf(text: string, from: number, to: number, { sent = [], mostSeries = Infinity, mostPoints = 1500 }: Behaviour): unknown[] {
  const parts = QUERY.exec(text)?.groups;
  if (parts === undefined) throw new Error(`not a query that Datadog would understand: ${text}`);
  const { space = '', metric, filter = '', by = '', time = 'avg' } = parts;
  let step = Number(parts['step'] ?? 20) * 1000;
  while ((to - from) / step > mostPoints) step *= 2;
  const names = by.split(',');
  const groups = Map.groupBy(
    sent.filter((one) => one.metric === metric && matches(one, filter)),
    ({ tags }) => names.map((name) => `${name}:${tags[name] ?? 'N/A'}`).join(','),
  );
  const series = [...groups].flatMap(([scope, of]) => {
    const points: [number, number | null][] = [];
    for (let at = Math.floor(from / step) * step; at <= to; at += step) {
      const values = of.flatMap((one) => aggregate(time, samples(one, Math.max(at, 0), at + step)) ?? []);
      points.push([at, aggregate(space, values) ?? null]);
    }
    return points.every(([, value]) => value === null)
      ? []
      : [{ metric, interval: step / 1000, tag_set: scope.split(','), scope, query_index: 0, pointlist: points }];
  });
  if (parts['count'] === undefined) return by.includes('pod_name') ? series.slice(0, mostSeries) : series;
  if (series.length === 0) return [];
  const times = series[0]?.pointlist.map(([at]) => at) ?? [];
  const counts = times.map((at, index) => [at, series.filter(({ pointlist }) => pointlist[index]?.[1] !== null).length]);
  return [{ metric, interval: step / 1000, tag_set: [], scope: '*', query_index: 0, pointlist: counts }];
}

function samples({ at }: Sent, from: number, to: number): number[] {
  const values: number[] = [];
  for (let time = from; time < to; time += SAMPLE) {
    const value = at(time);
    if (value !== null) values.push(value);
  }
  return values;
}

function aggregate(how: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  if (how === 'count') return values.length;
  if (how === 'max') return Math.max(...values);
  if (how === 'min') return Math.min(...values);
  const sum = values.reduce((a, b) => a + b, 0);
  return how === 'sum' ? sum : sum / values.length;
}

function matches({ tags }: Sent, filter: string): boolean {
  return filter
    .split(' AND ')
    .filter((part) => part !== '*')
    .every((part) => {
      const list = /^(\S+) (NOT IN|IN) \((.*)\)$/.exec(part);
      if (list === null) return tags[part.slice(0, part.indexOf(':'))] === part.slice(part.indexOf(':') + 1);
      const [, name = '', operator, values = ''] = list;
      return values.split(',').includes(tags[name] ?? '') === (operator === 'IN');
    });
}
