import { text, type Sql } from '../io/sql.ts';
import { CHARGE_COLUMNS } from '../model/cost/charge.ts';
import { chargesTable } from './charges.ts';

/** FOCUS columns as other programs read them: times as ISO 8601 text. */
function focusColumns(): string[] {
  return Object.entries(CHARGE_COLUMNS).map(([column, type]) => (type === 'TIMESTAMP' ? `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}` : column));
}

/** Writes the charges of the given files to one Parquet or CSV file. */
export async function writeFocus(sql: Sql, files: readonly string[], to: string, format: 'parquet' | 'csv'): Promise<void> {
  const options = format === 'csv' ? 'format csv, header true' : 'format parquet, compression zstd';
  await sql.run(`copy (select ${focusColumns().join(', ')} from ${chargesTable(files)} order by all) to ${text(to)} (${options})`);
}
