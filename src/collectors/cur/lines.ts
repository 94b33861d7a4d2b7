import { UserError } from '../../io/errors.ts';
import type { FileFacts } from '../../io/files.ts';
import { filePath, name, type Sql } from '../../io/sql.ts';
import { columnName, COLUMNS, REQUIRED, tagOf, type Column } from './columns.ts';
import { openCsv } from './csv.ts';
import { formatOf, type FormatName } from './format.ts';
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

interface FileColumn {
  readonly header: string;
  readonly type: string;
}

/** Opens a Parquet or CSV file. @throws UserError if it is damaged or no Cost and Usage Report */
export async function openBillFile(sql: Sql, file: FileFacts, scratch: string): Promise<BillFile> {
  if (file.bytes === 0) throw new UserError(`${file.path}: the file is empty`, 'copy or download it again');
  try {
    return await (/\.parquet$/i.test(file.path) ? openParquet(sql, file) : openCsv(sql, file, scratch, (headers) => checkHeaders(file, headers)));
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
function parquetTable(path: string): string {
  return `read_parquet([${filePath(path)}], hive_partitioning = false)`;
}

const SEPARATORS = [';', '\t', '|', '\u0001'];

function checkHeaders(file: FileFacts, headers: readonly string[]): void {
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
    `${file.path}: not an AWS Cost and Usage Report: there is no column ${missing.join(', ')}`,
    'name the report itself, or the folder with its *-Manifest.json',
  );
}

/** Our columns that at least one of the files has. */
export function presentColumns(files: readonly BillFile[]): Set<string> {
  const names = new Set(files.flatMap(({ columns }) => [...columns.keys()]));
  return new Set(Object.entries(COLUMNS).flatMap(([column, { from }]) => (from.some((source) => names.has(source)) ? [column] : [])));
}

/** The tag columns of all files, in one order. */
export function tagColumns(files: readonly BillFile[]): string[] {
  return [...new Set(files.flatMap(({ columns }) => [...columns.keys()].filter((column) => tagOf(column) !== undefined)))].toSorted();
}

/**
 * One SELECT of all lines in our columns, whatever the files' own; what a file lacks is NULL. Text may be '' where there is none, and numbers
 * are doubles: both are mended after lines are grouped, or where they are summed (`exactSum`), for that is what the time goes into.
 */
export function linesSql(files: readonly BillFile[], columns: readonly Column[], tags: readonly string[]): string {
  return files
    .map((file) => {
      const own = columns.map((column) => `${value(file, COLUMNS[column].from, COLUMNS[column].kind)} as ${column}`);
      const tagged = tags.map((tag) => `${value(file, [tag], 'text')} as ${name(tag)}`);
      return `select ${[...own, ...tagged].join(', ')} from ${parquetTable(file.parquet)}`;
    })
    .join(' union all ');
}

const SQL_TYPES = { text: 'varchar', time: 'timestamp', number: 'double' } as const;
type Kind = keyof typeof SQL_TYPES;

/** The first of several columns that has a value. */
function value(file: BillFile, from: readonly string[], kind: Kind): string {
  const found = from.flatMap((column) => file.columns.get(column) ?? []);
  const values = found.map((column) => converted(file.file, column, kind));
  if (values.length === 0) return `cast(null as ${SQL_TYPES[kind]})`;
  if (values.length === 1) return values.join('');
  return `coalesce(${values.map((one) => (kind === 'text' ? `nullif(${one}, '')` : one)).join(', ')})`;
}

const FITS = {
  text: /^(VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT)/,
  time: /^(VARCHAR|TIMESTAMP|DATE)/,
  number: /^(VARCHAR|DOUBLE|FLOAT|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT)/,
} as const;

function converted(file: FileFacts, { header, type }: FileColumn, kind: Kind): string {
  if (!FITS[kind].test(type)) throw new UserError(`${file.path}: column ${header} is ${type}, expected a ${kind}`, 'take the report as AWS wrote it');
  const column = name(header);
  if (type.toLowerCase() === SQL_TYPES[kind]) return column;
  return `cast(${type === 'VARCHAR' ? `nullif(${column}, '')` : column} as ${SQL_TYPES[kind]})`;
}
