import { UserError } from '../../io/errors.ts';
import type { FileFacts } from '../../io/files.ts';
import type { Sql } from '../../io/sql.ts';
import type { InputFile, Timestamp } from '../../model/facts.ts';
import type { Bill } from './bill.ts';
import { loadFormat } from './format.ts';
import { openBillFile, type BillFile } from './lines.ts';
import type { Delivery } from './manifest.ts';
import { unreadable } from './unreadable.ts';

/** A file of the bill with the months it holds. */
export interface Input extends InputFile {
  readonly file: FileFacts;
}

/** Opens each file once, and only when it is needed. */
export class BillReader {
  readonly #sql: Sql;
  readonly #scratch: string;
  readonly #opened = new Map<string, BillFile>();

  constructor(sql: Sql, scratch: string) {
    this.#sql = sql;
    this.#scratch = scratch;
  }

  async open(inputs: readonly { readonly file: FileFacts }[]): Promise<BillFile[]> {
    const files: BillFile[] = [];
    for (const { file } of inputs) {
      const opened = this.#opened.get(file.path) ?? (await openBillFile(this.#sql, file, this.#scratch));
      this.#opened.set(file.path, opened);
      files.push(opened);
    }
    return files;
  }

  /** The files with their months: from the snapshot where a file is as it was then, else from the file. */
  async inputs(bill: Bill, known: readonly InputFile[]): Promise<Input[]> {
    const months = new Map(known.map((input) => [fileKey(input), input.months]));
    const inputs: Input[] = [];
    for (const file of bill.files) {
      const facts = { name: file.name, bytes: file.bytes, modified: file.modified as Timestamp };
      inputs.push({ ...facts, file, months: months.get(fileKey(facts)) ?? (await this.#months(file)) });
    }
    for (const delivery of bill.deliveries) checkMonths(delivery, inputs);
    return inputs;
  }

  async #months(file: FileFacts): Promise<InputFile['months']> {
    const [opened] = await this.open([{ file }]);
    if (opened === undefined) return [];
    try {
      return await (await loadFormat(opened.format)).monthsOf(this.#sql, opened);
    } catch (error) {
      throw unreadable(error, file.path);
    }
  }
}

/** While it is the same, the file has not changed. */
export const fileKey = ({ name, bytes, modified }: Omit<InputFile, 'months'>): string => `${name} ${bytes} ${modified}`;

function checkMonths(delivery: Delivery, inputs: readonly Input[]): void {
  const paths = new Set(delivery.files.map(({ path }) => path));
  for (const { file, months } of inputs) {
    const other = paths.has(file.path) ? months.find((month) => month !== delivery.month) : undefined;
    if (other === undefined) continue;
    throw new UserError(
      `${file.path}: holds lines of ${other}, but its manifest is of ${delivery.month}`,
      `copy the folder of ${delivery.manifest.path} again`,
    );
  }
}
