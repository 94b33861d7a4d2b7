import { createHash } from 'node:crypto';
import { text, type Sql } from '../../io/sql.ts';
import type { Month, PartFacts, SourceId } from '../../model/facts.ts';
import type { Bill } from './bill.ts';
import { fileKey, type Input } from './bill-reader.ts';
import { chargesSql } from './charges.ts';
import { BILL_MONTH, capabilities, COLUMNS, monthStart, type Column } from './columns.ts';
import { constants } from './constants.ts';
import { distinctLines } from './duplicates.ts';
import { groupLines, KEYS } from './groups.ts';
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
  readonly scratch: string;
}

const ALL = Object.keys(COLUMNS) as Column[];

/** Writes the month's charges as Parquet, and says what its lines add up to. */
export async function writeMonth(sql: Sql, { source, month, inputs, files, scratch }: MonthOfBill, to: string): Promise<PartFacts> {
  const tags = tagColumns(files);
  const all = linesSql(files, ALL, tags);
  const hasOthers = inputs.some(({ months }) => months.length > 1);
  const ofMonth = hasOthers ? `select * from (${all}) where ${BILL_MONTH} = ${monthStart(month)}` : all;
  try {
    const { lines, duplicates } = await distinctLines(sql, ofMonth, scratch);
    const looked = await profile(sql, lines);
    await groupLines(sql, { lines, tags, numbers: looked.numbers, constants: await constants(sql, files, KEYS, tags) });
    const found = await survey(sql, source, month, looked);
    await sql.run(`copy (${await chargesSql(sql, month, looked.types, tags)}) to ${text(to)} (format parquet, compression zstd)`);
    await sql.run('drop table grouped');
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
  }
}
