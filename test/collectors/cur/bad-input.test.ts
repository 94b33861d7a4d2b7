import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/io/errors.ts';
import { testIo } from '../../io/test-io.ts';
import { collectBill } from './collected.ts';
import { at, copyTo, writeBill, writeCopies, type BillFormat, type Cells } from './small-bill.ts';

const given = testIo();
let bills = 0;

const place = (name: string): string => join(given.folder, String(bills++), name);
const bill = (name: string, lines: readonly Cells[] = [{}], format: BillFormat = {}): Promise<string> => writeBill(place(name), lines, format);

function put(name: string, content: string | Buffer): string {
  const path = place(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The lines of a bill as AWS writes them in CSV: the header and then each line. */
async function csvLines(lines: readonly Cells[] = [{}, {}, {}]): Promise<string[]> {
  return readFileSync(await bill('cur.csv', lines), 'utf8')
    .trimEnd()
    .split('\n');
}

/** What the user is told, with the bill's folder cut off. */
async function told(path: string): Promise<{ readonly line: string; readonly hint: string | undefined }> {
  try {
    await collectBill(path, given);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { line: error.message.replaceAll(new RegExp(`${given.folder}/\\d+/`, 'g'), ''), hint: error.hint };
  }
  throw new Error('it was read');
}

const COPY = 'copy or download it again and compare its size';
const CUT = { line: 'cur.parquet: the Parquet file is cut short or damaged', hint: COPY };

describe('files', () => {
  test('that are not there', async () => {
    expect(await told(place('cur.parquet'))).toEqual({
      line: 'cur.parquet: no such file or folder',
      hint: 'check the path; it is taken from the folder you are in',
    });
  });

  test.each(['cur.parquet', 'cur.csv', 'cur.csv.gz'])('that are empty (%s)', async (name) => {
    expect(await told(put(name, ''))).toEqual({ line: `${name}: the file is empty`, hint: 'copy or download it again' });
  });

  test('that are no bill', async () => {
    expect(await told(put('bill.pdf', 'x'))).toEqual({
      line: 'bill.pdf: not a bill: expected .parquet, .csv, .csv.gz or a *-Manifest.json',
      hint: 'unpack it first if it is an archive',
    });
  });

  test('a folder without bills', async () => {
    expect(await told(dirname(put('notes.txt', 'x')))).toEqual({
      line: expect.stringMatching(/: no bill in this folder$/),
      hint: 'looked for *-Manifest.json, *.parquet, *.csv and *.csv.gz, also in its folders',
    });
  });

  test('that are Parquet by name alone', async () => {
    expect(await told(put('cur.parquet', 'line_item_line_item_type,x\n'.repeat(10)))).toEqual(CUT);
  });

  test('that have the columns of something else', async () => {
    const { line, hint } = await told(put('cur.csv', 'InstanceId,Cost\ni-1,3\n'));
    expect(line).toMatch(/^cur\.csv: neither an AWS Cost and Usage Report nor a FOCUS export: there is no column line_item_line_item_type, /);
    expect(hint).toBe('name the report itself, or the folder with its *-Manifest.json');
  });

  test.skipIf(process.getuid?.() !== 0)('that one may not read (needs root, to become nobody)', async () => {
    const path = await bill('cur.parquet');
    chmodSync(path, 0o600);
    chmodSync(given.folder, 0o755);
    expect(asNobody(path)).toBe(`error: ${path}: no permission\nhint: check who owns it and who may read or write it (ls -l)\n`);
  });

  test.skipIf(process.getuid?.() !== 0)('that one may not read in a folder that one may (needs root, to become nobody)', async () => {
    const path = await bill('cur.parquet');
    chmodSync(path, 0o600);
    chmodSync(given.folder, 0o755);
    expect(asNobody(dirname(path))).toBe(`error: ${path}: no permission\nhint: check who owns it and who may read it (ls -l)\n`);
  });
});

/** Standard error of a report of the bill, run by a user who owns nothing. */
function asNobody(path: string): string {
  const main = resolve(import.meta.dirname, '../../../src/main.ts');
  const { stderr, status } = spawnSync(process.execPath, [main, 'report', '--cur', path], { uid: 65_534, gid: 65_534, encoding: 'utf8', cwd: '/' });
  return status === 2 ? stderr : `status ${status}: ${stderr}`;
}

describe('Parquet', () => {
  test('cut short', async () => {
    const path = await bill('cur.parquet');
    truncateSync(path, 2000);
    expect(await told(path)).toEqual(CUT);
  });

  test('cut to a few bytes', async () => {
    const path = await bill('cur.parquet');
    truncateSync(path, 3);
    expect(await told(path)).toEqual(CUT);
  });

  const many = { line_item_resource_id: `'i-' || (n * 7919) % 3000`, line_item_unblended_cost: 'n / 7.0', identity_line_item_id: `'line' || n` };

  async function garbled(path: string, compression: 'snappy' | 'gzip' | 'zstd'): Promise<string> {
    await writeCopies(path, 3000, many, { compression });
    const bytes = readFileSync(path);
    bytes.fill(0xa5, Math.floor(bytes.length * 0.3), Math.floor(bytes.length * 0.5));
    writeFileSync(path, bytes);
    return path;
  }

  test.each(['snappy', 'gzip', 'zstd'] as const)('with garbage in the middle (%s)', async (compression) => {
    expect(await told(await garbled(place('cur.parquet'), compression))).toEqual(CUT);
  });

  // month.ts names all files of the month: to be mended there.
  test('a damaged file among whole ones is the one that is named', async () => {
    const path = await garbled(place('cur-2.parquet'), 'zstd');
    await writeBill(join(dirname(path), 'cur-1.parquet'), [{ identity_line_item_id: 'other' }]);
    expect((await told(dirname(path))).line).toBe('cur-2.parquet: the Parquet file is cut short or damaged');
  });

  test.each([
    ['line_item_unblended_cost', 'boolean', 'a number', 'BOOLEAN'],
    ['line_item_usage_start_date', 'double', 'a time', 'DOUBLE'],
    ['line_item_product_code', 'timestamp', 'a text', 'TIMESTAMP'],
  ])('with %s as %s, not as %s', async (column, type, expected, shown) => {
    const cells: Cells = { [column]: type === 'timestamp' ? '2026-10-01' : 1 };
    const { line } = await told(await bill('cur.parquet', [cells], { types: { [column]: type } }));
    expect(line).toBe(`cur.parquet: column ${column} is ${shown}, expected ${expected}`);
  });

  test('with a struct for a number', async () => {
    const path = place('cur.parquet');
    await copyTo(
      path,
      `select 'Usage' as line_item_line_item_type, timestamp '2026-10-01' as line_item_usage_start_date, 'S3' as line_item_product_code,
      'USD' as line_item_currency_code, {'amount': 1.0} as line_item_unblended_cost`,
    );
    expect((await told(path)).line).toMatch(/^cur\.parquet: column line_item_unblended_cost is STRUCT\(.*\), expected a number$/);
  });

  test('with text that is no number', async () => {
    const path = await bill('cur.parquet', [{ line_item_unblended_cost: 'free' }], { types: { line_item_unblended_cost: 'varchar' } });
    expect((await told(path)).line).toMatch(/^cur\.parquet: "free" is no number/);
  });

  test.each(['nan', 'inf'])('with the number %s', async (number) => {
    const path = await bill('cur.parquet', [{ line_item_unblended_cost: number }, { line_item_unblended_cost: '1' }]);
    expect((await told(path)).line).toMatch(/^cur\.parquet: .*(nan|inf)/i);
  });

  test('without a row', async () => {
    expect(await collectBill(await bill('cur.parquet', []), given)).toEqual([]);
  });

  test('with a line that has neither a billing period nor a usage date', async () => {
    const path = await bill('cur.parquet', [{ bill_billing_period_start_date: null, line_item_usage_start_date: null }]);
    expect(await told(path)).toEqual({ line: 'cur.parquet: a line has neither a billing period nor a usage date', hint: 'take the report as AWS wrote it' });
  });
});

describe('CSV', () => {
  const DAMAGED = 'the file is damaged or was edited: copy it again';

  test('with a row that has too few columns', async () => {
    const [header = '', one = '', two = ''] = await csvLines();
    const path = put('cur.csv', [header, one, two.split(',').slice(0, -3).join(','), ''].join('\n'));
    expect(await told(path)).toEqual({ line: 'cur.csv:3: 31 columns, expected 34', hint: DAMAGED });
  });

  test('with a row that has too many columns', async () => {
    const [header = '', one = '', two = ''] = await csvLines();
    const path = put('cur.csv', [header, one, `${two},1,2`, ''].join('\n'));
    expect(await told(path)).toEqual({ line: expect.stringMatching(/^cur\.csv:3: \d+ columns, expected 34$/), hint: DAMAGED });
  });

  test('cut short in the middle of its last row', async () => {
    const lines = await csvLines();
    const path = put('cur.csv', lines.join('\n').slice(0, -40));
    expect((await told(path)).line).toMatch(/^cur\.csv:4: \d+ columns, expected 34$/);
  });

  test('with a quote that is never closed', async () => {
    const [header = '', one = '', two = '', three = ''] = await csvLines();
    const path = put('cur.csv', [header, one, `"${two}`, three, ''].join('\n'));
    expect((await told(path)).line).toMatch(/^cur\.csv:3: /);
  });

  test.each([
    [';', '";"'],
    ['\t', '"\\t"'],
    ['|', '"|"'],
  ])('with the wrong delimiter %j', async (delimiter, shown) => {
    const lines = await csvLines();
    const path = put('cur.csv', lines.join('\n').replaceAll('Services, Inc.', 'Services').replaceAll(',', delimiter));
    expect(await told(path)).toEqual({
      line: `cur.csv:1: columns are separated by ${shown}`,
      hint: 'a Cost and Usage Report is separated by commas: take it as AWS wrote it',
    });
  });

  test('that is Latin-1', async () => {
    const lines = await csvLines([{ line_item_line_item_description: 'cafe' }, {}]);
    const path = put('cur.csv', Buffer.from(lines.join('\n').replace('cafe', 'café'), 'latin1'));
    const { line, hint } = await told(path);
    expect(line).toMatch(/^cur\.csv(:2)?: not UTF-8 text$/);
    expect(hint).toBe('a Cost and Usage Report is UTF-8: copy it again');
  });

  test('that is UTF-16', async () => {
    const path = put('cur.csv', Buffer.from(`\uFEFF${(await csvLines()).join('\n')}`, 'utf16le'));
    expect((await told(path)).line).toMatch(/^cur\.csv: (not UTF-8 text|neither an AWS Cost and Usage Report)/);
  });

  test('with a cost that is no number', async () => {
    const lines = await csvLines([{}, { line_item_unblended_cost: 1.125 }]);
    const path = put('cur.csv', lines.join('\n').replace('1.125', 'free'));
    expect((await told(path)).line).toMatch(/^cur\.csv:3: "free" is no number/);
  });

  test('with a cost of decimal commas', async () => {
    const lines = await csvLines([{}, { line_item_unblended_cost: 1.125 }]);
    const path = put('cur.csv', lines.join('\n').replace('1.125', '"1,125"'));
    expect((await told(path)).line).toMatch(/^cur\.csv:3: "1,125" is no number/);
  });

  test('with a date that is none', async () => {
    const lines = await csvLines([{}, at(6)]);
    const path = put('cur.csv', lines.join('\n').replaceAll(',2026-10-06T00:00:00Z,', ',yesterday,'));
    expect((await told(path)).line).toMatch(/^cur\.csv:3: "yesterday" is no time/);
  });

  test('with a day that no calendar has', async () => {
    const lines = await csvLines([{}, at(6)]);
    const path = put('cur.csv', lines.join('\n').replaceAll(',2026-10-06T00:00:00Z,', ',2026-10-32T00:00:00Z,'));
    expect((await told(path)).line).toMatch(/^cur\.csv:3: .*2026-10-32/);
  });

  test.each(['nan', 'inf'])('with the number %s', async (number) => {
    const lines = await csvLines([{}, { line_item_unblended_cost: 1.125 }]);
    const path = put('cur.csv', lines.join('\n').replace('1.125', number));
    expect((await told(path)).line).toMatch(/^cur\.csv.*(nan|inf)/i);
  });

  test('with a header alone', async () => {
    const [header = ''] = await csvLines();
    expect(await collectBill(put('cur.csv', `${header}\n`), given)).toEqual([]);
  });

  test('with a header that is no CSV', async () => {
    expect(await told(put('cur.csv', 'a,"b\nx,y\n'))).toEqual({ line: 'cur.csv:1: the line of column names is no CSV', hint: 'name a report as AWS wrote it' });
  });

  test('compressed, and cut short in the middle', async () => {
    const path = put('cur.csv.gz', gzipSync((await csvLines()).join('\n')).subarray(0, 300));
    expect(await told(path)).toEqual({ line: 'cur.csv.gz: the compressed file is cut short or damaged', hint: COPY });
  });

  test('compressed, and cut short where a line ends', async () => {
    const lines = await csvLines();
    const whole = gzipSync(`${lines.join('\n')}\n`, { level: 0 }); // stored as it is: bytes can be cut at a line
    const path = put('cur.csv.gz', whole.subarray(0, whole.lastIndexOf('\n', -10) + 1));
    expect(await told(path)).toEqual({ line: 'cur.csv.gz: the compressed file is cut short or damaged', hint: COPY });
  });

  test('compressed by name alone', async () => {
    const path = put('cur.csv.gz', `${(await csvLines()).join('\n')}\n`);
    expect((await told(path)).line).toBe('cur.csv.gz: the compressed file is cut short or damaged');
  });

  test('compressed, with a damaged checksum', async () => {
    const whole = gzipSync(`${(await csvLines()).join('\n')}\n`);
    whole.writeUInt32LE(0, whole.length - 8);
    expect((await told(put('cur.csv.gz', whole))).line).toBe('cur.csv.gz: the compressed file is cut short or damaged');
  });
});
