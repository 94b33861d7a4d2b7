import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import type * as Undici from 'undici';
import { UserError } from '../../io/errors.ts';
import type { Io } from '../../io/io.ts';
import { resolve } from 'node:path';
import { credentialsOf, withoutSecrets, type Credentials } from './auth.ts';
import { explain, failureOf, RequestFailed } from './failure.ts';
import type { PrometheusSettings } from './settings.ts';
import { Turns } from './turns.ts';

/** How patient to be, in milliseconds. */
export interface Patience {
  readonly connect: number;
  /** Until the answer begins: a server may take two minutes for a query. */
  readonly answer: number;
  /** Without a byte. */
  readonly idle: number;
  /** For a whole answer. */
  readonly whole: number;
  /** Before the second try; each further one waits twice as long. */
  readonly again: number;
}

const PATIENCE: Patience = { connect: 10_000, answer: 150_000, idle: 60_000, whole: 600_000, again: 500 };

const TRIES = 5;
/** A server that is started again is back within half a minute. */
const TRIES_TO_REACH = 7;
const LONGEST_WAIT = 60_000;

/** An answer in JSON is held whole: a larger one is asked for in pieces. */
const MOST_JSON = 96 * 1024 * 1024;
const MOST_WORDS = 16 * 1024;

export interface Request {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Readable;
}

/** Speaks HTTP with one server: who asks, how long to wait, when to ask again. */
export class Client {
  /** The server's address without credentials. */
  readonly place: string;
  /** Requests that were made. */
  requests = 0;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #credentials: Credentials;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #patience: Patience;
  readonly #turns: Turns;
  readonly #request: typeof Undici.request;
  #isReached = false;

  private constructor(undici: typeof Undici, settings: PrometheusSettings, ca: string | undefined, io: Io, patience: Patience) {
    const url = new URL(settings.url);
    this.#base = new URL(url.origin + url.pathname.replace(/\/+$/, ''));
    this.place = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    this.#credentials = credentialsOf(settings, url, io.now);
    const isLocal = /^(localhost|127\.|\[::1\])/.test(url.hostname);
    this.#headers = { 'user-agent': 'tonnage', 'accept-encoding': isLocal ? 'identity' : 'gzip', ...settings.headers };
    this.#patience = patience;
    this.#turns = new Turns(settings.requests);
    this.#request = undici.request;
    this.#agent = new undici.Agent({
      connections: settings.requests,
      connect: { timeout: patience.connect, ...(ca === undefined ? {} : { ca }) },
      headersTimeout: patience.answer,
      bodyTimeout: patience.idle,
    });
  }

  /** @throws UserError where the file of certificates cannot be read */
  static async open(settings: PrometheusSettings, io: Io, patience: Partial<Patience> = {}): Promise<Client> {
    const ca = settings.ca === undefined ? undefined : await certificates(settings.ca, io);
    return new Client(await import('undici'), settings, ca, io, { ...PATIENCE, ...patience });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** An error as the user is told of it. */
  explain(error: unknown): unknown {
    const failure = failureOf(error);
    return failure === undefined ? error : explain(this.place, failure);
  }

  /**
   * Does something with the server, and again where it fails in a way that passes. `act` must begin anew each time.
   * @throws RequestFailed
   */
  async retrying<T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await act();
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined) throw error;
        const most = failure.passes ? TRIES : failure.kind === 'unreachable' && this.#isReached ? TRIES_TO_REACH : 1;
        if (tries >= most || signal?.aborted === true) throw failure;
        await sleep(Math.min(LONGEST_WAIT, failure.retryAfter ?? this.#patience.again * 2 ** (tries - 1)), undefined, signal === undefined ? {} : { signal });
      }
    }
  }

  /** One request, in its turn; `use` gets the answer, of whatever status. @throws RequestFailed */
  async send<T>(request: Request, use: (answer: Answer) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      const whole = AbortSignal.timeout(this.#patience.whole);
      const signal = request.signal === undefined ? whole : AbortSignal.any([whole, request.signal]);
      try {
        return await this.#sent(request, signal, use);
      } catch (error) {
        if (whole.aborted) throw new RequestFailed('slow', 'the answer did not end in time');
        throw failureOf(error) ?? error;
      }
    });
  }

  /** As `send`; an answer that is no success is a failure. */
  async read<T>(request: Request, use: (answer: Answer) => Promise<T>): Promise<T> {
    return this.send(request, async (answer) => {
      if (answer.status !== 200) throw await this.#failure(answer);
      return use(answer);
    });
  }

  /** The text of an answer; `most`: bytes of it. @throws RequestFailed */
  async text({ body }: Answer, most = MOST_JSON): Promise<string> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > most) throw new RequestFailed('too-large', `an answer of more than ${Math.round(most / 1_048_576)} MiB`);
      parts.push(part);
    }
    return Buffer.concat(parts, length).toString('utf8');
  }

  async #sent<T>(request: Request, signal: AbortSignal, use: (answer: Answer) => Promise<T>): Promise<T> {
    const url = new URL(`${this.#base.href.replace(/\/$/, '')}${request.path}`);
    const { method, body } = request;
    const headers = { ...this.#headers, ...request.headers };
    const signed = await this.#credentials.sign({ method, url, headers, body });
    this.requests += 1;
    const response = await this.#request(url, { method, headers: { ...headers, ...signed }, body: body ?? null, dispatcher: this.#agent, signal });
    this.#isReached = true;
    const answer = answerOf(response);
    try {
      return await use(answer);
    } finally {
      // An answer that is not read to its end gives its connection back only so.
      if (!answer.body.readableEnded) answer.body.destroy();
      if (!response.body.readableEnded) response.body.destroy();
    }
  }

  async #failure(answer: Answer): Promise<RequestFailed> {
    const { status } = answer;
    if (status >= 300 && status < 400) {
      const location = answer.header('location') ?? '';
      const to = URL.canParse(location, this.#base.href) ? new URL(location, this.#base) : undefined;
      return new RequestFailed('redirected', `redirects${to === undefined ? '' : ` to ${this.#clean(to.origin + to.pathname)}`}`, { status });
    }
    const body = await this.#words(answer);
    const words = body === '' ? '' : `: ${body}`;
    if (status === 401 || status === 403) return new RequestFailed('denied', `access is denied (${status})${words}`, { status });
    if (status === 404) return new RequestFailed('not-found', `there is no Prometheus API at this path (404)`, { status });
    if (status === 429 || status === 502 || status === 503 || status === 504)
      return new RequestFailed('busy', `too busy to answer (${status})${words}`, { status, retryAfter: retryAfter(answer) });
    if (status >= 500) return new RequestFailed('failed', `failed (${status})${words}`, { status });
    return new RequestFailed('rejected', `does not take the request (${status})${words}`, { status });
  }

  /** What a server says of its error, in a line. A web page says nothing. */
  async #words(answer: Answer): Promise<string> {
    const text = await this.text(answer, MOST_WORDS).catch(() => '');
    if (text.trimStart().startsWith('<')) return '';
    const error = /"error":\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
    const said = error === undefined ? text : String(JSON.parse(error));
    return this.#clean(said.replaceAll(/\s+/g, ' ').trim().slice(0, 200));
  }

  #clean(text: string): string {
    return withoutSecrets(text, this.#credentials.secrets);
  }
}

function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): Answer {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  // One that is given up on the way has its error with whoever reads it; nobody may.
  body.on('error', () => {});
  if (header('content-encoding') !== 'gzip') return { status: statusCode, header, body };
  const unpacked = createGunzip();
  unpacked.on('error', () => {});
  body.on('error', (error) => unpacked.destroy(error));
  return { status: statusCode, header, body: body.pipe(unpacked) };
}

/** Seconds, or a date by the server's own clock. */
function retryAfter({ header }: Answer): number | undefined {
  const value = header('retry-after');
  if (value === undefined) return undefined;
  const wait = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.parse(header('date') ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

async function certificates(file: string, io: Io): Promise<string> {
  const path = resolve(io.directory, file);
  if (!(await io.files.exists(path))) throw new UserError(`${file}: no such file`, 'name the PEM file of the server’s certificate authority with `ca`');
  const pem = await io.files.read(path);
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new UserError(`${file}: no certificate in it`, '`ca` takes certificates in PEM form');
  return pem;
}
