import { createHash } from 'node:crypto';
import { UserError } from '../../io/errors.ts';
import { text, type Sql } from '../../io/sql.ts';
import type { Month, ChargeFacts, SourceId } from '../../model/facts.ts';
import type { Wanted } from '../types.ts';
import type { Bill } from './bill.ts';
import { fileKey, type Input } from './bill-reader.ts';
import { chargesSql, unreadKeys } from './charges.ts';
import { BILL_MONTH, capabilities, COLUMNS, monthStart, type Column } from './columns.ts';
import { constants } from './constants.ts';
import { distinctLines, type DistinctLines } from './duplicates.ts';
import { dropGroups, groupLines, KEYS, type MonthLines } from './groups.ts';
import { linesSql, presentColumns, tagColumns, type BillFile } from './lines.ts';
import { ANY_NUMBERS, profile, type Profile } from './profile.ts';
import { survey, type Survey } from './survey.ts';
import { unreadable } from './unreadable.ts';

/** Stands for all that a month is made from. */
export function identityOf(bill: Bill, month: Month, inputs: readonly Input[]): string {
  const assembly = bill.deliveries.find((delivery) => delivery.month === month)?.assembly;
  const all = JSON.stringify([assembly, inputs.map(fileKey).toSorted()]);
  return createHash('sha256').update(all).digest('hex');
}

export interface MonthOfBill {
  readonly source: SourceId;
  readonly month: Month;
  readonly inputs: readonly Input[];
  readonly files: readonly BillFile[];
  readonly wanted: Wanted | undefined;
  readonly scratch: string;
}

const ALL = Object.keys(COLUMNS) as Column[];

/** Writes the month's charges as Parquet, and says what its lines add up to. */
export async function writeMonth(sql: Sql, { source, month, inputs, files, wanted, scratch }: MonthOfBill, to: string): Promise<ChargeFacts> {
  const tags = tagColumns(files);
  const all = linesSql(files, ALL, tags);
  const hasOthers = inputs.some(({ months }) => months.length > 1);
  const ofMonth = hasOthers ? `select * from (${all}) where ${BILL_MONTH} = ${monthStart(month)}` : all;
  const side = await sql.fork();
  try {
    const unread = wanted === undefined ? [] : unreadKeys(month, tags, wanted);
    const known = new Map([...(await constants(sql, files, KEYS, tags)), ...unread.map((key) => [key, null] as const)]);
    const small = isSmall(inputs);
    const { looked, duplicates } = await lookAndGroup(sql, side, { lines: ofMonth, tags, constants: known }, small, scratch);
    const charges = await chargesSql(sql, month, looked.types, tags, wanted);
    const add = (): Promise<Survey> => survey(side, source, month, looked, presentColumns(files).has('invoice_id'));
    const copy = (): Promise<void> => sql.run(`copy (${charges}) to ${text(to)} (format parquet, compression zstd)`);
    // A large sort beside another query takes nearly twice as long: only small ones go together.
    const [found] = small ? await together(add(), copy()) : [await add(), await copy()];
    await dropGroups(sql);
    const [written] = await sql.rows(`select count(*) as rows from read_parquet(${text(to)})`);
    return {
      ...found,
      rows: Number(written?.['rows']),
      duplicates,
      inputs: inputs.map(({ name, bytes, modified, months }) => ({ name, bytes, modified, months })),
      capabilities: capabilities(presentColumns(files)),
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(error, (await damaged(sql, files, tags)) ?? files.map(({ file }) => file.path).join(', '));
  } finally {
    side.close();
  }
}

/** The first file that cannot be read by itself: an engine that reads several does not say which it was. */
async function damaged(sql: Sql, files: readonly BillFile[], tags: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    try {
      await sql.rows(`select max(hash(line)) from (${linesSql([file], ALL, tags)}) as line`);
    } catch {
      return file.file.path;
    }
  }
  return undefined;
}

const SMALL = 32 * 1024 * 1024;
const isSmall = (inputs: readonly Input[]): boolean => inputs.reduce((sum, { bytes }) => sum + bytes, 0) < SMALL;

/**
 * Groups the lines, each of them once. A small bill is grouped while duplicates are looked for, and again in the rare case that there are some;
 * a large one after a look at its numbers, which saves more than it takes.
 */
async function lookAndGroup(
  sql: Sql,
  side: Sql,
  month: Omit<MonthLines, 'numbers'>,
  small: boolean,
  scratch: string,
): Promise<{ readonly looked: Profile; readonly duplicates: number }> {
  const { lines } = month;
  if (small) {
    const aside = async (): Promise<[DistinctLines, Profile]> => [await distinctLines(side, lines, scratch), await profile(side, lines, 'types')];
    const [[distinct, looked]] = await together(aside(), groupLines(sql, { ...month, numbers: ANY_NUMBERS }));
    if (distinct.duplicates === 0) return { looked, duplicates: 0 };
    return regroup(sql, month, distinct);
  }
  const [distinct, looked] = await together(distinctLines(side, lines, scratch), profile(sql, lines, 'numbers'));
  if (distinct.duplicates > 0) return regroup(sql, month, distinct);
  await groupLines(sql, { ...month, numbers: looked.numbers });
  return { looked, duplicates: 0 };
}

async function regroup(
  sql: Sql,
  month: Omit<MonthLines, 'numbers'>,
  { lines, duplicates }: DistinctLines,
): Promise<{ readonly looked: Profile; readonly duplicates: number }> {
  const looked = await profile(sql, lines, 'numbers');
  await groupLines(sql, { ...month, lines, numbers: looked.numbers });
  return { looked, duplicates };
}

/** Both results, or the first error once neither runs any more: a connection must not be closed under a query. */
async function together<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}
