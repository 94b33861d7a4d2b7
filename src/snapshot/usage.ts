import { filePath, type Sql } from '../io/sql.ts';
import type { StoredClusterPart } from './stored-part.ts';

/** A table of the clusters, read from parts of it. Adds `cluster`, which the folders above a file say, and nothing else does. */
function clusterTable(paths: readonly string[]): string {
  const parts = `read_parquet([${paths.map(filePath).join(', ')}], union_by_name = true, hive_partitioning = false, filename = true)`;
  return `(select *, regexp_extract(filename, '/cluster=([^/]+)/source=[^/]+/day=[^/]+/[^/]+$', 1) as cluster from ${parts})`;
}

/**
 * The parts to read of `usage`: where several sources looked at a cluster on a day, those of the one that saw most.
 * Two looks at the same container are one truth, and adding them would be a second one.
 */
export function oneSourceADay(parts: readonly StoredClusterPart[]): StoredClusterPart[] {
  const days = Map.groupBy(parts, ({ cluster, day }) => `${cluster} ${day}`);
  return [...days.values()].flatMap((ofDay) => {
    const sources = [...Map.groupBy(ofDay, ({ source }) => source).values()];
    const [best = []] = sources.toSorted((a, b) => rowsOf(b) - rowsOf(a) || ((a[0]?.source ?? '') < (b[0]?.source ?? '') ? -1 : 1));
    return best;
  });
}

const rowsOf = (parts: readonly StoredClusterPart[]): number => parts.reduce((sum, { facts }) => sum + facts.rows, 0);

export interface UsageFiles {
  readonly usage: readonly string[];
  /** Of parts of `pods` with the capability `KNOWS_OWNERS`, and of the others. */
  readonly pods: readonly string[];
  readonly otherPods: readonly string[];
}

/**
 * `usage` with `workload_kind` and `workload`: the one place where pods are joined to what they belong to. By uid where there is one; else by name, to the
 * last pod of that name that was made before the bucket ended, for StatefulSets use names again. NULL where nothing says it.
 */
export function ownedUsage({ usage, pods, otherPods }: UsageFiles): string {
  const ranked = [pods, otherPods].flatMap((paths, rank) => (paths.length === 0 ? [] : [`select *, ${rank} as rank from ${clusterTable(paths)}`]));
  if (ranked.length === 0) return `(select *, null::varchar as workload_kind, null::varchar as workload from ${clusterTable(usage)})`;
  // A pod stands in the parts of several days and sources: the best and latest word on it counts.
  const known = `select cluster, namespace, pod, pod_uid, coalesce(created, timestamp '1970-01-01') as created,
    arg_min(workload_kind, (rank, -epoch(last_seen))) as workload_kind, arg_min(workload, (rank, -epoch(last_seen))) as workload
    from (${ranked.join(' union all by name ')}) where workload is not null group by all`;
  return `(with known as materialized (${known}),
    by_uid as (select cluster, pod_uid, any_value(workload_kind order by created) as workload_kind, any_value(workload order by created) as workload
      from known where pod_uid is not null group by all)
    select used.*, coalesce(by_uid.workload_kind, by_name.workload_kind) as workload_kind, coalesce(by_uid.workload, by_name.workload) as workload
    from ${clusterTable(usage)} as used
    left join by_uid on used.cluster = by_uid.cluster and used.pod_uid = by_uid.pod_uid
    asof left join known as by_name on used.cluster = by_name.cluster and used.namespace = by_name.namespace and used.pod = by_name.pod
      and used.bucket_start + interval 5 minute > by_name.created)`;
}

/** What the snapshot knows of one cluster's use. */
export interface UsageCoverage {
  readonly cluster: string;
  readonly days: number;
  readonly containers: number;
  /** CPU time in core-seconds; null where none was observed. */
  readonly cpuSeconds: number | null;
  /** The part of it whose owner is known. */
  readonly ownedCpuSeconds: number | null;
}

/** How much use there is of each cluster, and how much of it belongs to somebody. */
export async function usageCoverage(sql: Sql, files: UsageFiles): Promise<UsageCoverage[]> {
  if (files.usage.length === 0) return [];
  const rows = await sql.rows(`
    select cluster, count(distinct bucket_start::date) as days, count(distinct (namespace, pod, coalesce(pod_uid, ''), container)) as containers,
      sum(cpu_mean_cores * observed_seconds) as cpu_seconds, sum(cpu_mean_cores * observed_seconds) filter (workload is not null) as owned
    from ${ownedUsage(files)} group by cluster order by cluster`);
  return rows.map((row) => ({
    cluster: String(row['cluster']),
    days: Number(row['days']),
    containers: Number(row['containers']),
    cpuSeconds: row['cpu_seconds'] === null ? null : Number(row['cpu_seconds']),
    ownedCpuSeconds: row['cpu_seconds'] === null ? null : Number(row['owned'] ?? 0),
  }));
}
