import { UserError } from '../../../io/errors.ts';
import { filePath, name, type Sql } from '../../../io/sql.ts';
import type { InputFile, Month } from '../../../model/facts.ts';
import type { BillFile } from '../lines.ts';
import { ALL_COLUMNS, type FocusColumn } from './columns.ts';
import { focusLines, presentColumns } from './lines.ts';

/** The files of a bill, each content once. */
export interface DistinctFiles {
  readonly files: readonly BillFile[];
  /** Lines of the files that are left out. */
  readonly duplicates: number;
}

/** Few columns tell most files apart; only files that agree in them are compared whole. */
const QUICK: readonly FocusColumn[] = ['billed', 'start_time', 'resource'];

/**
 * Leaves out files that hold the same lines as another, whatever their order: an export that was run again. FOCUS has no key of a line, and two lines
 * that are the same are two charges, but two whole files that are the same are one.
 */
export async function distinctFiles(sql: Sql, files: readonly BillFile[]): Promise<DistinctFiles> {
  const whole = [...presentColumns(files)];
  let groups = [await withKeys(files, async ({ parquet }) => rowsOf(sql, parquet))];
  for (const columns of [QUICK, ALL_COLUMNS.filter((column) => whole.includes(column))]) {
    groups = await Promise.all(groups.flatMap((keyed) => [...Map.groupBy(keyed, ({ key }) => key).values()]).map((same) => refined(sql, same, columns)));
  }
  const same = groups.flatMap((keyed) => [...Map.groupBy(keyed, ({ key }) => key).values()]);
  const kept = new Set(same.map(([first]) => first?.file));
  const left = same.flatMap(([, ...others]) => others);
  const rows = await Promise.all(left.map(({ file }) => rowsOf(sql, file.parquet)));
  return { files: files.filter((file) => kept.has(file)), duplicates: rows.reduce((sum, lines) => sum + Number(lines), 0) };
}

interface Keyed {
  readonly file: BillFile;
  readonly key: string;
}

function withKeys(files: readonly BillFile[], keyOf: (file: BillFile) => Promise<string>): Promise<Keyed[]> {
  return Promise.all(files.map(async (file) => ({ file, key: await keyOf(file) })));
}

async function refined(sql: Sql, same: readonly Keyed[], columns: readonly FocusColumn[]): Promise<Keyed[]> {
  const [first] = same;
  if (first === undefined || same.length === 1 || first.key === '0') return same.map(({ file }, at) => ({ file, key: String(at) }));
  return withKeys(
    same.map(({ file }) => file),
    (file) => fingerprint(sql, file, columns),
  );
}

/** The same for the same lines in any order. */
async function fingerprint(sql: Sql, file: BillFile, columns: readonly FocusColumn[]): Promise<string> {
  const [found] = await sql.rows(`
    select count(*) as lines, cast(sum(line) as varchar) as added, cast(bit_xor(line) as varchar) as crossed
    from (select hash(${columns.map(name).join(', ')}) as line from (${focusLines([file], columns)}))`);
  return JSON.stringify(found);
}

async function rowsOf(sql: Sql, parquet: string): Promise<string> {
  const [found] = await sql.rows(`select sum(num_rows) as rows from parquet_file_metadata(${filePath(parquet)})`);
  return String(found?.['rows']);
}

/** Folders of one refresh or run: of AWS Data Exports that keep old ones, and of Azure. */
const RUNS = [/^(?<period>.*billing_period=[^/]+)\/(?<run>[^/=]+)\//i, /^(?<period>(?:.*\/)?\d{8}-\d{8})\/(?<run>[^/=]+)\//];

/** @throws UserError where the files are of several refreshes of one export: each holds the whole month, and only the manifest says which one counts */
export function checkOneRun(inputs: readonly Pick<InputFile, 'name'>[], month: Month): void {
  const runs = new Map<string, string>();
  for (const { name: file } of inputs) {
    const { period, run } = RUNS.map((pattern) => pattern.exec(file)?.groups).find((found) => found !== undefined) ?? {};
    if (period === undefined || run === undefined) continue;
    const other = runs.get(period) ?? run;
    runs.set(period, other);
    if (other === run) continue;
    throw new UserError(
      `${period}: two deliveries of ${month}, ${other} and ${run}, which would be summed twice`,
      'copy the manifests too (they name the newest one), or name the folder of one of them',
    );
  }
}
