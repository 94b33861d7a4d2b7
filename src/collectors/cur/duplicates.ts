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
  if (await areDistinct(sql, lines)) return { lines, duplicates: 0 };
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

/** More intervals than a month has hours, and so many ids that a bit for each hour of each of them takes 100 MB. */
const [MOST_INTERVALS, MOST_BITS] = [1000, 800_000_000];

/**
 * Whether it can be proved cheaply that no line stands there twice: where ids are those of the same things hour by hour, one bit for each interval of an id says
 * which there are. A set of all keys, as `fingerprintsSql` needs one, takes three times as long and half a gigabyte.
 */
async function areDistinct(sql: Sql, lines: string): Promise<boolean> {
  const [found] = await sql.rows(`select approx_count_distinct(line_id) as ids, count(nullif(line_id, '')) as lines from (${lines})`);
  const [ids, count] = [Number(found?.['ids']), Number(found?.['lines'])];
  if (ids * FEWEST_PER_ID > count) return false;
  const intervals = await sql.rows(`select distinct coalesce(line_interval, '') as line_interval from (${lines}) where line_id <> '' order by 1`);
  if (intervals.length > MOST_INTERVALS || ids * intervals.length > MOST_BITS) return false;
  const place = `list_position([${intervals.map(({ line_interval: interval }) => text(String(interval))).join(', ')}], coalesce(line_interval, ''))`;
  const bits = `select bit_count(bitstring_agg(${place}, 1, ${intervals.length})) as found from (${lines}) where line_id <> '' group by line_id`;
  const [distinct] = await sql.rows(`select cast(sum(found) as double) as found from (${bits})`);
  return Number(distinct?.['found']) === count;
}

/** Of so many lines an id, it is worth its while. */
const FEWEST_PER_ID = 4;

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
