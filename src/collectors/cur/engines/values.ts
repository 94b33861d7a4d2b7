import type { SqlRow } from '../../../io/sql.ts';

/** A value of an answer, by its type in Trino's spelling. Decimals stay text, for they are exact. */
export function valueOf(type: string, value: unknown): SqlRow[string] {
  if (value === null || value === undefined) return null;
  const [kind = ''] = type.toLowerCase().split('(');
  if (kind === 'boolean') return value === true || value === 'true';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (INTEGERS.has(kind)) return integer(text);
  return FLOATS.has(kind) ? Number(text) : text;
}

const INTEGERS = new Set(['tinyint', 'smallint', 'integer', 'int', 'bigint']);
const FLOATS = new Set(['double', 'real', 'float']);

function integer(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
