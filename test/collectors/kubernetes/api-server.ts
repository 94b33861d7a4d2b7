import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** An object of Kubernetes, as far as a test says what it is. */
export type Thing = Readonly<Record<string, unknown>>;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
}

/** Answers in place of the server; false: the server is to answer itself. */
export type Trouble = (asked: Asked, response: ServerResponse, count: number) => boolean;

export interface ApiServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Objects by the path of their list, all namespaces together: `/api/v1/pods`. */
  readonly objects: Map<string, Thing[]>;
  readonly forbidden: Set<string>;
  trouble: Trouble | undefined;
  now: () => Date;
  stop(): Promise<void>;
}

export const TOKEN = 'canary-5f2b9c71d0';

/** What a small kube-apiserver answers: discovery, lists in pages, objects by name, 401 without the token, 403 and 404. */
export async function startApiServer(tls?: { readonly key: string; readonly cert: string }): Promise<ApiServer> {
  const asked: Asked[] = [];
  const state = {
    objects: new Map<string, Thing[]>(),
    forbidden: new Set<string>(),
    trouble: undefined as Trouble | undefined,
    now: () => new Date('2026-03-15T12:00:00Z'),
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://x');
    const one = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      authorization: request.headers.authorization,
      accept: request.headers.accept,
    };
    asked.push(one);
    response.setHeader('date', state.now().toUTCString());
    if (state.trouble?.(one, response, asked.length) === true) return;
    if (one.authorization !== `Bearer ${TOKEN}`) return fail(response, 401, 'Unauthorized');
    answer(one, state.objects, state.forbidden, response);
  };
  const server: Server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  });
}

const CUSTOM = /^\/apis\/([^/]+)\/([^/]+)\//;

function answer(one: Asked, objects: ReadonlyMap<string, readonly Thing[]>, forbidden: ReadonlySet<string>, response: ServerResponse): void {
  if (one.path === '/version') return send(response, 200, { major: '1', minor: '35', gitVersion: 'v1.35.4' });
  const [, , namespace, rest = ''] = /^(.*)\/namespaces\/([^/]+)\/(.+)$/.exec(one.path) ?? [];
  const [resource = '', name] = rest.split('/');
  const path = namespace === undefined ? one.path : one.path.replace(/\/namespaces\/.*$/, `/${resource}`);
  if (forbidden.has(path)) return fail(response, 403, 'Forbidden');
  if (one.path === '/apis') return send(response, 200, discovery([...objects.keys()]));
  const all = objects.get(path);
  if (name !== undefined) {
    const found = all?.find((object) => metadataOf(object)['name'] === name);
    return found === undefined ? fail(response, 404, 'NotFound') : send(response, 200, found);
  }
  const isBuiltIn = !/^\/apis\/[^/]*\.(io|sh|aws|dev)\//.test(path) || path.includes('.k8s.io/v1/');
  if (all === undefined && !isBuiltIn) return fail(response, 404, 'NotFound');
  const kept = (all ?? []).filter((object) => namespace === undefined || metadataOf(object)['namespace'] === namespace);
  const begin = Number(one.query.get('continue') ?? 0);
  const limit = Number(one.query.get('limit') ?? kept.length);
  const next = begin + limit < kept.length ? { continue: String(begin + limit) } : {};
  send(response, 200, { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1', ...next }, items: kept.slice(begin, begin + limit) });
}

function discovery(paths: readonly string[]): Thing {
  const versions = new Map<string, Set<string>>();
  for (const path of paths) {
    const [, group, version] = CUSTOM.exec(path) ?? [];
    if (group !== undefined && version !== undefined) versions.set(group, (versions.get(group) ?? new Set()).add(version));
  }
  const groups = [...versions].map(([name, those]) => {
    const list = [...those].map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: list, preferredVersion: list[0] };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

function metadataOf(object: Thing): Readonly<Record<string, unknown>> {
  return (object['metadata'] ?? {}) as Readonly<Record<string, unknown>>;
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  response.end(gzipSync(JSON.stringify(body)));
}

export function fail(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code: status, message: `no, ${TOKEN}` }));
}
