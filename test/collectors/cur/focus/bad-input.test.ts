import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/io/errors.ts';
import { testIo } from '../../../io/test-io.ts';
import { chargesOf, collectBill, gapsOf, totalsOf } from '../collected.ts';
import { on, writeExport, type ExportForm, type FocusCells } from './small-export.ts';

const given = testIo();
let exports = 0;
const place = (name: string): string => join(given.folder, String(exports++), name);
const put = (lines: readonly FocusCells[], form: ExportForm = {}, name = 'focus.csv'): Promise<string> => writeExport(place(name), lines, form);

async function told(path: string): Promise<string> {
  try {
    await collectBill(path, given);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message.replaceAll(new RegExp(`${given.folder}/\\d+/`, 'g'), '')} | ${error.hint ?? ''}`;
  }
  throw new Error('it was read');
}

async function edited(edit: (csv: string) => string | Buffer): Promise<string> {
  const path = await put([{}, on(6)]);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
  return path;
}

const DAMAGED = 'the file is damaged or was edited: copy it again';

describe('is refused', () => {
  test.each(['focus.csv', 'focus.parquet'])('%s without mandatory columns, all of them named', async (name) => {
    expect(await told(await put([{}], { without: ['BillingPeriodStart', 'ServiceName', 'ProviderName'] }, name))).toBe(
      `${name}: a FOCUS export without BillingPeriodStart, ServiceName, ProviderName | these columns are mandatory in FOCUS: include them in the export`,
    );
  });

  test('a cost that is no number', async () => {
    expect(await told(await put([{}, { BilledCost: 'free' }]))).toBe(`focus.csv:3: "free" is no number | ${DAMAGED}`);
  });

  test('a time that is none', async () => {
    expect(await told(await put([{ ChargePeriodStart: 'yesterday' }]))).toMatch(/^focus\.csv.*yesterday/);
  });

  test('columns separated by something else', async () => {
    expect(await told(await edited((csv) => csv.replaceAll(',', ';')))).toMatch(/^focus\.csv:1: columns are separated by ";"/);
  });

  test('a line with too few columns', async () => {
    expect(await told(await edited((csv) => `${csv}1,2\n`))).toMatch(/^focus\.csv:4: \d+ columns, expected \d+/);
  });

  test('text that is not UTF-8', async () => {
    expect(await told(await edited((csv) => Buffer.from(csv.replace('production', 'caf\u00e9'), 'latin1')))).toMatch(/not UTF-8 text/);
  });

  test('Parquet cut short', async () => {
    const path = await put([{}], {}, 'focus.parquet');
    truncateSync(path, 1000);
    expect(await told(path)).toMatch(/^focus\.parquet: the Parquet file is cut short or damaged/);
  });

  test.each([
    ['BilledCost', 'boolean', 'a number'],
    ['ChargePeriodStart', 'integer', 'a time'],
  ])('Parquet with %s as %s', async (column, type, expected) => {
    const path = await put([{ [column]: '1' }], { types: { [column]: type } }, 'focus.parquet');
    expect(await told(path)).toMatch(new RegExp(`^focus\\.parquet: column ${column} is ${type.toUpperCase()}, expected ${expected}`));
  });

  test.each(['nan', 'inf'])('the number %s', async (number) => {
    expect(await told(await put([{ BilledCost: number }, {}], {}, 'focus.parquet'))).toMatch(/nan|inf/i);
  });

  test('a line of no month', async () => {
    expect(await told(await put([{ BillingPeriodStart: null, ChargePeriodStart: null }]))).toBe(
      'focus.csv: a line has neither a billing period nor a charge period | take the export as its provider wrote it',
    );
  });
});

describe('is read', () => {
  test('an export without a line', async () => {
    expect(await collectBill(await put([]), given)).toEqual([]);
  });

  test('an export with a byte order mark and line ends of Windows', async () => {
    const path = await edited((csv) => `\uFEFF${csv.replaceAll('\n', '\r\n')}`);
    expect((await totalsOf(path, given)).map(({ billed }) => Number(billed))).toEqual([2]);
  });

  test('several months of one file, each line in the month that bills it', async () => {
    const september = { BillingPeriodStart: '2026-09-01T00:00:00Z', BilledCost: '7' };
    const months = await collectBill(await put([september, {}, { ...on(9), BilledCost: '2' }]), given);
    expect(months.map(({ month, facts }) => [month, Number(facts.totals[0]?.billed)])).toEqual([
      ['2026-09', 7],
      ['2026-10', 3],
    ]);
  });

  test('files of several versions together', async () => {
    const at = place('');
    for (const version of ['1.0', '1.1', '1.2', '1.3'] as const)
      await writeExport(join(at, `${version}.csv`), [{ BilledCost: '1', ResourceId: version }], { version });
    await writeExport(join(at, 'last.parquet'), [{ BilledCost: '0.1', ResourceId: 'p' }]);
    expect((await totalsOf(at, given)).map(({ provider, billed, lines }) => [provider, Number(billed), lines])).toEqual([['AWS', 4.1, 5]]);
  });

  test('a billed cost that is not there, as unknown', async () => {
    const path = await put([{}, { BilledCost: null, BillingCurrency: null }]);
    expect(await gapsOf(path, given)).toEqual([
      { code: 'unknown-cost', source: 'cur', month: '2026-10', metric: 'billed', lines: 1, billed: null, currency: 'XXX' },
    ]);
    expect(await chargesOf(path, given, ['BillingCurrency', 'BilledCost'])).toEqual([
      { BillingCurrency: 'USD', BilledCost: '1.000000000000' },
      { BillingCurrency: 'XXX', BilledCost: null },
    ]);
  });

  test('ids that look like numbers, with their zeros', async () => {
    expect(await chargesOf(await put([{ SubAccountId: '000000000007' }]), given, ['SubAccountId'])).toEqual([{ SubAccountId: '000000000007' }]);
  });

  test('text with quotes and line breaks in CSV', async () => {
    const path = await put([{ ResourceName: 'say "hi",\nthen \u{1F600}', ChargeDescription: "it's; done" }]);
    expect(await chargesOf(path, given, ['ResourceName', 'ChargeDescription'])).toEqual([
      { ResourceName: 'say "hi",\nthen \u{1F600}', ChargeDescription: "it's; done" },
    ]);
  });

  test('a folder whose name has wildcards', async () => {
    const path = join(given.folder, 'a[1]*', 'focus.csv');
    mkdirSync(dirname(path), { recursive: true });
    await writeExport(path, [{}]);
    expect((await totalsOf(path, given)).map(({ lines }) => lines)).toEqual([1]);
  });
});
