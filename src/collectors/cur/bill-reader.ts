import { UserError } from '../../io/errors.ts';
import type { Files } from '../../io/files.ts';
import type { Sql } from '../../io/sql.ts';
import type { InputFile, Timestamp } from '../../model/facts.ts';
import type { Bill, PlacedFile } from './bill.ts';
import { loadFormat } from './format.ts';
import { openBillFile, type BillFile } from './lines.ts';
import type { Delivery } from './manifest.ts';
import type { BillPlace } from './place.ts';
import { unreadable } from './unreadable.ts';

/** A file of the bill with the months it holds. */
export interface Input extends InputFile {
  readonly file: PlacedFile;
  /** Its version, where the place has versions. */
  readonly etag?: string;
}

/** Opens each file once, and only when it is needed. */
export class BillReader {
  readonly #sql: Sql;
  readonly #scratch: string;
  readonly #place: Pick<BillPlace, 'fetch' | 'isBucket'>;
  readonly #opened = new Map<string, BillFile>();

  constructor(sql: Sql, scratch: string, place: Pick<BillPlace, 'fetch' | 'isBucket'>) {
    this.#sql = sql;
    this.#scratch = scratch;
    this.#place = place;
  }

  async open(inputs: readonly { readonly file: PlacedFile }[]): Promise<BillFile[]> {
    const files: BillFile[] = [];
    for (const file of await this.#place.fetch(inputs.map((input) => input.file))) {
      const opened = this.#opened.get(file.path) ?? (await openBillFile(this.#sql, file, this.#scratch));
      this.#opened.set(file.path, opened);
      files.push(opened);
    }
    return files;
  }

  /** Opens the files of a month; those that were not opened to know their month are looked at now. */
  async openMonth({ deliveries }: Bill, inputs: readonly Input[]): Promise<BillFile[]> {
    const files = await this.open(inputs);
    const unseen = this.#place.isBucket ? monthsOfDeliveries(deliveries) : new Map<string, Delivery>();
    for (const [at, { file }] of inputs.entries()) {
      const [opened, delivery] = [files[at], unseen.get(file.path)];
      if (opened !== undefined && delivery !== undefined) checkMonths(delivery, [{ file, months: await this.#monthsOf(opened) }]);
    }
    return files;
  }

  /** The files with their months: as their manifest says where to open them is to download them, or from the snapshot where a file is as it was then, else from the file. */
  async inputs(bill: Bill, known: readonly InputFile[]): Promise<Input[]> {
    const months = new Map(known.map((input) => [fileKey(input), input.months]));
    const told = this.#place.isBucket ? monthsOfDeliveries(bill.deliveries) : new Map<string, Delivery>();
    const inputs: Input[] = [];
    for (const file of bill.files) {
      const facts = { name: file.name, bytes: file.bytes, modified: file.modified as Timestamp };
      const delivery = told.get(file.path);
      const found = delivery === undefined ? (months.get(fileKey(facts)) ?? (await this.#months(file))) : [delivery.month];
      inputs.push({ ...facts, file, months: found, ...(file.etag === undefined ? {} : { etag: file.etag }) });
    }
    for (const delivery of bill.deliveries) checkMonths(delivery, inputs);
    return inputs;
  }

  /** Removes what was made of files that are not read again. */
  async forget(files: readonly PlacedFile[], disk: Pick<Files, 'remove'>): Promise<void> {
    const done = new Set(files.map(fileKey));
    for (const [path, { file, parquet }] of this.#opened) {
      if (!done.has(fileKey(file))) continue;
      this.#opened.delete(path);
      if (parquet !== path) await disk.remove(parquet);
    }
  }

  async #months(file: PlacedFile): Promise<InputFile['months']> {
    const [opened] = await this.open([{ file }]);
    return opened === undefined ? [] : this.#monthsOf(opened);
  }

  async #monthsOf(opened: BillFile): Promise<InputFile['months']> {
    try {
      return await (await loadFormat(opened.format)).monthsOf(this.#sql, opened);
    } catch (error) {
      throw unreadable(error, opened.file.path);
    }
  }
}

/** While it is the same, the file has not changed. */
export const fileKey = ({ name, bytes, modified, etag }: Pick<PlacedFile, 'name' | 'bytes' | 'modified' | 'etag'>): string =>
  `${name} ${bytes} ${modified}${etag === undefined ? '' : ` ${etag}`}`;

const monthsOfDeliveries = (deliveries: readonly Delivery[]): ReadonlyMap<string, Delivery> =>
  new Map(deliveries.flatMap((delivery) => delivery.files.map(({ path }) => [path, delivery] as const)));

function checkMonths(delivery: Delivery, inputs: readonly Pick<Input, 'file' | 'months'>[]): void {
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
