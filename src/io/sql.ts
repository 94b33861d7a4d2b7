/** A value as it comes from an engine: integers beyond 32 bits, decimals and times are text. */
type SqlValue = string | number | boolean | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** The values of a column. Of typed arrays the first `rows` are taken; NaN is NULL in DOUBLE. */
export type ColumnValues =
  | { readonly type: 'DOUBLE'; readonly values: Float64Array }
  | { readonly type: 'INTEGER'; readonly values: Int32Array }
  | { readonly type: 'VARCHAR'; readonly values: readonly (string | null)[] };

/** As many values in each column as there are rows. */
export interface NumberColumns {
  readonly rows: number;
  readonly column: (name: string) => Float64Array;
}

/** An engine that runs SQL. Only small, aggregated results come back. */
export interface Sql {
  run(statement: string): Promise<void>;
  rows(statement: string): Promise<readonly SqlRow[]>;
  /**
   * The columns of a result that are all DOUBLE, by name: the fast way out, for results of hundreds of thousands of rows. NaN is NULL.
   * @throws if a column is of another type
   */
  numbers(statement: string): Promise<NumberColumns>;
  /** Adds rows to a table of the engine, column by column: the fast way in. All columns have as many values as there are rows. */
  append(table: string, columns: readonly ColumnValues[], rows: number): Promise<void>;
  /** Share done (0..1) of the statement that runs now, where the engine knows it. */
  progress(): number | undefined;
  /** A second connection to the same tables, for what can run at the same time. */
  fork(): Promise<Sql>;
  close(): void;
}

/** A text literal. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A literal of the path of a file that is read: `*`, `?` and `[` in it are letters, for `cur[1].csv` is not `cur1.csv`. */
export function filePath(path: string): string {
  return text(path.replaceAll(/[*?[]/g, '[$&]'));
}

/** A quoted identifier. */
export function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}
