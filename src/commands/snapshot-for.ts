import type { Wanted, Window } from '../collectors/types.ts';
import type { Config } from '../config/schema.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { previousMonths } from '../model/cost/assemble.ts';
import { chargesOf, ofSources, openSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { sourceId } from './source-id.ts';
import type { AdHocOptions, PeriodOptions, SpendingOptions } from './options.ts';
import { monthsOf } from './period.ts';
import { isAdHoc, type Place } from './settings.ts';

/**
 * The snapshot; collected first where it lacks all months that are asked for, unless `--offline`. `tonnage collect` refreshes one that is there.
 * One for this run only has no more than the run reads: the months asked for, those before, and what is `wanted` of them.
 */
export async function snapshotFor(
  options: PeriodOptions & AdHocOptions & SpendingOptions & { readonly offline?: boolean },
  config: Config,
  place: Place,
  wanted: Wanted | undefined,
  io: Io,
): Promise<Snapshot> {
  const { first, last } = monthsOf(options);
  if (options.offline === true && isAdHoc(options) && !place.isKept)
    throw new UserError('--offline stands beside a bill that is to be read', 'leave one of them out, or name with --store a snapshot that has it');
  const sources = config.sources.map(sourceId);
  const snapshot = ofSources(await openSnapshot(place.folder, io.files), sources);
  const has = chargesOf(snapshot).some(({ month }) => (first === undefined || month >= first) && (last === undefined || month <= last));
  // A bill that is named is the one that is meant, whatever the store holds.
  if (options.offline === true || (has && !isAdHoc(options))) return snapshot;
  const { collectSources } = await import('./collecting.ts');
  const all: Window = { first: undefined, last: undefined };
  if (place.isKept) return ofSources((await collectSources(config.sources, { window: all, maySpend: options.yes === true }, place, io)).snapshot, sources);
  const window = first === undefined || last === undefined ? all : { first: previousMonths(first, last).first, last };
  return (await collectSources(config.sources, { window, wanted }, place, io)).snapshot;
}
