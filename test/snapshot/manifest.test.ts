import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSnapshot, partFiles } from '../../src/snapshot/snapshot.ts';
import { testIo, type TestIo } from '../io/test-io.ts';

const part = {
  table: 'charges',
  source: 'cur',
  month: '2026-10',
  file: 'charges/source=cur/month=2026-10/0123456789abcdef.parquet',
  sha256: '0123456789abcdef',
  bytes: 4,
  identity: 'i',
  facts: { rows: 1, lines: 1, duplicates: 0, inputs: [], capabilities: [], gaps: [], lastUsage: null, totals: [] },
};

async function open(given: TestIo, manifest: unknown): Promise<string> {
  given.write('manifest.json', typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  try {
    return `${(await openSnapshot(given.folder, given.io.files)).parts.length} parts`;
  } catch (error) {
    return error instanceof Error && 'hint' in error ? `${error.message} | ${String(error.hint)}`.replaceAll(`${given.folder}/`, '') : String(error);
  }
}

describe('a store', () => {
  test('that is not there has no parts', async () => {
    const { io, folder } = testIo();
    expect((await openSnapshot(join(folder, 'none'), io.files)).parts).toEqual([]);
  });

  test('has the parts that its manifest names', async () => {
    expect(await open(testIo(), { schemaVersion: 2, parts: [part], gaps: [] })).toBe('1 parts');
  });

  test('of a newer version is refused by name', async () => {
    expect(await open(testIo(), { schemaVersion: 3, everything: 'new' })).toBe(
      'manifest.json: a snapshot of schema version 3, this tonnage reads version 2 | update tonnage',
    );
  });

  test('of an older version is refused by name', async () => {
    expect(await open(testIo(), { schemaVersion: 0, parts: [] })).toBe(
      'manifest.json: a snapshot of schema version 0, this tonnage reads version 2 | collect again into a new folder: --store DIR',
    );
  });

  test.each([
    ['cut short', '{"schemaVersion": 2, "par', 'manifest.json: not JSON'],
    ['empty', '', 'manifest.json: not JSON'],
    ['something else', [], "manifest.json: not a snapshot's manifest: : Invalid input: expected object, received array"],
    [
      'with a part that lacks its digest',
      { schemaVersion: 2, parts: [{ ...part, sha256: undefined }], gaps: [] },
      "manifest.json: not a snapshot's manifest: parts.0.sha256: ",
    ],
  ])('whose manifest is %s is refused', async (_what, manifest, message) => {
    const said = await open(testIo(), manifest);
    expect(said.slice(0, message.length)).toBe(message);
    expect(said).toMatch(/ \| restore it, or collect again into a new folder: --store DIR$/);
  });

  test.each(['../../outside', '/etc/passwd', 'charges/source=cur/month=2026-10/../../../x.parquet', 'manifest.json'])(
    'whose manifest names a file that is none of its own (%s) is refused',
    async (file) => {
      expect(await open(testIo(), { schemaVersion: 2, parts: [{ ...part, file }], gaps: [] })).toMatch(
        /^manifest\.json: not a snapshot's manifest: parts\.0\.file: /,
      );
    },
  );
});

describe('a part', () => {
  const opened = async (given: TestIo): Promise<string[]> => {
    given.write('manifest.json', JSON.stringify({ schemaVersion: 2, parts: [part], gaps: [] }));
    const snapshot = await openSnapshot(given.folder, given.io.files);
    return partFiles(snapshot, snapshot.parts, given.io.files);
  };
  const HINT = 'the snapshot is damaged: collect again into a new folder (--store DIR)';

  test('is found', async () => {
    const given = testIo();
    expect(await opened(given).catch(() => [given.write(part.file, 'abcd')])).toEqual(await opened(given));
  });

  test('that is missing is said to be', async () => {
    const given = testIo();
    await expect(opened(given)).rejects.toMatchObject({ message: `${join(given.folder, part.file)}: is missing`, hint: HINT });
  });

  test('that was cut short is said to be', async () => {
    const given = testIo();
    const path = given.write(part.file, 'abc');
    await expect(opened(given)).rejects.toMatchObject({ message: `${path}: has 3 bytes, the manifest says 4`, hint: HINT });
  });
});
