import type { QueryIterator } from 'trino-client';
import { UserError } from '../../../io/errors.ts';
import { onInterruption } from '../../../io/interruption.ts';
import type { Io } from '../../../io/io.ts';
import type { SqlRow } from '../../../io/sql.ts';
import type { CurSettings } from '../settings.ts';
import type { RemoteColumn, RemoteEngine, TableName } from './remote-engine.ts';
import { TrinoPage } from './schema.ts';
import { tableSql } from './table-name.ts';
import { isPassing, queryFailed, requestFailed } from './trino-failure.ts';
import { valueOf } from './values.ts';

/** What the client sends requests with. Its own paging can neither be stopped nor grow tired of waiting: it is done here. */
type Requests = ConstructorParameters<typeof QueryIterator>[0];

/** In milliseconds. */
export interface TrinoPatience {
  /** For one answer: Trino itself answers within a second or two, if only that there is nothing yet. */
  readonly answer: number;
  /** How often to ask for the same, and how long to wait between: a gateway may be restarted. */
  readonly attempts: number;
  readonly wait: number;
}

const PATIENCE: TrinoPatience = { answer: 120_000, attempts: 6, wait: 100 };

/** @throws UserError if the settings or the environment do not say enough */
export async function openTrino(settings: CurSettings, { env }: Pick<Io, 'env'>, patience = PATIENCE): Promise<RemoteEngine> {
  if (settings.url === undefined) throw new UserError('this source has no url', 'name the address of Trino: url: https://…');
  const server = new URL(settings.url);
  const { TRINO_USER: user = 'tonnage', TRINO_PASSWORD: password } = env;
  if (server.username !== '' || server.password !== '') {
    throw new UserError(
      `${server.host}: its url holds a user or a password`,
      'set TRINO_USER and TRINO_PASSWORD instead: the configuration is no place for them',
    );
  }
  if (password !== undefined && server.protocol !== 'https:') {
    throw new UserError(`${server.host}: a password would be sent in the clear`, 'use the https address of Trino, or unset TRINO_PASSWORD');
  }
  const { BasicAuth, Trino: Client } = await import('trino-client');
  const client = Client.create({
    server: settings.url,
    source: 'tonnage',
    // Times without a zone are UTC, whatever the server's own zone.
    extraHeaders: { 'X-Trino-User': user, 'X-Trino-Time-Zone': 'UTC' },
    ...(password === undefined ? {} : { auth: new BasicAuth(user, password) }),
  });
  const requests: unknown = Reflect.get(client, 'client');
  if (!isRequests(requests)) throw new Error('trino-client has changed: it has no client that sends requests');
  return new Trino(requests, server, patience);
}

function isRequests(value: unknown): value is Requests {
  return typeof value === 'object' && value !== null && 'request' in value && typeof value.request === 'function';
}

class Trino implements RemoteEngine {
  readonly title: string;
  readonly #requests: Requests;
  readonly #server: URL;
  readonly #patience: TrinoPatience;
  readonly #running = new Set<() => Promise<void>>();
  #progress: number | undefined;

  constructor(requests: Requests, server: URL, patience: TrinoPatience) {
    this.title = `Trino at ${server.host}`;
    this.#requests = requests;
    this.#server = server;
    this.#patience = patience;
  }

  async *rows(statement: string): AsyncGenerator<SqlRow> {
    let page = await this.#ask({ method: 'POST', url: '/v1/statement', data: statement });
    const stop = async (): Promise<void> => {
      if (page.nextUri !== undefined) await this.#send({ method: 'DELETE', url: page.nextUri }).catch(() => undefined);
    };
    const forget = onInterruption(stop);
    this.#running.add(stop);
    let isOver = false;
    try {
      for (;;) {
        if (page.error !== null && page.error !== undefined) {
          isOver = true;
          throw queryFailed(this.title, page.error);
        }
        this.#progress =
          page.stats?.progressPercentage === null || page.stats?.progressPercentage === undefined ? undefined : page.stats.progressPercentage / 100;
        const columns = page.columns ?? [];
        for (const row of page.data ?? []) yield Object.fromEntries(columns.map(({ name, type }, at) => [name, valueOf(type, row[at])]));
        if (page.nextUri === undefined) break;
        page = await this.#ask({ method: 'GET', url: page.nextUri });
      }
      isOver = true;
    } finally {
      forget();
      this.#running.delete(stop);
      this.#progress = undefined;
      if (!isOver) await stop();
    }
  }

  async describe(table: TableName): Promise<readonly RemoteColumn[]> {
    const columns: RemoteColumn[] = [];
    for await (const { Column, Type, Extra } of this.rows(`describe ${tableSql(table)}`)) {
      columns.push({ name: String(Column), type: String(Type), isPartition: Extra === 'partition key' });
    }
    return columns;
  }

  progress(): number | undefined {
    return this.#progress;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map(async (stop) => stop()));
  }

  /** One answer, asked for again where a gateway between is at fault: https://trino.io/docs/current/develop/client-protocol.html#overview-of-query-processing */
  async #ask(request: Parameters<Requests['request']>[0]): Promise<TrinoPage> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.#checked(await this.#send(request));
      } catch (error) {
        if (error instanceof UserError) throw error;
        // A statement that was sent may run already: sending it again would run it twice, unless it was refused.
        if (attempt >= this.#patience.attempts || !isPassing(error, request.method !== 'POST')) throw requestFailed(this.title, error);
        await new Promise((done) => setTimeout(done, this.#patience.wait * 2 ** (attempt - 1)));
      }
    }
  }

  async #send(request: Parameters<Requests['request']>[0]): Promise<unknown> {
    // Redirects could take the password elsewhere.
    return this.#requests.request({ ...request, timeout: this.#patience.answer, signal: AbortSignal.timeout(this.#patience.answer), maxRedirects: 0 });
  }

  #checked(answer: unknown): TrinoPage {
    const page = TrinoPage.safeParse(answer);
    if (!page.success) throw new UserError(`${this.title}: does not answer as Trino does`, 'check `url`: it is the address of the coordinator, without a path');
    const { nextUri } = page.data;
    const next = nextUri === undefined ? this.#server : new URL(nextUri);
    if (next.host !== this.#server.host || next.protocol !== this.#server.protocol) {
      throw new UserError(
        `${this.title}: sends us on to ${next.protocol}//${next.host}, where the password would go too`,
        'behind a proxy, set http-server.process-forwarded=true in the configuration of Trino',
      );
    }
    return page.data;
  }
}
