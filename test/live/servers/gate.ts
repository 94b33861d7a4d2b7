import { once } from 'node:events';
import { createServer, request as plainRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';

export interface Gate {
  readonly url: string;
  /** The requests that came, in their order. `status` is undefined until there is an answer, and where there was none. */
  readonly requests: readonly Passed[];
  readonly close: () => Promise<void>;
}

interface Passed {
  readonly path: string;
  status: number | undefined;
}

export type Verdict = 'pass' | number;

/** Lets a request through, or answers it with a status itself. */
export type Keeper = (request: { readonly path: string; readonly count: number }) => Promise<Verdict> | Verdict;

/** Stands before a real server, so that a test can act between two requests. What the server does not answer, this does not answer either. */
export async function openGate(upstream: string, keeper: Keeper, authority?: string): Promise<Gate> {
  const requests: Passed[] = [];
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const passed: Passed = { path, status: undefined };
    requests.push(passed);
    outgoing.on('finish', () => {
      passed.status = outgoing.statusCode;
    });
    void Promise.resolve(keeper({ path, count: requests.length })).then((verdict) => {
      if (verdict === 'pass') forward(new URL(path, upstream), incoming, outgoing, authority);
      else outgoing.writeHead(verdict, { 'content-type': 'text/plain' }).end(`${verdict}\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => void server.close(done));
    },
  };
}

function forward(url: URL, incoming: IncomingMessage, outgoing: ServerResponse, authority: string | undefined): void {
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  const headers = { ...incoming.headers, host: url.host };
  const onward = send(url, { method: incoming.method, headers, ...(authority === undefined ? {} : { ca: authority }) }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => outgoing.destroy());
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
