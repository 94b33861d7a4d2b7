import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detect } from '../../../src/collectors/cur/detect.ts';
import { openDuckDb } from '../../../src/io/duckdb.ts';
import { testIo, type TestIo } from '../../io/test-io.ts';

const CSV = 'identity/LineItemId,lineItem/LineItemType\n1,Usage\n';
const CSV_2 = 'bill_payer_account_id,line_item_line_item_type\n1,Usage\n';
const MANIFEST = '{ "assemblyId": "a", "reportKeys": ["acme/x.csv"] }';

async function paths({ io }: TestIo): Promise<readonly unknown[]> {
  return (await detect(io)).map(({ source }) => source['path']);
}

async function parquet(path: string, folder: string, columns: string): Promise<void> {
  const sql = await openDuckDb({ scratch: folder });
  await sql.run(`copy (select ${columns}) to '${path}' (format parquet)`);
  sql.close();
}

describe('a data file', () => {
  test.each([
    ['cur.csv', CSV],
    ['cur2.CSV', CSV_2],
    ['cur.csv.gz', gzipSync(CSV)],
    ['long.csv.gz', gzipSync(CSV + 'x'.repeat(100_000) + Math.E)],
  ])('is a bill by its header: %s', async (name, content) => {
    const given = testIo();
    given.write(name, content);
    expect(await detect(given.io)).toEqual([{ found: `AWS bill: ${name}`, source: { kind: 'cur', name, path: name } }]);
  });

  test('is a bill by the columns of its Parquet footer', async () => {
    const given = testIo();
    await parquet(join(given.folder, 'cur.parquet'), given.folder, "'Usage' as line_item_line_item_type, 1 as cost");
    await parquet(join(given.folder, 'other.parquet'), given.folder, "'line_item_line_item' as name");
    expect(await paths(given)).toEqual(['cur.parquet']);
  });

  test.each([
    ['sales.csv', 'date,lines\n1,lineItem/\n'],
    ['empty.csv', ''],
    ['broken.csv.gz', 'not gzip'],
    ['broken.parquet', 'PAR1'],
    ['false.parquet', 'line_item_line_item_type'],
    ['notes.txt', CSV],
    ['cost_and_usage_data_status/x.csv', CSV],
    ['node_modules/cur.csv', CSV],
    ['.hidden/cur.csv', CSV],
  ])('is no bill: %s', async (name, content) => {
    const given = testIo();
    given.write(name, content);
    expect(await detect(given.io)).toEqual([]);
  });
});

describe('a FOCUS export', () => {
  const HEADER = 'BillingCurrency,BilledCost,ChargeCategory,ChargePeriodStart\nUSD,1,Usage,2026-10-01\n';

  test.each([
    ['focus.csv', HEADER],
    ['lower.csv.gz', gzipSync(HEADER.toLowerCase())],
  ])('is one by its header: %s', async (name, content) => {
    const given = testIo();
    given.write(name, content);
    expect(await detect(given.io)).toEqual([{ found: `FOCUS export: ${name}`, source: { kind: 'cur', name, path: name } }]);
  });

  test('is one by the columns of its Parquet footer', async () => {
    const given = testIo();
    await parquet(join(given.folder, 'focus.parquet'), given.folder, "'USD' as BillingCurrency, 1.0 as BilledCost, 'Usage' as ChargeCategory");
    await parquet(join(given.folder, 'other.parquet'), given.folder, "'USD' as BillingCurrency, 1.0 as Cost");
    expect((await detect(given.io)).map(({ found }) => found)).toEqual(['FOCUS export: focus.parquet']);
  });

  test('beside an AWS bill is an entry of its own', async () => {
    const given = testIo();
    given.write('bill/cur.csv', CSV);
    given.write('bill/focus-1.csv', HEADER);
    given.write('bill/focus-2.csv', HEADER);
    expect((await detect(given.io)).map(({ found }) => found)).toEqual([
      'AWS bill: bill/cur.csv',
      'FOCUS export: bill/focus-1.csv',
      'FOCUS export: bill/focus-2.csv',
    ]);
  });

  test.each([
    [
      'acme/metadata/BILLING_PERIOD=2026-10/acme-Manifest.json',
      '{"dataFiles":["s3://b/x.parquet"],"columns":[{"name":"BilledCost"},{"name":"ChargeCategory"},{"name":"BillingCurrency"}]}',
    ],
    [
      'acme/metadata/billing_period=2026-10/acme-Manifest.json',
      '{"dataFiles":["s3://b/x.parquet"],"columns":["BilledCost","ChargeCategory","BillingCurrency"]}',
    ],
    ['acme/20261001-20261031/202610050600/manifest.json', '{"exportConfig":{"type":"FocusCost"},"blobs":[]}'],
  ])('is known by its manifest: %s', async (name, manifest) => {
    const given = testIo();
    given.write(name, manifest);
    expect(await detect(given.io)).toEqual([{ found: 'FOCUS export with its manifest: acme', source: { kind: 'cur', name: 'acme', path: 'acme' } }]);
  });

  test('is not what Azure exports in its own form', async () => {
    const given = testIo();
    given.write('acme/20261001-20261031/1/manifest.json', '{"exportConfig":{"type":"ActualCost"},"blobs":[]}');
    expect(await detect(given.io)).toEqual([]);
  });
});

describe('several data files', () => {
  test('of one folder are one entry', async () => {
    const given = testIo();
    given.write('bill/1.csv', CSV);
    given.write('bill/2.csv.gz', gzipSync(CSV));
    expect(await detect(given.io)).toEqual([{ found: 'AWS bill: bill', source: { kind: 'cur', name: 'bill', path: 'bill' } }]);
  });

  test('of the current folder are the folder', async () => {
    const given = testIo();
    given.write('1.csv', CSV);
    given.write('2.csv', CSV);
    expect((await detect(given.io)).map(({ found, source }) => [found, source['path']])).toEqual([['AWS bill: this folder', '.']]);
  });

  test('of partitions are the folder above', async () => {
    const given = testIo();
    given.write('cur/year=2026/month=1/x.csv', CSV);
    given.write('cur/year=2026/month=2/x.csv', CSV);
    expect(await paths(given)).toEqual(['cur']);
  });

  test('beside a file of another kind are an entry each', async () => {
    const given = testIo();
    given.write('bill/1.csv', CSV);
    given.write('bill/2.csv', CSV);
    given.write('bill/sales.csv', 'a,b\n');
    expect(await paths(given)).toEqual(['bill/1.csv', 'bill/2.csv']);
  });

  test('above a folder of more are not read twice', async () => {
    const given = testIo();
    given.write('bill/1.csv', CSV);
    given.write('bill/2.csv', CSV);
    given.write('bill/old/1.csv', CSV);
    expect(await paths(given)).toEqual(['bill/1.csv', 'bill/2.csv', 'bill/old/1.csv']);
  });
});

describe('a manifest', () => {
  test.each([
    'acme/20260201-20260301/acme-Manifest.json',
    'acme/20260201-20260301/id/acme-Manifest.json',
    'acme/metadata/BILLING_PERIOD=2026-02/acme-Manifest.json',
    'acme/acme-Manifest.json',
  ])('stands for the folder of the report: %s', async (name) => {
    const given = testIo();
    given.write(name, MANIFEST);
    given.write('acme/20260201-20260301/cur.csv', CSV);
    expect(await detect(given.io)).toEqual([{ found: 'AWS bill with its manifest: acme', source: { kind: 'cur', name: 'acme', path: 'acme' } }]);
  });

  test('of something else is nothing', async () => {
    const given = testIo();
    given.write('app-Manifest.json', '{ "name": "app" }');
    expect(await detect(given.io)).toEqual([]);
  });
});

describe('the search', () => {
  test('ends three folders down', async () => {
    const given = testIo();
    given.write('a/b/c/in.csv', CSV);
    given.write('a/b/c/d/out.csv', CSV);
    expect(await paths(given)).toEqual(['a/b/c/in.csv']);
  });

  test('ends after some hundreds of files, the nearest first', async () => {
    const given = testIo();
    given.write('near.csv', CSV);
    for (let index = 0; index < 520; index += 1) given.write(`many/${String(index).padStart(3, '0')}.txt`, '');
    given.write('many/zzz.csv', CSV);
    expect(await paths(given)).toEqual(['near.csv']);
  });

  test.skipIf(process.platform === 'win32')('passes over what cannot be read', async () => {
    const given = testIo();
    symlinkSync('loop', join(given.folder, 'loop'));
    symlinkSync('nowhere', join(given.folder, 'dangling.csv'));
    given.write('open.csv', CSV);
    expect(await paths(given)).toEqual(['open.csv']);
  });
});
