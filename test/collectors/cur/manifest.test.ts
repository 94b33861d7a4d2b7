import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testIo, type TestIo } from '../../io/test-io.ts';
import { collectBill } from './collected.ts';
import { writeExport } from './focus/small-export.ts';
import { billed, writeBill, type BillFormat, type Cells } from './small-bill.ts';

interface Delivered {
  /** `YYYYMM01`. */
  readonly start?: string;
  readonly report?: string;
  readonly assembly?: string;
  readonly keys: readonly string[];
}

function manifest({ start = '20261001', report = 'hourly', assembly = 'a1', keys }: Delivered): string {
  return JSON.stringify({ assemblyId: assembly, reportName: report, reportKeys: keys, billingPeriod: { start: `${start}T000000.000Z`, end: '' }, columns: [] });
}

const OCTOBER = '20261001-20261101';
const SEPTEMBER = '20260901-20261001';
const cost = (amount: number, cells: Cells = {}): Cells => ({ line_item_unblended_cost: amount, ...cells });

/** A folder in which a bucket was copied. */
class Copy {
  readonly given: TestIo = testIo();

  async data(key: string, lines: readonly Cells[], format?: BillFormat): Promise<this> {
    await writeBill(join(this.given.folder, key), lines, format);
    return this;
  }

  manifest(key: string, delivered: Delivered): this {
    this.given.write(key, manifest(delivered));
    return this;
  }

  /** Months and what was billed in them. */
  async read(below = ''): Promise<string> {
    const months = await collectBill(join(this.given.folder, below), this.given);
    return months.map(({ month, facts }) => `${month} ${Number(facts.totals[0]?.billed)}`).join(', ');
  }
}

async function csvLayout(): Promise<Copy> {
  const copy = new Copy();
  const old = `cur/hourly/${OCTOBER}/a0/hourly-1.csv.gz`;
  const now = `cur/hourly/${OCTOBER}/a1/hourly-1.csv.gz`;
  await copy.data(old, [cost(1)]);
  await copy.data(now, [cost(5)]);
  copy.manifest(`cur/hourly/${OCTOBER}/a0/hourly-Manifest.json`, { assembly: 'a0', keys: [old] });
  copy.manifest(`cur/hourly/${OCTOBER}/a1/hourly-Manifest.json`, { assembly: 'a1', keys: [now] });
  return copy.manifest(`cur/hourly/${OCTOBER}/hourly-Manifest.json`, { assembly: 'a1', keys: [now] });
}

describe('the layout of the bucket', () => {
  test('in CSV: the newest assembly is read, older ones are not', async () => {
    expect(await (await csvLayout()).read()).toBe('2026-10 5');
  });

  test('says how many files are left out', async () => {
    const copy = await csvLayout();
    await copy.read();
    expect(copy.given.err()).toBe(`${copy.given.folder}: 1 files that no manifest names are left out\n`);
  });

  test.each(['cur', 'cur/hourly', `cur/hourly/${OCTOBER}`, `cur/hourly/${OCTOBER}/a1`, `cur/hourly/${OCTOBER}/hourly-Manifest.json`])(
    'may be named from %s on',
    async (below) => {
      expect(await (await csvLayout()).read(below)).toBe('2026-10 5');
    },
  );

  test('an older assembly may be named by itself', async () => {
    expect(await (await csvLayout()).read(`cur/hourly/${OCTOBER}/a0`)).toBe('2026-10 1');
  });

  test('in Parquet: months lie beside the folder of the manifest', async () => {
    const copy = new Copy();
    const key = (month: number): string => `cur/hourly/hourly/year=2026/month=${month}/hourly-00001.snappy.parquet`;
    await copy.data(key(9), [cost(3, billed(2026, 9))], { without: ['product_region_code'] });
    await copy.data(key(10), [cost(5)]);
    copy.manifest(`cur/hourly/${SEPTEMBER}/hourly-Manifest.json`, { start: '20260901', keys: [key(9)] });
    copy.manifest(`cur/hourly/${OCTOBER}/hourly-Manifest.json`, { keys: [key(10)] });
    expect(await copy.read()).toBe('2026-09 3, 2026-10 5');
  });

  test('two files of a month are one bill', async () => {
    const copy = new Copy();
    const keys = [1, 2].map((file) => `cur/hourly/${OCTOBER}/a1/hourly-${file}.csv.gz`);
    for (const [place, key] of keys.entries()) await copy.data(key, [cost(5, { identity_line_item_id: String(place), line_item_resource_id: `i-${place}` })]);
    copy.manifest(`cur/hourly/${OCTOBER}/hourly-Manifest.json`, { keys });
    expect(await copy.read()).toBe('2026-10 10');
  });

  test('what AWS keeps for Athena is no bill', async () => {
    const copy = await csvLayout();
    await copy.data('cur/hourly/cost_and_usage_data_status/cost_and_usage_data_status.parquet', [cost(100)]);
    expect(await copy.read()).toBe('2026-10 5');
  });
});

describe('is refused', () => {
  const refused = async (copy: Copy, below = ''): Promise<string> => {
    const error = await collectBill(join(copy.given.folder, below), copy.given).then(
      () => new Error('it was read'),
      (thrown: Error & { hint?: string }) => thrown,
    );
    return `${error.name}: ${error.message} | ${'hint' in error ? error.hint : ''}`.replaceAll(`${copy.given.folder}/`, '');
  };

  test('a manifest that names a file which is not there', async () => {
    const copy = new Copy().manifest(`cur/hourly/${OCTOBER}/hourly-Manifest.json`, { keys: [`cur/hourly/${OCTOBER}/a1/hourly-1.csv.gz`] });
    expect(await refused(copy)).toBe(
      `UserError: cur/hourly/${OCTOBER}/hourly-Manifest.json: it names cur/hourly/${OCTOBER}/a1/hourly-1.csv.gz, which is not there | the copy is not complete: run aws s3 sync again`,
    );
  });

  test('a manifest of another month than its data', async () => {
    const copy = new Copy();
    const key = `cur/hourly/${SEPTEMBER}/a1/hourly-1.parquet`;
    await copy.data(key, [cost(5)]);
    copy.manifest(`cur/hourly/${SEPTEMBER}/hourly-Manifest.json`, { start: '20260901', keys: [key] });
    expect(await refused(copy)).toBe(
      `UserError: ${key}: holds lines of 2026-10, but its manifest is of 2026-09 | copy the folder of cur/hourly/${SEPTEMBER}/hourly-Manifest.json again`,
    );
  });

  test('two reports of one month', async () => {
    const copy = await csvLayout();
    const key = `cur/daily/${OCTOBER}/a9/daily-1.csv.gz`;
    await copy.data(key, [cost(5)]);
    copy.manifest(`cur/daily/${OCTOBER}/daily-Manifest.json`, { report: 'daily', assembly: 'a9', keys: [key] });
    expect(await refused(copy)).toBe(
      `UserError: cur/daily/${OCTOBER}/daily-Manifest.json and cur/hourly/${OCTOBER}/hourly-Manifest.json: two reports of 2026-10, which would be summed twice | name the folder of one of them`,
    );
  });

  test('two deliveries without the manifest that names the newer one', async () => {
    const copy = new Copy();
    for (const assembly of ['a0', 'a1']) {
      const key = `${OCTOBER}/${assembly}/hourly-1.csv.gz`;
      await copy.data(key, [cost(5)]);
      copy.manifest(`${OCTOBER}/${assembly}/hourly-Manifest.json`, { assembly, keys: [key] });
    }
    expect(await refused(copy)).toBe(
      `UserError: ${OCTOBER}/a0/hourly-Manifest.json and ${OCTOBER}/a1/hourly-Manifest.json: two deliveries of 2026-10 | name the folder of one of them, or copy the manifest of the month’s own folder too: it names the newest one`,
    );
  });

  test('two reports of one name in different buckets, however deep they lie', async () => {
    const copy = new Copy();
    for (const [bucket, assembly] of [
      ['first', 'a1'],
      ['copies/of/second', 'b1'],
    ] as const) {
      const key = `cur/hourly/${OCTOBER}/${assembly}/hourly-1.csv.gz`;
      await copy.data(`${bucket}/${key}`, [cost(5)]);
      copy.manifest(`${bucket}/cur/hourly/${OCTOBER}/hourly-Manifest.json`, { assembly, keys: [key] });
    }
    expect(await refused(copy)).toMatch(/^UserError: .*first.*second.*: two /);
  });

  test.each([
    ['broken', '{"assemblyId": '],
    ['of something else', '{"hello": 1}'],
    ['without a file', manifest({ keys: [] })],
    ['of no month', manifest({ start: '20261301', keys: ['x.csv'] })],
  ])('a manifest that is %s', async (_what, text) => {
    const copy = new Copy();
    writeFileSync(join(copy.given.folder, 'hourly-Manifest.json'), text);
    expect(await refused(copy)).toBe(
      'UserError: hourly-Manifest.json: not the manifest of a Cost and Usage Report | copy it again (aws s3 sync), or name the data files themselves',
    );
  });
});

describe('an export of AWS Data Exports', () => {
  const arn = 'arn:aws:bcm-data-exports:us-east-1:111111111111:export/cur2-1';

  /** A copy of the bucket with one refresh of a month. */
  async function refreshed(
    copy: Copy,
    amount: number,
    { folder = '', stamp = '', execution = 'e1', period = 'BILLING_PERIOD=2026-10', above = 'exports/cur2' } = {},
  ): Promise<Copy> {
    const key = `${above}/data/${period}/${folder}cur2-00001.snappy.parquet`;
    await copy.data(key, [cost(amount)]);
    const facts = {
      exportArn: arn,
      reportName: 'cur2',
      executionId: execution,
      dataFiles: [`s3://acme-billing/${key}`],
      columns: [{ name: 'line_item_line_item_type' }],
    };
    copy.given.write(`${above}/metadata/${period}/${stamp}cur2-Manifest.json`, JSON.stringify(facts));
    return copy;
  }

  test('is read as its manifest names it', async () => {
    expect(await (await refreshed(new Copy(), 5)).read()).toBe('2026-10 5');
  });

  test.each(['exports', 'exports/cur2', 'exports/cur2/metadata', 'exports/cur2/metadata/BILLING_PERIOD=2026-10/cur2-Manifest.json'])(
    'may be named from %s on',
    async (below) => {
      expect(await (await refreshed(new Copy(), 5)).read(below)).toBe('2026-10 5');
    },
  );

  test('may spell its folders in lower case', async () => {
    expect(await (await refreshed(new Copy(), 5, { period: 'billing_period=2026-10' })).read()).toBe('2026-10 5');
  });

  test('that keeps old refreshes is read in the newest alone, where one manifest names it', async () => {
    const copy = await refreshed(new Copy(), 1, { folder: '2026-10-05T06:00:00.000Z-e0/', execution: 'e0' });
    await refreshed(copy, 5, { folder: '2026-10-06T06:00:00.000Z-e1/', execution: 'e1' });
    expect(await copy.read()).toBe('2026-10 5');
  });

  test.each([
    ['2026-10-05T06:00:00.000Z-aaaaaaaa-0/', '2026-10-06T06:00:00.000Z-bbbbbbbb-0/'],
    ['20261005T060000Z-aaaaaaaa-0/', '20261006T060000Z-00000000-0/'],
  ])('that keeps old refreshes with a manifest each is read in the newest alone (%s)', async (older, newer) => {
    const copy = await refreshed(new Copy(), 5, { folder: newer, stamp: newer, execution: 'e1' });
    await refreshed(copy, 1, { folder: older, stamp: older, execution: 'e0' });
    expect(await copy.read()).toBe('2026-10 5');
  });

  test('beside another export of the month is refused', async () => {
    const copy = await refreshed(new Copy(), 5);
    const key = 'exports/other/data/BILLING_PERIOD=2026-10/other.parquet';
    await copy.data(key, [cost(5)]);
    copy.given.write('exports/other/metadata/BILLING_PERIOD=2026-10/other-Manifest.json', JSON.stringify({ executionId: 'x', dataFiles: [key] }));
    await expect(copy.read()).rejects.toThrow(/two reports of 2026-10, which would be summed twice/);
  });

  test('in FOCUS is read the same way', async () => {
    const copy = new Copy();
    const key = 'focus/data/BILLING_PERIOD=2026-10/focus-00001.csv.gz';
    await writeExport(join(copy.given.folder, key), [{ BilledCost: '5' }]);
    copy.given.write('focus/metadata/BILLING_PERIOD=2026-10/focus-Manifest.json', JSON.stringify({ executionId: 'x', dataFiles: [`s3://acme/${key}`] }));
    expect(await copy.read()).toBe('2026-10 5');
  });
});

describe('an export of Azure', () => {
  async function run(copy: Copy, amount: string, id: string, submitted: string, type = 'FocusCost'): Promise<Copy> {
    const blob = `costs/daily/20261001-20261031/${id}/part_0_0001.csv`;
    await writeExport(join(copy.given.folder, blob), [{ BilledCost: amount }]);
    const facts = {
      exportConfig: { exportName: 'daily', resourceId: `/subscriptions/1/providers/Microsoft.CostManagement/exports/${type}`, type },
      runInfo: { runId: id, submittedTime: submitted, startDate: '2026-10-01T00:00:00', endDate: '2026-10-31T00:00:00' },
      blobs: [{ blobName: blob, byteCount: 1 }],
    };
    copy.given.write(`costs/daily/20261001-20261031/${id}/manifest.json`, JSON.stringify(facts));
    return copy;
  }

  test('is read in its newest run', async () => {
    const copy = await run(new Copy(), '1', 'a', '2026-10-05T06:00:00.1Z');
    await run(copy, '5', 'b', '2026-10-06T06:00:00.1Z');
    await run(copy, '2', 'c', '2026-10-04T06:00:00.1Z');
    expect(await copy.read()).toBe('2026-10 5');
  });

  test('of another dataset is no bill', async () => {
    const copy = await run(new Copy(), '5', 'a', '2026-10-05T06:00:00.1Z');
    await run(copy, '7', 'b', '2026-10-06T06:00:00.1Z', 'ActualCost');
    expect(await copy.read()).toBe('2026-10 5');
  });
});

test('a manifest.json of something else is passed over', async () => {
  const copy = await new Copy().data('cur.parquet', [cost(5)]);
  copy.given.write('manifest.json', '{"name":"app"}');
  expect(await copy.read()).toBe('2026-10 5');
});
