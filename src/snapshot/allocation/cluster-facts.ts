import { filePath, name, text, type Sql } from '../../io/sql.ts';
import { CLUSTER_TABLES, KNOWS_OWNERS, type ClusterTable } from '../../model/cluster/tables.ts';
import type { ClusterFiles } from './contract.ts';
import { extract } from './subjects.ts';

/** A table of the clusters from its parts, with `cluster` and `day` (DATE), which the folders say. One without parts still has its columns. */
export function clusterTable(clusters: ClusterFiles, table: ClusterTable, isWanted: (capabilities: readonly string[]) => boolean = () => true): string {
  const paths = (clusters[table] ?? []).filter(({ part }) => isWanted(part.facts.capabilities)).map(({ path }) => filePath(path));
  if (paths.length === 0) {
    const columns = Object.entries(CLUSTER_TABLES[table]).map(([column, type]) => `null::${type} as ${name(column)}`);
    return `(select ${columns.join(', ')}, null::varchar as cluster, null::date as day where false)`;
  }
  const part = "'/cluster=([^/]+)/source=[^/]+/day=([^/]+)/[^/]+$'";
  return `(select *, regexp_extract(filename, ${part}, 1) as cluster, regexp_extract(filename, ${part}, 2)::date as day
    from read_parquet([${paths.join(', ')}], union_by_name = true, hive_partitioning = false, filename = true))`;
}

/**
 * How far a fact of the days [first, last] is from a month: 0 within it. Things as they are are looked at now and then: where nobody looked in the month, the
 * nearest look before it counts, else the nearest after it.
 */
export function distance(month: string, first: string, last: string): string {
  const start = `cast(${month} || '-01' as date)`;
  return `case when ${last} < ${start} then date_diff('day', ${last}, ${start})
    when ${first} >= ${start} + interval 1 month then 1000000 + date_diff('day', ${start}, ${first}) else 0 end`;
}

/** As the rows of `CostLine.use` name it. */
export const WORKLOAD = `case when workload is null then null else coalesce(workload_kind || '/', '') || workload end`;

/** The value of a label in a JSON object: as Kubernetes spells it, or as Prometheus does. */
export function labelValue(label: string): string {
  const values = [label, label.replaceAll(/[^a-zA-Z0-9_]/g, '_')].map((key) => `json_extract_string(labels, ${text(`$.${JSON.stringify(key)}`)})`);
  return `coalesce(${values.join(', ')})`;
}

/**
 * Makes what the clusters know of what is billed:
 * - `known_nodes`: the node of an instance;
 * - `known_pods`: a pod, by uid or name, and its workload; `pods` that knows owners stands before others, and a later look before an earlier one;
 * - `known_workloads`: all workloads by name, with the labels of their newest pod that rules ask for (`label0`, ...);
 * - `known_things`: volumes, services and ingresses, with the days on which they were seen.
 */
export async function makeClusterFacts(sql: Sql, clusters: ClusterFiles, labels: readonly string[]): Promise<void> {
  await sql.run(`
    create or replace temp table known_nodes as
    select instance, cluster, node from (select *, ${extract('(i-[0-9a-f]+)$', 'provider_id')} as instance from ${clusterTable(clusters, 'nodes')})
    where instance is not null and node is not null
    qualify row_number() over (partition by instance order by day desc, last_seen desc nulls last, cluster, node) = 1`);
  const ranked = [true, false].map(
    (knows, rank) => `select *, ${rank} as rank from ${clusterTable(clusters, 'pods', (capabilities) => capabilities.includes(KNOWS_OWNERS) === knows)}`,
  );
  const latest = `(rank, -epoch(coalesce(last_seen, day)), coalesce(workload_kind, ''), workload)`;
  await sql.run(`
    create or replace temp table known_pods as
    select cluster, namespace, pod, pod_uid, max(created) as created, arg_min(workload_kind, ${latest}) filter (workload is not null) as workload_kind,
      arg_min(workload, ${latest}) filter (workload is not null) as workload, arg_min(labels, (rank, -epoch(coalesce(last_seen, day)), labels)) filter (labels is not null) as labels, max(coalesce(last_seen, day)) as last_seen
    from (${ranked.join(' union all by name ')}) where namespace is not null and pod is not null group by all`);
  const values = labels.map((label, at) => `${labelValue(label)} as ${name(`label${at}`)}`);
  await sql.run(`
    create or replace temp table known_workloads as
    select cluster, namespace, workload_kind, workload, ${['labels', ...values].join(', ')} from (
      select cluster, namespace, workload_kind, workload, arg_max(labels, (last_seen, labels)) filter (labels is not null) as labels
      from (select cluster, namespace, workload_kind, workload, labels, last_seen from known_pods where workload is not null union all
        select distinct cluster, namespace, workload_kind, workload, null::varchar, null::timestamp from ${clusterTable(clusters, 'workloads')}
        where workload is not null and namespace is not null)
      group by all)`);
  await sql.run(`
    create or replace temp table known_things as
    select cluster, kind, namespace, name, provider_id, arg_max(detail, (day, detail)) as detail, min(day) as first_day, max(day) as last_day
    from ${clusterTable(clusters, 'inventory')} where kind in ('PersistentVolume', 'Service', 'Ingress') group by all`);
}
