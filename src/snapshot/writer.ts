import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Io } from '../io/io.ts';
import type { Gap, InputFile, Part, SourceId, Timestamp } from '../model/facts.ts';
import { addMonths, monthOf } from '../model/month.ts';
import { lock } from './lock.ts';
import { parseJournal, printManifest, type Journal } from './manifest.ts';
import { MANIFEST, openSnapshot, snapshotOf, type Snapshot } from './snapshot.ts';
import { byKey, PART_FILE, partKey, TABLE_FOLDERS, writePart, type StoredPart } from './stored-part.ts';

/** Takes in the parts of one run. */
export interface SnapshotWriter {
  /** A folder for what is only needed while collecting. */
  readonly scratch: string;
  /** A folder for what a run that goes on need not fetch again. It is removed when a run ends. */
  readonly downloads: string;
  /** When the run began; one that goes on where another was cut off began with that. All that depends on the clock is taken as it was then. */
  readonly began: Date;
  /** The inputs that a source's parts were made from. */
  inputs(source: SourceId): InputFile[];
  /** Whether the part need not be read again. */
  isCurrent(part: Part): boolean;
  add(part: Part): Promise<StoredPart>;
  /** Ends the run: what it wrote is no longer its own. `gaps`: the sources that it could not read. */
  finish(gaps: readonly Gap[]): Promise<Snapshot>;
  /** Gives the store back, whether the run has ended or not. */
  close(): Promise<void>;
}

/** Parts of a run that has not ended; `manifest.json` of a run that has is all there is. */
const JOURNAL = 'collecting.json';

/** A name that nobody else gives a folder: it is removed with all that is in it. */
const SCRATCH = '.tonnage-scratch';
const DOWNLOADS = '.tonnage-downloads';

/** The one way to write a store that is kept. A part at a time: whatever happens, the manifest names whole parts only. */
export class StoreWriter implements SnapshotWriter {
  readonly #folder: string;
  readonly #io: Io;
  readonly #unlock: () => Promise<void>;
  readonly #gaps: readonly Gap[];
  readonly #parts: Map<string, StoredPart>;
  /** Parts written by this run, and by the runs before it that did not end. */
  readonly #written: Map<string, string>;

  readonly began: Date;

  private constructor(folder: string, io: Io, unlock: () => Promise<void>, { parts, gaps }: Snapshot, journal: Journal) {
    this.#folder = folder;
    this.#io = io;
    this.#unlock = unlock;
    this.#gaps = gaps;
    this.#parts = new Map(parts.map((part) => [partKey(part), part]));
    this.#written = new Map(Object.entries(journal.written));
    this.began = new Date(journal.began);
  }

  /** Locks the store and clears what an interrupted run has left. */
  static async open(folder: string, io: Io): Promise<StoreWriter> {
    await io.files.makeFolder(folder);
    const unlock = await lock(folder, io);
    try {
      const snapshot = await openSnapshot(folder, io.files);
      await sweep(folder, snapshot.parts, io);
      await io.files.makeFolder(join(folder, SCRATCH));
      await io.files.makeFolder(join(folder, DOWNLOADS));
      return new StoreWriter(folder, io, unlock, snapshot, await readJournal(folder, io));
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** For what is only needed while collecting. */
  get scratch(): string {
    return join(this.#folder, SCRATCH);
  }

  /** For what a run that goes on need not fetch again. */
  get downloads(): string {
    return join(this.#folder, DOWNLOADS);
  }

  /** The inputs that a source's parts were made from. */
  inputs(source: SourceId): InputFile[] {
    return [...this.#parts.values()].flatMap((part) => (part.table === 'charges' && part.source === source ? part.facts.inputs : []));
  }

  /**
   * Whether the stored part need not be read again: its input is the same, and it can no longer change (of a bill the open month and the last two closed
   * ones can, of a cluster the day until some hours after its end, and a day that was not read to its end), or it was written by the run that goes on now.
   */
  isCurrent(part: Part): boolean {
    const stored = this.#parts.get(partKey(part));
    if (stored?.identity !== part.identity) return false;
    return (isSettled(part, this.began) && isWhole(stored)) || this.#written.get(partKey(part)) === part.identity;
  }

  async add(part: Part): Promise<StoredPart> {
    const { files } = this.#io;
    const stored = await writePart(part, this.#folder, this.scratch, files);
    const key = partKey(part);
    const replaced = this.#parts.get(key);
    this.#parts.set(key, stored);
    this.#written.set(key, part.identity);
    await files.replace(
      join(this.#folder, JOURNAL),
      JSON.stringify({ began: this.began.toISOString() as Timestamp, written: Object.fromEntries(this.#written) } satisfies Journal),
    );
    await this.#writeManifest(this.#gaps);
    if (replaced !== undefined && ![...this.#parts.values()].some(({ file }) => file === replaced.file)) await files.remove(join(this.#folder, replaced.file));
    return stored;
  }

  /** Ends the run: what it wrote is no longer its own. `gaps`: the sources that it could not read. */
  async finish(gaps: readonly Gap[]): Promise<Snapshot> {
    if (this.#written.size > 0 || this.#parts.size === 0 || !isDeepStrictEqual(gaps, this.#gaps)) await this.#writeManifest(gaps);
    await this.#io.files.remove(join(this.#folder, JOURNAL));
    await this.#io.files.remove(this.downloads);
    return snapshotOf(this.#folder, { parts: [...this.#parts.values()].toSorted(byKey), gaps });
  }

  async #writeManifest(gaps: readonly Gap[]): Promise<void> {
    await this.#io.files.replace(join(this.#folder, MANIFEST), printManifest([...this.#parts.values()], gaps));
  }

  /** Gives the store back, whether the run has ended or not. */
  async close(): Promise<void> {
    await this.#io.files.remove(this.scratch);
    await this.#unlock();
  }
}

/** What could not be read for a while may be read now. */
function isWhole({ facts }: StoredPart): boolean {
  return !facts.gaps.some(({ code }) => code === 'unread-period');
}

/** Late samples come, and other clocks go wrong: a day is looked at again until so long after its end. */
const SETTLES_AFTER = 6 * 3_600_000;
const DAY = 86_400_000;

function isSettled(part: Part, now: Date): boolean {
  if (part.isSettled !== undefined) return part.isSettled;
  if ('month' in part) return part.month < addMonths(monthOf(now.toISOString()), -2);
  return Date.parse(part.day) + DAY + SETTLES_AFTER <= now.getTime();
}

/** A run that was cut off so long ago is not gone on with: what it had not read yet would be taken as it was then. */
const STALE_AFTER = DAY;

async function readJournal(folder: string, io: Io): Promise<Journal> {
  const path = join(folder, JOURNAL);
  const found = (await io.files.exists(path)) ? parseJournal(await io.files.read(path)) : undefined;
  const now = io.now();
  const isFresh = found !== undefined && now.getTime() - Date.parse(found.began) < STALE_AFTER;
  return isFresh ? found : { began: now.toISOString() as Timestamp, written: {} };
}

/** What a run that was cut off may have left beside its parts. Nothing else in the folder is ours to remove. */
const LEFTOVER = /^((manifest|collecting)\.json\..+\.tmp|lock\..+\.(tmp|claim))$/;

async function sweep(folder: string, parts: readonly StoredPart[], { files }: Io): Promise<void> {
  await files.remove(join(folder, SCRATCH));
  const named = new Set(parts.map(({ file }) => file));
  const written: string[] = [];
  for (const table of TABLE_FOLDERS) {
    const path = join(folder, table);
    if (await files.exists(path)) written.push(...(await files.list(path)).map(({ name }) => `${table}/${name}`));
  }
  const orphans = written.filter((file) => PART_FILE.test(file) && !named.has(file));
  // Others who wait for the lock write and remove files meanwhile: names are looked at, and nothing is opened.
  const leftovers = (await files.entries(folder)).filter((name) => LEFTOVER.test(name));
  for (const name of [...orphans, ...leftovers]) await files.remove(join(folder, name));
}
