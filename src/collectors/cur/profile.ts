import type { Sql } from '../../io/sql.ts';
import { exactSum, type NumberProfile } from './costs.ts';
import { SUMS, type Numbers } from './groups.ts';

/** A quick look at all lines of a month, before they are grouped. */
export interface Profile {
  /** Most columns of a bill are empty or zero, and need not be summed by group. */
  readonly numbers: Numbers;
  /** Types of lines, in one order; '' stands for none. */
  readonly types: readonly string[];
  /** The bill's own sum by currency, exact decimals as text; null where no line has a cost. */
  readonly billed: ReadonlyMap<string, string | null>;
}

const ANY = { values: 1, lines: 2, largest: Number.MAX_VALUE };

/** Nothing is known of any number. */
export const ANY_NUMBERS: Numbers = numbersBy(() => ANY);

/** Looks at the lines of a table expression: at their types alone, or at their numbers too. */
export async function profile(sql: Sql, lines: string, what: 'types' | 'numbers'): Promise<Profile> {
  const columns = what === 'types' ? [] : SUMS.map((column) => `count(${column}) as ${column}, max(abs(${column})) as ${column}_largest`);
  const rows = await sql.rows(`
    select grouping(type) = 0 as by_type, coalesce(type, '') as type, coalesce(nullif(currency, ''), 'XXX') as currency,
      ${[`${exactSum('unblended', ANY)} as billed`, 'count(*) as lines', ...columns].join(', ')}
    from (${lines}) group by grouping sets ((type), (currency)) order by type`);
  const byCurrency = rows.filter(({ by_type: byType }) => byType === false);
  const add = (column: string): number => byCurrency.reduce((sum, row) => sum + Number(row[column]), 0);
  const largest = (column: string): number => Math.max(0, ...byCurrency.map((row) => Number(row[`${column}_largest`])));
  return {
    numbers: what === 'types' ? ANY_NUMBERS : numbersBy((column) => ({ lines: add('lines'), values: add(column), largest: largest(column) })),
    types: rows.filter(({ by_type: byType }) => byType === true).map(({ type }) => String(type)),
    billed: new Map(byCurrency.map(({ currency, billed }) => [String(currency), billed === null ? null : String(billed)])),
  };
}

function numbersBy(of: (column: string) => NumberProfile): Numbers {
  return Object.fromEntries(SUMS.map((column) => [column, of(column)])) as Numbers;
}
