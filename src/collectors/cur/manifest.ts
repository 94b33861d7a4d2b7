import { dirname, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../io/errors.ts';
import type { FileFacts, Files } from '../../io/files.ts';
import { monthOf } from '../../model/month.ts';
import type { Month } from '../../model/facts.ts';

/** `<report>-Manifest.json`: written by AWS after the last data file, it lists what is complete. */
const Manifest = z.object({
  assemblyId: z.string(),
  reportName: z.string(),
  reportKeys: z.array(z.string()).min(1),
  billingPeriod: z.object({ start: z.string().regex(/^\d{8}T/) }),
});

/** One delivery of a month: the files that make it whole. */
export interface Delivery {
  readonly manifest: FileFacts;
  readonly report: string;
  readonly assembly: string;
  readonly month: Month;
  readonly files: readonly FileFacts[];
}

/** The newest delivery of each month. A month's manifest stands in the month's folder; copies of older ones, deeper, are history. */
export async function readDeliveries(manifests: readonly FileFacts[], files: Files): Promise<Delivery[]> {
  const read = await Promise.all(manifests.map(async (manifest) => ({ manifest, ...(await readManifest(manifest, files)) })));
  const current = [...Map.groupBy(read, ({ report, month }) => `${report} ${month}`).values()].map(newest);
  checkOneReport(current);
  return Promise.all(
    current.map(async ({ keys, ...delivery }) => ({ ...delivery, files: await Promise.all(keys.map((key) => findData(delivery.manifest, key, files))) })),
  );
}

interface ManifestFacts {
  readonly report: string;
  readonly assembly: string;
  readonly month: Month;
  readonly keys: readonly string[];
}

async function readManifest(manifest: FileFacts, files: Files): Promise<ManifestFacts> {
  try {
    const { reportName, assemblyId, billingPeriod, reportKeys } = Manifest.parse(JSON.parse(await files.read(manifest.path)));
    const { start } = billingPeriod;
    return { report: reportName, assembly: assemblyId, month: monthOf(`${start.slice(0, 4)}-${start.slice(4, 6)}`), keys: reportKeys };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${manifest.path}: not the manifest of a Cost and Usage Report`, 'copy it again (aws s3 sync), or name the data files themselves', {
      cause: error,
    });
  }
}

const depth = ({ manifest }: { readonly manifest: FileFacts }): number => manifest.name.split('/').length;

const isBelow = (deeper: FileFacts, manifest: FileFacts): boolean => dirname(deeper.path).startsWith(`${dirname(manifest.path)}/`);

function newest<T extends ManifestFacts & { readonly manifest: FileFacts }>(deliveries: readonly T[]): T {
  const [first, ...others] = deliveries.toSorted((a, b) => depth(a) - depth(b));
  if (first === undefined) throw new Error('a group is never empty');
  const rival = others.find((other) => other.assembly !== first.assembly && !isBelow(other.manifest, first.manifest));
  if (rival === undefined) return first;
  throw new UserError(
    `${first.manifest.path} and ${rival.manifest.path}: two deliveries of ${first.month}`,
    'name the folder of one of them, or copy the manifest of the month’s own folder too: it names the newest one',
  );
}

function checkOneReport(deliveries: readonly (ManifestFacts & { readonly manifest: FileFacts })[]): void {
  for (const { month, report, manifest } of deliveries) {
    const rival = deliveries.find((other) => other.month === month && other.report !== report);
    if (rival !== undefined) {
      throw new UserError(
        `${manifest.path} and ${rival.manifest.path}: two reports of ${month}, which would be summed twice`,
        'name the folder of one of them',
      );
    }
  }
}

/** A key is relative to the bucket, and the copy may begin anywhere below it: the longest end of the key that stands in a folder above. */
async function findData(manifest: FileFacts, key: string, files: Files): Promise<FileFacts> {
  const above = ancestors(dirname(manifest.path), 8);
  const segments = key.split('/');
  const ends = segments.map((_, skip) => segments.slice(skip).join('/'));
  for (const path of ends.flatMap((end) => above.map((folder) => join(folder, end)))) {
    if ((await files.kind(path)) !== 'file') continue;
    const [found] = await files.list(path);
    if (found !== undefined) return { ...found, name: key };
  }
  throw new UserError(`${manifest.path}: it names ${key}, which is not there`, 'the copy is not complete: run aws s3 sync again');
}

function ancestors(folder: string, most: number): string[] {
  const found = [folder];
  for (let at = folder; found.length < most; at = join(at, '..')) {
    const next = join(at, '..');
    if (next === at) break;
    found.push(next);
  }
  return found;
}
