import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** A question as it came: what the SDK sent. */
export interface Asked {
  readonly operation: string;
  readonly input: {
    readonly TimePeriod: { readonly Start: string; readonly End: string };
    readonly Granularity?: string;
    readonly Filter?: unknown;
    readonly NextPageToken?: string;
    readonly NextToken?: string;
    readonly [key: string]: unknown;
  };
}

/** What is answered: an object, a refusal, or anything else by one's own hand. */
export type Answer = object | ((response: ServerResponse) => void);

/** A refusal as AWS sends it. */
export const refusal =
  (type: string, message = 'no', status = 400): Answer =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type: type, message }));

export interface Server {
  readonly url: string;
  readonly asked: readonly Asked[];
}

const running: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(running.map((close) => close()));
});

/** A server that speaks Cost Explorer's protocol, on a free port of 127.0.0.1, until the tests of the file end. */
export async function serve(answer: (asked: Asked) => Answer): Promise<Server> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => void pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      const one: Asked = {
        operation: String(request.headers['x-amz-target']).split('.')[1] ?? '',
        input: body.startsWith('{') ? (JSON.parse(body) as Asked['input']) : { TimePeriod: { Start: '', End: '' }, body },
      };
      asked.push(one);
      const found = answer(one);
      if (typeof found === 'function') (found as (response: ServerResponse) => void)(response);
      else response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(found));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Amounts by metric, in USD. */
export function metrics(unblended: string, amortized = unblended): Readonly<Record<string, object>> {
  const value = (Amount: string) => ({ Amount, Unit: 'USD' });
  return { UnblendedCost: value(unblended), NetUnblendedCost: value(unblended), AmortizedCost: value(amortized), NetAmortizedCost: value(amortized) };
}

export interface Group {
  readonly keys: readonly string[];
  readonly metrics: Readonly<Record<string, object>>;
}

/** The answer of one day. */
export function day(start: string, groups: readonly Group[], Estimated = false): object {
  const End = new Date(Date.parse(start) + 86_400_000).toISOString().slice(0, 10);
  return { TimePeriod: { Start: start, End }, Total: {}, Groups: groups.map(({ keys, metrics: of }) => ({ Keys: keys, Metrics: of })), Estimated };
}
