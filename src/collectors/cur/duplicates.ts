import { UserError } from '../../io/errors.ts';
import { filePath, name, text, type Sql, type SqlRow } from '../../io/sql.ts';
import { ALL_COLUMNS, COLUMNS } from './columns.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './dialects/duckdb.ts';

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
export async function distinctLines(sql: Sql, lines: string, tags: readonly string[], scratch: string): Promise<DistinctLines> {
  const [counts] = await sql.rows(fingerprintsSql(duckdb, lines));
  if (counts === undefined || counts['lines'] === counts['fingerprints']) return { lines, duplicates: 0 };

  const file = `${scratch}/distinct.parquet`;
  await sql.run(`copy (${distinctSql(lines, tags)}) to ${text(file)} (format parquet)`);
  const distinct = `select * from read_parquet(${filePath(file)})`;
  const [conflict] = await sql.rows(conflictSql(distinct));
  if (conflict !== undefined) throw twoContents(conflict);
  const [kept] = await sql.rows(`select count(line_id) as lines from (${distinct})`);
  return { lines: distinct, duplicates: Number(counts['lines']) - Number(kept?.['lines']) };
}

/** How many `lines` have an id, and how many `fingerprints` there are of them: cheap, and where they are as many it is proved that none stands there twice. */
export function fingerprintsSql(dialect: Dialect, lines: string): string {
  const fingerprint = dialect.fingerprint(['line_id', 'line_interval']);
  return `select count(nullif(line_id, '')) as lines, count(distinct ${fingerprint}) filter (where line_id <> '') as fingerprints from (${lines})`;
}

/** Each line once; one without an id is no other's duplicate. What is '' in Parquet may be nothing in the CSV of the same line. */
export function distinctSql(lines: string, tags: readonly string[]): string {
  const own = ALL_COLUMNS.map((column) => (COLUMNS[column].kind === 'text' ? unblanked(column) : column));
  const spelled = `select ${[...own, ...tags.map((tag) => unblanked(name(tag)))].join(', ')} from (${lines})`;
  return `select distinct * from (${spelled}) where line_id is not null union all select * from (${spelled}) where line_id is null`;
}

const unblanked = (column: string): string => `nullif(${column}, '') as ${column}`;

/** A key with two contents among distinct lines, if there is one. */
export function conflictSql(distinct: string): string {
  return `select line_id, line_interval, count(*) as found from (${distinct}) where line_id is not null group by 1, 2 having count(*) > 1 order by 1, 2 limit 1`;
}

/** The error of such a key. */
export function twoContents(conflict: SqlRow): UserError {
  return new UserError(
    `line ${conflict['line_id']} of ${conflict['line_interval']} stands in the bill ${conflict['found']} times with different contents`,
    'these are two deliveries of one report: keep the newer files only, or copy the *-Manifest.json, which names them',
  );
}
