import { name, text, type Sql } from '../io/sql.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../model/cost/charge.ts';

/** A charge as text, which SQL reads exactly. A column that is not named is NULL. */
export type ChargeCells = Readonly<Partial<Record<ChargeColumn, string | null>>>;

/** Writes charges to a Parquet file, in the order of all their columns: the same charges give the same bytes, in whatever order they come. */
export async function writeChargeFile(sql: Sql, charges: readonly ChargeCells[], file: string): Promise<void> {
  const columns = Object.keys(CHARGE_COLUMNS) as ChargeColumn[];
  await sql.run(`create or replace temp table charge_file (${columns.map((column) => `${name(column)} VARCHAR`).join(', ')})`);
  const values = columns.map((column) => ({ type: 'VARCHAR', values: charges.map((charge) => charge[column] ?? null) }) as const);
  await sql.append('charge_file', values, charges.length);
  const cast = columns.map((column) => `cast(${name(column)} as ${CHARGE_COLUMNS[column]}) as ${name(column)}`).join(', ');
  await sql.run(`copy (select ${cast} from charge_file order by all) to ${text(file)} (format parquet, compression zstd)`);
  await sql.run('drop table charge_file');
}
