import { createHash } from 'node:crypto';
import { UserError } from '../../../io/errors.ts';
import type { SqlRow } from '../../../io/sql.ts';
import type { InputFile, Month, Timestamp } from '../../../model/facts.ts';
import { monthOf } from '../../../model/month.ts';
import { BILL_MONTH, columnName, COLUMNS, REQUIRED, type Column } from '../columns.ts';
import { trino } from '../dialects/trino.ts';
import { isFocus } from '../focus/columns.ts';
import { selectLines, type FileColumn, type LineTable } from '../lines.ts';
import type { Window } from '../../types.ts';
import { partitionBy, type Partition } from './partition.ts';
import { allRows, type RemoteEngine } from './remote-engine.ts';
import { tableName, tableSql } from './table-name.ts';

/** A bill as a table of an engine. */
export interface RemoteTable extends LineTable {
  readonly engine: RemoteEngine;
  readonly partition: Partition | undefined;
}

/** A month of it. */
export interface RemoteMonth {
  readonly month: Month;
  /** Stands for all of the month's lines. */
  readonly identity: string;
  readonly lines: number;
  /** The month's files, taken together; undefined where the engine does not tell of files. */
  readonly input: InputFile | undefined;
}

/** @throws UserError if there is no such table, or it holds no bill */
export async function openTable(engine: RemoteEngine, spelled: string): Promise<RemoteTable> {
  const named = tableName(spelled);
  const described = await engine.describe(named);
  const columns = Map.groupBy(
    described.map(({ name: header, type }) => ({ header, type })),
    ({ header }) => columnName(header),
  );
  if (isFocus(described.map(({ name }) => name))) {
    throw new UserError(`${spelled}: a FOCUS export, which is read by its files`, 'name them with path: s3://…, and no engine');
  }
  const missing = REQUIRED.filter((column) => !COLUMNS[column].from.some((source) => columns.has(source)));
  if (missing.length > 0) {
    const names = missing.map((column) => COLUMNS[column].from.at(-1) ?? column);
    throw new UserError(
      `${spelled}: neither an AWS Cost and Usage Report nor a FOCUS export: there is no column ${names.join(', ')}`,
      'name the table that AWS’ export or crawler has made of it',
    );
  }
  return { engine, label: spelled, from: tableSql(named), columns, partition: partitionBy(described) };
}

/** What engines tell of a line's file beside its columns: https://trino.io/docs/current/connector/hive.html#metadata-columns */
const FILE = { path: '$path', size: '$file_size', modified: '$file_modified_time' } as const;

/** The months of a table, oldest first. @param note is told where they are known by their content alone */
export async function monthsIn(table: RemoteTable, window: Window, note: (line: string) => void): Promise<RemoteMonth[]> {
  const rows = await byFiles(table, window).catch(async (error: unknown) => {
    if (!(error instanceof UserError) || !/COLUMN_NOT_FOUND|cannot be resolved/.test(error.message)) throw error;
    note(`${table.label}: the engine does not tell which files a table has; whether a month has changed is seen by its lines`);
    return byContent(table, window);
  });
  return rows.map((row) => remoteMonth(table, row));
}

/** Path, size and time of the files, and how many lines each has: of a partitioned table no column is read for it. */
async function byFiles(table: RemoteTable, window: Window): Promise<readonly SqlRow[]> {
  const { path, size, modified } = quotedFile();
  const files = `select bill_month, ${path} as path, ${size} as size, ${modified} as modified, count(*) as lines from (${monthly(table, Object.values(FILE))}) ${within(window)} group by 1, 2, 3, 4`;
  return allRows(
    table.engine,
    `select bill_month, sum(lines) as lines, count(*) as files, sum(cast(size as bigint)) as bytes, max(modified) as modified, to_hex(checksum(row(path, size, modified, lines))) as content
      from (${files}) group by 1 order by 1`,
  );
}

const CONTENT = ['usage_start', 'type', 'quantity', 'unblended'] as const satisfies readonly Column[];

async function byContent(table: RemoteTable, window: Window): Promise<readonly SqlRow[]> {
  return allRows(
    table.engine,
    `select bill_month, count(*) as lines, to_hex(checksum(row(${CONTENT.join(', ')}))) as content from (${monthly(table, [], CONTENT)}) ${within(window)} group by 1 order by 1`,
  );
}

/** Lines with their `bill_month`, and further columns of the engine's as text. */
function monthly(table: RemoteTable, others: readonly string[], own: readonly Column[] = []): string {
  const partition = table.partition;
  const texts = [...others, ...(partition?.columns ?? [])];
  const read = texts.map((column): [string, FileColumn[]] => [column, [{ header: column, type: typeOf(table, column) }]]);
  const columns: LineTable['columns'] = new Map([...table.columns, ...read]);
  const dates: Column[] = partition === undefined ? ['bill_start', 'usage_start'] : [];
  const lines = selectLines(trino, [{ ...table, columns }], [...new Set([...dates, ...own])], texts);
  return `select *, ${partition?.month ?? trino.month(BILL_MONTH)} as bill_month from (${lines})`;
}

/** Columns that are there for every table of files stand in no description. */
const HIDDEN_TYPES: ReadonlyMap<string, string> = new Map([
  [FILE.path, 'varchar'],
  [FILE.size, 'bigint'],
  [FILE.modified, 'timestamp(3) with time zone'],
]);

function typeOf({ columns }: RemoteTable, column: string): string {
  return HIDDEN_TYPES.get(column) ?? columns.get(columnName(column))?.[0]?.type ?? 'varchar';
}

const quotedFile = (): { readonly path: string; readonly size: string; readonly modified: string } => ({
  path: `"${FILE.path}"`,
  size: `"${FILE.size}"`,
  modified: `"${FILE.modified}"`,
});

/** Months are only ever compared as text: `2026-10`. */
function within({ first, last }: Window): string {
  const conditions = [...(first === undefined ? [] : [`bill_month >= '${first}'`]), ...(last === undefined ? [] : [`bill_month <= '${last}'`])];
  return conditions.length === 0 ? '' : `where bill_month is null or ${conditions.join(' and ')}`;
}

function remoteMonth({ label }: RemoteTable, { bill_month: month, lines, files, bytes, modified, content }: SqlRow): RemoteMonth {
  if (typeof month !== 'string') throw new UserError(`${label}: a line has neither a billing period nor a usage date`, 'take the report as AWS wrote it');
  const of = monthOf(month);
  return {
    month: of,
    identity: createHash('sha256')
      .update(JSON.stringify([label, lines, files ?? null, content]))
      .digest('hex'),
    lines: Number(lines),
    input: typeof modified !== 'string' ? undefined : { name: `${label} ${of}`, bytes: Number(bytes), modified: timestamp(modified), months: [of] },
  };
}

/** As Trino writes a time with its zone: `2026-10-02 03:04:05.678 UTC`. */
function timestamp(text: string): Timestamp {
  return new Date(text.replace(' ', 'T').replace(' UTC', 'Z')).toISOString() as Timestamp;
}
