import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskFiles } from '../../src/io/files.ts';
import { testIo } from './test-io.ts';

test('a list follows links to files and folders, and does not go round in circles', async () => {
  const { folder } = testIo();
  mkdirSync(join(folder, 'elsewhere/2026'), { recursive: true });
  writeFileSync(join(folder, 'elsewhere/2026/a.csv'), 'a');
  mkdirSync(join(folder, 'bills/own'), { recursive: true });
  writeFileSync(join(folder, 'bills/own/b.csv'), 'bb');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'bills/linked'));
  symlinkSync(join(folder, 'bills'), join(folder, 'bills/own/up'));
  writeFileSync(join(folder, 'bills/.hidden'), 'c');

  const found = await diskFiles.list(join(folder, 'bills'));

  expect(found.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['linked/2026/a.csv', 1],
    ['own/b.csv', 2],
  ]);
});
