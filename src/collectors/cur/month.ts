import { createHash } from 'node:crypto';
import { text, type Sql } from '../../io/sql.ts';
import type { Month, PartFacts, SourceId } from '../../model/facts.ts';
import type { Wanted } from '../types.ts';
import type { Bill } from './bill.ts';
import { fileKey, type Input } from './bill-reader.ts';
import { chargesSql, unreadKeys } from './charges.ts';
import { BILL_MONTH, capabilities, COLUMNS, monthStart, type Column } from './columns.ts';
import { constants } from './constants.ts';
import { distinctLines } from './duplicates.ts';
import { dropGroups, groupLines, KEYS } from './groups.ts';
import { linesSql, presentColumns, tagColumns, type BillFile } from './lines.ts';
import { profile } from './profile.ts';
import { survey } from './survey.ts';
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
export async function writeMonth(sql: Sql, { source, month, inputs, files, wanted, scratch }: MonthOfBill, to: string): Promise<PartFacts> {
  const tags = tagColumns(files);
  const all = linesSql(files, ALL, tags);
  const hasOthers = inputs.some(({ months }) => months.length > 1);
  const ofMonth = hasOthers ? `select * from (${all}) where ${BILL_MONTH} = ${monthStart(month)}` : all;
  const side = await sql.fork();
  try {
    const [{ lines, duplicates }, firstLook] = await Promise.all([distinctLines(side, ofMonth, scratch), profile(sql, ofMonth)]);
    const looked = duplicates === 0 ? firstLook : await profile(sql, lines);
    const unread = wanted === undefined ? [] : unreadKeys(month, tags, wanted);
    const known = new Map([...(await constants(sql, files, KEYS, tags)), ...unread.map((key) => [key, null] as const)]);
    await groupLines(sql, { lines, tags, numbers: looked.numbers, constants: known });
    const charges = await chargesSql(sql, month, looked.types, tags);
    const [found] = await Promise.all([survey(side, source, month, looked), sql.run(`copy (${charges}) to ${text(to)} (format parquet, compression zstd)`)]);
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
    throw unreadable(error, files.map(({ file }) => file.path).join(', '));
  } finally {
    side.close();
  }
}
