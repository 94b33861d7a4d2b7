import type { Sql } from '../io/sql.ts';
import { clusterCosts, sensitivityOf, unobservedBefore, weightsInstead, type AllocationReport } from '../model/cost/allocation-report.ts';
import type { AllocationSettings } from '../model/cost/allocation-settings.ts';
import type { NodeFinding } from '../model/cost/allocation/node-findings.ts';
import type { DailyCost } from '../model/cost/anomalies/series.ts';
import type { CostLine } from '../model/cost/cost-line.ts';
import type { Month, ReportGap } from '../model/facts.ts';
import { addMonths } from '../model/month.ts';
import { allocate } from '../snapshot/allocation/allocate.ts';
import { ALLOCATION_TABLES, type AllocationQuery, type ClusterFiles } from '../snapshot/allocation/contract.ts';
import type { CostQuery } from '../snapshot/charges.ts';
import type { StoredPart } from '../snapshot/stored-part.ts';
import { clusterParts, type Snapshot } from '../snapshot/snapshot.ts';

export interface ReportLines {
  readonly lines: readonly CostLine[];
  readonly allocation: AllocationReport | null;
  readonly workloadDays: readonly (readonly DailyCost[])[];
  readonly gaps: readonly ReportGap[];
}

/** What is asked about clusters: the charges of the query, beside what the snapshot knows of clusters in the same months, and in those next to them. */
export async function allocationQuery(
  snapshot: Snapshot,
  query: CostQuery,
  labels: readonly string[],
  months: readonly Month[],
  pathsOf: (parts: readonly StoredPart[]) => Promise<string[]>,
): Promise<AllocationQuery> {
  // Whose a volume, load balancer or node is, a look some weeks before or after says too; and a month is told alike in its own report and in the next one's.
  const near = months.flatMap((month) => [addMonths(month, -1), month, addMonths(month, 1)]);
  const clusters: { -readonly [Table in keyof ClusterFiles]: ClusterFiles[Table] } = {};
  for (const table of ALLOCATION_TABLES) {
    const wanted = table === 'usage' ? months : near;
    const parts = clusterParts(snapshot, table).filter(({ day }) => wanted.some((month) => day.startsWith(month)));
    const paths = await pathsOf(parts);
    clusters[table] = parts.map((part, at) => ({ part, path: paths[at] ?? '' }));
  }
  return { ...query, labels, clusters, readsClusters: readClusters(snapshot).size > 0 };
}

/** The clusters that a source of the snapshot reads, in whatever month. */
export function readClusters({ parts }: Snapshot): ReadonlySet<string> {
  return new Set(parts.flatMap((part) => ('cluster' in part ? [part.cluster] : [])));
}

/**
 * The charges as lines, those of clusters split over their workloads.
 * @param months of the report's own period
 * @param read the clusters that sources read: one that was only not looked at in these months is unobserved, not unread
 */
export async function reportLines(
  sql: Sql,
  query: AllocationQuery,
  settings: AllocationSettings,
  months: readonly Month[],
  read: ReadonlySet<string>,
): Promise<ReportLines> {
  const { lines, nodes, unread: unseen, unknown } = await allocate(sql, query, settings);
  const unread = unseen.filter((name) => !read.has(name));
  if (nodes === null) return { lines, allocation: null, workloadDays: [], gaps: [] };
  const isCurrent = ({ month }: { readonly month: Month }): boolean => months.includes(month);
  const clusters = clusterCosts(lines, months, nodes.coverage.filter(isCurrent));
  const allocation: AllocationReport = {
    weights: settings.weights,
    idle: settings.idle,
    instead: weightsInstead(nodes.weights.filter(isCurrent), settings.weights),
    clusters,
    sensitivity: sensitivityOf(nodes.sensitivity.filter(isCurrent)),
    unread,
    unobservedBefore: unobservedBefore(
      clusters,
      nodes.coverage.filter((one) => !isCurrent(one)),
    ),
  };
  return {
    lines,
    allocation,
    workloadDays: nodes.workloadDays,
    gaps: [
      ...nodes.findings.filter((finding) => isOf(finding, months) && !isOfUnread(finding, unread)),
      // Who reads no cluster at all has asked for none.
      ...(read.size === 0 ? [] : unread.filter((name) => !isSplit(name, lines)).map(unreadGap)),
      ...unknown.filter((name) => !read.has(name)).map((cluster): ReportGap => ({ code: 'unknown-cluster', cluster })),
    ],
  };
}

function isOf(finding: NodeFinding, months: readonly Month[]): boolean {
  return !('month' in finding) || months.includes(finding.month);
}

/** That nobody observed a cluster which no source reads is said by that. */
const isOfUnread = (finding: NodeFinding, unread: readonly string[]): boolean => finding.code === 'unobserved' && unread.includes(finding.cluster);

/** Whether the bill itself says what the cluster's pods cost. */
const isSplit = (cluster: string, lines: readonly CostLine[]): boolean => lines.some(({ use }) => use?.cluster === cluster && use.method === 'split-cost');

const unreadGap = (cluster: string): ReportGap => ({ code: 'unread-cluster', cluster });
