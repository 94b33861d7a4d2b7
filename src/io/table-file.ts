import { name, text, type ColumnValues, type Sql } from './sql.ts';

/** A value of a row: times as ISO 8601 text, integers as numbers (exact below 2^53). */
export type Cell = string | number | boolean | null;

type ColumnTypes = Readonly<Record<string, 'VARCHAR' | 'DOUBLE' | 'BIGINT' | 'INTEGER' | 'BOOLEAN' | 'TIMESTAMP'>>;

const ROWS_AT_ONCE = 20_000;

/**
 * Writes rows to a Parquet file with the given columns, in the order of all of them: the same rows give the same bytes, in whatever order they come.
 * @returns how many rows there were
 */
export async function writeTableFile(
  sql: Sql,
  columns: ColumnTypes,
  rows: Iterable<Readonly<Record<string, Cell>>> | AsyncIterable<Readonly<Record<string, Cell>>>,
  file: string,
): Promise<number> {
  const names = Object.keys(columns);
  await sql.run(
    `create or replace temp table table_file (${names.map((column) => `${name(column)} ${isNumber(columns[column]) ? 'DOUBLE' : 'VARCHAR'}`).join(', ')})`,
  );
  let held: Readonly<Record<string, Cell>>[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    await sql.append(
      'table_file',
      names.map((column) => valuesOf(held, column, isNumber(columns[column]))),
      held.length,
    );
    count += held.length;
    held = [];
  };
  for await (const row of rows) {
    held.push(row);
    if (held.length === ROWS_AT_ONCE) await flush();
  }
  await flush();
  await sql.run(`copy (select ${castColumns(columns)} from table_file order by all) to ${text(file)} (format parquet, compression zstd)`);
  await sql.run('drop table table_file');
  return count;
}

/** All columns of a table, in their order and types, from columns of the same names. */
export function castColumns(columns: ColumnTypes): string {
  return Object.entries(columns)
    .map(([column, type]) => `cast(${name(column)} as ${type}) as ${name(column)}`)
    .join(', ');
}

function isNumber(type: ColumnTypes[string] | undefined): boolean {
  return type === 'DOUBLE' || type === 'BIGINT' || type === 'INTEGER';
}

function valuesOf(rows: readonly Readonly<Record<string, Cell>>[], column: string, numeric: boolean): ColumnValues {
  if (numeric) return { type: 'DOUBLE', values: Float64Array.from(rows, (row) => numberOf(row[column])) };
  return { type: 'VARCHAR', values: rows.map((row) => textOf(row[column])) };
}

const numberOf = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : Number.NaN);

function textOf(cell: Cell | undefined): string | null {
  return cell === undefined || cell === null ? null : String(cell);
}
