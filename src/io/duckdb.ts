import type { DuckDBConnection, DuckDBDoubleVector, DuckDBInstance, DuckDBVector } from '@duckdb/node-api';
import { noSpace, UserError } from './errors.ts';
import type { ColumnValues, NumberColumns, Sql, SqlRow } from './sql.ts';

/** Memory of the engine. It does not bound the process: about 400 MiB come on top. */
const MEMORY_LIMIT = '448MiB';

/**
 * DuckDB in this process. Spills to `scratch`; downloads nothing.
 * @throws UserError where the disk is full or the memory is not enough
 */
export async function openDuckDb({ scratch }: { readonly scratch: string }): Promise<Sql> {
  const duckdb = await import('@duckdb/node-api');
  const database = await duckdb.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: MEMORY_LIMIT,
    preserve_insertion_order: 'false',
    temp_directory: scratch,
  });
  return new DuckDb(database, await connect(database), scratch, true);
}

async function connect(database: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await database.connect();
  await connection.run(`set TimeZone = 'UTC'`);
  return connection;
}

class DuckDb implements Sql {
  readonly #database: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #scratch: string;
  readonly #isOwner: boolean;

  constructor(database: DuckDBInstance, connection: DuckDBConnection, scratch: string, isOwner: boolean) {
    this.#database = database;
    this.#connection = connection;
    this.#scratch = scratch;
    this.#isOwner = isOwner;
  }

  async run(statement: string): Promise<void> {
    await this.#guarded(() => this.#connection.run(statement));
  }

  async rows(statement: string): Promise<readonly SqlRow[]> {
    const reader = await this.#guarded(() => this.#connection.runAndReadAll(statement));
    return reader.getRowObjectsJson() as readonly SqlRow[]; // nested values are never asked for
  }

  async numbers(statement: string): Promise<NumberColumns> {
    const duckdb = await import('@duckdb/node-api');
    return this.#guarded(async () => {
      const result = await this.#connection.stream(statement);
      const names = result.columnNames();
      const pieces = names.map((): Float64Array[] => []);
      let rows = 0;
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        for (const [at, of] of pieces.entries()) {
          const vector = chunk.getColumnVector(at);
          if (!(vector instanceof duckdb.DuckDBDoubleVector)) throw new TypeError(`${names[at]} is ${String(vector.type)}, not DOUBLE`);
          of.push(doubles(vector, chunk.rowCount));
        }
        rows += chunk.rowCount;
      }
      const columns = new Map(names.map((name, at) => [name, joined(pieces[at] ?? [], rows)]));
      return { rows, column: (name) => columns.get(name) ?? unknownColumn(name) };
    });
  }

  async append(table: string, columns: readonly ColumnValues[], rows: number): Promise<void> {
    const duckdb = await import('@duckdb/node-api');
    const types = columns.map(({ type }) => duckdb[type]);
    await this.#guarded(async () => {
      const appender = await this.#connection.createAppender(table);
      // One for all rows: its memory is not given back before the collector comes by, which does not see how much it is.
      const chunk = duckdb.DuckDBDataChunk.create(types);
      for (let start = 0; start < rows; start += CHUNK) {
        const count = Math.min(CHUNK, rows - start);
        chunk.reset();
        chunk.rowCount = count;
        for (const [at, column] of columns.entries()) fill(chunk.getColumnVector(at), column, start, count);
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    });
  }

  progress(): number | undefined {
    const { percentage } = this.#connection.progress;
    return percentage < 0 ? undefined : percentage / 100;
  }

  async fork(): Promise<Sql> {
    return new DuckDb(this.#database, await connect(this.#database), this.#scratch, false);
  }

  close(): void {
    this.#connection.closeSync();
    if (this.#isOwner) this.#database.closeSync();
  }

  async #guarded<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw explained(error, this.#scratch);
    }
  }
}

/** Rows of one chunk: the engine's own vector size. */
const CHUNK = 2048;

/** A hot loop: one call a value. */
function fill(vector: DuckDBVector, { type, values }: ColumnValues, start: number, count: number): void {
  for (let at = 0; at < count; at += 1) {
    const value = values[start + at] ?? null;
    vector.setItem(at, type === 'DOUBLE' && Number.isNaN(value) ? null : value);
  }
  vector.flush();
}

/** A hot loop: one call a value. */
function doubles(vector: DuckDBDoubleVector, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let at = 0; at < count; at += 1) values[at] = vector.getItem(at) ?? Number.NaN;
  return values;
}

function joined(pieces: readonly Float64Array[], length: number): Float64Array {
  const values = new Float64Array(length);
  let at = 0;
  for (const piece of pieces) {
    values.set(piece, at);
    at += piece.length;
  }
  return values;
}

function unknownColumn(name: string): never {
  throw new Error(`the result has no column ${name}`);
}

function explained(error: unknown, scratch: string): unknown {
  if (!(error instanceof Error)) return error;
  if (/no space left|disk quota exceeded/i.test(error.message)) return noSpace(/file "([^"]+)"/.exec(error.message)?.[1] ?? scratch, error);
  if (/^out of memory/i.test(error.message))
    return new UserError('not enough memory for this query', 'give the machine more memory, or read fewer months at a time', { cause: error });
  return error;
}
