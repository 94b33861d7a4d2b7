import { UserError } from '../../../io/errors.ts';
import { text, type Sql } from '../../../io/sql.ts';
import type { ChargeFacts, Gap, Month } from '../../../model/facts.ts';
import { monthOf } from '../../../model/month.ts';
import { constantsBy } from '../constants.ts';
import type { BillFile } from '../lines.ts';
import type { MonthOfBill } from '../month.ts';
import { unreadable } from '../unreadable.ts';
import { chargesSql, readKeys, readNumbers, TIMES } from './charges.ts';
import { ALL_COLUMNS, FOCUS_COLUMNS, focusCapabilities, monthStart, PERIOD_MONTH } from './columns.ts';
import { checkOneRun, distinctFiles } from './duplicates.ts';
import { dropGroups, GROUPS, groupLines } from './groups.ts';
import { focusLines, presentColumns, sourcesOf } from './lines.ts';
import { survey } from './survey.ts';
import { mended } from './values.ts';

/** The months that a file holds lines of. */
export async function monthsOf(sql: Sql, file: BillFile): Promise<Month[]> {
  const lines = focusLines([file], ['period_start', 'start_time']);
  const starts = `select distinct period_start, case when period_start is null then date_trunc('month', start_time) end as start_time from (${lines})`;
  const found = await sql.rows(`select distinct strftime(${PERIOD_MONTH}, '%Y-%m') as month from (${starts}) order by 1`);
  return found.map(({ month }) => {
    if (typeof month !== 'string')
      throw new UserError(`${file.file.path}: a line has neither a billing period nor a charge period`, 'take the export as its provider wrote it');
    return monthOf(month);
  });
}

/** Writes the month's charges as Parquet, and says what its lines add up to. */
export async function writeMonth(sql: Sql, bill: MonthOfBill, to: string): Promise<ChargeFacts> {
  const { source, month, inputs, wanted } = bill;
  try {
    const { files, duplicates } = await distinctFiles(sql, bill.files);
    checkOneRun(
      inputs.filter(({ file }) => files.some((kept) => kept.file.path === file.path)),
      month,
    );
    const present = presentColumns(files);
    const keys = readKeys(month, wanted);
    const numbers = readNumbers(month, wanted);
    const all = focusLines(files, [...TIMES, ...numbers, ...keys]);
    const hasOthers = inputs.some(({ months }) => months.length > 1);
    const lines = hasOthers ? `select * from (${all}) where ${PERIOD_MONTH} = ${monthStart(month)}` : all;
    const texts = keys.filter((key) => FOCUS_COLUMNS[key].kind === 'text');
    const constants = await constantsBy(sql, files, (file) => texts.map((column) => ({ column, sources: sourcesOf(file, column) })));

    const tags = wanted?.columns.includes('Tags') === true ? undefined : wanted?.tags;
    const badTags = await groupLines(sql, { lines, keys, numbers, constants, tags });
    await checkSums(sql, lines, month);
    const found = await survey(sql, source, month, present.has('invoice'));
    await sql.run(`copy (${chargesSql(month, wanted)}) to ${text(to)} (format parquet, compression zstd)`);
    const [written] = await sql.rows(`select count(*) as rows from ${GROUPS}`);
    await dropGroups(sql);
    const unread: Gap[] =
      badTags === undefined ? [] : [{ code: 'unreadable-value', source, object: `a charge of ${month}`, field: 'Tags', value: badTags.slice(0, 60) }];
    return {
      ...found,
      gaps: [...found.gaps, ...unread],
      rows: Number(written?.['rows']),
      duplicates,
      inputs: inputs.map(({ name, bytes, modified, months }) => ({ name, bytes, modified, months })),
      capabilities: focusCapabilities(present),
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(error, (await damaged(sql, bill.files)) ?? bill.files.map(({ file }) => file.path).join(', '));
  }
}

/** @throws Error if grouping has lost a cent of the lines */
async function checkSums(sql: Sql, lines: string, month: Month): Promise<void> {
  const sums = async (table: string, currency: string, count: string): Promise<string> =>
    JSON.stringify(
      await sql.rows(
        `select coalesce(${currency}, 'XXX') as currency, sum(billed) as billed, cast(sum(${count}) as bigint) as lines from ${table} group by 1 order by 1`,
      ),
    );
  const own = await sums(`(${lines})`, mended('currency'), '1');
  const grouped = await sums(GROUPS, 'currency', 'lines');
  if (own !== grouped) throw new Error(`the lines of ${month} add up to ${own}, their groups to ${grouped}`);
}

/** The first file that cannot be read by itself: an engine that reads several does not say which it was. */
async function damaged(sql: Sql, files: readonly BillFile[]): Promise<string | undefined> {
  for (const file of files) {
    try {
      await sql.rows(`select max(hash(line)) from (${focusLines([file], ALL_COLUMNS)}) as line`);
    } catch {
      return file.file.path;
    }
  }
  return undefined;
}
