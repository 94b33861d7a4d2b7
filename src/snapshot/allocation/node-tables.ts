import { name, text, type Sql } from '../../io/sql.ts';
import { KNOWS_OWNERS } from '../../model/cluster/tables.ts';
import type { Month } from '../../model/facts.ts';
import { clusterTable, labelValue, WORKLOAD } from './cluster-facts.ts';
import { CLUSTER_CHARGES, LINE_COLUMNS, SPLIT_ROWS, type AllocationQuery, type LocatedPart } from './contract.ts';
import { extract } from './subjects.ts';

/** Hours since 1970 in which a stretch of time begins, and before which it ends. */
export const HOUR_OF = (time: string): string => `floor(epoch(${time}) / 3600)`;
const HOUR_AFTER = (time: string): string => `ceil(epoch(${time}) / 3600)`;

/** Seconds since 1970; NULL stays NULL. */
export const SECONDS = (time: string): string => `epoch(${time})::double`;

const lineKey = ({ tags }: AllocationQuery): string =>
  `struct_pack(${[...LINE_COLUMNS, ...tags.map((_, at) => `tag${at}`)].map((column) => `${column} := ${column}`).join(', ')})`;

/**
 * Makes what the nodes of a month's bill are:
 * - `node_line`: what a CostLine tells apart, numbered in its order;
 * - `billed_node`: the instances of the bill, numbered by cluster and instance;
 * - `node_charge`: what they cost, by both numbers and stretch of hours;
 * - `node_life`: each instance that was a node, with its name, and the time from which pods of that name are on it.
 */
export async function makeNodeTables(sql: Sql, query: AllocationQuery, month: Month): Promise<void> {
  const key = lineKey(query);
  const charges = `(select *, coalesce(instance, resource_id, '') as id from ${CLUSTER_CHARGES} where role = 'node' and cluster is not null and month = ${text(month)})`;
  await sql.run(`
    create or replace temp table node_line as
    select (row_number() over (order by key) - 1)::integer as line, * from (select distinct ${key} as key, ${columnsOf(query)} from ${charges})`);
  await sql.run(`
    create or replace temp table billed_node as
    select (row_number() over (order by cluster, id) - 1)::integer as billed, * from (
      select cluster, id, max(target) as target, max(instance_type) as instance_type,
        -- Prices are those of whole instances on demand: not of what they send, of a fee on top, or of a market; and not of commitments, which cover some types and not others.
        sum(list_cost) filter (instance_type is not null and not regexp_matches(coalesce(meter, ''), 'Spot|EKS-Auto|DataTransfer')) as whole_cost
      from ${charges} group by cluster, id)`);
  await sql.run(`
    create or replace temp table node_charge as
    select billed, line, ${HOUR_OF('charge_start')} as first_hour, greatest(${HOUR_AFTER('charge_end')}, ${HOUR_OF('charge_start')} + 1)::double as end_hour, sum(cost) as cost
    from (select *, ${key} as key from ${charges}) join node_line using (key) join billed_node using (cluster, id) group by all`);
  await sql.run(`
    create or replace temp table node_life as
    select *, case when row_number() over (partition by cluster, node order by created nulls first, id) = 1 then timestamp '1970-01-01' else coalesce(created, timestamp '1970-01-01') end as pods_from
    from (${nodeLives(query)}) left join (select cluster, id, billed from billed_node) using (cluster, id)`);
}

const columnsOf = ({ tags }: AllocationQuery): string => [...LINE_COLUMNS, ...tags.map((_, at) => name(`tag${at}`))].join(', ');

/** Of each instance the latest word on it. A source that knows no instances tells of a node by its name alone: that is of the one instance of that name, if there is one. */
function nodeLives({ clusters }: AllocationQuery): string {
  const latest = (column: string): string => `arg_max(${column}, (last_seen, ${column})) filter (${column} is not null) as ${column}`;
  return `
    with told as (
      select *, ${extract('([^/]+)$', 'provider_id')} as instance from ${clusterTable(clusters, 'nodes')} where node is not null),
    named as (
      select * replace (coalesce(instance, (select min(other.instance) from told as other where other.cluster = told.cluster and other.node = told.node), node) as instance)
      from told)
    select cluster, instance as id, arg_max(node, (last_seen, node)) as node, ${latest('instance_type')}, min(created) as created, max(last_seen) as last_seen,
      ${['cpu_capacity_cores', 'memory_capacity_bytes', 'cpu_allocatable_cores', 'memory_allocatable_bytes', 'pods_allocatable', 'gpu_capacity', 'gpu_allocatable'].map(latest).join(', ')},
      bool_or(${GPUS.map((label) => `coalesce(json_extract_string(labels, '$."${label}"'), '0') <> '0'`).join(' or ')}) as has_gpus
    from named group by cluster, instance`;
}

/** Labels that count GPUs: of NVIDIA's feature discovery, and of Karpenter; as Kubernetes and as Prometheus spell them. */
const GPUS = ['nvidia.com/gpu.count', 'nvidia_com_gpu_count', 'karpenter.k8s.aws/instance-gpu-count', 'karpenter_k8s_aws_instance_gpu_count'];

const OVER = `coalesce(phase in ('Succeeded', 'Failed'), false)`;

/**
 * Makes whose the pods are:
 * - `node_pod`: the pods on nodes of the bill, numbered by node and name, with `owner`, `asker` (whose requests it has) and their times;
 * - `placed_day`: the days on which it is known where pods of a cluster were;
 * - `pod_owner`: cluster, namespace, workload and the labels that rules ask for, numbered in that order; those of splits are among them.
 */
export async function makePodTables(sql: Sql, { labels }: AllocationQuery, pods: readonly LocatedPart[], month: Month): Promise<void> {
  const values = labels.map((_, at) => name(`label${at}`));
  const ranked = [true, false].map(
    (knows, rank) => `select *, ${rank} as rank from ${clusterTable({ pods }, 'pods', (capabilities) => capabilities.includes(KNOWS_OWNERS) === knows)}`,
  );
  const latest = (column: string, as = column): string => `arg_max(${column}, (last_seen, ${column})) filter (${column} is not null) as ${as}`;
  await sql.run(`
    create or replace temp table seen_pod as
    with seen as (select * replace (coalesce(last_seen, day) as last_seen), ${WORKLOAD} as whose from (${ranked.join(' union all by name ')}) where namespace is not null and pod is not null and node is not null),
    pod as (
      select cluster, namespace, pod, pod_uid,
        arg_min(whose, (rank, -epoch(last_seen), whose)) filter (whose is not null) as workload,
        -- By another name in another source: operators' objects are known to one of them alone.
        arg_max(whose, (rank, -epoch(last_seen), whose)) filter (whose is not null) as also,
        arg_max(node, (last_seen, node)) as node, min(created) as created, coalesce(min(scheduled), min(created)) as begun, max(last_seen) as last_seen,
        coalesce(arg_max(${OVER}, (last_seen, ${OVER})), false) as is_over, max(last_seen) filter (not ${OVER}) as last_running,
        ${['cpu_request_cores', 'memory_request_bytes', 'overhead_cpu_cores', 'overhead_memory_bytes', 'labels'].map((column) => latest(column)).join(', ')}
      from seen group by cluster, namespace, pod, pod_uid, case when pod_uid is null then node end)
    select * from pod where pod_uid is not null or not exists (
      select 1 from pod as other where other.pod_uid is not null and other.cluster = pod.cluster and other.namespace = pod.namespace and other.pod = pod.pod
        and coalesce(other.begun, other.last_seen) <= pod.last_seen and other.last_seen >= coalesce(pod.begun, pod.last_seen))`);
  const labelled = labels.map((label, at) => `, ${labelValue(label)} as ${name(`label${at}`)}`);
  await sql.run(`
    create or replace temp table placed_day as
    select distinct cluster, day from ${clusterTable({ pods }, 'pods')} where node is not null`);
  await sql.run(`
    create or replace temp table placed_pod as
    select pod.*, life.billed, life.id as instance ${labelled.join(' ')}
    from seen_pod as pod asof left join (select cluster, node, billed, id, pods_from from node_life) as life
      on pod.cluster = life.cluster and pod.node = life.node and coalesce(pod.begun, pod.last_seen) >= life.pods_from`);
  const whose = values.map((value) => `, ${value}`).join('');
  await sql.run(`
    create or replace temp table pod_owner as
    select (row_number() over (order by cluster, namespace, workload ${whose}) - 1)::integer as owner, * from (
      select cluster, namespace, workload ${whose} from placed_pod where billed is not null
      union select cluster, coalesce(namespace, '') as namespace, ${WORKLOAD} as workload ${whose} from ${SPLIT_ROWS} where cluster is not null and month = ${text(month)})`);
  const same = ['workload', ...values].map((column) => `pod_owner.${column} is not distinct from placed_pod.${column}`);
  await sql.run(`
    create or replace temp table node_pod as
    select (row_number() over (order by billed, placed_pod.namespace, pod, coalesce(pod_uid, ''), coalesce(begun, last_seen)) - 1)::integer as number, placed_pod.*, owner
    from placed_pod join pod_owner on pod_owner.cluster = placed_pod.cluster and pod_owner.namespace = placed_pod.namespace and ${same.join(' and ')}
    where billed is not null`);
}
