import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { testIo } from '../io/test-io.ts';
import { BILL } from './bill.ts';
import { node, root, run, tonnage } from './tonnage.ts';

/** The program as it is shipped: `bin/` and `dist/`, without its source. */
const built = testIo();
const program = join(built.folder, 'bin/tonnage.js');

beforeAll(async () => {
  for (const path of ['bin', 'package.json']) cpSync(join(root, path), join(built.folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(built.folder, 'node_modules'), 'junction');
  const { out } = await run(node, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root, '--outDir', join(built.folder, 'dist')], { cwd: root });
  expect(out).toBe('');
}, 60_000);

test('it knows its version', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await tonnage(['--version'], { cwd: built.folder, program })).toEqual({ status: 0, out: `${version}\n`, err: '' });
});

test('it makes the same report as from source', async () => {
  const { folder, write } = testIo();
  write('bill.csv', BILL);
  const [shipped, source] = await Promise.all([
    tonnage(['report', '--cur', 'bill.csv'], { cwd: folder, program }),
    tonnage(['report', '--cur', 'bill.csv'], { cwd: folder }),
  ]);
  expect(shipped).toEqual(source);
  expect(shipped).toMatchObject({ status: 0, err: '' });
});

test('it finds the chart library for a page', async () => {
  const { folder, write, io } = testIo();
  write('bill.csv', BILL);
  expect(await tonnage(['report', '--cur', 'bill.csv', '-o', 'report.html'], { cwd: folder, program })).toEqual({ status: 0, out: '', err: '' });
  expect(await io.files.read(join(folder, 'report.html'))).toContain('Chart.js v');
});
