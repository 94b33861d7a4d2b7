import { z } from 'zod';
import type { FileFacts } from '../../io/files.ts';
import type { Month } from '../../model/facts.ts';
import { monthOf } from '../../model/month.ts';

/** What a manifest says, in whatever form. */
export interface ManifestFacts {
  /** Name of the report or export. */
  readonly report: string;
  /** Two manifests of one month with the same are of the same report. */
  readonly identity: string;
  /** Which delivery of the month it is. */
  readonly assembly: string;
  /** Tells which of several deliveries is newer; null where only their places do. */
  readonly delivered: string | null;
  readonly month: Month;
  /** Names of the data files: from the root of the bucket or container. */
  readonly keys: readonly string[];
}

/** `<report>-Manifest.json` of a legacy report. https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html */
const Legacy = z.object({
  assemblyId: z.string(),
  reportName: z.string(),
  reportKeys: z.array(z.string()).min(1),
  billingPeriod: z.object({ start: z.string().regex(/^\d{8}T/) }),
});

/**
 * `metadata/BILLING_PERIOD=YYYY-MM/<export>-Manifest.json` of AWS Data Exports: CUR 2.0 and FOCUS. Written after the last data file, which it names as
 * `s3://BUCKET/KEY`. https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html
 */
const DataExport = z.object({
  exportName: z.string().optional(),
  reportName: z.string().optional(),
  exportArn: z.string().optional(),
  executionId: z.string().optional(),
  assemblyId: z.string().optional(),
  dataFiles: z.array(z.string()).min(1),
});

/**
 * `manifest.json` of Azure Cost Management.
 * https://github.com/microsoft/finops-toolkit/blob/dev/docs-mslearn/toolkit/hubs/data-processing.md (About exports)
 */
const Azure = z.object({
  exportConfig: z.object({ exportName: z.string(), resourceId: z.string(), type: z.string() }),
  runInfo: z.object({ runId: z.string(), submittedTime: z.string(), startDate: z.string().regex(/^\d{4}-\d{2}/) }),
  blobs: z.array(z.object({ blobName: z.string() })),
});

/** What a manifest's JSON says; undefined: it is of something else than a bill. @throws Error where it is damaged */
export function manifestFacts(manifest: FileFacts, json: unknown): ManifestFacts | undefined {
  const has = (key: string): boolean => typeof json === 'object' && json !== null && key in json;
  if (has('dataFiles')) return dataExport(manifest, DataExport.parse(json));
  if (has('exportConfig')) return azure(Azure.parse(json));
  if (has('reportKeys') || manifest.name.endsWith('-Manifest.json')) return legacy(Legacy.parse(json));
  return undefined;
}

function legacy({ assemblyId, reportName, reportKeys, billingPeriod: { start } }: z.output<typeof Legacy>): ManifestFacts {
  const month = monthOf(`${start.slice(0, 4)}-${start.slice(4, 6)}`);
  return { report: reportName, identity: reportName, assembly: assemblyId, delivered: null, month, keys: reportKeys };
}

const PERIOD = /billing_period=(\d{4}-\d{2})(?:\/|$)/i;

/** Where each refresh makes new files, its folder begins with when that was: `2026-10-05T06:00:00.000Z-<execution>` or `20261005T060000Z-…`. */
const DELIVERED = /^(\d{4}-?\d{2}-?\d{2}[T_-]?[\d:.-]*?)Z?(?:-[0-9a-f]{8}-|-[^-\d]|$)/;

function dataExport(manifest: FileFacts, { dataFiles, ...said }: z.output<typeof DataExport>): ManifestFacts {
  const keys = dataFiles.map((file) => file.replace(/^s3:\/\/[^/]+\//, ''));
  const month = [...keys, manifest.path].flatMap((path) => PERIOD.exec(path)?.[1] ?? [])[0];
  if (month === undefined) throw new Error('neither the manifest nor its files lie in a folder BILLING_PERIOD=YYYY-MM');
  const report = said.exportName ?? said.reportName ?? fileName(manifest.path).replace(/-Manifest\.json$/, '');
  const folders = [...keys, manifest.path].flatMap((path) => path.split('/').slice(0, -1));
  const stamp = folders.flatMap((folder) => DELIVERED.exec(folder)?.[1] ?? [])[0];
  return {
    report,
    identity: said.exportArn ?? report,
    assembly: said.executionId ?? said.assemblyId ?? keys.join(' '),
    delivered: stamp?.replaceAll(/\D/g, '') ?? null,
    month: monthOf(month),
    keys,
  };
}

/** An export of another dataset (its prices, its cost in Azure's own form) is no FOCUS bill. */
function azure({ exportConfig, runInfo, blobs }: z.output<typeof Azure>): ManifestFacts | undefined {
  if (exportConfig.type !== 'FocusCost') return undefined;
  return {
    report: exportConfig.exportName,
    identity: exportConfig.resourceId.toLowerCase(),
    assembly: runInfo.runId,
    delivered: runInfo.submittedTime,
    month: monthOf(runInfo.startDate.slice(0, 7)),
    keys: blobs.map(({ blobName }) => blobName),
  };
}

const fileName = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;
