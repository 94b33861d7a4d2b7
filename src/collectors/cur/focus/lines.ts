import { UserError } from '../../../io/errors.ts';
import type { FileFacts } from '../../../io/files.ts';
import { name } from '../../../io/sql.ts';
import { parquetTable, type BillFile, type FileColumn } from '../lines.ts';
import { ALL_COLUMNS, FOCUS_COLUMNS, focusName, type FocusColumn, type FocusKind } from './columns.ts';
import { mended, timeOf } from './values.ts';

/** A file's own columns that hold one of ours, the preferred one first. */
export function sourcesOf(file: BillFile, column: FocusColumn): readonly FileColumn[] {
  return FOCUS_COLUMNS[column].from.flatMap((wanted) =>
    [...file.columns].flatMap(([spelled, found]) => (focusName(spelled) === focusName(wanted) ? found : [])),
  );
}

/** Our columns that at least one of the files has. */
export function presentColumns(files: readonly BillFile[]): Set<FocusColumn> {
  return new Set(ALL_COLUMNS.filter((column) => files.some((file) => sourcesOf(file, column).length > 0)));
}

/**
 * One SELECT of all lines in our columns, whatever the files' own; what a file lacks is NULL. Text may still be '' or 'NULL' where there is none:
 * that is mended once lines are grouped.
 */
export function focusLines(files: readonly BillFile[], columns: readonly FocusColumn[]): string {
  return files
    .map((file) => `select ${columns.map((column) => `${value(file, column)} as ${name(column)}`).join(', ')} from ${parquetTable(file.parquet)}`)
    .join(' union all ');
}

const SQL_TYPES = { text: 'varchar', json: 'varchar', time: 'timestamp', number: 'decimal(38,12)' } as const;

function value(file: BillFile, column: FocusColumn): string {
  const { kind } = FOCUS_COLUMNS[column];
  const values = sourcesOf(file, column).map((source) => READ[kind](file.file, source));
  const [only] = values;
  if (only === undefined) return `cast(null as ${SQL_TYPES[kind]})`;
  return values.length === 1 ? only : `coalesce(${values.map((one) => (kind === 'text' ? mended(one) : one)).join(', ')})`;
}

const READ: Readonly<Record<FocusKind, (file: FileFacts, column: FileColumn) => string>> = {
  text: (file, { header, type }) => {
    if (type === 'VARCHAR') return name(header);
    if (!/^(ENUM|UUID|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT|DOUBLE|DECIMAL)/.test(type)) throw wrongType(file, header, type, 'a text');
    return `cast(${name(header)} as varchar)`;
  },
  time: (file, { header, type }) => {
    if (type === 'TIMESTAMP') return name(header);
    if (type === 'VARCHAR') return timeOf(name(header));
    if (!/^(TIMESTAMP|DATE)/.test(type)) throw wrongType(file, header, type, 'a time');
    return `cast(${name(header)} as timestamp)`;
  },
  // A double stands for the decimal it was written as: its shortest text. Below 1,000 that is a whole number of 1e-12, found much faster.
  number: (file, { header, type }) => {
    const column = name(header);
    if (type === 'DECIMAL(38,12)') return column;
    if (type === 'VARCHAR') return `cast(${mended(column)} as decimal(38,12))`;
    if (type === 'DOUBLE') {
      const small = `cast(cast(cast(round(${column} * 1e12) as bigint) as decimal(26,0)) * cast('0.000000000001' as decimal(12,12)) as decimal(38,12))`;
      return `case when abs(${column}) < 1000 then ${small} else cast(cast(${column} as varchar) as decimal(38,12)) end`;
    }
    if (type === 'FLOAT') return `cast(cast(${column} as varchar) as decimal(38,12))`;
    if (!/^(DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT)/.test(type)) throw wrongType(file, header, type, 'a number');
    return `cast(${column} as decimal(38,12))`;
  },
  json: (file, { header, type }) => {
    if (type === 'VARCHAR') return name(header);
    if (!/^(JSON|MAP|STRUCT)/.test(type)) throw wrongType(file, header, type, 'tags');
    return `cast(to_json(${name(header)}) as varchar)`;
  },
};

function wrongType(file: FileFacts, header: string, type: string, expected: string): UserError {
  return new UserError(`${file.path}: column ${header} is ${type}, expected ${expected}`, 'take the export as its provider wrote it');
}
