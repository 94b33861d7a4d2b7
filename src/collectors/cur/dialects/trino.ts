import { text } from '../../../io/sql.ts';
import { SQL_TYPES, type Dialect, type Kind } from '../dialect.ts';

const INTEGER = /^(tinyint|smallint|integer|bigint)$/;
const NUMBER = /^(double$|real$|decimal\()/;
const TEXT = /^(varchar|char)\b/;
const MAP = 'map(varchar, varchar)';

const READ: Readonly<Record<Kind, (column: string, type: string) => string | undefined>> = {
  text(column, type) {
    if (type === 'varchar') return column;
    return TEXT.test(type) || INTEGER.test(type) || /^timestamp\b/.test(type) ? `cast(${column} as varchar)` : undefined;
  },
  time(column, type) {
    // With its zone, a time is first told in UTC; without one it is UTC.
    if (/^timestamp\(\d+\) with time zone$/.test(type)) return `cast(${column} at time zone 'UTC' as timestamp)`;
    if (type === 'timestamp') return column;
    if (/^timestamp\(\d+\)$/.test(type) || type === 'date') return `cast(${column} as timestamp)`;
    if (!TEXT.test(type)) return undefined;
    return `cast(from_iso8601_timestamp(replace(nullif(${column}, ''), ' ', 'T')) at time zone 'UTC' as timestamp)`;
  },
  number(column, type) {
    if (type === 'double') return column;
    if (TEXT.test(type)) return `cast(nullif(${column}, '') as double)`;
    return NUMBER.test(type) || INTEGER.test(type) ? `cast(${column} as double)` : undefined;
  },
  map(column, type) {
    if (type === MAP) return column;
    return TEXT.test(type) ? `cast(json_parse(nullif(${column}, '')) as ${SQL_TYPES.map})` : undefined;
  },
};

/** An array of so many values is made at once; a longer one is put together. */
const LONGEST_ARRAY = 200;

/** An array of texts, however many. */
export function arrayOf(values: readonly string[]): string {
  const arrays = Array.from({ length: Math.ceil(values.length / LONGEST_ARRAY) }, (_, at) => values.slice(at * LONGEST_ARRAY, (at + 1) * LONGEST_ARRAY));
  return arrays.map((array) => `array[${array.join(', ')}]`).join(' || ');
}

/** Trino, and Athena, whose engine version 3 is a Trino: https://docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html */
export const trino: Dialect = {
  read: (column, type, kind) => READ[kind](column, type.toLowerCase()),
  entry: (map, key) => `element_at(${map}, ${text(key)})`,
  keys: (map, from) => `select distinct u.entry_key as key from ${from} cross join unnest(map_keys(${map})) as u(entry_key)`,
  // Keys come in their order.
  mapText: (map) => `json_format(cast(${map} as json))`,
  objectText(members) {
    const pairs = members.map(([key, value]) => `case when ${value} <> '' then ${text(`${JSON.stringify(key)}:`)} || json_format(cast(${value} as json)) end`);
    return `'{' || concat_ws(',', ${arrayOf(pairs)}) || '}'`;
  },
  // A sum of BIGINTs is a BIGINT here, and an error where it is more.
  wholeSum: (bigint) => `sum(cast(${bigint} as decimal(38,0)))`,
  decimal: (double) => `cast(cast(${double} as varchar) as decimal(38,12))`,
  month: (time) => `date_format(${time}, '%Y-%m')`,
  // The length of the first text keeps ('a', 'bc') and ('ab', 'c') apart.
  fingerprint: (texts) => `xxhash64(to_utf8(${texts.map((one) => `coalesce(cast(length(${one}) as varchar) || ':' || ${one}, '-')`).join(' || ')}))`,
};
