import { createHash } from 'node:crypto';
import { UserError } from '../../io/errors.ts';
import { filePath, text, type Sql } from '../../io/sql.ts';
import type { ChargeFacts, InputFile, Month, SourceId } from '../../model/facts.ts';
import type { Wanted } from '../types.ts';
import type { Bill } from './bill.ts';
import { fileKey, type Input } from './bill-reader.ts';
import { chargesSql, unreadKeys } from './charges.ts';
import { ALL_COLUMNS, BILL_MONTH, capabilities, monthStart } from './columns.ts';
import { constants, type Constants } from './constants.ts';
import { distinctFiles } from './duplicate-files.ts';
import { distinctLines, type DistinctLines } from './duplicates.ts';
import { dropGroups, groupLines, KEYS, type MonthLines } from './groups.ts';
import { linesSql, presentColumns, tagColumns, type BillFile } from './lines.ts';
import { netsOf } from './net-costs.ts';
import { isPacked } from './packed-tags.ts';
import { anyNumbers, groupedTypes, profile, quickProfile, type Profile } from './profile.ts';
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

/** All columns that are read of lines. */
export const ALL = ALL_COLUMNS;

/** Writes the month's charges as Parquet, and says what its lines add up to. */
export async function writeMonth(sql: Sql, { source, month, inputs, files: found, wanted, scratch }: MonthOfBill, to: string): Promise<ChargeFacts> {
  const tags = tagColumns(found, wanted);
  const present = presentColumns(found);
  const side = await sql.fork();
  try {
    const { files, copies } = await distinctFiles(sql, found);
    const hasOthers = inputs.some(({ months }) => months.length > 1);
    const linesOf = (some: readonly BillFile[]): string => (hasOthers ? ofMonth(linesSql(some, ALL, tags), month) : linesSql(some, ALL, tags));
    const lines = linesOf(files);
    const own = tags.filter((tag) => !isPacked(tag));
    const known = knownConstants(await constants(sql, files, KEYS, own), { month, tags, wanted, present });
    const isQuick = isSmall(inputs);
    const grouped = await lookAndGroup(sql, side, { lines, tags, constants: known }, present, isQuick, scratch);
    const duplicates = grouped.duplicates + (copies.length === 0 ? 0 : await count(sql, linesOf(copies)));
    return await writeGroups(sql, side, { source, month, inputs, wanted, tags, present, isSmall: isQuick, looked: grouped.looked, duplicates }, to);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(error, (await damaged(sql, found, tags)) ?? found.map(({ file }) => file.path).join(', '));
  } finally {
    side.close();
  }
}

async function count(sql: Sql, lines: string): Promise<number> {
  const [counted] = await sql.rows(`select count(*) as lines from (${lines})`);
  return Number(counted?.['lines']);
}

/** The lines of a month among those of several. */
export function ofMonth(lines: string, month: Month): string {
  return `select * from (${lines}) where ${BILL_MONTH} = ${monthStart(month)}`;
}

/** Keys that need not be grouped by: those that have one value, and those that nobody will read. */
export function knownConstants(found: Constants, { month, tags, wanted, present }: Pick<GroupedMonth, 'month' | 'tags' | 'wanted' | 'present'>): Constants {
  const unread = wanted === undefined ? [] : unreadKeys(month, tags, wanted, present);
  return new Map([...found, ...unread.map((key) => [key, null] as const)]);
}

/** A month whose lines are in groups (`takeGroups`), whichever engine has made them. */
export interface GroupedMonth {
  readonly source: SourceId;
  readonly month: Month;
  readonly inputs: readonly InputFile[];
  readonly wanted: Wanted | undefined;
  readonly tags: readonly string[];
  /** Our columns that the bill has. */
  readonly present: ReadonlySet<string>;
  readonly looked: Profile;
  readonly duplicates: number;
  readonly isSmall: boolean;
}

/** Writes the groups as charges, and lets go of them. `side` is another connection to the same tables. */
export async function writeGroups(sql: Sql, side: Sql, grouped: GroupedMonth, to: string): Promise<ChargeFacts> {
  const { source, month, inputs, wanted, tags, present, looked, duplicates } = grouped;
  const nets = await netsOf(sql, present);
  const charges = await chargesSql(sql, month, { types: looked.types, nets, tags, wanted });
  const add = (): Promise<Survey> =>
    survey(side, source, month, { looked, nets, hasInvoices: present.has('invoice_id'), hasSplits: present.has('split_parent') });
  const copy = (): Promise<void> => sql.run(`copy (${charges}) to ${text(to)} (format parquet, compression zstd)`);
  // A large sort beside another query takes nearly twice as long: only small ones go together.
  const [found] = grouped.isSmall ? await together(add(), copy()) : [await add(), await copy()];
  await dropGroups(sql);
  const [written] = await sql.rows(`select count(*) as rows from read_parquet(${filePath(to)})`);
  return {
    ...found,
    rows: Number(written?.['rows']),
    duplicates,
    inputs: inputs.map(({ name, bytes, modified, months }) => ({ name, bytes, modified, months })),
    capabilities: capabilities(present),
  };
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
  present: ReadonlySet<string>,
  small: boolean,
  scratch: string,
): Promise<{ readonly looked: Profile; readonly duplicates: number }> {
  const { lines, tags } = month;
  if (small) {
    const aside = async (): Promise<[DistinctLines, Profile]> => [
      await distinctLines(side, lines, tags, scratch),
      await profile(side, lines, 'types', present),
    ];
    const [[distinct, looked]] = await together(aside(), groupLines(sql, { ...month, numbers: anyNumbers(present) }));
    if (distinct.duplicates === 0) return { looked, duplicates: 0 };
    return regroup(sql, month, present, distinct);
  }
  const distinct = await distinctLines(sql, lines, tags, scratch);
  if (distinct.duplicates > 0) return regroup(sql, month, present, distinct);
  const looked = await quickProfile(sql, lines, present);
  await groupLines(sql, { ...month, numbers: looked.numbers });
  return { looked: { ...looked, types: await groupedTypes(sql) }, duplicates: 0 };
}

async function regroup(
  sql: Sql,
  month: Omit<MonthLines, 'numbers'>,
  present: ReadonlySet<string>,
  { lines, duplicates }: DistinctLines,
): Promise<{ readonly looked: Profile; readonly duplicates: number }> {
  const looked = await profile(sql, lines, 'numbers', present);
  await groupLines(sql, { ...month, lines, numbers: looked.numbers });
  return { looked, duplicates };
}

/** Both results, or the first error once neither runs any more: a connection must not be closed under a query. */
async function together<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}
