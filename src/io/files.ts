import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { noSpace, UserError } from './errors.ts';

export interface FileFacts {
  /** Relative to the folder listed, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modified: string;
}

/** The disk, as far as tonnage uses it. Paths are as the caller gives them; errors that the user can mend are `UserError`s. */
export interface Files {
  kind(path: string): Promise<'file' | 'folder' | 'absent'>;
  /** The file, or all files below the folder, sorted by name. Links are followed; hidden ones are passed over. */
  list(path: string): Promise<readonly FileFacts[]>;
  /** Names in the folder itself, sorted; hidden ones are passed over. None where there is no such folder. */
  entries(path: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  /** At most so many bytes from where the file begins. */
  readStart(path: string, bytes: number): Promise<Buffer>;
  /** At most so many bytes up to where the file ends. */
  readEnd(path: string, bytes: number): Promise<Buffer>;
  exists(path: string): Promise<boolean>;
  /** Written to a temporary name beside it, flushed, renamed: the file is the old or the new one, whole. */
  replace(path: string, text: string): Promise<void>;
  /** Flushes what another program wrote to `from`, then gives it its name. */
  publish(from: string, to: string): Promise<void>;
  /** Creates the file with its text in one step. False if there is one already. */
  create(path: string, text: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** A new empty folder outside the project; the caller removes it. */
  scratch(): Promise<string>;
  sha256(path: string): Promise<string>;
}

export const diskFiles: Files = {
  async kind(path) {
    try {
      return (await fs.stat(path)).isDirectory() ? 'folder' : 'file';
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 'absent';
      throw explained(error, path);
    }
  },

  async list(path) {
    const found = await guarded(path, () => fs.stat(path));
    if (!found.isDirectory()) {
      await guarded(path, () => fs.access(path, constants.R_OK));
      return [{ name: path.split(sep).at(-1) ?? path, path, bytes: found.size, modified: found.mtime.toISOString() }];
    }
    const files: FileFacts[] = [];
    for (const entry of await guarded(path, () => fs.readdir(path, { recursive: true, withFileTypes: true }))) {
      const full = join(entry.parentPath, entry.name);
      const name = relative(path, full).replaceAll(sep, '/');
      if (entry.isDirectory() || name.split('/').some((segment) => segment.startsWith('.'))) continue;
      const facts = await guarded(full, () => fs.stat(full));
      if (facts.isFile()) files.push({ name, path: full, bytes: facts.size, modified: facts.mtime.toISOString() });
      if (facts.isDirectory() && !(await leadsUp(full, path)))
        files.push(...(await this.list(full)).map((file) => ({ ...file, name: `${name}/${file.name}` })));
    }
    return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  },

  async entries(path) {
    if ((await this.kind(path)) !== 'folder') return [];
    const names = await guarded(path, () => fs.readdir(path));
    return names.filter((name) => !name.startsWith('.')).toSorted();
  },

  read: (path) => guarded(path, () => fs.readFile(path, 'utf8')),
  readStart: (path, bytes) => guarded(path, () => readPart(path, () => 0, bytes)),
  readEnd: (path, bytes) => guarded(path, () => readPart(path, (size) => Math.max(0, size - bytes), bytes)),

  async exists(path) {
    return (await this.kind(path)) !== 'absent';
  },

  async replace(path, text) {
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await guarded(path, () => writeFlushed(temporary, text, 'w'));
      await guarded(path, () => fs.rename(temporary, path));
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
    await flush(dirname(path));
  },

  async publish(from, to) {
    await guarded(to, () => flush(from));
    await guarded(to, () => fs.rename(from, to));
    await flush(dirname(to));
  },

  async create(path, text) {
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await guarded(path, () => writeFlushed(temporary, text, 'w'));
      // A link fails where the name is taken, and shows the file only with its text.
      await fs.link(temporary, path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw explained(error, path);
    } finally {
      await fs.rm(temporary, { force: true });
    }
  },

  remove: (path) => guarded(path, () => fs.rm(path, { recursive: true, force: true })),
  makeFolder: async (path) => void (await guarded(path, () => fs.mkdir(path, { recursive: true }))),
  scratch: () => guarded(tmpdir(), () => fs.mkdtemp(join(tmpdir(), 'tonnage-'))),

  async sha256(path) {
    const hash = createHash('sha256');
    await guarded(path, () => pipeline(createReadStream(path), hash));
    return hash.digest('hex');
  },
};

async function readPart(path: string, begin: (size: number) => number, bytes: number): Promise<Buffer> {
  const file = await fs.open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(bytes, size)), { position: begin(size) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether a link leads to a folder that it lies in: following it would never end. */
async function leadsUp(link: string, folder: string): Promise<boolean> {
  const [target, own] = await guarded(link, () => Promise.all([fs.realpath(link), fs.realpath(folder)]));
  return own === target || own.startsWith(target + sep);
}

async function writeFlushed(path: string, text: string, flag: string): Promise<void> {
  const file = await fs.open(path, flag);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flush(path: string): Promise<void> {
  const file = await fs.open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function guarded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explained(error, path);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function explained(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'ENOENT':
      return new UserError(`${path}: no such file or folder`, 'check the path; it is taken from the folder you are in', { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new UserError(`${path}: no permission`, 'check who owns it and who may read or write it (ls -l)', { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return noSpace(path, error);
    case 'EROFS':
      return new UserError(`${path}: the file system is read-only`, 'choose another place with --store or --output', { cause: error });
    case 'EISDIR':
      return new UserError(`${path}: is a folder`, 'name a file', { cause: error });
    case 'EEXIST':
    case 'ENOTDIR':
      return new UserError(`${path}: a part of this path is a file, not a folder`, 'check the path', { cause: error });
    default:
      return error;
  }
}
