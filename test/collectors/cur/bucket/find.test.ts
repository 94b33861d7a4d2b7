import { describe, expect, test } from 'vitest';
import { billed, type Cells } from '../small-bill.ts';
import { BucketBill, manifestOf } from './bucket-bill.ts';

const cost = (amount: number, cells: Cells = {}): Cells => ({ line_item_unblended_cost: amount, ...cells });
const OCTOBER = 'cur/hourly/20261001-20261101';
const SEPTEMBER = 'cur/hourly/20260901-20261001';
const parquet = (month: number): string => `cur/hourly/hourly/year=2026/month=${month}/hourly-00001.snappy.parquet`;

/** A legacy report in Parquet, as AWS lays it out, of two months. */
async function report(): Promise<BucketBill> {
  const bill = await BucketBill.open();
  await bill.data(parquet(9), [cost(3, billed(2026, 9))]);
  await bill.data(parquet(10), [cost(5)]);
  bill.s3.put(`${SEPTEMBER}/hourly-Manifest.json`, manifestOf('202609', [parquet(9)]));
  bill.s3.put(`${SEPTEMBER}/a1/hourly-Manifest.json`, manifestOf('202609', [parquet(9)]));
  bill.s3.put(`${OCTOBER}/hourly-Manifest.json`, manifestOf('202610', [parquet(10)]));
  bill.s3.put(`${OCTOBER}/a1/hourly-Manifest.json`, manifestOf('202610', [parquet(10)]));
  return bill;
}

describe('a bill in a bucket', () => {
  test.each(['', 'cur', 'cur/', 'cur/hourly'])('is found from %j on', async (prefix) => {
    expect(await (await report()).billed(prefix)).toBe('2026-09 3, 2026-10 5');
  });

  test.each([OCTOBER, `${OCTOBER}/hourly-Manifest.json`, `${OCTOBER}/a1`])('may be named from %s on', async (prefix) => {
    expect(await (await report()).billed(prefix)).toBe('2026-10 5');
  });

  test('has exactly the files that its manifest names', async () => {
    const bill = await report();
    await bill.data('cur/hourly/hourly/year=2026/month=10/hourly-00002.snappy.parquet', [cost(100)]);
    expect(await bill.billed('cur/hourly')).toBe('2026-09 3, 2026-10 5');
  });

  test('is found folder by folder, and data are listed in the folders that manifests name alone', async () => {
    const bill = await report();
    bill.s3.put(`${OCTOBER}/a0/hourly-1.csv.gz`, '');
    bill.s3.put('cur/hourly/cost_and_usage_data_status/cost_and_usage_data_status.parquet', '');
    await bill.read('cur/hourly', { skip: () => true });
    expect(bill.s3.lists.toSorted()).toEqual(
      [
        'cur/hourly/',
        `${SEPTEMBER}/`,
        `${OCTOBER}/`,
        'cur/hourly/hourly/',
        'cur/hourly/hourly/year=2026/month=10/',
        'cur/hourly/hourly/year=2026/month=9/',
      ].toSorted(),
    );
  });

  test('may lie in a folder of many other files', async () => {
    const bill = await BucketBill.open();
    bill.s3.pageSize = 10;
    for (let file = 0; file < 100; file += 1) bill.s3.put(`flat/a-${file}.csv.gz`, '');
    await bill.data('flat/z.parquet', [cost(5)]);
    bill.s3.put('flat/20261001-20261101/hourly-Manifest.json', manifestOf('202610', ['flat/z.parquet']));
    expect(await bill.billed('flat')).toBe('2026-10 5');
    expect(bill.s3.lists.filter((prefix) => prefix === 'flat/z.parquet (all)')).toHaveLength(1);
  });

  test('outside the window is neither looked at nor downloaded', async () => {
    const bill = await report();
    expect(await bill.billed('cur/hourly', { window: { first: '2026-10' as never } })).toBe('2026-10 5');
    expect(bill.s3.requests.filter(({ key, query }) => `${key}${query.get('prefix')}`.match(/20260901|month=9/))).toEqual([]);
  });

  test('that has no month in the window has no parts, and is no error', async () => {
    expect(await (await report()).billed('cur/hourly', { window: { first: '2026-11' as never } })).toBe('');
  });

  test('of which a month is not read, is not downloaded', async () => {
    const bill = await report();
    expect(await bill.billed('cur/hourly', { skip: ({ month }) => month === '2026-09' })).toBe('2026-10 5');
    expect(bill.s3.sent(parquet(9))).toBe(0);
  });

  test('has the same identity as long as nothing is delivered, and another one then', async () => {
    const bill = await report();
    const identities = async (): Promise<string[]> => (await bill.read('cur/hourly')).map(({ identity }) => identity);
    const [september, october] = await identities();
    expect(await identities()).toEqual([september, october]);
    await bill.data(parquet(10), [cost(6)]);
    const [before, after] = await identities();
    expect([before === september, after === october]).toEqual([true, false]);
  });

  test('names its files as its manifest does, with size, time and month', async () => {
    const [september] = await (await report()).read('cur/hourly');
    expect(september?.facts.inputs).toEqual([{ name: parquet(9), bytes: expect.any(Number), modified: '2026-11-03T06:00:00.000Z', months: ['2026-09'] }]);
  });

  test('leaves nothing in the folder of downloads', async () => {
    const bill = await report();
    await bill.billed('cur/hourly');
    expect(await bill.given.io.files.list(bill.downloads)).toEqual([]);
  });

  test('without a manifest is all files below the prefix, and that is said', async () => {
    const bill = await BucketBill.open();
    await bill.data('copy/september.parquet', [cost(3, billed(2026, 9))]);
    await bill.data('copy/deeper/october.csv.gz', [cost(5)]);
    bill.s3.put('copy/readme.txt', 'x');
    expect(await bill.billed('copy')).toBe('2026-09 3, 2026-10 5');
    expect(bill.given.err()).toBe('s3://acme-billing/copy: no manifest there: all 2 files are read, older deliveries among them too\n');
    expect(await bill.given.io.files.list(bill.downloads)).toEqual([]);
  });

  test('of loose files is not downloaded to know the months of what has not changed', async () => {
    const bill = await BucketBill.open();
    await bill.data('copy/october.parquet', [cost(5)]);
    const [october] = await bill.read('copy');
    bill.s3.requests.length = 0;
    await bill.read('copy', { known: october?.facts.inputs ?? [], skip: () => true });
    expect(bill.s3.reads).toEqual([]);
  });

  test('may be one file', async () => {
    const bill = await BucketBill.open();
    await bill.data('copy/october.parquet', [cost(5)]);
    await bill.data('copy/october.parquet.old/october.parquet', [cost(7)]);
    expect(await bill.billed('copy/october.parquet/')).toBe('2026-10 5');
  });

  test('whose manifest is of another month than its data is refused, in the names of the bucket', async () => {
    const bill = await BucketBill.open();
    await bill.data('a/b.parquet', [cost(5)]);
    bill.s3.put('20260901-20261001/hourly-Manifest.json', manifestOf('202609', ['a/b.parquet']));
    expect(await bill.billed('')).toBe(
      'UserError: s3://acme-billing/a/b.parquet: holds lines of 2026-10, but its manifest is of 2026-09 | copy the folder of s3://acme-billing/20260901-20261001/hourly-Manifest.json again',
    );
  });

  test('with files that are newer than their manifest is read, with a warning', async () => {
    const bill = await report();
    await bill.data(parquet(10), [cost(6)], { modified: '2026-11-03T07:00:00.000Z' });
    expect(await bill.billed('cur/hourly', { window: { first: '2026-10' as never } })).toBe('2026-10 6');
    expect(bill.given.err()).toBe(
      `s3://acme-billing/${OCTOBER}/hourly-Manifest.json: 1 of its 1 files are newer than it is: a delivery may be under way; if it is, collect again later\n`,
    );
  });
});

describe('an export of AWS Data Exports', () => {
  const metadata = (month: string, version = ''): string => `exports/cur2/metadata/BILLING_PERIOD=${month}/${version}cur2-Manifest.json`;
  const data = (month: string, version = ''): string => `exports/cur2/data/BILLING_PERIOD=${month}/${version}cur2-00001.snappy.parquet`;
  const manifest = (key: string): string => JSON.stringify({ exportName: 'cur2', executionId: key, dataFiles: [`s3://acme-billing/${key}`] });

  test.each(['', 'exports', 'exports/cur2', 'exports/cur2/metadata'])('is found from %j on, and its data are not looked for', async (prefix) => {
    const bill = await BucketBill.open();
    await bill.data(data('2026-09'), [cost(3, billed(2026, 9))]);
    await bill.data(data('2026-10'), [cost(5)]);
    for (const month of ['2026-09', '2026-10']) bill.s3.put(metadata(month), manifest(data(month)));
    expect(await bill.billed(prefix)).toBe('2026-09 3, 2026-10 5');
    expect(bill.s3.lists).not.toContain('exports/cur2/data/');
  });

  test('that keeps its versions is the newest of them that has a manifest', async () => {
    const bill = await BucketBill.open();
    const versions = ['2026-10-05T06:00:00.000Z-a1/', '2026-10-06T06:00:00.000Z-b2/', '2026-10-07T06:00:00.000Z-c3/'];
    for (const [at, version] of versions.entries()) await bill.data(data('2026-10', version), [cost(at + 1)]);
    // The newest one is not whole yet.
    for (const version of versions.slice(0, 2)) bill.s3.put(metadata('2026-10', version), manifest(data('2026-10', version)));
    bill.s3.put('exports/cur2/metadata/BILLING_PERIOD=2026-10/2026-10-07T06:00:00.000Z-c3/other.json', '{}');
    expect(await bill.billed('exports/cur2')).toBe('2026-10 2');
  });
});

describe('a copy of a bill', () => {
  test('in a bucket of another name, below another prefix, is read by its manifest', async () => {
    const bill = await BucketBill.open();
    await bill.data(`copies/${parquet(10)}`, [cost(5)]);
    bill.s3.put(`copies/${OCTOBER}/hourly-Manifest.json`, manifestOf('202610', [parquet(10)]));
    expect(await bill.billed('copies')).toBe('2026-10 5');
  });

  test('with all files in one folder is read by its manifest', async () => {
    const bill = await BucketBill.open();
    await bill.data('flat/hourly-00001.snappy.parquet', [cost(5)]);
    await bill.data('flat/older.parquet', [cost(7)]);
    bill.s3.put('flat/hourly-Manifest.json', manifestOf('202610', [parquet(10)]));
    expect(await bill.billed('flat')).toBe('2026-10 5');
  });

  test('beside a manifest.json of something else is read as if that were not there', async () => {
    const bill = await BucketBill.open();
    await bill.data('copy/october.parquet', [cost(5)]);
    bill.s3.put('copy/manifest.json', '{"name": "a web page"}');
    expect(await bill.billed('copy')).toBe('2026-10 5');
  });
});

describe('is refused', () => {
  test('a prefix below which there is nothing', async () => {
    const bill = await BucketBill.open();
    expect(await bill.billed('cur')).toBe(
      'UserError: s3://acme-billing/cur: no bill there: no manifest and no bill file | AWS delivers to s3://BUCKET/PREFIX/NAME, with NAME that of the report or export; the first delivery takes up to a day',
    );
  });

  test('a file that is no bill', async () => {
    const bill = await BucketBill.open();
    bill.s3.put('cur/readme.txt', 'x');
    expect(await bill.billed('cur/readme.txt')).toMatch(/^UserError: s3:\/\/acme-billing\/cur\/readme.txt: not a bill: expected \.parquet/);
  });

  test.each(['s3://', 's3:///cur', 's3://-a/cur'])('%s, which names no bucket', async (path) => {
    const bill = await BucketBill.open();
    expect(await bill.billed('', { path })).toBe(`UserError: ${path}: no bucket of S3 | it is named as s3://BUCKET/PREFIX`);
  });

  test('a signed address, which is not repeated', async () => {
    const bill = await BucketBill.open();
    expect(await bill.billed('', { path: 's3://id:secret@a_/x?X-Amz-Signature=abc' })).toBe(
      'UserError: s3://a_/x: no bucket of S3 | it is named as s3://BUCKET/PREFIX',
    );
  });

  test('a bucket of other things', async () => {
    const bill = await BucketBill.open();
    for (let folder = 0; folder < 1100; folder += 1) bill.s3.put(`logs/${folder}/x.log`, '');
    expect(await bill.billed('')).toBe(
      'UserError: s3://acme-billing: has too many folders and files to look for a manifest in all of them | name the folder of the report or export itself',
    );
  });
});
