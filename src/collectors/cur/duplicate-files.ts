import { filePath, name, type Sql } from '../../io/sql.ts';
import { ALL_COLUMNS, COLUMNS, type Column } from './columns.ts';
import { linesSql, tagColumns, type BillFile } from './lines.ts';

export interface DistinctFiles {
  readonly files: readonly BillFile[];
  readonly copies: readonly BillFile[];
}

/**
 * Leaves out files that hold what another one holds: an export that ran again, whose lines may have other ids
 * (https://docs.aws.amazon.com/cur/latest/userguide/identity-columns.html: the id is not consistent between reports). Parts of one delivery never hold the same lines.
 * Most are told apart by how many lines they have, which the footers of Parquet say, and the rest by a few columns.
 */
export async function distinctFiles(sql: Sql, files: readonly BillFile[]): Promise<DistinctFiles> {
  if (files.length < 2) return { files, copies: [] };
  const footers = await sql.rows(
    `select file_name as path, num_rows as lines from parquet_file_metadata([${files.map(({ parquet }) => filePath(parquet)).join(', ')}])`,
  );
  const lines = new Map(footers.map(({ path, lines: count }) => [String(path), Number(count)]));
  const linesOf = ({ parquet }: BillFile): number => lines.get(parquet) ?? 0;

  const alike = await alikeBy(sql, [...Map.groupBy(files, linesOf).values()].filter(isSeveral), FEW, []);
  const same = await alikeBy(sql, alike, CONTENT, tagColumns(files));
  const copies = new Set(same.flatMap((of) => of.slice(1)).filter((file) => linesOf(file) > 0));
  return { files: files.filter((file) => !copies.has(file)), copies: [...copies] };
}

const FEW = ['usage_start', 'quantity', 'unblended'] as const satisfies readonly Column[];
const CONTENT = ALL_COLUMNS.filter((column) => column !== 'line_id');

const isSeveral = (files: readonly BillFile[]): boolean => files.length > 1;

/** Of files that may be the same, those that hold the same in some columns. */
async function alikeBy(
  sql: Sql,
  groups: readonly (readonly BillFile[])[],
  columns: readonly Column[],
  tags: readonly string[],
): Promise<(readonly BillFile[])[]> {
  const alike: (readonly BillFile[])[] = [];
  for (const files of groups) {
    const contents = new Map<BillFile, string>();
    for (const file of files) contents.set(file, await contentOf(sql, file, columns, tags));
    alike.push(...[...Map.groupBy(files, (file) => contents.get(file)).values()].filter(isSeveral));
  }
  return alike;
}

/** The same for the same lines in any order. */
async function contentOf(sql: Sql, file: BillFile, columns: readonly Column[], tags: readonly string[]): Promise<string> {
  const values = [
    ...columns.map((column) => (COLUMNS[column].kind === 'text' ? `nullif(${column}, '')` : column)),
    ...tags.map((tag) => `nullif(${name(tag)}, '')`),
  ];
  const [found] = await sql.rows(`select cast(sum(hash(${values.join(', ')})) as varchar) as content from (${linesSql([file], columns, tags)})`);
  return String(found?.['content']);
}
