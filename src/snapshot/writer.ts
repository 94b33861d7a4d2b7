import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Io } from '../io/io.ts';
import type { Gap, InputFile, Month, Part, SourceId } from '../model/facts.ts';
import { addMonths, monthOf } from '../model/month.ts';
import { lock } from './lock.ts';
import { parseJournal, printManifest } from './manifest.ts';
import { MANIFEST, openSnapshot, snapshotOf, type Snapshot } from './snapshot.ts';
import { byKey, PART_FILE, partKey, writePart, type StoredPart } from './stored-part.ts';

/** Takes in the parts of one run. */
export interface SnapshotWriter {
  /** A folder for what is only needed while collecting. */
  readonly scratch: string;
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

/** The one way to write a store that is kept. A part at a time: whatever happens, the manifest names whole parts only. */
export class StoreWriter implements SnapshotWriter {
  readonly #folder: string;
  readonly #io: Io;
  readonly #unlock: () => Promise<void>;
  readonly #gaps: readonly Gap[];
  readonly #parts: Map<string, StoredPart>;
  /** Parts written by this run, and by the runs before it that did not end. */
  readonly #written: Map<string, string>;

  private constructor(folder: string, io: Io, unlock: () => Promise<void>, { parts, gaps }: Snapshot, journal: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#io = io;
    this.#unlock = unlock;
    this.#gaps = gaps;
    this.#parts = new Map(parts.map((part) => [partKey(part), part]));
    this.#written = new Map(Object.entries(journal));
  }

  /** Locks the store and clears what an interrupted run has left. */
  static async open(folder: string, io: Io): Promise<StoreWriter> {
    await io.files.makeFolder(folder);
    const unlock = await lock(folder, io);
    try {
      const snapshot = await openSnapshot(folder, io.files);
      await sweep(folder, snapshot.parts, io);
      await io.files.makeFolder(join(folder, SCRATCH));
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

  /** The inputs that a source's parts were made from. */
  inputs(source: SourceId): InputFile[] {
    return [...this.#parts.values()].filter((part) => part.source === source).flatMap(({ facts }) => facts.inputs);
  }

  /**
   * Whether the stored part need not be read again: its input is the same, and its month can no longer change
   * (it is older than the last two closed ones), or it was written by the run that goes on now.
   */
  isCurrent(part: Part): boolean {
    if (this.#parts.get(partKey(part))?.identity !== part.identity) return false;
    return isSettled(part.month, monthOf(this.#io.now().toISOString())) || this.#written.get(partKey(part)) === part.identity;
  }

  async add(part: Part): Promise<StoredPart> {
    const { files } = this.#io;
    const stored = await writePart(part, this.#folder, this.scratch, files);
    const key = partKey(part);
    const replaced = this.#parts.get(key);
    this.#parts.set(key, stored);
    this.#written.set(key, part.identity);
    await files.replace(join(this.#folder, JOURNAL), JSON.stringify(Object.fromEntries(this.#written)));
    await this.#writeManifest(this.#gaps);
    if (replaced !== undefined && replaced.file !== stored.file) await files.remove(join(this.#folder, replaced.file));
    return stored;
  }

  /** Ends the run: what it wrote is no longer its own. `gaps`: the sources that it could not read. */
  async finish(gaps: readonly Gap[]): Promise<Snapshot> {
    if (this.#written.size > 0 || this.#parts.size === 0 || !isDeepStrictEqual(gaps, this.#gaps)) await this.#writeManifest(gaps);
    await this.#io.files.remove(join(this.#folder, JOURNAL));
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

function isSettled(month: Month, open: Month): boolean {
  return month < addMonths(open, -2);
}

async function readJournal(folder: string, io: Io): Promise<Record<string, string>> {
  const path = join(folder, JOURNAL);
  if (!(await io.files.exists(path))) return {};
  return parseJournal(await io.files.read(path));
}

/** What a run that was cut off may have left beside its parts. Nothing else in the folder is ours to remove. */
const LEFTOVER = /^((manifest|collecting)\.json\..+\.tmp|lock\..+\.(tmp|claim))$/;

async function sweep(folder: string, parts: readonly StoredPart[], { files }: Io): Promise<void> {
  await files.remove(join(folder, SCRATCH));
  const named = new Set(parts.map(({ file }) => file));
  const tables = join(folder, 'charges');
  const written = (await files.exists(tables)) ? (await files.list(tables)).map(({ name }) => `charges/${name}`) : [];
  const orphans = written.filter((file) => PART_FILE.test(file) && !named.has(file));
  // Others who wait for the lock write and remove files meanwhile: names are looked at, and nothing is opened.
  const leftovers = (await files.entries(folder)).filter((name) => LEFTOVER.test(name));
  for (const name of [...orphans, ...leftovers]) await files.remove(join(folder, name));
}
