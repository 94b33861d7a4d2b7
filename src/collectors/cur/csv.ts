import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../io/errors.ts';
import type { FileFacts } from '../../io/files.ts';
import { filePath, name, text, type Sql } from '../../io/sql.ts';
import { checkGzip, firstLine, isGzip } from '../../io/text-file.ts';
import { columnName, kindOf } from './columns.ts';
import { formatOf } from './format.ts';
import type { BillFile } from './lines.ts';

const TYPES = { text: 'VARCHAR', time: 'TIMESTAMP', number: 'DOUBLE' } as const;

/** Opens a CSV file: parsed once, strictly, into a Parquet file of the columns that are read, for it is read more than once. */
export async function openCsv(sql: Sql, file: FileFacts, scratch: string, check: (headers: readonly string[]) => void): Promise<BillFile> {
  const headers = await headersOf(file.path);
  check(headers);

  const all = headers.map((header, at) => ({ header: `c${at}`, spelled: columnName(header), kind: kindOf(columnName(header)) }));
  const types = all.map(({ header, kind }) => `${text(header)}: ${text(TYPES[kind ?? 'text'])}`).join(', ');
  const kept = all.filter(({ kind }) => kind !== undefined);

  const staged = `${scratch}/${randomUUID()}.parquet`;
  const table = `read_csv(${filePath(file.path)}, delim = ',', quote = '"', escape = '"', header = true, auto_detect = false, strict_mode = true, compression = ${text(isGzip(file.path) ? 'gzip' : 'none')}, columns = {${types}})`;
  const copied = sql.run(`copy (select ${kept.map(stagedColumn).join(', ')} from ${table}) to ${text(staged)} (format parquet)`);
  const [copy, gzip] = await Promise.allSettled([copied, checkGzip(file.path)]);
  if (gzip.status === 'rejected') throw gzip.reason;
  if (copy.status === 'rejected') throw copy.reason;

  const columns = Map.groupBy(kept, ({ spelled }) => spelled);
  return {
    file,
    parquet: staged,
    format: formatOf(new Set(columns.keys())),
    columns: new Map([...columns].map(([spelled, found]) => [spelled, found.map(({ header, kind }) => ({ header, type: TYPES[kind ?? 'text'] }))])),
  };
}

/** Where a cell is blank AWS' Parquet has '': the same line gives the same bytes from both. */
function stagedColumn({ header, kind }: { readonly header: string; readonly kind: keyof typeof TYPES | undefined }): string {
  return kind === 'text' ? `coalesce(${name(header)}, '') as ${name(header)}` : name(header);
}

async function headersOf(path: string): Promise<string[]> {
  const line = await firstLine(path);
  try {
    return parse(line).flat();
  } catch (error) {
    throw new UserError(`${path}:1: the line of column names is no CSV`, 'name a report as AWS wrote it', { cause: error });
  }
}
