import { UserError } from '../../io/errors.ts';
import type { Sql } from '../../io/sql.ts';
import type { ChargeFacts, Month } from '../../model/facts.ts';
import { isFocus } from './focus/columns.ts';
import type { BillFile } from './lines.ts';
import type { MonthOfBill } from './month.ts';

/** A form in which bills come: how its lines become charges. */
export interface BillFormat {
  /** What files of this form can answer (`resource-ids`, ...). */
  readonly capabilities: (files: readonly BillFile[]) => string[];
  /** The months that a file holds lines of. */
  readonly monthsOf: (sql: Sql, file: BillFile) => Promise<Month[]>;
  /** Writes the month's charges as Parquet, and says what its lines add up to. */
  readonly writeMonth: (sql: Sql, month: MonthOfBill, to: string) => Promise<ChargeFacts>;
}

const formats = {
  cur: async () => (await import('./cur-format.ts')).curFormat,
  focus: async () => (await import('./focus/index.ts')).focusFormat,
} as const satisfies Readonly<Record<string, () => Promise<BillFormat>>>;

export type FormatName = keyof typeof formats;

/** The form of a file, by its columns in whatever spelling. */
export function formatOf(columns: ReadonlySet<string>): FormatName {
  return isFocus(columns) ? 'focus' : 'cur';
}

/** The form of all files of a month. @throws UserError if there are two: they would be summed twice */
export function formatOfAll(files: readonly BillFile[]): FormatName {
  const [first, ...others] = files;
  if (first === undefined) throw new Error('a month has a file');
  const other = others.find(({ format }) => format !== first.format);
  if (other === undefined) return first.format;
  throw new UserError(
    `${first.file.path} and ${other.file.path}: two forms of a bill, ${first.format} and ${other.format}, which would be summed twice`,
    'name one of them, or make them two sources',
  );
}

export function loadFormat(name: FormatName): Promise<BillFormat> {
  return formats[name]();
}
