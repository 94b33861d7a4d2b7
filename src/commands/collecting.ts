import { loadCollector } from '../collectors/index.ts';
import type { SourceSettings } from '../collectors/settings.ts';
import type { Wanted, Window } from '../collectors/types.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import type { Gap, Part, SourceId } from '../model/facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { ScratchWriter } from '../snapshot/scratch-writer.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import type { Place } from './settings.ts';
import { sourceId } from './source-id.ts';

export interface Collected {
  readonly snapshot: Snapshot;
  readonly written: number;
  readonly unchanged: number;
  readonly gaps: readonly Gap[];
}

/**
 * Collects all sources into the store. One that fails becomes a gap, and the others go on; if none is left, its error is the answer.
 * `wanted`: only for a store that is not kept.
 * @throws UserError
 */
export async function collectSources(sources: readonly SourceSettings[], window: Window, place: Place, io: Io, wanted?: Wanted): Promise<Collected> {
  if (sources.length === 0) throw new UserError('no source to collect from', 'add one under `sources` in tonnage.yaml (tonnage init finds what is here)');
  const writer = place.isKept ? await (await import('../snapshot/writer.ts')).StoreWriter.open(place.folder, io) : new ScratchWriter(place.folder, io.files);
  try {
    const counts = { written: 0, unchanged: 0 };
    const failures: { source: SourceId; error: UserError }[] = [];
    for (const source of sources) {
      const error = await failureOf(collectSource(source, window, writer, io, counts, wanted));
      if (error !== undefined) failures.push({ source: sourceId(source), error });
    }
    const [first] = failures;
    if (first !== undefined && failures.length === sources.length) throw first.error;
    const gaps = failures.map(({ source, error }) => ({ code: 'source-failed', source, reason: error.message }) satisfies Gap);
    return { snapshot: await writer.finish(gaps), gaps, ...counts };
  } finally {
    await writer.close();
  }
}

async function collectSource(
  source: SourceSettings,
  window: Window,
  writer: SnapshotWriter,
  io: Io,
  counts: { written: number; unchanged: number },
  wanted: Wanted | undefined,
): Promise<void> {
  const id = sourceId(source);
  const collector = await loadCollector(source);
  for await (const part of collector.collect(source, window, { source: id, io, known: writer.inputs(id), wanted, scratch: writer.scratch })) {
    if (writer.isCurrent(part)) {
      counts.unchanged += 1;
      continue;
    }
    await writePart(part, writer, io);
    counts.written += 1;
  }
}

async function writePart(part: Part, writer: SnapshotWriter, io: Io): Promise<void> {
  const { source, month } = part;
  const end = io.progress.start(`${source} ${month}`, part.progress);
  try {
    const { facts } = await writer.add(part);
    io.output.note(`${source} ${month}: ${facts.lines} lines, ${facts.rows} charges, ${facts.duplicates} duplicates left out`);
  } finally {
    end();
  }
}

async function failureOf(work: Promise<void>): Promise<UserError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
