import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Io } from '../io/io.ts';
import type { Gap, InputFile, Month, Part, SourceId } from '../model/facts.ts';
import { addMonths, monthOf } from '../model/month.ts';
import { lock } from './lock.ts';
import { byKey, printManifest, partKey, type StoredPart } from './manifest.ts';
import { MANIFEST, openSnapshot, snapshotOf, type Snapshot } from './snapshot.ts';

/** Parts of a run that has not ended; `manifest.json` of a run that has is all there is. */
const JOURNAL = 'collecting.json';

/** The one way to write a store. A part at a time: whatever happens, the manifest names whole parts only. */
export class SnapshotWriter {
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
  static async open(folder: string, io: Io): Promise<SnapshotWriter> {
    await io.files.makeFolder(folder);
    const unlock = await lock(folder, io);
    try {
      const snapshot = await openSnapshot(folder, io.files);
      await sweep(folder, snapshot.parts, io);
      const scratch = join(folder, 'scratch');
      await io.files.makeFolder(scratch);
      return new SnapshotWriter(folder, io, unlock, snapshot, await readJournal(folder, io));
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** For what is only needed while collecting. */
  get scratch(): string {
    return join(this.#folder, 'scratch');
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
    const place = `${part.table}/source=${part.source}/month=${part.month}`;
    const temporary = join(this.scratch, `${randomUUID()}.parquet`);
    const facts = await part.write(temporary);
    const sha256 = await files.sha256(temporary);
    const [written] = await files.list(temporary);
    if (written === undefined) throw new Error(`${temporary} was not written`);

    // Named by its content, so that the file which the manifest names now is never written over.
    const file = `${place}/${sha256.slice(0, 16)}.parquet`;
    await files.makeFolder(join(this.#folder, place));
    await files.publish(temporary, join(this.#folder, file));
    const stored: StoredPart = { table: part.table, source: part.source, month: part.month, file, sha256, bytes: written.bytes, identity: part.identity, facts };
    const key = partKey(part);
    const replaced = this.#parts.get(key);
    this.#parts.set(key, stored);
    this.#written.set(key, part.identity);
    await files.replace(join(this.#folder, JOURNAL), JSON.stringify(Object.fromEntries(this.#written)));
    await this.#writeManifest(this.#gaps);
    if (replaced !== undefined && replaced.file !== file) await files.remove(join(this.#folder, replaced.file));
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
  return z.record(z.string(), z.string()).parse(JSON.parse(await io.files.read(path)));
}

/** What a run that was cut off may have left. Nothing else in the folder is ours to remove. */
const LEFTOVER = /^(charges\/source=[^/]+\/month=[^/]+\/\w+\.parquet|scratch\/.+|(manifest|collecting)\.json\..+\.tmp|lock\..+\.(tmp|claim))$/;

async function sweep(folder: string, parts: readonly StoredPart[], io: Io): Promise<void> {
  const named = new Set(parts.map(({ file }) => file));
  for (const { name, path } of await io.files.list(folder)) {
    if (LEFTOVER.test(name) && !named.has(name)) await io.files.remove(path);
  }
}
