import { localServer, type Asked, type LocalServer } from './local-server.ts';

interface Page {
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly (readonly unknown[])[];
  readonly error?: { readonly message: string; readonly errorName: string; readonly errorType: string };
}

/** An answer in the stead of a page; `hang`: none at all. */
type Fault = { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> } | 'hang' | 'reset';

interface Script {
  /** The pages of the answer to any statement. */
  readonly pages?: readonly Page[];
  /** What becomes of a request in the stead of an answer, by how many came before it. */
  readonly fault?: (asked: Asked, before: number) => Fault | undefined;
  /** What the addresses of further pages begin with; its own, if it is not said. */
  readonly origin?: string;
}

/** Speaks Trino's protocol as far as it is used: https://trino.io/docs/current/develop/client-protocol.html */
export async function trinoServer({ pages = [], fault, origin }: Script): Promise<LocalServer> {
  let before = 0;
  const server: LocalServer = await localServer((asked, response) => {
    const found = fault?.(asked, before);
    before += 1;
    if (found === 'hang') return;
    if (found === 'reset') return void response.socket?.destroy();
    if (found !== undefined) return void response.writeHead(found.status, found.headers).end(found.body ?? '');
    if (asked.method === 'DELETE') return void response.writeHead(204).end();
    const at = asked.method === 'POST' ? -1 : Number(asked.path.split('/').at(-1));
    const next = at + 1 < pages.length ? { nextUri: `${origin ?? server.url}/v1/statement/executing/q1/${at + 1}` } : {};
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'q1', stats: { progressPercentage: 50 }, ...pages[at], ...next }));
  });
  return server;
}
