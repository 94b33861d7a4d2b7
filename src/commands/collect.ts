import { resolve } from 'node:path';
import type { Io } from '../io/io.ts';
import { collectSources } from './collecting.ts';
import type { CollectOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { monthsOf } from './period.ts';
import { loadSettings, STORE } from './settings.ts';

/** Reads the sources into the snapshot. */
export async function collect(options: CollectOptions, io: Io): Promise<Outcome> {
  const window = monthsOf(options);
  const { sources } = await loadSettings(options, io);
  const folder = resolve(io.directory, options.store ?? STORE);
  const { snapshot, written, unchanged, gaps } = await collectSources(sources, window, { folder, isKept: true }, io);
  const months = [...new Set(snapshot.parts.map(({ month }) => month))].toSorted();
  for (const gap of gaps) io.output.warn(gap.code === 'source-failed' ? `${gap.source}: ${gap.reason}` : gap.code);
  io.output.write(
    `${written} parts read, ${unchanged} unchanged; the snapshot ${snapshot.digest} has ${months.length === 0 ? 'no month' : months.join(', ')}\n`,
  );
  return gaps.length > 0 || snapshot.parts.some(({ facts }) => facts.gaps.length > 0) ? 'gaps' : 'done';
}
