import { UserError } from '../../io/errors.ts';
import { filePath, name, text, type Sql } from '../../io/sql.ts';

/** The lines of a bill, each of them once. */
export interface DistinctLines {
  /** A table expression. */
  readonly lines: string;
  readonly duplicates: number;
}

/**
 * Leaves out lines that stand in the files twice. The key of a line is (identity_line_item_id, identity_time_interval): the id alone is the same for every hour.
 * @throws UserError where one key has two contents: an older and a newer delivery, of which only the manifest knows which is which
 */
export async function distinctLines(sql: Sql, lines: string, scratch: string): Promise<DistinctLines> {
  // Fingerprints are cheap, and prove that there are none; only their meeting needs the keys themselves.
  const [counts] = await sql.rows(
    `select count(nullif(line_id, '')) as lines, count(distinct hash(line_id, line_interval)) filter (where line_id <> '') as fingerprints from (${lines})`,
  );
  if (counts === undefined || counts['lines'] === counts['fingerprints']) return { lines, duplicates: 0 };

  const file = `${scratch}/distinct.parquet`;
  const spelled = await withoutBlanks(sql, lines);
  await sql.run(
    `copy (select distinct * from (${spelled}) where line_id is not null union all select * from (${spelled}) where line_id is null) to ${text(file)} (format parquet)`,
  );
  const table = `read_parquet(${filePath(file)})`;
  const [conflict] = await sql.rows(
    `select line_id, line_interval, count(*) as found from ${table} where line_id is not null group by 1, 2 having count(*) > 1 order by 1, 2 limit 1`,
  );
  if (conflict !== undefined) {
    throw new UserError(
      `line ${conflict['line_id']} of ${conflict['line_interval']} stands in the bill ${conflict['found']} times with different contents`,
      'these are two deliveries of one report: keep the newer files only, or copy the *-Manifest.json, which names them',
    );
  }
  const [kept] = await sql.rows(`select count(line_id) as lines from ${table}`);
  return { lines: `select * from ${table}`, duplicates: Number(counts['lines']) - Number(kept?.['lines']) };
}

/** What is '' in Parquet may be nothing in the CSV of the same line. */
async function withoutBlanks(sql: Sql, lines: string): Promise<string> {
  const columns = await sql.rows(`describe ${lines}`);
  const texts = columns.filter(({ column_type: type }) => type === 'VARCHAR').map(({ column_name: column }) => name(String(column)));
  return `select * replace (${texts.map((column) => `nullif(${column}, '') as ${column}`).join(', ')}) from (${lines})`;
}
