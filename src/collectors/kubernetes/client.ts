import { gunzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Io } from '../../io/io.ts';
import { explain, isPassing, isTimeout, isUnreachable, type Failure } from './explain.ts';
import { findAccess, type Access } from './kubeconfig.ts';
import type { ClusterSettings } from './settings.ts';

/** What can be used: the object, or that one may not see it, that it is not there, or that the token to go on with is too old. */
export type Answer = { readonly status: 200; readonly body: unknown } | { readonly status: 403 } | { readonly status: 404 } | { readonly status: 410 };

export interface Client {
  readonly server: string;
  /** GET, and nothing else. @throws UserError */
  get(path: string, query?: Readonly<Record<string, string>>, accept?: string): Promise<Answer>;
  /** Seconds that the server's clock was ahead of this machine's at the last answer; undefined where it did not say. */
  skew(): number | undefined;
  close(): Promise<void>;
}

/** In milliseconds. */
export interface Patience {
  /** For a whole answer. */
  readonly answer: number;
  /** Without a byte. */
  readonly silence: number;
  /** For an exec plug-in: some open a browser and wait. */
  readonly plugin: number;
  /** How often to ask for the same. */
  readonly attempts: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export const patience: Patience = {
  answer: 120_000,
  silence: 30_000,
  plugin: 60_000,
  attempts: 8,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Credentials and certificates are asked for again after this long: plug-ins and the files of a pod's account renew them. */
const RENEW_AFTER = 60_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LONGEST_ASKED_WAIT = 120_000;
const PASSING = [429, 500, 502, 503, 504];
/** Timeouts are long already. */
const TIMEOUT_ATTEMPTS = 2;

/** @throws UserError where there is no usable kubeconfig */
export async function openClient(settings: ClusterSettings, io: Io, how: Patience = patience): Promise<Client> {
  return new ApiClient(await findAccess(settings, io, how.plugin), io, how);
}

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher | undefined;
  readonly at: number;
}

/** What came of one attempt: an answer, or why there is none, and how long to wait before the next (undefined: there is no use in one). */
type Attempt = { readonly answer: Answer } | { readonly failure: Failure; readonly wait: number | 'as-usual' | undefined };

class ApiClient implements Client {
  readonly server: string;
  readonly #access: Access;
  readonly #io: Io;
  readonly #how: Patience;
  #credentials: Credentials | undefined;
  #skew: number | undefined;
  #hasAnswered = false;

  constructor(access: Access, io: Io, how: Patience) {
    this.server = access.server;
    this.#access = access;
    this.#io = io;
    this.#how = how;
  }

  skew(): number | undefined {
    return this.#skew;
  }

  async close(): Promise<void> {
    await this.#credentials?.dispatcher?.destroy();
    this.#credentials = undefined;
  }

  async get(path: string, query: Readonly<Record<string, string>> = {}, accept = 'application/json'): Promise<Answer> {
    const search = new URLSearchParams(query).toString();
    const url = `${this.server}${path}${search === '' ? '' : `?${search}`}`;
    let isRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#attempt(url, accept);
      if ('answer' in result) return result.answer;
      const { failure } = result;
      if (failure.kind === 'status' && failure.status === 401 && !isRenewed) {
        // A token may have run out between two requests.
        isRenewed = true;
        this.#access.plugin?.forget();
        await this.close();
        continue;
      }
      if (result.wait === undefined || attempt >= this.#attempts(failure)) throw explain(failure, this.server);
      const usual = Math.min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT);
      // `Retry-After: 0` from a server that is still busy would spend all tries at once.
      await this.#how.sleep(result.wait === 'as-usual' ? usual : Math.max(usual, result.wait));
    }
  }

  #attempts(failure: Failure): number {
    if (failure.kind !== 'network') return this.#how.attempts;
    if (isTimeout(failure.cause)) return Math.min(TIMEOUT_ATTEMPTS, this.#how.attempts);
    // What has never answered is more likely not there than away for a moment.
    return isUnreachable(failure.cause) && !this.#hasAnswered ? 1 : this.#how.attempts;
  }

  async #attempt(url: string, accept: string): Promise<Attempt> {
    const { request } = await import('undici');
    const { headers, dispatcher } = await this.#authorized();
    const { silence, answer } = this.#how;
    try {
      const response = await request(url, {
        method: 'GET',
        headers: { ...headers, accept, 'accept-encoding': 'gzip', 'user-agent': 'tonnage' },
        ...(dispatcher === undefined ? {} : { dispatcher }),
        headersTimeout: silence,
        bodyTimeout: silence,
        signal: AbortSignal.timeout(answer),
      });
      const body = Buffer.from(await response.body.arrayBuffer());
      this.#hasAnswered = true;
      return this.#judge(response, body);
    } catch (cause) {
      return { failure: { kind: 'network', cause }, wait: isPassing(cause) ? 'as-usual' : undefined };
    }
  }

  #judge({ statusCode, headers }: Dispatcher.ResponseData, raw: Buffer): Attempt {
    const date = Date.parse(String(headers['date'] ?? ''));
    if (!Number.isNaN(date)) this.#skew = Math.round((date - this.#io.now().getTime()) / 1000);
    if (PASSING.includes(statusCode)) return { failure: { kind: 'status', status: statusCode, isApi: true }, wait: waitOf(headers['retry-after']) };

    const body = parsed(raw, headers['content-encoding']);
    const isPage = String(headers['content-type'] ?? '').includes('html');
    const isObject = typeof body === 'object' && body !== null;
    const isApi = isObject && 'kind' in body && body.kind === 'Status';
    if (statusCode === 200 && isObject) return { answer: { status: 200, body } };
    if (statusCode === 200 && !isPage && body === undefined) return { failure: { kind: 'cut' }, wait: 'as-usual' };
    if (statusCode === 200) return { failure: { kind: 'not-json', status: statusCode, isPage }, wait: undefined };
    if ((statusCode === 403 && isApi) || (statusCode === 404 && !isPage) || (statusCode === 410 && isApi)) return { answer: { status: statusCode } };
    if (isPage && statusCode !== 401) return { failure: { kind: 'not-json', status: statusCode, isPage }, wait: undefined };
    return { failure: { kind: 'status', status: statusCode, isApi }, wait: undefined };
  }

  async #authorized(): Promise<Credentials> {
    const now = this.#io.now().getTime();
    if (this.#credentials !== undefined && now - this.#credentials.at < RENEW_AFTER) return this.#credentials;
    const { RequestContext, HttpMethod } = await import('@kubernetes/client-node');
    const context = new RequestContext(this.server, HttpMethod.GET);
    try {
      await this.#access.config.applySecurityAuthentication(context);
    } catch (cause) {
      throw explain({ kind: 'credentials', plugin: this.#access.plugin?.command, cause }, this.server);
    }
    const old = this.#credentials?.dispatcher;
    const headers = Object.fromEntries(Object.entries(context.getHeaders()).map(([name, value]) => [name, value.trim()]));
    this.#credentials = { headers, dispatcher: context.getDispatcher(), at: now };
    await old?.close();
    return this.#credentials;
  }
}

/** In milliseconds; the header holds seconds, or a date. */
function waitOf(header: string | string[] | undefined): number | 'as-usual' {
  const text = String(header ?? '');
  if (!/^\d+$/.test(text)) return 'as-usual';
  return Math.min(Number(text) * 1000, LONGEST_ASKED_WAIT);
}

/** Undefined for what is no JSON. */
function parsed(raw: Buffer, encoding: string | string[] | undefined): unknown {
  try {
    return JSON.parse((encoding === 'gzip' ? gunzipSync(raw) : raw).toString('utf8'));
  } catch {
    return undefined;
  }
}
