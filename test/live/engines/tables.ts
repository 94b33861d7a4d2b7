import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { filePath, type Sql } from '../../../src/io/sql.ts';
import type { TrinoServer } from '../servers/trino.ts';

/** The Parquet files of a partition. `values`: of its columns, as folders have them. */
export interface TablePartition {
  readonly values: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'varchar',
  DOUBLE: 'double',
  TIMESTAMP: 'timestamp',
  BIGINT: 'bigint',
  INTEGER: 'integer',
  BOOLEAN: 'boolean',
  DATE: 'date',
  'MAP(VARCHAR, VARCHAR)': 'map(varchar, varchar)',
};

/** Makes a table over copies of files, as AWS Glue has it: of a column that some files lack, their lines have none. */
export async function makeTable(trino: TrinoServer, sql: Sql, table: string, partitions: readonly TablePartition[]): Promise<string> {
  const columns = new Map<string, string>();
  for (const { values, files } of partitions) {
    const folder = join(trino.files, table, ...Object.entries(values).map(([key, value]) => `${key}=${value}`));
    await mkdir(folder, { recursive: true });
    for (const [at, file] of files.entries()) {
      await copyFile(file, join(folder, `${at}-${basename(file)}`));
      for (const [name, type] of await columnsOf(sql, file)) columns.set(name, type);
    }
  }
  const keys = Object.keys(partitions[0]?.values ?? {});
  const all = [...columns, ...keys.map((key) => [key, 'varchar'] as const)].map(([name, type]) => `"${name}" ${type}`).join(', ');
  const partitioned = keys.length === 0 ? '' : `, partitioned_by = array[${keys.map((key) => `'${key}'`).join(', ')}]`;
  await trino.run(`create table hive.cur.${table} (${all}) with (external_location = 'local:///${table}', format = 'PARQUET'${partitioned})`);
  if (keys.length > 0) await trino.run(`call hive.system.sync_partition_metadata('cur', '${table}', 'FULL')`);
  return `hive.cur.${table}`;
}

/** The columns of a file, and their types as Trino has them. */
async function columnsOf(sql: Sql, file: string): Promise<(readonly [name: string, type: string])[]> {
  const described = await sql.rows(`describe select * from read_parquet(${filePath(file)}, hive_partitioning = false)`);
  return described.map(({ column_name: name, column_type: type }) => {
    const known = TYPES[String(type)] ?? (String(type).startsWith('DECIMAL') ? String(type).toLowerCase() : undefined);
    if (known === undefined) throw new Error(`${String(name)} is ${String(type)}`);
    return [String(name), known] as const;
  });
}
