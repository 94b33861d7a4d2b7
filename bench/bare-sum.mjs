// The least that any report of a bill must do: load DuckDB, and run one aggregate over the file.
import { DuckDBInstance } from '@duckdb/node-api';

const database = await DuckDBInstance.create(':memory:');
const connection = await database.connect();
const result = await connection.runAndReadAll(`select sum(line_item_unblended_cost) from '${process.argv[2]}'`);
process.stdout.write(`${String(result.getRows()[0])}\n`);
