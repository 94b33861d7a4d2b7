import { text } from '../../../io/sql.ts';
import { SQL_TYPES, type Dialect } from '../dialect.ts';

const FITS = {
  text: /^(VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT)/,
  time: /^(VARCHAR|TIMESTAMP|DATE)/,
  number: /^(VARCHAR|DOUBLE|FLOAT|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT)/,
  // A report in CSV has its maps as JSON.
  map: /^(VARCHAR$|JSON$|MAP\(VARCHAR, VARCHAR\)$)/,
} as const;

export const duckdb: Dialect = {
  read(column, type, kind) {
    if (!FITS[kind].test(type) || (kind !== 'map' && type.endsWith(']'))) return undefined;
    if (type.toLowerCase() === SQL_TYPES[kind]) return column;
    const value = type === 'VARCHAR' ? `nullif(${column}, '')` : column;
    return kind === 'map' ? `cast(cast(${value} as json) as ${SQL_TYPES.map})` : `cast(${value} as ${SQL_TYPES[kind]})`;
  },
  entry: (map, key) => `(${map})[${text(key)}]`,
  keys: (map, from) => `select distinct unnest(map_keys(${map})) as key from ${from}`,
  mapText: (map) => `cast(to_json(map_from_entries(list_sort(map_entries(${map})))) as varchar)`,
  objectText(members) {
    const pairs = members.map(([key, value]) => `case when ${value} <> '' then ${text(`${JSON.stringify(key)}:`)} || to_json(${value}) end`);
    return `'{' || concat_ws(',', ${pairs.join(', ')}) || '}'`;
  },
  wholeSum: (bigint) => `sum(${bigint})`,
  decimal: (double) => `cast(cast(${double} as varchar) as decimal(38,12))`,
  month: (time) => `strftime(${time}, '%Y-%m')`,
  fingerprint: (texts) => `hash(${texts.join(', ')})`,
};
