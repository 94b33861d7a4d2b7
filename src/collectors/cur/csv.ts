import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../io/errors.ts';
import type { FileFacts } from '../../io/files.ts';
import { filePath, name, text, type Sql } from '../../io/sql.ts';
import { checkGzip, firstLine, isGzip } from '../../io/text-file.ts';
import { columnName, kindOf } from './columns.ts';
import { focusKindOf } from './focus/columns.ts';
import { timeOf } from './focus/values.ts';
import { formatOf, type FormatName } from './format.ts';
import type { BillFile } from './lines.ts';

/** How a column of a form is read from CSV, what it is in the Parquet file that it becomes, and how it gets there. */
interface Cell {
  readonly read: string;
  readonly type: string;
  readonly staged: (column: string) => string;
}

interface CsvForm {
  /** Undefined: the column is not read. */
  readonly cellOf: (header: string) => Cell | undefined;
  /** Cells that stand for nothing. */
  readonly nothing: readonly string[];
}

const same = (column: string): string => column;

/** Where a cell is blank AWS' Parquet has '': the same line gives the same bytes from both. */
const CUR_CELLS = {
  text: { read: 'VARCHAR', type: 'VARCHAR', staged: (column: string) => `coalesce(${column}, '')` },
  time: { read: 'TIMESTAMP', type: 'TIMESTAMP', staged: same },
  number: { read: 'DOUBLE', type: 'DOUBLE', staged: same },
} as const;

const FOCUS_CELLS = {
  text: { read: 'VARCHAR', type: 'VARCHAR', staged: same },
  json: { read: 'VARCHAR', type: 'VARCHAR', staged: same },
  time: { read: 'VARCHAR', type: 'TIMESTAMP', staged: timeOf },
  number: { read: 'DECIMAL(38,12)', type: 'DECIMAL(38,12)', staged: same },
} as const;

const FORMS: Readonly<Record<FormatName, CsvForm>> = {
  cur: { cellOf: (header) => cellOf(CUR_CELLS, kindOf(columnName(header))), nothing: [''] },
  focus: { cellOf: (header) => cellOf(FOCUS_CELLS, focusKindOf(header)), nothing: ['', 'NULL'] },
};

function cellOf<Kind extends string>(cells: Readonly<Record<Kind, Cell>>, kind: Kind | undefined): Cell | undefined {
  return kind === undefined ? undefined : cells[kind];
}

/** Opens a CSV file: parsed once, strictly, into a Parquet file of the columns that are read, for it is read more than once. */
export async function openCsv(sql: Sql, file: FileFacts, scratch: string, check: (headers: readonly string[]) => void): Promise<BillFile> {
  const headers = await headersOf(file.path);
  check(headers);
  const format = formatOf(new Set(headers));
  const form = FORMS[format];

  const all = headers.map((header, at) => ({ header: `c${at}`, spelled: columnName(header), cell: form.cellOf(header) }));
  const types = all.map(({ header, cell }) => `${text(header)}: ${text(cell?.read ?? 'VARCHAR')}`).join(', ');
  const kept = all.flatMap(({ cell, ...column }) => (cell === undefined ? [] : [{ ...column, cell }]));

  const staged = `${scratch}/${randomUUID()}.parquet`;
  const table = `read_csv(${filePath(file.path)}, delim = ',', quote = '"', escape = '"', header = true, auto_detect = false, strict_mode = true, nullstr = [${form.nothing.map(text).join(', ')}], compression = ${text(isGzip(file.path) ? 'gzip' : 'none')}, columns = {${types}})`;
  const selected = kept.map(({ header, cell }) => `${cell.staged(name(header))} as ${name(header)}`);
  const copied = sql.run(`copy (select ${selected.join(', ')} from ${table}) to ${text(staged)} (format parquet)`);
  const [copy, gzip] = await Promise.allSettled([copied, checkGzip(file.path)]);
  if (gzip.status === 'rejected') throw gzip.reason;
  if (copy.status === 'rejected') throw copy.reason;

  const columns = Map.groupBy(kept, ({ spelled }) => spelled);
  return {
    file,
    parquet: staged,
    format,
    columns: new Map([...columns].map(([spelled, found]) => [spelled, found.map(({ header, cell }) => ({ header, type: cell.type }))])),
  };
}

async function headersOf(path: string): Promise<string[]> {
  const line = await firstLine(path);
  try {
    return parse(line).flat();
  } catch (error) {
    throw new UserError(`${path}:1: the line of column names is no CSV`, 'name a report as AWS wrote it', { cause: error });
  }
}
