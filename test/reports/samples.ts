import { join } from 'node:path';
import { demo } from '../../src/commands/demo.ts';
import { reportOf } from '../../src/commands/report.ts';
import { loadSettings } from '../../src/commands/settings.ts';
import type { Io } from '../../src/io/io.ts';
import { renderers, type Format } from '../../src/renderers/index.ts';

const FORMATS: Readonly<Record<string, Format>> = {
  'cost-report.html': 'html',
  'cost-report.md': 'markdown',
  'cost-report.txt': 'terminal',
  'cost-report.csv': 'csv',
  'cost-report.json': 'json',
};

/** The committed samples, by name: the demo's report in every form. The page comes without chart.js, which is not ours to commit. */
export async function samples(folder: string, io: Io): Promise<ReadonlyMap<string, string>> {
  const inside: Io = { ...io, directory: folder };
  await demo({ output: '.' }, inside);
  const report = await reportOf(join(folder, '.tonnage'), { cost: 'effective' }, await loadSettings({}, inside), inside);
  const rendered = Object.entries(FORMATS).map(async ([name, format]) => [name, (await renderers[format]())(report, { color: false, columns: 100 })] as const);
  return new Map(await Promise.all(rendered));
}
