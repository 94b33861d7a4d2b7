import { describe, expect, test } from 'vitest';
import type { RemoteColumn, RemoteEngine } from '../../../../src/collectors/cur/engines/remote-engine.ts';
import { monthsIn, openTable } from '../../../../src/collectors/cur/engines/remote-table.ts';
import { cur } from '../../../../src/collectors/cur/index.ts';
import { UserError } from '../../../../src/io/errors.ts';
import type { SqlRow } from '../../../../src/io/sql.ts';
import { monthOf } from '../../../../src/model/month.ts';
import { testIo } from '../../../io/test-io.ts';
import { trinoServer } from './trino-server.ts';

const BILL: readonly RemoteColumn[] = [
  ['line_item_line_item_type', 'varchar'],
  ['line_item_usage_start_date', 'timestamp(3)'],
  ['line_item_product_code', 'varchar'],
  ['line_item_currency_code', 'varchar'],
  ['line_item_unblended_cost', 'double'],
  ['line_item_usage_amount', 'double'],
].map(([name = '', type = '']) => ({ name, type, isPartition: false }));

const PERIOD: RemoteColumn = { name: 'billing_period', type: 'varchar', isPartition: true };

/** An engine that answers any query by its text. */
function engineOf(columns: readonly RemoteColumn[], answer: (statement: string) => readonly SqlRow[]): RemoteEngine & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  return {
    title: 'test',
    asked,
    async *rows(statement) {
      asked.push(statement);
      yield* answer(statement);
    },
    describe: async () => columns,
    progress: () => undefined,
    close: async () => undefined,
  };
}

const all = { first: undefined, last: undefined };
const october = { bill_month: '2026-10', lines: 12, files: 2, bytes: 34, modified: '2026-11-02 03:04:05.678 UTC', content: 'AB' };

describe('the months of a table', () => {
  test('are told by their files, and no column is read of a table with partitions', async () => {
    const engine = engineOf([...BILL, PERIOD], () => [october]);

    const months = await monthsIn(await openTable(engine, 'hive.cur.lines'), all, () => undefined);

    expect(months).toMatchObject([
      { month: '2026-10', lines: 12, input: { name: 'hive.cur.lines 2026-10', bytes: 34, modified: '2026-11-02T03:04:05.678Z', months: ['2026-10'] } },
    ]);
    expect(engine.asked).toHaveLength(1);
    expect(engine.asked[0]).not.toMatch(/line_item/);
    expect(engine.asked[0]).toMatch(/"\$path".*"\$file_size".*"\$file_modified_time"/);
  });

  test('are those of the window', async () => {
    const engine = engineOf([...BILL, PERIOD], () => []);

    await monthsIn(await openTable(engine, 'cur.lines'), { first: monthOf('2026-09'), last: monthOf('2026-10') }, () => undefined);

    expect(engine.asked[0]).toContain(`bill_month >= '2026-09' and bill_month <= '2026-10'`);
  });

  test('are other ones once a file has changed', async () => {
    const identityOf = async (row: SqlRow): Promise<string | undefined> =>
      (
        await monthsIn(
          await openTable(
            engineOf([...BILL, PERIOD], () => [row]),
            'cur.lines',
          ),
          all,
          () => undefined,
        )
      )[0]?.identity;

    const before = await identityOf(october);

    expect(await identityOf({ ...october })).toBe(before);
    expect(await identityOf({ ...october, content: 'CD' })).not.toBe(before);
    expect(await identityOf({ ...october, lines: 13 })).not.toBe(before);
  });

  test('are told by their lines where the engine tells of no files, and it is said so', async () => {
    const engine = engineOf(BILL, (statement) => {
      if (statement.includes('$file_size')) throw new UserError(`COLUMN_NOT_FOUND: line 1:8: Column '$file_size' cannot be resolved`);
      return [{ bill_month: '2026-10', lines: 12, content: 'AB' }];
    });
    const notes: string[] = [];

    const months = await monthsIn(await openTable(engine, 'cur.lines'), all, (line) => void notes.push(line));

    expect(months).toMatchObject([{ month: '2026-10', lines: 12, input: undefined }]);
    expect(notes).toEqual(['cur.lines: the engine does not tell which files a table has; whether a month has changed is seen by its lines']);
  });

  test('are an error where a line has none', async () => {
    const engine = engineOf(BILL, () => [{ ...october, bill_month: null }]);

    await expect(monthsIn(await openTable(engine, 'cur.lines'), all, () => undefined)).rejects.toThrow(/neither a billing period nor a usage date/);
  });
});

describe('a table that is not taken', () => {
  test('is one that lacks what a bill has', async () => {
    await expect(
      openTable(
        engineOf(BILL.slice(1), () => []),
        'cur.lines',
      ),
    ).rejects.toThrow('cur.lines: neither an AWS Cost and Usage Report nor a FOCUS export: there is no column line_item_line_item_type');
  });

  test('is a FOCUS export, which is read by its files', async () => {
    const focus = ['billedcost', 'effectivecost', 'chargecategory', 'billingcurrency'].map((name) => ({ name, type: 'varchar', isPartition: false }));

    await expect(
      openTable(
        engineOf(focus, () => []),
        'cur.focus',
      ),
    ).rejects.toMatchObject({ message: 'cur.focus: a FOCUS export, which is read by its files', hint: expect.stringMatching(/path/) });
  });
});

test('doctor says what the table has, and that it tells no months apart', async () => {
  const columns = ['Column', 'Type', 'Extra', 'Comment'].map((name) => ({ name, type: 'varchar' }));
  const data = [...BILL, { name: 'line_item_resource_id', type: 'varchar' }].map(({ name, type }) => [name, type, '', '']);
  const server = await trinoServer({ pages: [{}, { columns, data }] });
  const { io } = testIo();
  const context = { source: 'cur', io, began: io.now(), known: [], isCurrent: () => false, maySpend: false, scratch: '', downloads: '' };

  const checks = await Array.fromAsync(cur.check({ kind: 'cur', engine: 'trino', table: 'hive.cur.lines', url: server.url }, context));

  expect(checks).toMatchObject([
    { name: 'table', state: 'ok', detail: expect.stringMatching(/^7 columns in hive\.cur\.lines of Trino at 127\.0\.0\.1:\d+; it has resource-ids$/) },
    { name: 'partitions', state: 'warning' },
  ]);
});
