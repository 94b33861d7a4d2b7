import { loadCollector } from '../collectors/index.ts';
import type { SourceSettings } from '../collectors/settings.ts';
import type { Context, Sampling, Wanted, Window } from '../collectors/types.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { WHOLE_DAY, type Gap, type Part, type SourceId } from '../model/facts.ts';
import { describeGap } from '../renderers/gaps.ts';
import { counted } from '../renderers/numbers.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StoredPart } from '../snapshot/stored-part.ts';
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

/** What to collect. */
export interface Asked {
  readonly window: Window;
  /** Only for a store that is not kept. */
  readonly wanted?: Wanted | undefined;
  readonly sampling?: Sampling | undefined;
  /** The user has agreed to what asking costs. */
  readonly maySpend?: boolean;
}

/**
 * Collects all sources into the store. One that fails becomes a gap, and the others go on; if none is left, the first one's error is the answer, and the others are told.
 * @throws UserError
 */
export async function collectSources(sources: readonly SourceSettings[], asked: Asked, place: Place, io: Io): Promise<Collected> {
  if (sources.length === 0) throw new UserError('no source to collect from', 'add one under `sources` in tonnage.yaml (tonnage init finds what is here)');
  const writer = place.isKept
    ? await (await import('../snapshot/writer.ts')).StoreWriter.open(place.folder, io)
    : new ScratchWriter(place.folder, io.files, io.now());
  try {
    const counts = { written: 0, unchanged: 0 };
    const failures: { source: SourceId; error: UserError }[] = [];
    for (const source of sources) {
      const error = await failureOf(collectSource(source, asked, writer, io, counts));
      if (error !== undefined) failures.push({ source: sourceId(source), error });
    }
    const gaps = failures.map(({ source, error }) => ({ code: 'source-failed', source, reason: reasonOf(error) }) satisfies Gap);
    const [first] = failures;
    if (first !== undefined && failures.length === sources.length) {
      for (const gap of gaps.slice(1)) io.output.warn(describeGap(gap));
      throw first.error;
    }
    return { snapshot: await writer.finish(gaps), gaps, ...counts };
  } finally {
    await writer.close();
  }
}

async function collectSource(
  source: SourceSettings,
  { window, wanted, sampling, maySpend = false }: Asked,
  writer: SnapshotWriter,
  io: Io,
  counts: { written: number; unchanged: number },
): Promise<void> {
  const id = sourceId(source);
  const collector = await loadCollector(source);
  const context: Context = {
    source: id,
    io,
    began: writer.began,
    known: writer.inputs(id),
    wanted,
    sampling,
    isCurrent: (part) => writer.isCurrent(part),
    maySpend,
    scratch: writer.scratch,
    downloads: writer.downloads,
  };
  const bar = sourceBar(io);
  try {
    for await (const part of collector.collect(source, window, context)) {
      if (writer.isCurrent(part)) {
        counts.unchanged += 1;
        continue;
      }
      bar.show(part);
      const stored = await writer.add(part);
      io.output.note(`${labelOf(part)}: ${describe(stored)}`);
      counts.written += 1;
    }
  } finally {
    bar.end();
  }
}

interface SourceBar {
  readonly show: (part: Part) => void;
  readonly end: () => void;
}

/** One bar for a source that knows how many parts it has, else one for each part. */
function sourceBar({ progress }: Io): SourceBar {
  let current: Part | undefined;
  let close: (() => void) | undefined;
  const end = (): void => {
    close?.();
    close = undefined;
  };
  const show = (part: Part): void => {
    if (part.position === undefined) end();
    current = part;
    close ??= progress.start({
      label: () => labelOf(current ?? part),
      share: () => shareOf(current ?? part),
      counter: () => current?.counter,
    });
  };
  return { show, end };
}

function labelOf(part: Part): string {
  if (part.table === 'charges') return `${part.source} ${part.month}`;
  if ('month' in part) return `${part.source} ${part.table} ${part.month}`;
  return `${part.source} ${part.table} ${part.day}${part.slice === WHOLE_DAY ? '' : ` ${part.slice}`}`;
}

/** Of the source, where it knows how many parts it has. */
function shareOf({ progress, position }: Part): number | undefined {
  const share = progress();
  return position === undefined ? share : (position.at - 1 + (share ?? 0)) / position.of;
}

function describe(part: StoredPart): string {
  if (part.table === 'charges')
    return `${counted(part.facts.lines, 'line')}, ${counted(part.facts.rows, 'charge')}, ${counted(part.facts.duplicates, 'duplicate')} left out`;
  if ('month' in part) return counted(part.facts.rows, 'row');
  return `${counted(part.facts.rows, 'row')}${part.facts.samples > 0 ? ` of ${counted(part.facts.samples, 'sample')}` : ''}`;
}

/** With what to do about it: of several sources that fail, no error of its own is printed. */
function reasonOf({ message, hint }: UserError): string {
  return hint === undefined ? message : `${message} (${hint})`;
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
