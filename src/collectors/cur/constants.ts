import { filePath, type Sql } from '../../io/sql.ts';
import { COLUMNS, type Column } from './columns.ts';
import type { BillFile, FileColumn } from './lines.ts';

/** Text columns that have one value (or none: null) in all files. They need not be grouped by, and half of a bill's are such. */
export type Constants = ReadonlyMap<string, string | null>;

/** Writers may cut statistics of longer texts (at 64 bytes, as a rule): two that begin alike would then look the same. */
const LONGEST = 32;

/** Reads the constants from the statistics of the Parquet files: no row is read. `tags` are columns of the report. */
export async function constants(sql: Sql, files: readonly BillFile[], columns: readonly Column[], tags: readonly string[]): Promise<Constants> {
  return constantsBy(sql, files, (file) =>
    [...columns.map((column) => [column, COLUMNS[column].from] as const), ...tags.map((tag) => [tag, [tag]] as const)].map(([column, from]) => ({
      column,
      sources: from.flatMap((name) => file.columns.get(name) ?? []),
    })),
  );
}

interface Source {
  readonly column: string;
  /** The file's own columns that hold it, the preferred one first. */
  readonly sources: readonly FileColumn[];
}

/** The same for columns of whatever form of a bill. */
export async function constantsBy(sql: Sql, files: readonly BillFile[], columnsOf: (file: BillFile) => readonly Source[]): Promise<Constants> {
  const [single, ...others] = await Promise.all(files.map((file) => constantsOf(sql, file, columnsOf(file))));
  if (single === undefined) return new Map();
  return new Map([...single].filter(([column, value]) => others.every((other) => other.has(column) && (other.get(column) ?? null) === value)));
}

async function constantsOf(sql: Sql, file: BillFile, columns: readonly Source[]): Promise<Constants> {
  const rows = await sql.rows(`
    select path_in_schema as header, min(stats_min_value) as least, max(stats_max_value) as most, count(stats_min_value) as described, count(*) as chunks,
      sum(stats_null_count) as nulls, count(stats_null_count) as counted, sum(num_values) as values
    from parquet_metadata(${filePath(file.parquet)}) group by 1`);
  const byHeader = new Map(rows.map((row) => [row['header'], row]));
  const found = columns.flatMap(({ column, sources }): [string, string | null][] => {
    if (sources.length === 0) return [[column, null]];
    const [only, second] = sources;
    const stats = second === undefined && only?.type === 'VARCHAR' ? byHeader.get(only.header) : undefined;
    if (stats === undefined || stats['counted'] !== stats['chunks']) return [];
    if (stats['nulls'] === stats['values']) return [[column, null]];
    const isOne = stats['least'] === stats['most'] && stats['described'] === stats['chunks'] && Number(stats['nulls']) === 0;
    const value = stats['most'];
    return isOne && typeof value === 'string' && value.length < LONGEST ? [[column, value === '' ? null : value]] : [];
  });
  return new Map(found);
}
