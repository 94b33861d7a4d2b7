import { resolve } from 'node:path';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { describeGap } from '../renderers/gaps.ts';
import { counted } from '../renderers/numbers.ts';
import { chargesOf } from '../snapshot/snapshot.ts';
import { collectSources } from './collecting.ts';
import type { CollectOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { samplingOf } from './sampling.ts';
import { toldOnce } from './gaps.ts';
import { monthsOf } from './period.ts';
import { loadSettings, STORE } from './settings.ts';

/** Reads the sources into the snapshot. */
export async function collect(options: CollectOptions, io: Io): Promise<Outcome> {
  const window = monthsOf(options);
  const sampling = samplingOf(options);
  const { sources } = await loadSettings(options, io);
  if (sampling !== undefined && !sources.some(({ kind }) => kind === 'metrics-server'))
    throw new UserError('--sample: no source can be sampled', 'add one under `sources`: `{ kind: metrics-server, cluster: production }`');
  const folder = resolve(io.directory, options.store ?? STORE);
  const { snapshot, written, unchanged } = await collectSources(sources, { window, sampling, maySpend: options.yes === true }, { folder, isKept: true }, io);
  const months = [...new Set(chargesOf(snapshot).flatMap(({ month, facts }) => (facts.rows > 0 ? [month] : [])))].toSorted();
  const days = [...new Set(snapshot.parts.flatMap((part) => ('day' in part ? [part.day] : [])))].toSorted();
  const gaps = toldOnce([...snapshot.gaps, ...snapshot.parts.flatMap(({ facts }) => facts.gaps)]);
  for (const gap of gaps) io.output.warn(describeGap(gap));
  io.output.write(
    options.format === 'json'
      ? `${JSON.stringify({ snapshot: snapshot.digest, written, unchanged, months, days, gaps }, null, 2)}\n`
      : `${counted(written, 'part')} read, ${unchanged} unchanged; the snapshot ${snapshot.digest} has ${contents(months, days)}\n`,
  );
  return gaps.length > 0 ? 'gaps' : 'done';
}

function contents(months: readonly string[], days: readonly string[]): string {
  const bills = months.length === 0 ? [] : [`the bills of ${months.join(', ')}`];
  const clusters = days.length === 0 ? [] : [`clusters on ${days.length === 1 ? days[0] : `${counted(days.length, 'day')}, ${days[0]} to ${days.at(-1)}`}`];
  return [...bills, ...clusters].join(', and ') || 'nothing';
}
