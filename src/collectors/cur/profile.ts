import type { Sql, SqlRow } from '../../io/sql.ts';
import { exactSum, type NumberProfile } from './exact-sum.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './dialects/duckdb.ts';
import { GROUP_KEYS, SUMS, type Numbers } from './groups.ts';

/** A quick look at all lines of a month, before they are grouped. */
export interface Profile {
  /** Most columns of a bill are empty or zero, and need not be summed by group. */
  readonly numbers: Numbers;
  /** Types of lines, in one order; '' stands for none. */
  readonly types: readonly string[];
  /** The sum of the lines' own (unblended) costs by currency, exact decimals as text; null where no line has a cost. */
  readonly billed: ReadonlyMap<string, string | null>;
}

const ANY = { values: 1, lines: 2, largest: Number.MAX_VALUE };

const NONE = { values: 0, lines: 0, largest: 0 };

/** Nothing is known of the numbers but which of them a report has. */
export function anyNumbers(present: ReadonlySet<string>): Numbers {
  return numbersBy((column) => (present.has(column) ? ANY : NONE));
}

/** What is known of many lines before they are grouped: their types are told by their groups, which are fewer. */
export type QuickProfile = Omit<Profile, 'types'>;

/** Looks at the numbers of many lines. Two plain passes over a few columns are several times faster than one that groups. */
export async function quickProfile(sql: Sql, lines: string, present: ReadonlySet<string>): Promise<QuickProfile> {
  const columns = SUMS.filter((column) => present.has(column));
  const looks = columns.map((column) => `count(${column}) as ${column}, max(abs(${column})) as ${column}_largest`);
  const [found] = await sql.rows(`select ${['count(*) as lines', ...looks].join(', ')} from (${lines})`);
  const numbers = numbersBy((column) => ({
    lines: Number(found?.['lines']),
    values: Number(found?.[column] ?? 0),
    largest: Number(found?.[`${column}_largest`] ?? 0),
  }));
  const sums = await sql.rows(`
    select coalesce(nullif(currency, ''), 'XXX') as code, sum(billed) as billed
    from (select currency, ${exactSum('unblended', numbers.unblended)} as billed from (${lines}) group by 1) group by 1 order by 1`);
  return { numbers, billed: billedBy(sums) };
}

/** The types of lines that are in groups, as `Profile` has them. */
export async function groupedTypes(sql: Sql): Promise<string[]> {
  const rows = await sql.rows(`select distinct coalesce(type, '') as line_type from ${GROUP_KEYS} order by 1`);
  return rows.map(({ line_type: type }) => String(type));
}

const billedBy = (rows: readonly SqlRow[]): Profile['billed'] =>
  new Map(rows.map(({ code, billed }) => [String(code), billed === null ? null : String(billed)]));

export type Look = 'types' | 'numbers';

/** Looks at the lines of a table expression, which may have the columns that are `present`. */
export async function profile(sql: Sql, lines: string, what: Look, present: ReadonlySet<string>): Promise<Profile> {
  return profileOf(await sql.rows(profileSql(duckdb, lines, what, present)), what);
}

/**
 * A SELECT over all lines: at their types alone, or at their numbers too. A row is a type, or a currency. Blanks are mended in the few rows that are left, for in
 * millions it takes long.
 */
export function profileSql(dialect: Dialect, lines: string, what: Look, present?: ReadonlySet<string>): string {
  const columns = what === 'types' ? [] : SUMS.filter((column) => present?.has(column) ?? true);
  const looks = columns.map((column) => `count(${column}) as ${column}, max(abs(${column})) as ${column}_largest`);
  const sums = columns.map((column) => `cast(sum(${column}) as bigint) as ${column}, max(${column}_largest) as ${column}_largest`);
  const rows = `select grouping(type) as of_currency, type, currency, ${[`${exactSum('unblended', ANY, dialect)} as billed`, 'count(*) as lines', ...looks].join(', ')}
    from (${lines}) group by grouping sets ((type), (currency))`;
  return `
    select of_currency, case when of_currency = 0 then coalesce(type, '') end as line_type, case when of_currency = 1 then coalesce(nullif(currency, ''), 'XXX') end as code,
      ${['sum(billed) as billed', 'cast(sum(lines) as bigint) as lines', ...sums].join(', ')}
    from (${rows}) group by 1, 2, 3 order by 2, 3`;
}

/** What the rows of `profileSql` say. Whole numbers and decimals may be text. */
export function profileOf(rows: readonly SqlRow[], what: Look): Profile {
  const byCurrency = rows.filter(({ of_currency: level }) => Number(level) === 1);
  // A column that the report does not have was not looked at.
  const add = (column: string): number => byCurrency.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
  const largest = (column: string): number => Math.max(0, ...byCurrency.map((row) => Number(row[`${column}_largest`] ?? 0)));
  return {
    numbers: what === 'types' ? numbersBy(() => ANY) : numbersBy((column) => ({ lines: add('lines'), values: add(column), largest: largest(column) })),
    types: rows.filter((row) => !byCurrency.includes(row)).map(({ line_type: type }) => String(type)),
    billed: billedBy(byCurrency),
  };
}

function numbersBy(of: (column: string) => NumberProfile): Numbers {
  return Object.fromEntries(SUMS.map((column) => [column, of(column)])) as Numbers;
}
