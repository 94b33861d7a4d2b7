import { appendFileSync, globSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect } from '../../src/commands/collect.ts';
import { doctor } from '../../src/commands/doctor.ts';
import type { DoctorOptions } from '../../src/commands/options.ts';
import { UserError } from '../../src/io/errors.ts';
import { BILL } from '../cli/bill.ts';
import { testIo, type TestIo } from '../io/test-io.ts';

function user(yaml = 'sources:\n  - { kind: cur, path: bill.csv }\n'): TestIo {
  const given = testIo({ output: { columns: 200 } });
  given.write('bill.csv', BILL);
  given.write('tonnage.yaml', yaml);
  return given;
}

/** What it prints, columns two spaces apart, and what it fails with. */
async function diagnosis({ io, out }: TestIo, options: DoctorOptions = {}): Promise<{ readonly out: string; readonly error: string | undefined }> {
  try {
    expect(await doctor(options, io)).toBe('done');
    return { out: squeezed(out()), error: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { out: squeezed(out()), error: error.message };
  }
}

const squeezed = (text: string): string => text.replaceAll(/ {2,}/g, '  ');

async function collected(): Promise<TestIo> {
  const given = user();
  await collect({}, { ...given.io, output: { ...given.io.output, write: () => {} } });
  return given;
}

const partOf = ({ folder }: TestIo): string => join(folder, globSync('.tonnage/charges/**/*.parquet', { cwd: folder })[0] ?? '');

test('before the first collect all is well but that there is nothing yet', async () => {
  expect(await diagnosis(user())).toEqual({
    error: undefined,
    out: `ok  configuration  settings  tonnage.yaml: 1 source, 0 team rules
warning  snapshot  parts  .tonnage: nothing is collected yet
  -> run tonnage collect
ok  cur  files  1 in bill.csv
ok  cur  columns  16 in the last file; it has line-ids, list-prices, resource-ids
`,
  });
});

test('after a collect it tells what the snapshot holds', async () => {
  expect((await diagnosis(await collected())).out).toContain('ok  snapshot  parts  .tonnage: 1 part, 2026-02 to 2026-02\n');
});

test('it keeps nothing of what it looked at', async () => {
  const given = user();
  await diagnosis(given);
  expect(await given.io.files.entries(given.folder)).toEqual(['bill.csv', 'tonnage.yaml']);
  expect(await given.io.files.exists(join(given.folder, '.tonnage'))).toBe(false);
});

test('a bill that a flag names needs no configuration', async () => {
  const given = user();
  rmSync(join(given.folder, 'tonnage.yaml'));
  const { out, error } = await diagnosis(given, { cur: 'bill.csv' });
  expect(error).toBeUndefined();
  expect(out).toContain('ok  configuration  settings  --cur: 1 source, 0 team rules\n');
});

describe('it fails, and says what to do, where', () => {
  test('there is no configuration', async () => {
    const given = user();
    rmSync(join(given.folder, 'tonnage.yaml'));
    const { out, error } = await diagnosis(given);
    expect(error).toBe('1 of 2 checks failed');
    expect(out).toContain('FAILED  configuration  readable  tonnage.yaml: no such file\n  -> write one with tonnage init, or name another with --config\n');
  });

  test('a configuration has several problems: each has a line', async () => {
    const { out, error } = await diagnosis(user('currency: euro\nsources:\n  - { kind: cur }\n'));
    expect(error).toBe('2 of 3 checks failed');
    expect(out).toContain('FAILED  configuration  readable  tonnage.yaml:1:11: currency: ');
    expect(out).toContain('FAILED  configuration  readable  tonnage.yaml:3:5: sources[0].path: is missing');
  });

  test('no source is configured', async () => {
    const { out, error } = await diagnosis(user('organisation: Acme\n'));
    expect(error).toBe('1 of 3 checks failed');
    expect(out).toContain('FAILED  configuration  sources  none\n  -> add one under `sources`');
  });

  test('one source cannot be read, and the others are checked all the same', async () => {
    const { out, error } = await diagnosis(user('sources:\n  - { kind: cur, name: lost, path: absent }\n  - { kind: cur, path: bill.csv }\n'));
    expect(error).toBe('1 of 5 checks failed');
    expect(out).toMatch(/FAILED  lost  readable  .*absent: no such file or folder\n/);
    expect(out).toContain('ok  cur  files  1 in bill.csv\n');
  });

  test('a part of the snapshot is not what was written', async () => {
    const given = await collected();
    const part = partOf(given);
    const { size } = statSync(part);
    truncateSync(part, size - 1);
    appendFileSync(part, 'x');
    const { out, error } = await diagnosis(given);
    expect(error).toBe('1 of 5 checks failed');
    expect(out).toMatch(/FAILED  snapshot  checksum  \.tonnage\/charges\/.*\.parquet is not what was written\n {2}-> remove the folder and collect again\n/);
  });

  test('a part of the snapshot is gone', async () => {
    const given = await collected();
    rmSync(partOf(given));
    const { out, error } = await diagnosis(given);
    expect(error).toBe('1 of 4 checks failed');
    expect(out).toMatch(/FAILED  snapshot  readable  .*\.parquet: is missing\n {2}-> the snapshot is damaged: /);
  });
});

test('a bill without resource ids is a warning, and no failure', async () => {
  const given = user();
  given.write('bill.csv', BILL.replaceAll(/lineItem\/ResourceId/g, 'lineItem/Other'));
  const { out, error } = await diagnosis(given);
  expect(error).toBeUndefined();
  expect(out).toContain('warning  cur  resource ids  no column line_item_resource_id\n  -> include resource IDs in the report');
});

test('as JSON, the same checks are data', async () => {
  const { out } = await diagnosis(user(), { format: 'json' });
  expect(JSON.parse(out).checks[1]).toEqual({
    of: 'snapshot',
    name: 'parts',
    state: 'warning',
    detail: '.tonnage: nothing is collected yet',
    hint: 'run tonnage collect',
  });
});

test('--iam and --rbac are two documents: one at a time', async () => {
  await expect(doctor({ iam: true, rbac: true }, user().io)).rejects.toMatchObject({ message: '--rbac stands beside --iam' });
});

test('--iam prints what a bill in S3, Athena and Cost Explorer need, each once', async () => {
  const given = user(`sources:
  - { kind: cur, path: "s3://acme-billing/cur2/acme" }
  - { kind: cur, name: lake, engine: athena, table: billing.cur2 }
  - { kind: cost-explorer }
`);
  expect(await doctor({ iam: true }, given.io)).toBe('done');
  const { Statement } = JSON.parse(given.out()) as { readonly Statement: readonly { readonly Sid: string }[] };
  expect(Statement.map(({ Sid }) => Sid)).toEqual(expect.arrayContaining(['ListTheBill', 'ReadTheBill', 'QueryWithAthena', 'FindTheBill', 'ReadCostExplorer']));
});
