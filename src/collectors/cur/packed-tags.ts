import { name, text, type Sql } from '../../io/sql.ts';
import { columnName, MAPS, tagOf } from './columns.ts';
import type { Dialect } from './dialect.ts';
import { GROUPS } from './groups.ts';
import type { FileColumn, LineTable } from './lines.ts';

/** More tags than these are not grouped by one by one: each is a column in every row of the hash table. */
const MOST = 48;

/** Columns that hold many tags as the text of a JSON object: those of a map, and all that are columns of the report. */
const PACKED = { columns: 'packed_columns', resource_tags: 'packed_resource_tags', cost_category: 'packed_cost_category' } as const;

export const isPacked = (tag: string): boolean => Object.values(PACKED).some((packed) => packed === tag);

/** By which columns the tags of a bill are grouped: themselves, or packed; those that `mustHave` names are there in any case. */
export function groupedTags(tags: readonly string[], mustHave: (tag: string) => boolean): string[] {
  return tags.length <= MOST ? [...tags] : [...tags.filter(mustHave), ...Object.values(PACKED)];
}

/** A packed column of a table of lines. */
export function packedTags(dialect: Dialect, { columns }: LineTable, packed: string): string {
  const [map] = MAPS.open.filter((of) => PACKED[of] === packed).flatMap((of) => columns.get(of) ?? []);
  if (map !== undefined) {
    const read = dialect.read(name(map.header), map.type, 'map');
    return read === undefined ? 'cast(null as varchar)' : dialect.mapText(read);
  }
  const own = packed === PACKED.columns ? [...columns].flatMap(([column, of]) => (tagOf(column) === undefined ? [] : ownTags(dialect, column, of))) : [];
  return own.length === 0 ? 'cast(null as varchar)' : dialect.objectText(own);
}

function ownTags(dialect: Dialect, column: string, of: readonly FileColumn[]): (readonly [string, string])[] {
  const values = of.flatMap(({ header, type, key }) => (key === undefined ? (dialect.read(name(header), type, 'text') ?? []) : []));
  return values.length === 0 ? [] : [[column, values.length === 1 ? values.join('') : `coalesce(${values.map((one) => `nullif(${one}, '')`).join(', ')})`]];
}

const SETS = 'tag_sets';

/** An expression of a group's Tags, where they are packed, and the join that it needs. Each set of tags is unpacked once. */
export async function unpackTags(sql: Sql): Promise<{ readonly tags: string; readonly join: string }> {
  const packs = Object.values(PACKED);
  const entries = Object.entries(PACKED).map(
    ([map, packed]) =>
      `select ${packs.join(', ')}, unnest(map_entries(cast(cast(${packed} as json) as map(varchar, varchar)))) as entry, ${text(map)} as map from sets`,
  );
  await sql.run(`create or replace temp table tag_entries as with sets as (select distinct ${packs.join(', ')} from ${GROUPS})
    select ${packs.join(', ')}, map, entry.key as key, entry.value as value from (${entries.join(' union all ')}) where entry.value <> ''`);
  const keys = await sql.rows('select distinct map, key from tag_entries order by 1, 2');
  const spelled = keys.flatMap(({ map, key }) => {
    const column = columnName(map === 'columns' ? String(key) : `${map}_${key}`);
    const tag = tagOf(column);
    return tag === undefined ? [] : [`(${text(String(map))}, ${text(String(key))}, ${text(column)}, ${text(tag)})`];
  });
  const spelling = spelled.length === 0 ? `('', '', '', '')` : spelled.join(', ');
  await sql.run(`create or replace temp table ${SETS} as
    with tagged as (
      select ${packs.join(', ')}, tag, min(spelling.column_name) as column_name, arg_min(value, (spelling.column_name, key)) as value
      from tag_entries join (values ${spelling}) as spelling(of_map, of_key, column_name, tag) on map = of_map and key = of_key
      group by ${packs.join(', ')}, tag
    )
    select ${packs.map((packed) => `${packed} as of_${packed}`).join(', ')}, '{' || string_agg(to_json(tag) || ':' || to_json(value), ',' order by column_name) || '}' as tag_object from tagged group by ${packs.join(', ')}`);
  const same = packs.map((packed) => `of_${packed} is not distinct from ${packed}`);
  return { tags: `coalesce(tag_object, '{}')`, join: `left join ${SETS} on ${same.join(' and ')}` };
}
