import { constants, gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import type { Io } from '../../io/io.ts';
import type { Detect, Detection } from '../types.ts';
import { isBillFile, isManifest } from './bill.ts';

/** Folders below the current one, and files in all of them, that are looked at. */
const DEPTH = 3;
const MOST = 500;

const HEAD_BYTES = 64 * 1024;
const FOOTER_BYTES = 4 * 1024 * 1024;

interface Found {
  /** Relative to the current folder, with `/`. */
  readonly name: string;
  /** `other`: a data file that is no bill. */
  readonly what: 'manifest' | 'bill' | 'other';
}

/** Bills in the current folder and the folders below. */
export const detect: Detect = async (io) => {
  const found: Found[] = [];
  for (const name of await filesBelow(io)) {
    const what = await orUndefined(() => sortOf(name, io));
    if (what !== undefined) found.push({ name, what });
  }
  const roots = new Set(found.filter(({ what }) => what === 'manifest').map(({ name }) => reportFolder(name)));
  const loose = found.filter(({ name, what }) => what === 'bill' && ![...roots].some((root) => isBelow(name, root)));
  return [...[...roots].map((root) => detection('AWS bill with its manifest', root)), ...loosePaths(loose, found).map((path) => detection('AWS bill', path))];
};

/** Nearest first. */
async function filesBelow({ directory, files }: Io): Promise<readonly string[]> {
  const found: string[] = [];
  // Grows while it is walked.
  const folders = [{ folder: '', depth: 0 }];
  for (const { folder, depth } of folders) {
    for (const entry of (await orUndefined(() => files.entries(join(directory, folder)))) ?? []) {
      const name = folder === '' ? entry : `${folder}/${entry}`;
      const kind = await orUndefined(() => files.kind(join(directory, name)));
      if (kind === 'folder' && depth < DEPTH && entry !== 'node_modules') folders.push({ folder: name, depth: depth + 1 });
      if (kind === 'file') found.push(name);
      if (found.length === MOST) return found;
    }
  }
  return found;
}

async function sortOf(name: string, { directory, files }: Io): Promise<Found['what'] | undefined> {
  const path = join(directory, name);
  if (isManifest(name)) return /"(reportKeys|dataFiles)"/.test(String(await files.readStart(path, FOOTER_BYTES))) ? 'manifest' : undefined;
  if (!isBillFile(name)) return undefined;
  return (await (/\.parquet$/i.test(name) ? isParquetBill(path, files) : isCsvBill(path, files))) ? 'bill' : 'other';
}

async function isCsvBill(path: string, files: Io['files']): Promise<boolean> {
  const start = await files.readStart(path, HEAD_BYTES);
  const text = /\.gz$/i.test(path) ? gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }) : start;
  return /lineItem\/|line_item_/.test(String(text).split('\n', 1)[0] ?? '');
}

/** The file ends with its columns' names, their length (4 bytes) and `PAR1`. */
async function isParquetBill(path: string, files: Io['files']): Promise<boolean> {
  const tail = await files.readEnd(path, 8);
  if (tail.length < 8 || String(tail.subarray(4)) !== 'PAR1') return false;
  const footer = await files.readEnd(path, Math.min(tail.readUInt32LE(0) + 8, FOOTER_BYTES));
  return footer.includes('line_item_line_item_type');
}

/** The folder above those of the months: `acme/20260201-20260301/acme-Manifest.json` -> `acme`. */
function reportFolder(manifest: string): string {
  const folders = manifest.split('/').slice(0, -1);
  const month = folders.findIndex((name, index) => /^\d{8}-\d{8}$/.test(name) || (name === 'metadata' && folders[index + 1]?.startsWith('BILLING_PERIOD=')));
  return folders.slice(0, month < 0 ? undefined : month).join('/') || '.';
}

/** Several bills of a folder are one entry, if nothing else would be read with them. */
function loosePaths(loose: readonly Found[], found: readonly Found[]): readonly string[] {
  return [...Map.groupBy(loose, ({ name }) => dataFolder(name))].flatMap(([folder, bills]) => {
    const isAll = found.filter(({ name }) => isBelow(name, folder)).length === bills.length;
    return isAll && bills.length > 1 ? [folder] : bills.map(({ name }) => name);
  });
}

/** The folder of a data file, above its partitions (`month=2`). */
function dataFolder(name: string): string {
  const folders = name.split('/').slice(0, -1);
  const own = folders.findLastIndex((folder) => !folder.includes('='));
  return folders.slice(0, own + 1).join('/') || '.';
}

function isBelow(name: string, folder: string): boolean {
  return folder === '.' || name.startsWith(`${folder}/`);
}

function detection(what: string, path: string): Detection {
  return { found: `${what}: ${path === '.' ? 'this folder' : path}`, source: { kind: 'cur', name: path, path } };
}

/** What cannot be read was not found. */
async function orUndefined<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}
