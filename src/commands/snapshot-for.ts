import type { Config } from '../config/schema.ts';
import type { Io } from '../io/io.ts';
import { openSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import type { PeriodOptions } from './options.ts';
import { monthsOf } from './period.ts';

/** The snapshot; collected first where it lacks all months that are asked for, unless `--offline`. `tonnage collect` refreshes one that is there. */
export async function snapshotFor(options: PeriodOptions & { readonly offline?: boolean }, config: Config, folder: string, io: Io): Promise<Snapshot> {
  const { first, last } = monthsOf(options);
  const snapshot = await openSnapshot(folder, io.files);
  const has = snapshot.parts.some(({ month }) => (first === undefined || month >= first) && (last === undefined || month <= last));
  if (has || options.offline === true) return snapshot;
  const { collectSources } = await import('./collecting.ts');
  return (await collectSources(config.sources, { first: undefined, last: undefined }, folder, io)).snapshot;
}
