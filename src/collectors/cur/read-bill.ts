import { UserError } from '../../io/errors.ts';
import type { Sql } from '../../io/sql.ts';
import type { ChargeFacts, ChargesPart, Month } from '../../model/facts.ts';
import type { Context, Window } from '../types.ts';
import type { Bill } from './bill.ts';
import { BillReader, type Input } from './bill-reader.ts';
import { formatOfAll, loadFormat } from './format.ts';
import { identityOf } from './month.ts';
import type { BillPlace } from './place.ts';
import { Redelivered } from './redelivered.ts';

/** A bill as it was when it was looked at. */
interface Found {
  readonly bill: Bill;
  readonly inputs: readonly Input[];
}

/** How often a bill that is delivered anew while it is read is begun again. */
const RESTARTS = 3;

/** The parts of a bill, oldest month first. A month is fetched when its part is written, and what was fetched is removed when the part is there. */
export async function* readBill(place: BillPlace, window: Window, context: Context): AsyncIterable<ChargesPart> {
  const { io } = context;
  const sql = await io.openSql({ scratch: context.scratch });
  try {
    const reading = new Reading(place, new BillReader(sql, context.scratch, place), sql, context);
    const found = await reading.find(window);
    const { unlisted } = found.bill;
    if (unlisted.length > 0) io.output.note(`${place.at}: ${unlisted.length} files that no manifest names are left out`);
    const months = monthsIn(found.inputs, window);
    for (const [at, month] of months.entries()) {
      yield reading.part(month, found);
      await reading.release(month, found, new Set(months.slice(at + 1)));
    }
  } finally {
    sql.close();
  }
}

class Reading {
  readonly #place: BillPlace;
  readonly #reader: BillReader;
  readonly #sql: Sql;
  readonly #context: Context;
  /** Months that were delivered anew while they were read. */
  readonly #newer = new Map<Month, Found>();

  constructor(place: BillPlace, reader: BillReader, sql: Sql, context: Context) {
    this.#place = place;
    this.#reader = reader;
    this.#sql = sql;
    this.#context = context;
  }

  async find(window: Window): Promise<Found> {
    return this.#whileItStands(async () => this.#look(window));
  }

  /** Its identity is that of the delivery that was read, which may be newer than the one that was found. */
  part(month: Month, first: Found): ChargesPart {
    const now = (): Found => this.#newer.get(month) ?? first;
    const { source } = this.#context;
    const { isBucket, fetched } = this.#place;
    return {
      table: 'charges',
      source,
      month,
      get identity() {
        return identityOf(now().bill, month, ofMonth(now(), month));
      },
      // The version of each file is part of the identity: what is the same has not changed, however young its month.
      ...(isBucket ? { isSettled: true } : {}),
      progress: () => this.#progress(),
      ...(fetched === undefined ? {} : { counter: { what: 'bytes', count: () => fetched().bytes } }),
      write: async (to) => {
        let isFirst = true;
        return this.#whileItStands(async () => {
          if (!isFirst) this.#newer.set(month, await this.#again(month, now()));
          isFirst = false;
          return this.#write(month, now(), to);
        });
      },
    };
  }

  /** Removes what was fetched for a month, and is not needed for later ones. */
  async release(month: Month, first: Found, later: ReadonlySet<Month>): Promise<void> {
    const inputs = ofMonth(this.#newer.get(month) ?? first, month);
    const done = inputs.flatMap(({ file, months }) => (months.some((one) => later.has(one)) ? [] : [file]));
    await this.#place.release(done);
    if (this.#place.isBucket) await this.#reader.forget(done, this.#context.io.files);
  }

  async #look(window: Window): Promise<Found> {
    const bill = await this.#place.find(window);
    return { bill, inputs: await this.#reader.inputs(bill, this.#context.known) };
  }

  /** The newer delivery. What was fetched of the older one, and is not part of it, is removed. */
  async #again(month: Month, before: Found): Promise<Found> {
    const now = await this.#look({ first: month, last: month });
    const inputs = ofMonth(now, month);
    if (inputs.length === 0) throw new UserError(`${this.#place.at}: ${month} is no longer there`, 'it was removed while it was read: run again');
    const standing = new Set(inputs.map(({ file }) => `${file.path} ${file.etag}`));
    await this.#place.release(ofMonth(before, month).flatMap(({ file }) => (standing.has(`${file.path} ${file.etag}`) ? [] : [file])));
    return now;
  }

  async #write(month: Month, found: Found, to: string): Promise<ChargeFacts> {
    const { source, wanted, scratch } = this.#context;
    const inputs = ofMonth(found, month);
    const files = await this.#reader.openMonth(found.bill, inputs);
    await this.#place.confirm({ ...found.bill, deliveries: found.bill.deliveries.filter((delivery) => delivery.month === month) });
    const { writeMonth } = await loadFormat(formatOfAll(files));
    return writeMonth(this.#sql, { source, month, inputs, files, wanted, scratch }, to);
  }

  /** Downloading takes most of the time; what the engine does comes after it. */
  #progress(): number | undefined {
    const share = this.#place.fetched?.().share;
    if (share === undefined) return this.#sql.progress();
    return share < 1 ? share * DOWNLOADING : DOWNLOADING + (1 - DOWNLOADING) * (this.#sql.progress() ?? 0);
  }

  /** @throws UserError where it is delivered anew again and again */
  async #whileItStands<T>(read: () => Promise<T>): Promise<T> {
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof Redelivered)) throw this.#place.inItsWords(error);
        if (restarts === RESTARTS) {
          throw new UserError(
            `${error.message}: the bill has changed ${RESTARTS + 1} times while it was read`,
            'AWS is delivering it: run again in some minutes; a month whose files were removed for good can be left out by --from',
            { cause: error },
          );
        }
        this.#context.io.output.note(`${error.message}: it is delivered anew, and read from the beginning`);
      }
    }
  }
}

const DOWNLOADING = 0.8;

const ofMonth = ({ inputs }: Found, month: Month): readonly Input[] => inputs.filter(({ months }) => months.includes(month));

function monthsIn(inputs: readonly Input[], { first, last }: Window): Input['months'] {
  const months = new Set(inputs.flatMap((input) => input.months));
  return [...months].filter((month) => (first === undefined || month >= first) && (last === undefined || month <= last)).toSorted();
}
