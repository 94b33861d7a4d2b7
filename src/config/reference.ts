import { configJsonSchema, type JsonSchema } from './json-schema.ts';

/** A Markdown table of all keys of `tonnage.yaml`. */
export function configReference(): string {
  const rows = rowsOf(configJsonSchema(), '', '');
  return ['| Key | Type | Default | Description |', '|---|---|---|---|', ...rows].join('\n');
}

/** `only` names the kind of source whose keys these are. */
function rowsOf(schema: JsonSchema, prefix: string, only: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const kept = schema.required?.includes(key) ? 'required' : value.default === undefined ? '' : code(JSON.stringify(value.default));
    return [row([`${code(path)}${only}`, typeText(value), kept, value.description ?? '']), ...children(value, path, only)];
  });
}

function children(schema: JsonSchema, path: string, only: string): readonly string[] {
  if (schema.oneOf !== undefined) return schema.oneOf.flatMap((option) => rowsOf(option, path, ` (${option.properties?.['kind']?.const})`));
  if (schema.items !== undefined) return children(schema.items, `${path}[]`, only);
  if (typeof schema.additionalProperties === 'object') return children(schema.additionalProperties, `${path}.*`, only);
  return rowsOf(schema, path, only);
}

function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' or ');
  if (schema.oneOf !== undefined) return 'map';
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}s`;
  if (typeof schema.additionalProperties === 'object') return `map of ${typeText(schema.additionalProperties)}`;
  if (schema.type === 'object') return 'map';
  return schema.type === 'string' ? 'text' : (schema.type ?? '');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
