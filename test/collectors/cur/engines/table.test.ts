import { describe, expect, test } from 'vitest';
import { trinoType } from '../../../../src/collectors/cur/engines/hive-types.ts';
import { partitionBy } from '../../../../src/collectors/cur/engines/partition.ts';
import { describeScan, scannedBy, scanPrice } from '../../../../src/collectors/cur/engines/scan-price.ts';
import { tableName, tableSql } from '../../../../src/collectors/cur/engines/table-name.ts';
import { valueOf } from '../../../../src/collectors/cur/engines/values.ts';
import { monthOf } from '../../../../src/model/month.ts';

const october = monthOf('2026-10');
const september = monthOf('2026-09');
const column = (name: string, type: string, isPartition = true): { readonly name: string; readonly type: string; readonly isPartition: boolean } => ({
  name,
  type,
  isPartition,
});

describe('a month’s partition', () => {
  test('of report 2.0 is its billing period', () => {
    const partition = partitionBy([column('line_item_usage_amount', 'double', false), column('billing_period', 'varchar')]);

    expect(partition?.of(october)).toBe(`"billing_period" in ('2026-10', '2026-10-01')`);
    expect(partition?.month).toBe('substr("billing_period", 1, 7)');
  });

  test('may be a date', () => {
    expect(partitionBy([column('billing_period', 'date')])?.of(october)).toBe(`"billing_period" = date '2026-10-01'`);
  });

  test('of the legacy report is a year and a month, with a zero before it or without', () => {
    const partition = partitionBy([column('year', 'varchar'), column('month', 'varchar')]);

    expect(partition?.of(september)).toBe(`"year" in ('2026') and "month" in ('09', '9')`);
    expect(partition?.of(october)).toBe(`"year" in ('2026') and "month" in ('10')`);
  });

  test('of whole numbers is compared with whole numbers', () => {
    expect(partitionBy([column('year', 'integer'), column('month', 'bigint')])?.of(september)).toBe(`"year" in (2026) and "month" in (9)`);
  });

  test.each([
    ['a table without partitions', [column('line_item_usage_amount', 'double', false)]],
    ['columns of these names that are no partitions', [column('year', 'varchar', false), column('month', 'varchar', false)]],
    ['a year alone', [column('year', 'varchar')]],
  ])('is not there for %s', (_, columns) => {
    expect(partitionBy(columns)).toBeUndefined();
  });
});

describe('the name of a table', () => {
  test.each([
    ['cur.lines', '"cur"."lines"'],
    ['hive.cur.lines', '"hive"."cur"."lines"'],
    ['"my catalog"."a.b"."quo""ted"', '"my catalog"."a.b"."quo""ted"'],
    ['awsdatacatalog.cur-2.lines', '"awsdatacatalog"."cur-2"."lines"'],
  ])('%s', (spelled, sql) => {
    expect(tableSql(tableName(spelled))).toBe(sql);
  });

  test.each(['lines', 'a.b.c.d', 'cur.', '.lines', 'cur."lines', 'cur.lines; drop table x', 'cur."a"b'])('is not %s', (spelled) => {
    expect(() => tableName(spelled)).toThrow(/is no name of a table/);
  });
});

test.each([
  ['string', 'varchar'],
  ['map<string,string>', 'map(varchar, varchar)'],
  ['map<string, string>', 'map(varchar, varchar)'],
  ['timestamp', 'timestamp(3)'],
  ['decimal(38,12)', 'decimal(38,12)'],
  ['int', 'integer'],
  ['struct<a:string>', 'struct<a:string>'],
])('Glue’s %s is %s', (hive, trino) => {
  expect(trinoType(hive)).toBe(trino);
});

test.each([
  ['bigint', '12', 12],
  ['bigint', '9007199254740993', '9007199254740993'],
  ['decimal(38,12)', '0.100000000001', '0.100000000001'],
  ['double', '0.1', 0.1],
  ['double', 'Infinity', Infinity],
  ['boolean', 'true', true],
  ['boolean', false, false],
  ['varchar', '', ''],
  ['varchar', null, null],
])('a %s of %j is %j', (type, value, expected) => {
  expect(valueOf(type, value)).toBe(expected);
});

describe('the price of a scan', () => {
  test('is that of 10 MB at least, query by query', () => {
    const scanned = scannedBy([0, 1, 10 * 1024 ** 2, 11 * 1024 ** 2 + 1]);

    expect(scanned).toEqual({ queries: 4, bytes: 21 * 1024 ** 2 + 2, paid: (10 + 10 + 10 + 12) * 1024 ** 2 });
  });

  test('is $5 a terabyte', () => {
    expect(scanPrice(scannedBy([1024 ** 4]))).toBe(5);
  });

  test('is told with its source', () => {
    expect(describeScan('Athena', scannedBy([30 * 1024 ** 3, 0]))).toBe(
      'Athena: 2 queries read 30.0 GiB: about $0.15 ($5 per TB as of 2026-08, https://aws.amazon.com/athena/pricing/)',
    );
  });
});
