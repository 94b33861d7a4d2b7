import { constants, gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import type { Io } from '../../io/io.ts';
import type { Detect, Detection } from '../types.ts';
import { isBillFile, isManifest } from './bill.ts';
import { isFocus, namesFocus } from './focus/columns.ts';

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
  readonly form: Form;
}

type Form = 'AWS bill' | 'FOCUS export';

/** Bills in the current folder and the folders below: AWS' own reports, and FOCUS exports of any provider. */
export const detect: Detect = async (io) => {
  const found: Found[] = [];
  for (const name of await filesBelow(io)) {
    const sort = await orUndefined(() => sortOf(name, io));
    if (sort !== undefined) found.push({ name, ...sort });
  }
  const roots = new Map(found.filter(({ what }) => what === 'manifest').map(({ name, form }) => [reportFolder(name), form]));
  const loose = found.filter(({ name, what }) => what === 'bill' && ![...roots.keys()].some((root) => isBelow(name, root)));
  return [
    ...[...roots].map(([root, form]) => detection(`${form} with its manifest`, root)),
    ...loosePaths(loose, found).map(({ path, form }) => detection(form, path)),
  ];
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

async function sortOf(name: string, { directory, files }: Io): Promise<Omit<Found, 'name'> | undefined> {
  const path = join(directory, name);
  if (isManifest(name)) return manifestSort(String(await files.readStart(path, FOOTER_BYTES)));
  if (!isBillFile(name)) return undefined;
  const form = await (/\.parquet$/i.test(name) ? parquetForm(path, files) : csvForm(path, files));
  return form === undefined ? { what: 'other', form: 'AWS bill' } : { what: 'bill', form };
}

/** Of AWS' exports the columns tell the form; Azure's say what they hold. */
function manifestSort(text: string): Omit<Found, 'name'> | undefined {
  if (/"exportConfig"/.test(text)) return /"type"\s*:\s*"FocusCost"/.test(text) ? { what: 'manifest', form: 'FOCUS export' } : undefined;
  if (!/"(reportKeys|dataFiles)"/.test(text)) return undefined;
  return { what: 'manifest', form: namesFocus(text) ? 'FOCUS export' : 'AWS bill' };
}

async function csvForm(path: string, files: Io['files']): Promise<Form | undefined> {
  const start = await files.readStart(path, HEAD_BYTES);
  const text = /\.gz$/i.test(path) ? gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }) : start;
  const header = String(text).split('\n', 1)[0] ?? '';
  if (/lineItem\/|line_item_/.test(header)) return 'AWS bill';
  return isFocus(header.split(',')) ? 'FOCUS export' : undefined;
}

/** The file ends with its columns' names, their length (4 bytes) and `PAR1`. */
async function parquetForm(path: string, files: Io['files']): Promise<Form | undefined> {
  const tail = await files.readEnd(path, 8);
  if (tail.length < 8 || String(tail.subarray(4)) !== 'PAR1') return undefined;
  const footer = await files.readEnd(path, Math.min(tail.readUInt32LE(0) + 8, FOOTER_BYTES));
  if (footer.includes('line_item_line_item_type')) return 'AWS bill';
  return namesFocus(footer.toString('latin1')) ? 'FOCUS export' : undefined;
}

/** The folder above those of the months: `acme/20260201-20260301/acme-Manifest.json` -> `acme`. Spelled as AWS or Azure do. */
function reportFolder(manifest: string): string {
  const folders = manifest.split('/').slice(0, -1);
  const month = folders.findIndex((name, index) => /^\d{8}-\d{8}$/.test(name) || (name === 'metadata' && /^billing_period=/i.test(folders[index + 1] ?? '')));
  return folders.slice(0, month < 0 ? undefined : month).join('/') || '.';
}

/** Several bills of a folder are one entry, if nothing else would be read with them. */
function loosePaths(loose: readonly Found[], found: readonly Found[]): readonly { readonly path: string; readonly form: Form }[] {
  return [...Map.groupBy(loose, ({ name, form }) => `${form} ${dataFolder(name)}`).values()].flatMap((bills) => {
    const [first] = bills;
    if (first === undefined) return [];
    const folder = dataFolder(first.name);
    const isAll = found.filter(({ name }) => isBelow(name, folder)).length === bills.length;
    return isAll && bills.length > 1 ? [{ path: folder, form: first.form }] : bills.map(({ name, form }) => ({ path: name, form }));
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
