import { UserError } from '../../io/errors.ts';
import { name, type SqlRow } from '../../io/sql.ts';
import { columnName, COLUMNS, MAPS } from './columns.ts';
import type { Dialect } from './dialect.ts';
import type { FileColumn, LineTable } from './lines.ts';

/**
 * The columns of a table of report 2.0 with those that its maps stand for: a value is read as the column that the legacy report has for it,
 * `resource_tags['user_CostCenter']` as `resource_tags_user_cost_center`, `product['product_name']` as `product_product_name`. Of tags and cost categories
 * one look at all lines says which there are, for nothing else does; of a product's attributes those are read that `COLUMNS` name.
 * https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
 */
export async function withMaps(
  dialect: Dialect,
  { label, from, columns }: LineTable,
  rows: (select: string) => Promise<readonly SqlRow[]>,
): Promise<LineTable['columns']> {
  const found: [string, FileColumn][] = MAPS.closed.flatMap((map) => inMap(columns, map, keysRead(map)));
  for (const map of MAPS.open) {
    const [column] = columns.get(map) ?? [];
    if (column === undefined) continue;
    const read = dialect.read(name(column.header), column.type, 'map');
    if (read === undefined) throw new UserError(`${label}: column ${column.header} is ${column.type}, expected a map`, 'take the report as AWS wrote it');
    const keys = (await rows(dialect.keys(read, from))).map(({ key }) => String(key)).toSorted();
    found.push(...inMap(columns, map, keys));
  }
  // A column of its own stands before the same value in a map.
  const inMaps = Map.groupBy(found, ([spelled]) => spelled);
  return new Map(
    [...new Set([...columns.keys(), ...inMaps.keys()])].map((spelled) => [
      spelled,
      [...(columns.get(spelled) ?? []), ...(inMaps.get(spelled) ?? []).map(([, column]) => column)],
    ]),
  );
}

function inMap(columns: LineTable['columns'], map: string, keys: readonly string[]): [string, FileColumn][] {
  return (columns.get(map) ?? []).flatMap((column) => keys.map((key): [string, FileColumn] => [`${map}_${columnName(key)}`, { ...column, key }]));
}

function keysRead(map: string): string[] {
  const sources = Object.values(COLUMNS).flatMap(({ from }): string[] => [...from]);
  return [...new Set(sources.flatMap((source) => (source.startsWith(`${map}_`) ? [source.slice(map.length + 1)] : [])))];
}
