/** Names of types as Glue has them, which are Hive's, by those of Trino. https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
const TYPES: Readonly<Record<string, string>> = { string: 'varchar', int: 'integer', float: 'real', binary: 'varbinary', timestamp: 'timestamp(3)' };

/** `map<string,string>` is `map(varchar, varchar)`. What it does not know it leaves as it is. */
export function trinoType(hive: string): string {
  const spelled = hive.trim().toLowerCase();
  const [, outer, inner] = /^(map|array)<(.*)>$/.exec(spelled) ?? [];
  if (outer === undefined || inner === undefined) return TYPES[spelled] ?? spelled;
  const parts = outer === 'map' ? [inner.slice(0, inner.indexOf(',')), inner.slice(inner.indexOf(',') + 1)] : [inner];
  return `${outer}(${parts.map(trinoType).join(', ')})`;
}
