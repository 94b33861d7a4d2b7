import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testIo } from '../../../io/test-io.ts';
import { collectBill } from '../collected.ts';
import { writeBill } from '../small-bill.ts';
import { on, writeExport } from './small-export.ts';

const given = testIo();
let exports = 0;
const folder = (): string => join(given.folder, String(exports++));

/** Billed, lines read, and lines left out. */
async function read(path: string): Promise<unknown> {
  return (await collectBill(path, given)).map(({ facts }) => [Number(facts.totals[0]?.billed), facts.lines, facts.duplicates]);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

const lines = [on(5), on(6), on(7)];

describe('an export that was run again', () => {
  test('into files with the same bytes counts once', async () => {
    const at = folder();
    copy(await writeExport(join(at, 'a.csv'), lines), join(at, 'b.csv'));
    expect(await read(at)).toEqual([[3, 3, 3]]);
  });

  test('into other forms and another order counts once', async () => {
    const at = folder();
    await writeExport(join(at, 'a.parquet'), lines);
    await writeExport(join(at, 'b.csv.gz'), lines.toReversed());
    await writeExport(join(at, 'c.parquet'), [{ ...on(8), BilledCost: '5' }]);
    expect(await read(at)).toEqual([[8, 4, 3]]);
  });

  test('with one line changed is another file', async () => {
    const at = folder();
    await writeExport(join(at, 'a.csv'), lines);
    await writeExport(join(at, 'b.csv'), [...lines.slice(1), { ...on(5), ListCost: '9' }]);
    expect(await read(at)).toEqual([[6, 6, 0]]);
  });

  test.each([
    ['BILLING_PERIOD=2026-10/20261005T0600Z-e1/1.csv', 'BILLING_PERIOD=2026-10/20261006T0600Z-e2/1.csv'],
    ['daily/20261001-20261031/202610050600/1.csv', 'daily/20261001-20261031/202610060600/1.csv'],
  ])('into folders of each run is refused without a manifest: %s', async (first, second) => {
    const at = folder();
    await writeExport(join(at, first), lines);
    await writeExport(join(at, second), [...lines, on(8)]);
    await expect(read(at)).rejects.toThrow(/: two deliveries of 2026-10, .*, which would be summed twice$/);
  });
});

test('partitions of one month are one bill', async () => {
  const at = folder();
  await writeExport(join(at, 'billing_period=2026-10/provider=aws/1.parquet'), lines);
  await writeExport(join(at, 'billing_period=2026-10/provider=azure/1.parquet'), [
    { ...on(9), ProviderName: 'Microsoft' },
    { ...on(8), ProviderName: 'Microsoft' },
  ]);
  expect((await collectBill(at, given)).map(({ facts }) => facts.totals.map(({ provider, billed }) => [provider, Number(billed)]))).toEqual([
    [
      ['AWS', 3],
      ['Microsoft', 2],
    ],
  ]);
});

test('two lines of a file that are the same are two charges', async () => {
  expect(await read(await writeExport(join(folder(), 'a.csv'), [on(5), on(5)]))).toEqual([[2, 2, 0]]);
});

test('files without a line are no duplicates of each other', async () => {
  const at = folder();
  await writeExport(join(at, 'a.csv'), []);
  await writeExport(join(at, 'b.csv'), []);
  await writeExport(join(at, 'c.csv'), lines);
  expect(await read(at)).toEqual([[3, 3, 0]]);
});

test('a FOCUS export beside a Cost and Usage Report of the month is refused', async () => {
  const at = folder();
  await writeExport(join(at, 'focus.csv'), lines);
  await writeBill(join(at, 'cur.csv'), [{}]);
  await expect(read(at)).rejects.toThrow(/two forms of a bill, cur and focus, which would be summed twice/);
});
