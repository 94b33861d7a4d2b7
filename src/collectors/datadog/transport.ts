import { setTimeout } from 'node:timers/promises';
import type { RequestContext } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/index.js';
import { UserError } from '../../io/errors.ts';
import { codeOf, DatadogError, isWebPage, refusal, unreachable, webPage, type Target } from './explain.ts';

/** What the headers of the last answer said. */
export interface RateLimit {
  readonly name: string;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds: length of the window, and what is left of it. */
  readonly period: number;
  readonly reset: number;
}

export interface TransportOptions {
  /** Calls that may be made. */
  readonly budget: number;
  /** What must not be repeated in an error. */
  readonly secrets: readonly string[];
  readonly now: () => Date;
  /** Says what it waits for. */
  readonly note: (line: string) => void;
  /** Milliseconds for one answer, whole. */
  readonly timeout?: number;
  /** Milliseconds before the first retry where the server does not say; it doubles. */
  readonly pause?: number;
}

const RETRIES = 4;
const TIMEOUT = 120_000;
const PAUSE = 1000;
/** A longer wait than this, in seconds, is none: the next run goes on instead. */
const PATIENCE = 900;

/**
 * Sends what the vendor's client has put together, and reads the answer. The client's own transport shows no headers of a refusal and logs on its own,
 * and its deserializer takes 13 times as long as `JSON.parse` for an answer of 17 MB (measured 2026-11), so neither is used.
 */
export class Transport {
  readonly #options: TransportOptions;
  #calls = 0;
  #limit: RateLimit | undefined;
  #skew: number | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls;
  }

  get limit(): RateLimit | undefined {
    return this.#limit;
  }

  /** Datadog's clock less this machine's, in seconds. */
  get skew(): number | undefined {
    return this.#skew;
  }

  /** @throws DatadogError for each way in which there is no answer; UserError when the budget is spent */
  async send(request: RequestContext): Promise<unknown> {
    const url = new URL(request.getUrl());
    const target: Target = { host: url.host, path: url.pathname };
    for (let attempt = 0; ; attempt += 1) {
      await this.#await();
      const answer = await this.#once(request, url, target);
      if (!('error' in answer)) return answer.body;
      if (attempt >= answer.again) throw answer.error;
      // A reset in 0 s, again and again, would spend all tries at once.
      const seconds = Math.max(answer.after ?? 0, ((this.#options.pause ?? PAUSE) * 2 ** attempt) / 1000);
      if (seconds > PATIENCE) throw answer.error;
      this.#options.note(`${answer.error.message}; again in ${Math.ceil(seconds)} s`);
      await setTimeout(seconds * 1000);
    }
  }

  /** Waits where nothing is left of the rate limit. */
  async #await(): Promise<void> {
    const limit = this.#limit;
    if (limit === undefined || limit.remaining > 0) return;
    this.#limit = undefined;
    if (limit.reset > PATIENCE) {
      throw new DatadogError(
        429,
        `Datadog's rate limit ${limit.name} (${limit.limit} in ${limit.period} s) is used up for ${limit.reset} s`,
        'run again then: what was read is kept, and is not asked for again',
      );
    }
    if (limit.reset > 0) this.#options.note(`Datadog's rate limit (${limit.limit} in ${limit.period} s) is used up: waiting ${limit.reset} s`);
    await setTimeout(limit.reset * 1000);
  }

  async #once(request: RequestContext, url: URL, target: Target): Promise<Answer> {
    const { budget, secrets, timeout = TIMEOUT } = this.#options;
    if (this.#calls >= budget) {
      throw new UserError(
        `the budget of ${budget} calls is spent`,
        'run again: what was read is kept, and is not asked for again; or raise `budget` of this source',
      );
    }
    this.#calls += 1;
    let status: number;
    let headers: Headers;
    let text: string;
    try {
      // A redirect would carry the keys, which are headers of their own, to another host.
      const init = {
        method: request.getHttpMethod(),
        headers: request.getHeaders(),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
      } as const;
      const response = await fetch(url, init);
      ({ status, headers } = response);
      text = await response.text();
    } catch (error) {
      return { error: unreachable(error, target.host, timeout / 1000), again: FINAL.test(codeOf(error)) ? 0 : RETRIES };
    }
    this.#limit = rateLimit(headers) ?? this.#limit;
    const date = Date.parse(headers.get('date') ?? '');
    if (!Number.isNaN(date)) this.#skew = Math.round((date - this.#options.now().getTime()) / 1000);
    if (status === 200) return readJson(text, target.host);
    return { error: refusal(status, text, target, secrets), again: retriesOf(status), after: waitOf(headers, this.#limit, status) };
  }
}

/** What took too long will do so again: its time is better halved. */
function retriesOf(status: number): number {
  if (status === 408 || status === 504) return 1;
  return status === 429 || status >= 500 ? RETRIES : 0;
}

/** No retry helps against these. */
const FINAL = /^(ENOTFOUND|ECONNREFUSED)$|CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/;

type Answer =
  | { readonly body: unknown }
  | { readonly error: DatadogError; /** How often it may help to ask again. */ readonly again: number; readonly after?: number | undefined };

function readJson(text: string, host: string): Answer {
  if (isWebPage(text)) return { error: webPage(200, host), again: 0 };
  try {
    return { body: JSON.parse(text) as unknown };
  } catch (error) {
    const cut = new DatadogError(200, `${host}: the answer is no JSON, or was cut`, 'run again; if it stays, a proxy in between changes it', { cause: error });
    return { error: cut, again: RETRIES };
  }
}

/** Seconds. `Retry-After` may be a date too. */
function waitOf(headers: Headers, limit: RateLimit | undefined, status: number): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null && after.trim() !== '') {
    const seconds = Number(after);
    if (Number.isFinite(seconds)) return Math.max(0, seconds);
    const date = Date.parse(headers.get('date') ?? '');
    const until = Date.parse(after);
    if (!Number.isNaN(date) && !Number.isNaN(until)) return Math.max(0, (until - date) / 1000);
  }
  return status === 429 ? limit?.reset : undefined;
}

function rateLimit(headers: Headers): RateLimit | undefined {
  const number = (header: string): number => Number.parseFloat(headers.get(`x-ratelimit-${header}`) ?? '');
  const [limit, remaining, period, reset] = [number('limit'), number('remaining'), number('period'), number('reset')];
  if ([limit, remaining, period, reset].some(Number.isNaN)) return undefined;
  return { name: headers.get('x-ratelimit-name') ?? '', limit, remaining, period, reset };
}
