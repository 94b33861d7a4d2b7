import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { bucketPlace, type BucketPatience } from '../../../../src/collectors/cur/bucket/index.ts';
import { checkBill } from '../../../../src/collectors/cur/check.ts';
import { readBill } from '../../../../src/collectors/cur/read-bill.ts';
import type { Check, Context, Window } from '../../../../src/collectors/types.ts';
import type { ChargeFacts, ChargesPart, InputFile, Month } from '../../../../src/model/facts.ts';
import { testIo, type TestIo } from '../../../io/test-io.ts';
import { writeBill, type BillFormat, type Cells } from '../small-bill.ts';
import { S3Server, type Put } from './s3-server.ts';

const BUCKET = 'acme-billing';

const QUICK: BucketPatience = { connect: 1000, answer: 10_000, attempts: 2, pause: 1 };

export interface ReadMonth {
  readonly month: Month;
  readonly identity: string;
  readonly facts: ChargeFacts;
  readonly file: string;
}

interface ReadOptions {
  readonly window?: Partial<Window>;
  /** Parts that are not written. */
  readonly skip?: (part: ChargesPart) => boolean;
  readonly known?: readonly InputFile[];
  readonly region?: string;
  readonly patience?: Partial<BucketPatience>;
  readonly path?: string;
}

const servers: S3Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A bucket with a bill, on a server of its own, and a machine that reads it. */
export class BucketBill {
  readonly s3 = new S3Server(BUCKET);
  given: TestIo = testIo();

  static async open(): Promise<BucketBill> {
    const bill = new BucketBill();
    await bill.s3.listen();
    servers.push(bill.s3);
    bill.given = testIo({ env: bill.s3.env });
    return bill;
  }

  /** A file of a bill: Parquet, or CSV by its ending. */
  async data(key: string, lines: readonly Cells[], put: Put = {}, format: BillFormat = {}): Promise<Buffer> {
    const path = await writeBill(join(this.given.folder, 'made', randomUUID(), key.split('/').at(-1) ?? key), lines, format);
    const body = readFileSync(path);
    this.s3.put(key, body, put);
    return body;
  }

  async read(prefix: string, options: ReadOptions = {}): Promise<ReadMonth[]> {
    const months: ReadMonth[] = [];
    const parts = join(this.given.folder, 'parts');
    const context = await this.context(options.known);
    await this.given.io.files.makeFolder(parts);
    const place = await this.#place(prefix, options, context);
    try {
      for await (const part of readBill(place, { first: undefined, last: undefined, ...options.window }, context)) {
        if (options.skip?.(part) === true) continue;
        const file = join(parts, `${randomUUID()}.parquet`);
        const facts = await part.write(file);
        months.push({ month: part.month, identity: part.identity, facts, file });
      }
    } finally {
      place.close();
      await this.given.io.files.remove(context.scratch);
    }
    return months;
  }

  /** Months and what was billed in them; or the error and its hint. */
  async billed(prefix: string, options: ReadOptions = {}): Promise<string> {
    try {
      const months = await this.read(prefix, options);
      return months.map(({ month, facts }) => `${month} ${Number(facts.totals[0]?.billed)}`).join(', ');
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return `${error.name}: ${error.message} | ${'hint' in error ? String(error.hint) : error.stack}`;
    }
  }

  async check(prefix: string): Promise<Check[]> {
    const context = await this.context();
    const place = await this.#place(prefix, {}, context);
    try {
      return await Array.fromAsync(checkBill(place, context));
    } finally {
      place.close();
      await this.given.io.files.remove(context.scratch);
    }
  }

  async #place(prefix: string, { region, patience, path = `s3://${BUCKET}/${prefix}` }: ReadOptions, context: Context): ReturnType<typeof bucketPlace> {
    return bucketPlace({ path, region }, context, { ...QUICK, ...patience });
  }

  get downloads(): string {
    return join(this.given.folder, 'downloads');
  }

  private async context(known: readonly InputFile[] = []): Promise<Context> {
    const { io } = this.given;
    await io.files.makeFolder(this.downloads);
    const scratch = await io.files.scratch();
    return { source: 'cur', io, began: io.now(), known, isCurrent: () => false, maySpend: false, scratch, downloads: this.downloads };
  }
}

/** A legacy report's manifest: of a month as `YYYYMM`. */
export function manifestOf(month: string, keys: readonly string[], assembly = 'a1'): string {
  return JSON.stringify({ assemblyId: assembly, reportName: 'hourly', reportKeys: keys, billingPeriod: { start: `${month}01T000000.000Z` } });
}
