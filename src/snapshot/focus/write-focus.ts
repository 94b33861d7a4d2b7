import { text, type Sql } from '../../io/sql.ts';
import { focusColumns, FOCUS_COLUMNS, type FocusColumn, type FocusName, type FocusVersion } from '../../model/focus/columns.ts';
import { chargesTable } from '../charges.ts';
import { allocatedCharges, ALLOCATED_COLUMNS, type AllocatedColumn } from './allocated.ts';
import { focusExpression, ORIGIN, OWN_COLUMNS } from './mapping.ts';

export interface FocusFile {
  readonly format: 'parquet' | 'csv';
  readonly version: FocusVersion;
  /** Whether `makeAllocatedParts` has run on this engine: then each charge of a workload is replaced by its parts. */
  readonly isAllocated: boolean;
}

/**
 * Writes the charges of the given files as one FOCUS dataset, Parquet or CSV: the columns of the version in its order, then ours. Splits are no charges, and left out. Numbers are exact.
 * The rows are in the order of the files and of their own; those of parts of charges in one of theirs.
 */
export async function writeFocus(sql: Sql, files: readonly string[], to: string, { format, version, isAllocated }: FocusFile): Promise<void> {
  const origin = Object.entries(ORIGIN).map(([column, as]) => `${column} as ${as}`);
  const charges = `(select *, ${origin.join(', ')} from ${chargesTable(files)} where x_RowRole is distinct from 'split')`;
  const rows = `(select ${mapped(version, isAllocated).join(', ')} from ${isAllocated ? allocatedCharges(charges) : charges})`;
  const columns = format === 'csv' ? `* replace (${times(version).join(', ')})` : '*';
  const options = format === 'csv' ? 'format csv, header true' : 'format parquet, compression zstd';
  const copy = (order: string): Promise<void> => sql.run(`copy (select ${columns} from ${rows} as dataset ${order}) to ${text(to)} (${options})`);
  if (isAllocated) return copy(`order by ${ORDER}, hash(dataset)`);
  // The parts of a snapshot are in order: to sort millions of wide rows again would take several times as long as all the rest. One thread, for with several the
  // groups of rows in the file begin where each of them happened to be.
  await sql.run('set preserve_insertion_order = true');
  await sql.run('set threads = 1');
  try {
    await copy('');
  } finally {
    await sql.run('reset threads');
    await sql.run('set preserve_insertion_order = false');
  }
}

/** Rows that are the same in these are ordered by a hash of all they say, which is a shorter key than that. */
const ORDER = 'dataset.ChargePeriodStart, dataset.ProviderName, dataset.SubAccountId, dataset.ServiceName, dataset.x_UsageType, dataset.ResourceId';

/** In 1.2, which has no allocation, the columns of 1.3 are ours, and begin with `x_`. */
function mapped(version: FocusVersion, isAllocated: boolean): string[] {
  const names = focusColumns(version).map(([column]) => column);
  const isAllocatedColumn = (column: string): column is AllocatedColumn => ALLOCATED_COLUMNS.some((one) => one === column);
  const focus = names.map(
    (column) => `${isAllocatedColumn(column) ? (isAllocated ? allocated(column) : 'null::varchar') : focusExpression(column)} as ${column}`,
  );
  const added = isAllocated && version === '1.2' ? ALLOCATED_COLUMNS.map((column) => `${allocated(column)} as x_${column}`) : [];
  return [...focus, ...Object.entries(OWN_COLUMNS).map(([column, of]) => `${of} as ${column}`), ...added];
}

const allocated = (column: AllocatedColumn): string => `${column}::varchar`;

/** Times as ISO 8601 text. */
function times(version: FocusVersion): string[] {
  const isTime = (column: FocusName): boolean => (FOCUS_COLUMNS[column] as FocusColumn).type === 'time';
  return focusColumns(version).flatMap(([column]) => (isTime(column) ? [`strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}`] : []));
}
