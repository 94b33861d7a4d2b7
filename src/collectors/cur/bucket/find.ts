import { UserError } from '../../../io/errors.ts';
import type { Window } from '../../types.ts';
import { isBillFile, isManifest } from '../bill.ts';
import { printAddress } from './address.ts';
import type { Bucket, StoredObject } from './client.ts';

/** More folders than a report of decades has: the prefix is not a report's. */
const MOST_LISTS = 1000;
/** More loose files than anyone has copied there. */
const MOST_LOOSE = 10_000;
const AT_ONCE = 8;
const DEEPEST = 8;

/**
 * The manifests below a prefix, or of that name. Walks from folder to folder until one stands there, and never lists data: below `metadata/` of an export, in
 * the folders of months of a report, and not in months outside the window. What lies deeper than a manifest of AWS is older. Undefined: there is none at all.
 * https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html, https://docs.aws.amazon.com/cur/latest/userguide/view-cur.html
 * @throws UserError where there is too much else
 */
export async function findManifests(bucket: Bucket, prefix: string, window: Window): Promise<readonly StoredObject[] | undefined> {
  const walk = new Walk(bucket, window, printAddress(bucket.name, prefix));
  const manifests = await walk.from(prefix === '' ? '' : `${prefix}/`);
  if (manifests.length > 0 || walk.leftOut > 0) return manifests;
  const single = walk.isEmpty ? await named(bucket, prefix) : undefined;
  return single !== undefined && isManifest(single.key) ? [single] : undefined;
}

/** All files of a bill below a prefix, or the one of that name. @throws UserError where there is none, or too much else */
export async function findFiles(bucket: Bucket, prefix: string): Promise<readonly StoredObject[]> {
  const single = await named(bucket, prefix);
  const files = single === undefined ? await filesBelow(bucket, prefix) : [single].filter(({ key }) => isBillFile(key));
  if (files.length > 0) return files;
  const at = printAddress(bucket.name, prefix);
  throw new UserError(
    single === undefined ? `${at}: no bill there: no manifest and no bill file` : `${at}: not a bill: expected .parquet, .csv, .csv.gz or a *-Manifest.json`,
    'AWS delivers to s3://BUCKET/PREFIX/NAME, with NAME that of the report or export; the first delivery takes up to a day',
  );
}

/** One that AWS has written. Another `manifest.json` may be of anything, and says nothing of what lies below. */
const isOfAws = ({ key }: StoredObject): boolean => key.endsWith('-Manifest.json');

class Walk {
  readonly at: string;
  readonly #bucket: Bucket;
  readonly #window: Window;
  lists = 0;
  /** Folders of months outside the window. */
  leftOut = 0;
  isEmpty = true;

  constructor(bucket: Bucket, window: Window, at: string) {
    this.#bucket = bucket;
    this.#window = window;
    this.at = at;
  }

  async from(folder: string, depth = 0): Promise<readonly StoredObject[]> {
    const { manifests, folders } = await this.#look(folder);
    if (manifests.some(isOfAws) || depth >= DEEPEST) return manifests;
    const next = this.#next(folder, folders);
    const found: StoredObject[] = [...manifests];
    if (next.length > 0 && next.every((one) => VERSION.test(one.slice(folder.length)))) {
      // Each refresh of an export has its own folder, named by its time. The newest that has a manifest is whole.
      for (const one of next.toReversed()) {
        const newest = await this.from(one, depth + 1);
        if (newest.length > 0) return newest;
      }
      return found;
    }
    for (let at = 0; at < next.length; at += AT_ONCE) {
      const below = await Promise.all(next.slice(at, at + AT_ONCE).map(async (one) => this.from(one, depth + 1)));
      found.push(...below.flat());
    }
    return found;
  }

  async #look(folder: string): Promise<{ readonly manifests: readonly StoredObject[]; readonly folders: readonly string[] }> {
    const manifests: StoredObject[] = [];
    const folders: string[] = [];
    for await (const page of this.#bucket.list(folder, { byFolder: true })) {
      this.lists += 1;
      if (this.lists > MOST_LISTS) {
        throw new UserError(
          `${this.at}: has too many folders and files to look for a manifest in all of them`,
          'name the folder of the report or export itself',
        );
      }
      if (page.objects.length + page.folders.length > 0) this.isEmpty = false;
      manifests.push(...page.objects.filter(({ key }) => isManifest(key)));
      folders.push(...page.folders);
    }
    return { manifests, folders };
  }

  /** Where a manifest may be, in the order of names. */
  #next(folder: string, folders: readonly string[]): readonly string[] {
    const metadata = folders.find((one) => one === `${folder}metadata/`);
    if (metadata !== undefined) return [metadata];
    return folders.filter((one) => {
      const name = one.slice(folder.length, -1);
      // What Athena reads: year=2026/month=10 of a report, and the state of its table.
      if (/^(year|month)=/.test(name) || name === 'cost_and_usage_data_status') return false;
      const month = monthIn(name);
      const { first, last } = this.#window;
      const isOutside = month !== undefined && ((first !== undefined && month < first) || (last !== undefined && month > last));
      if (isOutside) this.leftOut += 1;
      return !isOutside;
    });
  }
}

/** `20261001T061502Z-…/`, `2026-10-01T06:15:02.193Z-…/`. */
const VERSION = /^\d{4}-?\d{2}-?\d{2}T\d{2}/;

/** The month of a folder's name: `20261001-20261101` of a report, `BILLING_PERIOD=2026-10` of an export. */
function monthIn(name: string): string | undefined {
  const report = /^(\d{4})(\d{2})01-\d{8}$/.exec(name);
  if (report !== null) return `${report[1]}-${report[2]}`;
  return /^billing_period=(\d{4}-\d{2})$/i.exec(name)?.[1];
}

/** The object of exactly that name. */
async function named(bucket: Bucket, key: string): Promise<StoredObject | undefined> {
  if (key === '') return undefined;
  for await (const { objects } of bucket.list(key, { byFolder: false, most: 1 })) return objects.find((object) => object.key === key);
  return undefined;
}

async function filesBelow(bucket: Bucket, prefix: string): Promise<StoredObject[]> {
  const files: StoredObject[] = [];
  let seen = 0;
  for await (const { objects } of bucket.list(prefix === '' ? '' : `${prefix}/`, { byFolder: false })) {
    seen += objects.length;
    if (seen > MOST_LOOSE) {
      throw new UserError(
        `${printAddress(bucket.name, prefix)}: no manifest there, and more than ${MOST_LOOSE} files`,
        'name the folder of the report or export itself, or of the files',
      );
    }
    files.push(...objects.filter(({ key }) => isBillFile(key) && !key.split('/').some((segment) => segment.startsWith('.'))));
  }
  return files;
}
