import { join } from 'node:path';
import { expect, test } from 'vitest';
import { duckdb } from '../../../src/collectors/cur/dialects/duckdb.ts';
import { filePath } from '../../../src/io/sql.ts';
import { testIo } from '../../io/test-io.ts';
import { GOLDEN_QUERIES, goldenBill, type GoldenEngine } from './golden-queries.ts';
import { copyTo, query } from './small-bill.ts';

const file = await copyTo(join(testIo().folder, 'golden.parquet'), goldenBill());
const from = `read_parquet(${filePath(file)})`;
const described = await query(`describe select * from ${from}`);
const engine: GoldenEngine = {
  dialect: duckdb,
  from,
  columns: described.map(({ column_name: name, column_type: type }) => ({ name: String(name), type: String(type) })),
  rows: query,
};

test.each(GOLDEN_QUERIES)('DuckDB: $name', async ({ answer, expected }) => {
  expect(await answer(engine)).toEqual(expected);
});
