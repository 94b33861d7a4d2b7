import { UserError } from '../../../io/errors.ts';
import { name, type Sql, type SqlRow } from '../../../io/sql.ts';
import type { ChargeFacts, SourceId } from '../../../model/facts.ts';
import type { Wanted } from '../../types.ts';
import { BILL_MONTH, monthStart } from '../columns.ts';
import { arrayOf, trino } from '../dialects/trino.ts';
import { conflictSql, distinctSql, fingerprintsSql, twoContents, type DistinctLines } from '../duplicates.ts';
import { groupColumns, groupSql, takeGroups, type MonthLines } from '../groups.ts';
import { presentColumns, selectLines, tagColumns } from '../lines.ts';
import { withMaps } from '../maps.ts';
import { ALL, knownConstants, ofMonth, writeGroups } from '../month.ts';
import { isPacked } from '../packed-tags.ts';
import { profileOf, profileSql } from '../profile.ts';
import { allRows, type RemoteEngine } from './remote-engine.ts';
import type { RemoteMonth, RemoteTable } from './remote-table.ts';

interface MonthOfTable {
  readonly source: SourceId;
  readonly table: RemoteTable;
  readonly month: RemoteMonth;
  readonly wanted: Wanted | undefined;
}

/** Fewer lines than this are no work for DuckDB, whatever it does beside. */
const SMALL = 200_000;

/**
 * Writes a month's charges as Parquet, as `writeMonth` does for files: the lines are looked at, told apart and grouped where they lie, and only the groups
 * come here.
 */
export async function writeRemoteMonth(sql: Sql, { source, table, month: remote, wanted }: MonthOfTable, to: string): Promise<ChargeFacts> {
  const { engine, partition } = table;
  const { month, input, lines: count } = remote;
  const rows = (select: string): Promise<readonly SqlRow[]> => allRows(engine, select);
  const pruned = partition === undefined ? table : { ...table, from: `(select * from ${table.from} where ${partition.of(month)})` };
  const whole = { ...pruned, columns: await withMaps(trino, pruned, rows) };
  const tags = tagColumns([whole], wanted);
  const all = selectLines(trino, [whole], ALL, tags);

  const { lines, duplicates } = await distinctLines(rows, partition === undefined ? ofMonth(all, month) : all, remote, { tags, label: table.label });
  const looked = profileOf(await rows(profileSql(trino, lines, 'numbers')), 'numbers');
  const present = presentColumns([whole]);
  const constants = knownConstants(new Map(), { month, tags, wanted, present });
  await fetchGroups(sql, engine, { lines, tags, numbers: looked.numbers, constants });

  const side = await sql.fork();
  try {
    const inputs = input === undefined ? [] : [input];
    return await writeGroups(sql, side, { source, month, inputs, wanted, tags, present, looked, duplicates, isSmall: count < SMALL }, to);
  } finally {
    side.close();
  }
}

/** Each line once, by the rules for files. Nothing but counts leaves the engine. @throws UserError as they do */
async function distinctLines(
  rows: (select: string) => Promise<readonly SqlRow[]>,
  lines: string,
  { month }: RemoteMonth,
  { tags, label }: { readonly tags: readonly string[]; readonly label: string },
): Promise<DistinctLines> {
  const others = `select count(*) as others, min(${trino.month(BILL_MONTH)}) as other from (${lines}) where ${BILL_MONTH} <> ${monthStart(month)}`;
  const [counts] = await rows(`select * from (${fingerprintsSql(trino, lines)}) cross join (${others})`);
  if (Number(counts?.['others']) > 0) {
    throw new UserError(
      `${label}: the partition of ${month} holds lines of ${counts?.['other']}`,
      'repair the table’s partitions, or have its crawler run again',
    );
  }
  if (counts === undefined || counts['lines'] === counts['fingerprints']) return { lines, duplicates: 0 };
  const distinct = distinctSql(lines, tags);
  const [conflict] = await rows(conflictSql(distinct));
  if (conflict !== undefined) throw twoContents(conflict);
  const [kept] = await rows(`select count(line_id) as lines from (${distinct})`);
  return { lines: distinct, duplicates: Number(counts['lines']) - Number(kept?.['lines']) };
}

const STAGED = 'remote_groups';
const ROWS_AT_ONCE = 20_000;

/** Groups the lines on the engine, and brings the groups here: each as one JSON array of texts, for what an answer costs on its way is paid by the cell. */
async function fetchGroups(sql: Sql, engine: RemoteEngine, month: MonthLines): Promise<void> {
  const columns = groupColumns(month);
  await sql.run(`create or replace temp table ${STAGED} (line varchar)`);
  const cells = arrayOf(columns.map((column) => `cast(${name(column.name)} as varchar)`));
  const select = `select json_format(cast(${cells} as json)) as line from (${groupSql(trino, month)})`;
  let held: string[] = [];
  const flush = async (): Promise<void> => {
    await sql.append(STAGED, [{ type: 'VARCHAR', values: held }], held.length);
    held = [];
  };
  for await (const { line } of engine.rows(select)) {
    held.push(String(line));
    if (held.length === ROWS_AT_ONCE) await flush();
  }
  await flush();
  const own = columns.map(
    (column, at) => `${isPacked(column.name) ? respelled(`texts[${at + 1}]`) : `cast(texts[${at + 1}] as ${column.type})`} as ${name(column.name)}`,
  );
  await takeGroups(sql, month, `select ${own.join(', ')} from (select cast(cast(line as json) as varchar[]) as texts from ${STAGED})`);
  await sql.run(`drop table ${STAGED}`);
}

/** JSON as DuckDB writes it: Trino spells what lies beyond 16 bits as \uD83D\uDEA2, and the same tags are to be the same text. */
const respelled = (json: string): string => `cast(to_json(cast(cast(${json} as json) as map(varchar, varchar))) as varchar)`;
