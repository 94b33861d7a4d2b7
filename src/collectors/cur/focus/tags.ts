import { name, text, type Sql } from '../../../io/sql.ts';
import { snake, tagKey } from '../../../model/tag-key.ts';
import type { FocusColumn } from './columns.ts';
import { mended } from './values.ts';

/** Where tags stand, the weaker first: what an allocated charge is for has tags of its own (FOCUS 1.3). */
const TAG_COLUMNS = ['cost_categories', 'tags', 'allocated_tags'] as const satisfies readonly FocusColumn[];

/** How to read the tags of the raw groups as one object each. */
export interface TagSets {
  readonly join: string;
  /** A JSON object; keys as `tagKey` spells them, in order. */
  readonly tagObject: string;
  /** Tags that are no JSON, if there are any. */
  readonly unreadable: string | undefined;
}

/** Spells the tags of a table's rows: each different set of them once, for a bill has few. `isAws`: whether a row is of AWS; `only`: the tags that are kept. */
export async function tagSets(sql: Sql, table: string, keys: readonly FocusColumn[], isAws: string, only: readonly string[] | undefined): Promise<TagSets> {
  const columns = TAG_COLUMNS.filter((column) => keys.includes(column));
  if (columns.length === 0) return { join: '', tagObject: `'{}'`, unreadable: undefined };
  await sql.run(
    `create or replace table focus_tag_sets as select row_number() over () as set_id, * from (select distinct ${columns.join(', ')}, cast(${isAws} as varchar) as of_aws from ${table})`,
  );
  const entries = columns.map((column) => `select set_id, of_aws, ${text(column)} as place, unnest(${entriesOf(column)}) as entry from focus_tag_sets`);
  await sql.run(`create or replace table focus_tag_values as
    select set_id, of_aws, place, entry.key as key, entry.value as value from (${entries.join(' union all ')}) where entry.key <> '' and entry.value <> ''`);
  await spellKeys(sql);
  const kept = only === undefined ? '' : `where name in (${only.length === 0 ? 'null' : only.map(text).join(', ')})`;
  const rank = `case place ${TAG_COLUMNS.map((column, at) => `when ${text(column)} then '${at}'`).join(' ')} end`;
  await sql.run(`create or replace table focus_tag_objects as
    select set_id, '{' || string_agg(cast(to_json(name) as varchar) || ':' || cast(to_json(value) as varchar), ',' order by name) || '}' as object from (
      select set_id, name, max_by(value, [${rank}, key, value]) as value
      from focus_tag_values join focus_tag_names using (place, of_aws, key) ${kept} group by set_id, name
    ) group by set_id`);
  const same = columns.map((column) => `${table}.${column} is not distinct from focus_tag_sets.${column}`);
  return {
    join: `join focus_tag_sets on ${[...same, `of_aws = cast(${isAws} as varchar)`].join(' and ')} left join focus_tag_objects using (set_id)`,
    tagObject: `coalesce(object, '{}')`,
    unreadable: await unreadableTags(sql, columns),
  };
}

async function spellKeys(sql: Sql): Promise<void> {
  await sql.run('create or replace table focus_tag_names (place varchar, of_aws varchar, key varchar, name varchar)');
  const found = await sql.rows('select distinct place, of_aws, key from focus_tag_values order by all');
  const rows = found.map(({ place, of_aws: ofAws, key }) => [
    String(place),
    String(ofAws),
    String(key),
    spelled(String(key), place === 'cost_categories', ofAws === 'true'),
  ]);
  await sql.append(
    'focus_tag_names',
    [0, 1, 2, 3].map((column) => ({ type: 'VARCHAR', values: rows.map((row) => row[column] ?? null) })),
    rows.length,
  );
}

/** AWS marks whose a key is: `user:team` or `user_team`, `aws:eks:cluster-name` or `aws_eks_cluster_name`. */
function spelled(key: string, isCostCategory: boolean, isOfAws: boolean): string {
  if (isCostCategory) return `cost_category_${snake(key)}`;
  const [, whose, own] = (isOfAws ? /^(user|aws)[:_](.+)$/s.exec(key) : null) ?? [];
  if (own === undefined) return tagKey(key);
  return whose === 'aws' ? tagKey(`aws:${own}`) : tagKey(own);
}

/** An object, or a list of keys and values as Google writes labels; Azure may leave out the braces. */
function jsonOf(column: string): string {
  const given = mended(column);
  const braced = `case when ${given} like '"%' then '{' || ${given} || '}' else ${given} end`;
  // Line breaks within a value are no JSON, but some exporters write them.
  return String.raw`coalesce(try_cast(${braced} as json), try_cast(replace(replace(${braced}, chr(13), '\r'), chr(10), '\n') as json))`;
}

function entriesOf(column: string): string {
  const json = jsonOf(column);
  return `case json_type(${json}) when 'OBJECT' then map_entries(json_transform(${json}, '"MAP(VARCHAR,VARCHAR)"'))
    when 'ARRAY' then json_transform(${json}, '[{"key":"VARCHAR","value":"VARCHAR"}]') end`;
}

async function unreadableTags(sql: Sql, columns: readonly FocusColumn[]): Promise<string | undefined> {
  const bad = columns.map((column) => `select ${name(column)} as bad from focus_tag_sets where ${mended(column)} is not null and ${jsonOf(column)} is null`);
  const [found] = await sql.rows(`select min(bad) as bad from (${bad.join(' union all ')})`);
  return typeof found?.['bad'] === 'string' ? found['bad'] : undefined;
}
