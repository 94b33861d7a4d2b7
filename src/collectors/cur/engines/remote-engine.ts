import type { SqlRow } from '../../../io/sql.ts';

/** An engine beside the bill: it runs SELECTs in Trino's SQL, and hands over what they have added up. */
export interface RemoteEngine {
  /** For people: `Athena`, `Trino at trino.acme.example`. */
  readonly title: string;
  /**
   * The rows of a SELECT, as they come. Integers up to 2^53, doubles and booleans as such; all else is text.
   * Who stops reading stops the query. @throws UserError if it fails, or is stopped by another
   */
  rows(statement: string): AsyncIterable<SqlRow>;
  /** The columns of a table, in its order. @throws UserError if there is no such table */
  describe(table: TableName): Promise<readonly RemoteColumn[]>;
  /** Share done (0..1) of the query that runs now, where the engine says. */
  progress(): number | undefined;
  /** Stops what still runs, and tells what it has cost. */
  close(): Promise<void>;
}

export interface RemoteColumn {
  readonly name: string;
  /** In Trino's spelling, such as `varchar` or `map(varchar, varchar)`. */
  readonly type: string;
  /** Rows of other values of it are not even opened. */
  readonly isPartition: boolean;
}

/** CATALOG.SCHEMA.TABLE, of which the first may not be said. */
export interface TableName {
  readonly catalog: string | undefined;
  readonly schema: string;
  readonly table: string;
}

/** The rows of a small answer. */
export async function allRows(engine: RemoteEngine, statement: string): Promise<readonly SqlRow[]> {
  return Array.fromAsync(engine.rows(statement));
}
