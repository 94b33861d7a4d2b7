import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect } from '../../src/commands/collect.ts';
import { billed, writeBill, type Cells } from '../collectors/cur/small-bill.ts';
import { testIo, type TestIo } from '../io/test-io.ts';

async function withBill(lines: readonly Cells[], yaml = 'sources: [{ kind: cur, path: bill }]'): Promise<TestIo> {
  const given = testIo();
  await writeBill(join(given.folder, 'bill/cur.parquet'), lines);
  given.write('tonnage.yaml', yaml);
  return given;
}

const summary = (given: TestIo): string => given.out().replace(/snapshot [0-9a-f]{16}/, 'snapshot ...');

describe('collect', () => {
  test('says how much was read, and which months there are', async () => {
    const given = await withBill([{}, billed(2026, 9)]);
    expect(await collect({}, given.io)).toBe('done');
    expect(summary(given)).toBe('2 parts read, 0 unchanged; the snapshot ... has the bills of 2026-09, 2026-10\n');
  });

  test('reads the months that are asked for', async () => {
    const given = await withBill([{}, billed(2026, 9), billed(2026, 8)]);
    await collect({ from: '2026-09', to: '2026-10-01' }, given.io);
    expect(summary(given)).toBe('1 part read, 0 unchanged; the snapshot ... has the bills of 2026-09\n');
  });

  test('keeps the months that are there', async () => {
    const given = await withBill([{}, billed(2026, 9)]);
    await collect({ month: '2026-09' }, given.io);
    await collect({ month: '2026-10' }, given.io);
    expect(summary(given)).toMatch(/has the bills of 2026-09, 2026-10\n$/);
  });

  test('ends with gaps where a source fails, and says so', async () => {
    const given = await withBill([{}], 'sources: [{ kind: cur, path: bill }, { kind: cur, name: other, path: none }]');
    expect(await collect({}, given.io)).toBe('gaps');
    expect(given.err()).toMatch(/\nSource other could not be read: .*\/none: no such file or folder/);
  });

  test('ends with gaps where the bill has lines of a type that nobody knows', async () => {
    const given = await withBill([{ line_item_line_item_type: 'New' }]);
    expect(await collect({}, given.io)).toBe('gaps');
  });

  test('of a bill without a row has nothing', async () => {
    const given = await withBill([]);
    expect(await collect({}, given.io)).toBe('done');
    expect(summary(given)).toBe('0 parts read, 0 unchanged; the snapshot ... has nothing\n');
  });

  test('of sources that all fail gives the first error, and tells the others', async () => {
    const given = await withBill([{}], 'sources: [{ kind: cur, path: none }, { kind: cur, name: other, path: neither }]');
    await expect(collect({}, given.io)).rejects.toThrow(/\/none: no such file or folder$/);
    expect(given.err()).toMatch(/^Source other could not be read: .*\/neither: no such file or folder \(check the path; .*\)\.\n$/);
  });

  test('is not asked to sample what cannot be sampled', async () => {
    const given = await withBill([{}]);
    await expect(collect({ sample: '15s', for: '1h' }, given.io)).rejects.toMatchObject({ name: 'UserError', message: '--sample: no source can be sampled' });
    await expect(collect({ sample: '5s', for: '1h', config: 'absent.yaml' }, given.io)).rejects.toThrow('--sample 5s: more often than a cluster measures');
  });

  test('without a source is an error of the user', async () => {
    const given = await withBill([{}], 'organisation: Acme');
    await expect(collect({}, given.io)).rejects.toMatchObject({
      name: 'UserError',
      message: 'no source to collect from',
      hint: 'add one under `sources` in tonnage.yaml (tonnage init finds what is here)',
    });
  });

  test('says on request what each part holds', async () => {
    const given = await withBill([{ identity_line_item_id: 'a' }, { identity_line_item_id: 'a' }]);
    await collect({}, given.io);
    expect(given.err()).toBe('cur 2026-10: 1 line, 1 charge, 1 duplicate left out\n');
  });
});
