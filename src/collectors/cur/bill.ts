import { UserError } from '../../io/errors.ts';
import type { FileFacts, Files } from '../../io/files.ts';
import type { Delivery } from './manifest.ts';

/** A file of a bill where it lies. */
export interface PlacedFile extends FileFacts {
  /** In a bucket: while it is the same, so is the file. */
  readonly etag?: string;
}

/** All files of a bill. With manifests, those that they list and no other. */
export interface Bill {
  readonly files: readonly PlacedFile[];
  readonly deliveries: readonly Delivery[];
  /** Files that look like a bill's and that no manifest names: older versions, as a rule. */
  readonly unlisted: readonly FileFacts[];
}

const DATA = /\.(parquet|csv|csv\.gz)$/i;
/** AWS keeps the state of its Athena table beside the data. */
const NOT_DATA = /(^|\/)cost_and_usage_data_status(\/|\.)/;

/** AWS' `<report>-Manifest.json`, Azure's `manifest.json`. */
export const isManifest = (name: string): boolean => /-Manifest\.json$|(^|\/)manifest\.json$/.test(name);
export const isBillFile = (name: string): boolean => DATA.test(name) && !NOT_DATA.test(name);

/** Finds the bill at a path: a file, a folder of files, a manifest, or the S3 layout with its manifests. @throws UserError if there is none */
export async function findBill(path: string, files: Files): Promise<Bill> {
  const found = await files.list(path);
  const manifests = found.filter(({ name }) => isManifest(name));
  const data = found.filter(({ name }) => isBillFile(name));
  if (manifests.length > 0) {
    const { readDeliveries } = await import('./manifest.ts');
    const deliveries = await readDeliveries(manifests, files);
    const listed = deliveries.flatMap((delivery) => delivery.files);
    const paths = new Set(listed.map((file) => file.path));
    if (deliveries.length > 0) return { files: listed, deliveries, unlisted: data.filter((file) => !paths.has(file.path)) };
  }
  if (data.length > 0) return { files: data, deliveries: [], unlisted: [] };
  const single = (await files.kind(path)) === 'file';
  throw new UserError(
    single ? `${path}: not a bill: expected .parquet, .csv, .csv.gz or a *-Manifest.json` : `${path}: no bill in this folder`,
    single ? 'unpack it first if it is an archive' : 'looked for *-Manifest.json, *.parquet, *.csv and *.csv.gz, also in its folders',
  );
}
