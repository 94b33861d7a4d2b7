import type { Files } from '../io/files.ts';
import type { Gap, InputFile, Part } from '../model/facts.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';
import { byKey, writePart, type StoredPart } from './stored-part.ts';
import type { SnapshotWriter } from './writer.ts';

/** Takes in parts for the run that goes on, and for no other: without a manifest, a lock or a journal. The folder is the caller's, who removes it. */
export class ScratchWriter implements SnapshotWriter {
  readonly scratch: string;
  readonly began: Date;
  readonly #files: Files;
  readonly #parts: StoredPart[] = [];

  constructor(folder: string, files: Files, began: Date) {
    this.scratch = folder;
    this.began = began;
    this.#files = files;
  }

  get downloads(): string {
    return this.scratch;
  }

  inputs(): InputFile[] {
    return [];
  }

  isCurrent(): boolean {
    return false;
  }

  async add(part: Part): Promise<StoredPart> {
    const stored = await writePart(part, this.scratch, this.scratch, this.#files);
    this.#parts.push(stored);
    return stored;
  }

  async finish(gaps: readonly Gap[]): Promise<Snapshot> {
    return snapshotOf(this.scratch, { parts: this.#parts.toSorted(byKey), gaps });
  }

  async close(): Promise<void> {}
}
