import { UserError } from '../../io/errors.ts';
import type { FileFacts } from '../../io/files.ts';
import { filePath, name, type Sql } from '../../io/sql.ts';
import type { Wanted } from '../types.ts';
import { columnName, COLUMNS, isClusterTag, NAME_TAG, REQUIRED, tagOf, type Column, type ColumnSource } from './columns.ts';
import { openCsv } from './csv.ts';
import { SQL_TYPES, type Dialect, type Kind } from './dialect.ts';
import { duckdb } from './dialects/duckdb.ts';
import { checkFocusColumns, isFocus } from './focus/columns.ts';
import { formatOf, type FormatName } from './format.ts';
import { withMaps } from './maps.ts';
import { groupedTags, isPacked, packedTags } from './packed-tags.ts';
import { unreadable } from './unreadable.ts';

/** A file of a bill that the engine can read. */
export interface BillFile {
  readonly file: FileFacts;
  /** Path of the Parquet file that holds its lines: itself, or what a CSV was parsed into. */
  readonly parquet: string;
  readonly format: FormatName;
  /** Its columns by our spelling: two of a CSV file may have the same. */
  readonly columns: ReadonlyMap<string, readonly FileColumn[]>;
}

export interface FileColumn {
  readonly header: string;
  /** As the engine calls it. */
  readonly type: string;
  /** Which value of a map it is. */
  readonly key?: string;
}

/** A table of lines that an engine can read: a file, or what lies beside the engine. */
export interface LineTable {
  /** For people. */
  readonly label: string;
  /** A table expression. */
  readonly from: string;
  readonly columns: ReadonlyMap<string, readonly FileColumn[]>;
}

/** What has columns in our spelling. */
type Columned = Pick<LineTable, 'columns'>;

/** Opens a Parquet or CSV file. @throws UserError if it is damaged or no Cost and Usage Report */
export async function openBillFile(sql: Sql, file: FileFacts, scratch: string): Promise<BillFile> {
  if (file.bytes === 0) throw new UserError(`${file.path}: the file is empty`, 'copy or download it again');
  try {
    const opened = await (/\.parquet$/i.test(file.path) ? openParquet(sql, file) : openCsv(sql, file, scratch, (headers) => checkHeaders(file, headers)));
    return opened.format === 'cur' ? { ...opened, columns: await withMaps(duckdb, tableOf(opened), (select) => sql.rows(select)) } : opened;
  } catch (error) {
    throw unreadable(error, file.path);
  }
}

async function openParquet(sql: Sql, file: FileFacts): Promise<BillFile> {
  const described = await sql.rows(`describe select * from ${parquetTable(file.path)}`);
  const found = described.map(({ column_name: header, column_type: type }) => ({ header: String(header), type: String(type) }));
  checkHeaders(
    file,
    found.map(({ header }) => header),
  );
  const columns = Map.groupBy(found, ({ header }) => columnName(header));
  return { file, parquet: file.path, format: formatOf(new Set(columns.keys())), columns };
}

/** A file by itself: the names of the folders above it (`year=2026`) are no columns. */
export function parquetTable(path: string): string {
  return `read_parquet([${filePath(path)}], hive_partitioning = false)`;
}

const SEPARATORS = [';', '\t', '|', '\u0001'];

function checkHeaders(file: FileFacts, headers: readonly string[]): void {
  if (isFocus(headers)) return checkFocusColumns(file, headers);
  const spelled = new Set(headers.map(columnName));
  const missing = REQUIRED.map((column) => COLUMNS[column].from.at(-1) ?? column).filter((column) => !spelled.has(column));
  if (missing.length === 0) return;
  const delimiter = headers.length === 1 ? SEPARATORS.find((separator) => headers.join().includes(separator)) : undefined;
  if (delimiter !== undefined) {
    throw new UserError(
      `${file.path}:1: columns are separated by ${JSON.stringify(delimiter)}`,
      'a Cost and Usage Report is separated by commas: take it as AWS wrote it',
    );
  }
  throw new UserError(
    `${file.path}: neither an AWS Cost and Usage Report nor a FOCUS export: there is no column ${missing.join(', ')}`,
    'name the report itself, or the folder with its *-Manifest.json',
  );
}

/** Our columns that at least one of the files has. */
export function presentColumns(files: readonly Columned[]): Set<string> {
  const names = new Set(files.flatMap(({ columns }) => [...columns.keys()]));
  return new Set(Object.entries(COLUMNS).flatMap(([column, { from }]) => (from.some((source) => names.has(source)) ? [column] : [])));
}

/** The tag columns of all files, in one order; of those that nobody wants only the ones that tie a charge to a cluster. Too many are packed. */
export function tagColumns(files: readonly Columned[], wanted?: Wanted): string[] {
  const tags = [...new Set(files.flatMap(({ columns }) => [...columns.keys()].filter((column) => tagOf(column) !== undefined)))].toSorted();
  if (wanted !== undefined) return tags.filter((tag) => isClusterTag(tag) || wanted.tags.includes(tagOf(tag) ?? ''));
  return groupedTags(tags, (tag) => isClusterTag(tag) || tag === NAME_TAG);
}

/** A file as the engine's table. */
function tableOf({ file, parquet, columns }: BillFile): LineTable {
  return { label: file.path, from: parquetTable(parquet), columns };
}

/** One SELECT of all lines of files. */
export function linesSql(files: readonly BillFile[], columns: readonly Column[], tags: readonly string[]): string {
  return selectLines(duckdb, files.map(tableOf), columns, tags);
}

/**
 * One SELECT of all lines in our columns, whatever the tables' own; what a table lacks is NULL. Text may be '' where there is none, and numbers
 * are doubles: both are mended after lines are grouped, or where they are summed (`exactSum`), for that is what the time goes into.
 */
export function selectLines(dialect: Dialect, tables: readonly LineTable[], columns: readonly Column[], tags: readonly string[]): string {
  const present = presentColumns(tables);
  const sources = (column: Column): readonly string[] => {
    const { from, or }: ColumnSource = COLUMNS[column];
    return or === undefined || !present.has(column) ? from : [...from, or];
  };
  return tables
    .map((table) => {
      const own = columns.map((column) => `${value(dialect, table, sources(column), COLUMNS[column].kind)} as ${column}`);
      const tagged = tags.map((tag) => `${isPacked(tag) ? packedTags(dialect, table, tag) : value(dialect, table, [tag], 'text')} as ${name(tag)}`);
      return `select ${[...own, ...tagged].join(', ')} from ${table.from}`;
    })
    .join(' union all ');
}

/** The first of several columns that has a value. */
function value(dialect: Dialect, table: LineTable, from: readonly string[], kind: Kind): string {
  const found = from.flatMap((column) => table.columns.get(column) ?? []);
  const values = found.map((column) => converted(dialect, table, column, kind));
  if (values.length === 0) return `cast(null as ${SQL_TYPES[kind]})`;
  if (values.length === 1) return values.join('');
  return `coalesce(${values.map((one) => (kind === 'text' ? `nullif(${one}, '')` : one)).join(', ')})`;
}

function converted(dialect: Dialect, table: LineTable, { header, type, key }: FileColumn, kind: Kind): string {
  const read = dialect.read(name(header), type, key === undefined ? kind : 'map');
  if (read === undefined)
    throw new UserError(`${table.label}: column ${header} is ${type}, expected a ${key === undefined ? kind : 'map'}`, 'take the report as AWS wrote it');
  return key === undefined ? read : dialect.entry(read, key);
}
