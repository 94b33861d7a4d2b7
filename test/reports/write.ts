// Writes reports/ again: `npm run samples`.
import { join, resolve } from 'node:path';
import { hostIo } from '../../src/commands/host.ts';
import { samples } from './samples.ts';

const io = hostIo({ quiet: true });
const folder = await io.files.scratch();
try {
  const silent = { ...io, output: { ...io.output, write: () => {} } };
  for (const [name, text] of await samples(folder, silent)) await io.files.replace(join(resolve(import.meta.dirname, '../../reports'), name), text);
} finally {
  await io.files.remove(folder);
}
