import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

/** Athena's protocol before a real Trino: what a query says is parsed, planned and run by Trino, and its answer is paged as Athena pages. */
export interface AthenaShim {
  readonly url: string;
  /** Names of the actions that were asked for. */
  readonly actions: readonly string[];
  readonly close: () => Promise<void>;
}

interface Query {
  readonly id: string;
  readonly token: string;
  state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  reason: string | undefined;
  columns: readonly { readonly name: string; readonly type: string }[];
  rows: (readonly unknown[])[];
  bytes: number;
  stop: () => void;
}

const Page = z.object({
  nextUri: z.string().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  stats: z.object({ physicalInputBytes: z.number().default(0) }).optional(),
  error: z.object({ errorName: z.string(), message: z.string() }).optional(),
});

const Input = z.object({
  QueryString: z.string().default(''),
  ClientRequestToken: z.string().default(''),
  QueryExecutionId: z.string().default(''),
  NextToken: z.string().optional(),
  MaxResults: z.number().default(1000),
  DatabaseName: z.string().default(''),
  TableName: z.string().default(''),
});
type Input = z.output<typeof Input>;

/** `cutoff`: bytes that a query may read, as a workgroup has it. */
export async function startAthenaShim(trino: string, { cutoff }: { readonly cutoff?: number } = {}): Promise<AthenaShim> {
  const queries = new Map<string, Query>();
  const actions: string[] = [];

  const run = async (query: Query, statement: string): Promise<void> => {
    let response = await fetch(`${trino}/v1/statement`, {
      method: 'POST',
      body: statement,
      headers: { 'x-trino-user': 'athena', 'x-trino-catalog': 'hive', 'x-trino-time-zone': 'UTC' },
    });
    for (;;) {
      const page = Page.parse(await response.json());
      query.stop = (): void => void (page.nextUri === undefined ? undefined : fetch(page.nextUri, { method: 'DELETE' }));
      query.columns = page.columns ?? query.columns;
      query.rows.push(...(page.data ?? []));
      query.bytes = page.stats?.physicalInputBytes ?? query.bytes;
      if (query.state === 'CANCELLED') return;
      if (page.error !== undefined) {
        query.state = 'FAILED';
        query.reason = `${page.error.errorName}: ${page.error.message}`;
        return;
      }
      if (page.nextUri === undefined) break;
      response = await fetch(page.nextUri);
    }
    // Metadata cost nothing.
    const isTooMuch = cutoff !== undefined && query.token !== '' && query.bytes > cutoff;
    query.state = isTooMuch ? 'CANCELLED' : 'SUCCEEDED';
    if (isTooMuch) query.reason = 'Bytes scanned limit was exceeded';
  };

  const start = (statement: string, token: string): Query => {
    const same = [...queries.values()].find((query) => token !== '' && query.token === token);
    if (same !== undefined) return same;
    const query: Query = { id: randomUUID(), token, state: 'RUNNING', reason: undefined, columns: [], rows: [], bytes: 0, stop: () => undefined };
    queries.set(query.id, query);
    void run(query, statement).catch((error: unknown) => {
      query.state = 'FAILED';
      query.reason = String(error);
    });
    return query;
  };

  const find = (id: string): Query => {
    const query = queries.get(id);
    if (query === undefined) throw new Refused(`QueryExecution ${id} was not found`);
    return query;
  };

  const answers: Readonly<Record<string, (input: Input) => object | Promise<object>>> = {
    GetWorkGroup: () => ({
      WorkGroup: {
        Name: 'primary',
        State: 'ENABLED',
        Configuration: {
          EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
          ...(cutoff === undefined ? {} : { BytesScannedCutoffPerQuery: cutoff }),
        },
      },
    }),
    StartQueryExecution: ({ QueryString, ClientRequestToken }) => ({ QueryExecutionId: start(QueryString, ClientRequestToken).id }),
    GetQueryExecution: ({ QueryExecutionId }) => {
      const { id, state, reason, bytes } = find(QueryExecutionId);
      return { QueryExecution: { QueryExecutionId: id, Status: { State: state, StateChangeReason: reason }, Statistics: { DataScannedInBytes: bytes } } };
    },
    StopQueryExecution: ({ QueryExecutionId }) => {
      const query = find(QueryExecutionId);
      query.state = 'CANCELLED';
      query.reason = 'Query cancelled by user';
      query.stop();
      return {};
    },
    GetQueryResults: ({ QueryExecutionId, NextToken, MaxResults }) => {
      const { state, columns, rows } = find(QueryExecutionId);
      if (state !== 'SUCCEEDED') throw new Refused(`Query has not yet finished. Current state: ${state}`);
      const all = [columns.map(({ name }) => name), ...rows];
      const from = Number(NextToken ?? 0);
      const next = from + MaxResults;
      return {
        ResultSet: {
          Rows: all.slice(from, next).map((row) => ({ Data: row.map(cell) })),
          ResultSetMetadata: { ColumnInfo: columns.map(({ name, type }) => ({ Name: name, Type: type.replace(/\(.*/, '') })) },
        },
        ...(next < all.length ? { NextToken: String(next) } : {}),
      };
    },
    GetTableMetadata: async ({ DatabaseName, TableName }) => {
      const query = start(`describe hive."${DatabaseName}"."${TableName}"`, '');
      while (query.state === 'RUNNING') await new Promise((done) => setTimeout(done, 20));
      if (query.state !== 'SUCCEEDED') throw new Refused(`EntityNotFoundException: ${query.reason}`, 'MetadataException');
      const columns = query.rows.map(([name, type, extra]) => ({ Name: String(name), Type: hiveType(String(type)), isKey: extra === 'partition key' }));
      const named = (isKey: boolean): object[] => columns.filter((column) => column.isKey === isKey).map(({ Name, Type }) => ({ Name, Type }));
      return { TableMetadata: { Name: TableName, Columns: named(false), PartitionKeys: named(true) } };
    },
  };

  const server = createServer((request, response) => {
    void Array.fromAsync(request as AsyncIterable<Buffer>).then(async (chunks) => {
      const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      actions.push(action);
      const respond = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      try {
        const answer = answers[action];
        if (answer === undefined) throw new Refused(`no such action: ${action}`);
        respond(200, await answer(Input.parse(JSON.parse(Buffer.concat(chunks).toString()))));
      } catch (error) {
        respond(400, {
          __type: error instanceof Refused ? error.type : 'InvalidRequestException',
          message: String(error instanceof Error ? error.message : error),
        });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    actions,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => void server.close(done));
    },
  };
}

class Refused extends Error {
  readonly type: string;

  constructor(message: string, type = 'InvalidRequestException') {
    super(message);
    this.type = type;
  }
}

/** Athena tells all values as text, and of NULL nothing. */
function cell(value: unknown): object {
  if (value === null) return {};
  return { VarCharValue: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** As Glue spells the types of columns. */
function hiveType(type: string): string {
  return type
    .replaceAll('varchar', 'string')
    .replace(/^timestamp\(\d+\)$/, 'timestamp')
    .replace(/^integer$/, 'int')
    .replace(/^map\((.*), (.*)\)$/, 'map<$1,$2>');
}
