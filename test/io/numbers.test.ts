import { expect, test } from 'vitest';
import { testIo } from './test-io.ts';

test('columns of numbers come as they were ordered, NULL as NaN', async () => {
  const { io, folder } = testIo();
  const sql = await io.openSql({ scratch: folder });
  const { rows, column } = await sql.numbers(
    `select case when i % 3 <> 1 then i::double end as one, (2 * i)::double as other from range(5000) r(i) order by i desc`,
  );
  expect(rows).toBe(5000);
  expect(column('one').slice(0, 4)).toEqual(Float64Array.of(Number.NaN, 4998, 4997, Number.NaN));
  expect(column('other')[4999]).toBe(0);
  expect(() => column('third')).toThrow('no column third');
  expect((await sql.numbers('select 1::double as one where false')).column('one')).toEqual(new Float64Array(0));
  await expect(sql.numbers('select 1 as one')).rejects.toThrow('one is INTEGER, not DOUBLE');
  sql.close();
});
