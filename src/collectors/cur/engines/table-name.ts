import { UserError } from '../../../io/errors.ts';
import { name } from '../../../io/sql.ts';
import type { TableName } from './remote-engine.ts';

const PART = /"(?<quoted>(?:[^"]|"")+)"|(?<plain>[^".\s]+)/y;

/** A table as the settings name it; a name with a dot stands in double quotes. Undefined: no name of a table. */
export function parseTableName(spelled: string): TableName | undefined {
  const [table, schema, catalog, ...more] = partsOf(spelled)?.toReversed() ?? [];
  return table === undefined || schema === undefined || more.length > 0 ? undefined : { catalog, schema, table };
}

/** @throws UserError if it is none */
export function tableName(spelled: string): TableName {
  const named = parseTableName(spelled);
  if (named === undefined) throw new UserError(`table: ${spelled} is no name of a table`, 'DATABASE.TABLE for Athena, CATALOG.SCHEMA.TABLE for Trino');
  return named;
}

/** The table in a query. */
export const tableSql = ({ catalog, schema, table }: TableName): string => [...(catalog === undefined ? [] : [catalog]), schema, table].map(name).join('.');

function partsOf(spelled: string): string[] | undefined {
  const parts: string[] = [];
  const pattern = new RegExp(PART);
  while (pattern.lastIndex < spelled.length) {
    const { quoted, plain } = pattern.exec(spelled)?.groups ?? {};
    const part = quoted?.replaceAll('""', '"') ?? plain;
    if (part === undefined) return undefined;
    parts.push(part);
    if (pattern.lastIndex === spelled.length) return parts;
    if (spelled[pattern.lastIndex] !== '.') return undefined;
    pattern.lastIndex += 1;
  }
  return undefined;
}
