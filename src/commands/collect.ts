import { resolve } from 'node:path';
import type { Io } from '../io/io.ts';
import { describeGap } from '../renderers/gaps.ts';
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
  const { snapshot, written, unchanged } = await collectSources(sources, window, { folder, isKept: true }, io);
  const months = [...new Set(snapshot.parts.map(({ month }) => month))].toSorted();
  const gaps = [...snapshot.gaps, ...snapshot.parts.flatMap(({ facts }) => facts.gaps)];
  for (const gap of gaps) io.output.warn(describeGap(gap));
  io.output.write(
    options.format === 'json'
      ? `${JSON.stringify({ snapshot: snapshot.digest, written, unchanged, months, gaps }, null, 2)}\n`
      : `${written} parts read, ${unchanged} unchanged; the snapshot ${snapshot.digest} has ${months.length === 0 ? 'no month' : months.join(', ')}\n`,
  );
  return gaps.length > 0 ? 'gaps' : 'done';
}
