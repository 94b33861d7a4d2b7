import { randomUUID } from 'node:crypto';
import type { AthenaClient, QueryExecution, ResultConfiguration, Row, StartQueryExecutionCommandInput } from '@aws-sdk/client-athena';
import { UserError } from '../../../io/errors.ts';
import { onInterruption } from '../../../io/interruption.ts';
import type { Io } from '../../../io/io.ts';
import type { SqlRow } from '../../../io/sql.ts';
import type { CurSettings } from '../settings.ts';
import { athenaClient, PATIENCE, type AthenaPatience } from './athena-client.ts';
import { queryFailed, requestFailed } from './athena-failure.ts';
import { readWorkgroup, resultPlace, type Workgroup } from './athena-workgroup.ts';
import { trinoType } from './hive-types.ts';
import type { RemoteColumn, RemoteEngine, TableName } from './remote-engine.ts';
import { describeScan, scannedBy } from './scan-price.ts';
import { valueOf } from './values.ts';

/** Opens Athena with what its workgroup says. @throws UserError if it may not be used, or has no place for its answers */
export async function openAthena(settings: CurSettings, io: Pick<Io, 'env' | 'output'>, patience = PATIENCE): Promise<RemoteEngine> {
  const title = `Athena${settings.region === undefined ? '' : ` in ${settings.region}`}`;
  const client = await athenaClient(settings.region, io, patience);
  try {
    const workgroup = await readWorkgroup(client, settings, title);
    return new Athena(client, title, workgroup, resultPlace(workgroup, settings, title), io, patience);
  } catch (error) {
    client.destroy();
    throw error;
  }
}

const CATALOG = 'AwsDataCatalog';

/** https://docs.aws.amazon.com/athena/latest/ug/service-limits.html: bytes of a query's text. */
const LONGEST_QUERY = 262_144;

/** Rows of one page, the first of which is the names of the columns: the most that there are. */
const PAGE = 1000;

class Athena implements RemoteEngine {
  readonly title: string;
  readonly #client: AthenaClient;
  readonly #workgroup: Workgroup;
  readonly #place: ResultConfiguration | undefined;
  readonly #io: Pick<Io, 'output'>;
  readonly #patience: AthenaPatience;
  readonly #running = new Set<string>();
  /** Bytes that each query has read which is paid for. */
  readonly #scanned = new Map<string, number>();

  constructor(
    client: AthenaClient,
    title: string,
    workgroup: Workgroup,
    place: ResultConfiguration | undefined,
    io: Pick<Io, 'output'>,
    patience: AthenaPatience,
  ) {
    this.title = title;
    this.#client = client;
    this.#workgroup = workgroup;
    this.#place = place;
    this.#io = io;
    this.#patience = patience;
  }

  async *rows(statement: string): AsyncGenerator<SqlRow> {
    const id = await this.#start(statement);
    const stop = async (): Promise<void> => this.#stop(id);
    const forget = onInterruption(stop);
    this.#running.add(id);
    try {
      await this.#untilDone(id);
      this.#running.delete(id);
      yield* this.#results(id);
    } finally {
      forget();
      if (this.#running.has(id)) await stop();
    }
  }

  async describe({ catalog = CATALOG, schema, table }: TableName): Promise<readonly RemoteColumn[]> {
    const { GetTableMetadataCommand } = await import('@aws-sdk/client-athena');
    const command = new GetTableMetadataCommand({ CatalogName: catalog, DatabaseName: schema, TableName: table, WorkGroup: this.#workgroup.name });
    const { TableMetadata: metadata } = await this.#asked('GetTableMetadata', () => this.#client.send(command));
    const column =
      (isPartition: boolean) =>
      (found: { readonly Name: string | undefined; readonly Type?: string | undefined }): RemoteColumn => ({
        name: found.Name ?? '',
        type: trinoType(found.Type ?? 'string'),
        isPartition,
      });
    return [...(metadata?.Columns ?? []).map(column(false)), ...(metadata?.PartitionKeys ?? []).map(column(true))];
  }

  progress(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map(async (id) => this.#stop(id)));
    this.#client.destroy();
    if (this.#scanned.size > 0) this.#io.output.warn(describeScan(this.title, scannedBy([...this.#scanned.values()])));
    this.#scanned.clear();
  }

  async #start(statement: string): Promise<string> {
    const bytes = Buffer.byteLength(statement);
    if (bytes > LONGEST_QUERY) {
      throw new UserError(
        `${this.title}: the query has ${bytes} bytes, and Athena takes ${LONGEST_QUERY}`,
        'the bill has too many tag columns for Athena: read its files (engine: duckdb)',
      );
    }
    const { StartQueryExecutionCommand } = await import('@aws-sdk/client-athena');
    const input: StartQueryExecutionCommandInput = {
      QueryString: statement,
      WorkGroup: this.#workgroup.name,
      // One query, however often the request has to be sent.
      ClientRequestToken: randomUUID(),
      ...(this.#place === undefined ? {} : { ResultConfiguration: this.#place }),
    };
    const { QueryExecutionId: id } = await this.#asked('StartQueryExecution', () => this.#client.send(new StartQueryExecutionCommand(input)));
    if (id === undefined) throw new Error('Athena has started a query without an id');
    return id;
  }

  async #untilDone(id: string): Promise<void> {
    const { GetQueryExecutionCommand } = await import('@aws-sdk/client-athena');
    for (let wait = this.#patience.firstLook; ; wait = Math.min(wait * 1.5, this.#patience.longestLook)) {
      await new Promise((done) => setTimeout(done, wait));
      const answer = await this.#asked('GetQueryExecution', () => this.#client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })));
      const execution = answer.QueryExecution ?? {};
      const state = execution.Status?.State;
      if (state === undefined || state === 'QUEUED' || state === 'RUNNING') continue;
      this.#count(id, execution);
      if (state === 'SUCCEEDED') return;
      this.#running.delete(id);
      throw queryFailed(this.title, execution, this.#workgroup.cutoff);
    }
  }

  /** Queries that failed are not paid for; those that were cancelled are. */
  #count(id: string, { Status: status, Statistics: statistics }: QueryExecution): void {
    if (status?.State !== 'FAILED') this.#scanned.set(id, statistics?.DataScannedInBytes ?? 0);
  }

  async *#results(id: string): AsyncGenerator<SqlRow> {
    const { GetQueryResultsCommand } = await import('@aws-sdk/client-athena');
    let token: string | undefined;
    let isFirst = true;
    do {
      const command = new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: PAGE, ...(token === undefined ? {} : { NextToken: token }) });
      const { ResultSet: set, NextToken: next } = await this.#asked('GetQueryResults', () => this.#client.send(command));
      const columns = (set?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name: name = '', Type: type = 'varchar' }) => ({ name, type }));
      // The first row of the first page is the names of the columns.
      for (const row of (set?.Rows ?? []).slice(isFirst ? 1 : 0)) yield rowOf(columns, row);
      isFirst = false;
      token = next;
    } while (token !== undefined);
  }

  /** Best effort: the query may have ended meanwhile, and why we stop it matters more. */
  async #stop(id: string): Promise<void> {
    this.#running.delete(id);
    const { GetQueryExecutionCommand, StopQueryExecutionCommand } = await import('@aws-sdk/client-athena');
    try {
      await this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      const { QueryExecution: execution } = await this.#client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
      if (execution !== undefined) this.#count(id, execution);
    } catch {
      // What could not be stopped ends by itself.
    }
  }

  async #asked<T>(action: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw requestFailed(this.title, action, error);
    }
  }
}

/** NULL has no text at all; '' has an empty one. */
function rowOf(columns: readonly { readonly name: string; readonly type: string }[], { Data: data = [] }: Row): SqlRow {
  return Object.fromEntries(columns.map(({ name, type }, at) => [name, valueOf(type, data[at]?.VarCharValue)]));
}
