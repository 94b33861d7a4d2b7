import type { Sql, SqlRow } from '../../io/sql.ts';
import type { RunFacts } from '../../model/cost/allocation/build-runs.ts';
import type { NodeFacts, PodColumns, SplitColumns } from '../../model/cost/allocation/node-facts.ts';
import type { NodeFinding } from '../../model/cost/allocation/node-findings.ts';
import type { Owner, Resources } from '../../model/cost/allocation/node-run.ts';
import type { Month } from '../../model/facts.ts';
import { addMonths } from '../../model/month.ts';
import { textOf } from '../charges.ts';
import { oneSourceADay } from '../usage.ts';
import { SPLIT_ROWS, type AllocationQuery, type LocatedPart } from './contract.ts';
import { HOUR_OF, makeNodeTables, makePodTables, SECONDS } from './node-tables.ts';
import { secondsObserved } from './observed.ts';
import { podRequests, podUse } from './pod-use.ts';

const GIB = 2 ** 30;

export interface ReadNodes extends RunFacts {
  readonly owners: readonly Owner[];
  /** Columns of a CostLine, by the number of the line. */
  readonly lines: readonly SqlRow[];
  /** What each node would cost at public prices on demand, without what it sent and fees on top; NaN where the bill does not say. */
  readonly wholeCosts: Float64Array;
  readonly findings: readonly NodeFinding[];
}

/** All that is known of the nodes that a month's bill has. */
export async function readNodes(sql: Sql, query: AllocationQuery, month: Month): Promise<ReadNodes> {
  const ofMonth = ({ part }: LocatedPart): boolean => part.day.slice(0, 7) === month;
  const podParts = (query.clusters.pods ?? []).filter(({ part }) => nearMonth(part.day, month));
  const usageParts = oneSource((query.clusters.usage ?? []).filter(ofMonth));
  await makeNodeTables(sql, query, month);
  await makePodTables(sql, query, podParts, month);
  const requests = await podRequests(sql, query, month);
  const placed = new Set((await sql.rows(`select distinct cluster, day::varchar as day from placed_day`)).map(({ cluster, day }) => `${cluster} ${day}`));
  return {
    nodes: await nodeFacts(sql),
    ...(await chargeColumns(sql)),
    pods: await podColumns(sql),
    use: await podUse(sql, usageParts),
    splits: await splitColumns(sql, query, month),
    requestsOf: requests,
    secondsObserved: secondsObserved([...podParts.filter(ofMonth), ...usageParts], (cluster, day) => placed.has(`${cluster} ${day}`)),
    owners: await ownersOf(sql, query),
    lines: await sql.rows(`select * exclude (line, key) from node_line order by line`),
    findings: await findingsOf(sql),
  };
}

/** A pod is as it was last seen: also on the first days after the month, where it outlived that. */
function nearMonth(day: string, month: Month): boolean {
  return day.slice(0, 7) === month || day === `${addMonths(month, 1)}-01`;
}

function oneSource(located: readonly LocatedPart[]): LocatedPart[] {
  const best = new Set(oneSourceADay(located.map(({ part }) => part)));
  return located.filter(({ part }) => best.has(part));
}

async function nodeFacts(sql: Sql): Promise<NodeFacts[]> {
  // Instances of one type have one size: what one source does not say of a node, another node says.
  const rows = await sql.rows(`
    with life as (
      select billed.billed, billed.cluster, billed.id, coalesce(life.node, billed.target) as node, coalesce(life.instance_type, billed.instance_type) as instance_type,
        life.* exclude (cluster, id, node, instance_type, billed)
      from billed_node as billed left join node_life as life on life.billed = billed.billed),
    size as (
      select cluster, instance_type, max(cpu_capacity_cores) as cores, max(memory_capacity_bytes) as bytes, max(gpu_capacity) as gpus from node_life where instance_type is not null group by all)
    select life.* exclude (created, last_seen), coalesce(cpu_capacity_cores, size.cores) as cores, coalesce(memory_capacity_bytes, size.bytes)::double as bytes, coalesce(gpu_capacity, size.gpus, 0) as gpus,
      ${SECONDS('created')} as created_at, ${SECONDS('last_seen')} as seen_at
    from life left join size using (cluster, instance_type) order by billed`);
  return rows.map((row) => {
    const capacity = resources(row['cores'], row['bytes'], row['gpus']);
    const allocatable = resources(row['cpu_allocatable_cores'], row['memory_allocatable_bytes'], row['gpu_allocatable'] ?? row['gpus']);
    return {
      cluster: String(row['cluster']),
      instance: String(row['id']),
      node: textOf(row, 'node'),
      instanceType: textOf(row, 'instance_type'),
      capacity,
      allocatable: capacity === null || allocatable === null ? null : least(capacity, allocatable),
      hasGpus: row['has_gpus'] === true || Number(row['gpus']) > 0,
      podSlots: row['pods_allocatable'] === null ? null : Number(row['pods_allocatable']),
      created: numberOf(row['created_at']),
      lastSeen: numberOf(row['seen_at']),
    };
  });
}

const numberOf = (value: SqlRow[string] | undefined): number => (value === null || value === undefined ? Number.NaN : Number(value));

/** null where cores or memory are not known. */
function resources(cores: SqlRow[string] | undefined, bytes: SqlRow[string] | undefined, gpus: SqlRow[string] | undefined): Resources | null {
  const [cpu, memory] = [numberOf(cores), numberOf(bytes)];
  return cpu > 0 && memory > 0 ? { cores: cpu, gib: memory / GIB, gpus: Number(gpus ?? 0) } : null;
}

const least = (one: Resources, other: Resources): Resources => ({
  cores: Math.min(one.cores, other.cores),
  gib: Math.min(one.gib, other.gib),
  gpus: Math.min(one.gpus, other.gpus),
});

async function chargeColumns(sql: Sql): Promise<Pick<ReadNodes, 'charges' | 'wholeCosts'>> {
  const { rows, column } = await sql.numbers(`
    select billed::double as node, line::double as line, first_hour, end_hour, cost::double as cost from node_charge order by billed, line, first_hour, end_hour`);
  const whole = await sql.numbers(`select whole_cost::double as cost from billed_node order by billed`);
  return {
    charges: { rows, node: column('node'), line: column('line'), start: column('first_hour'), end: column('end_hour'), cost: column('cost') },
    wholeCosts: whole.column('cost'),
  };
}

async function podColumns(sql: Sql): Promise<PodColumns> {
  const { rows, column } = await sql.numbers(`
    select billed::double as node, owner::double as owner, coalesce(best.asker, alias.asker, -1)::double as workload, ${SECONDS('begun')} as start, ${SECONDS('last_seen')} as seen,
      is_over::double as is_over, ${SECONDS('last_running')} as running, cpu_request_cores::double as cores, memory_request_bytes::double as bytes,
      overhead_cpu_cores::double as overhead_cores, overhead_memory_bytes::double as overhead_bytes
    from node_pod as pod
    left join asker as best on best.cluster = pod.cluster and best.namespace = pod.namespace and best.whose = pod.workload
    left join asker as alias on alias.cluster = pod.cluster and alias.namespace = pod.namespace and alias.whose = pod.also
    order by number`);
  return {
    rows,
    node: column('node'),
    owner: column('owner'),
    workload: column('workload'),
    start: column('start'),
    lastSeen: column('seen'),
    isOver: column('is_over'),
    lastRunning: column('running'),
    cores: column('cores'),
    bytes: column('bytes'),
    overheadCores: column('overhead_cores'),
    overheadBytes: column('overhead_bytes'),
  };
}

async function splitColumns(sql: Sql, { labels }: AllocationQuery, month: Month): Promise<SplitColumns> {
  const whose = `case when split.workload is null then null else coalesce(workload_kind || '/', '') || split.workload end`;
  const same = labels.map((_, at) => `and pod_owner.label${at} is not distinct from split.label${at}`).join(' ');
  const { rows, column } = await sql.numbers(`
    select billed::double as node, owner::double as owner, ${HOUR_OF('charge_start')} as first_hour, ceil(epoch(charge_end) / 3600) as end_hour,
      coalesce(sum(split_cost), 0)::double as split, coalesce(sum(unused_cost), 0)::double as unused
    from ${SPLIT_ROWS} as split join billed_node on billed_node.cluster = split.cluster and billed_node.id = split.parent
    join pod_owner on pod_owner.cluster = split.cluster and pod_owner.namespace = coalesce(split.namespace, '') and pod_owner.workload is not distinct from ${whose} ${same}
    where split.month = '${month}' group by all order by 1, 2, 3, 4`);
  const of = { node: column('node'), owner: column('owner'), start: column('first_hour'), end: column('end_hour') };
  return { rows, ...of, split: column('split'), unused: column('unused') };
}

async function ownersOf(sql: Sql, { labels }: AllocationQuery): Promise<Owner[]> {
  const rows = await sql.rows('select * from pod_owner order by owner');
  return rows.map((row) => ({
    cluster: String(row['cluster']),
    namespace: String(row['namespace']),
    workload: textOf(row, 'workload'),
    labels: Object.fromEntries(labels.map((label, at) => [label, textOf(row, `label${at}`)])),
  }));
}

/** Nodes that the cluster knows, and the bill does not. Nodes of Fargate are pods' own, and are billed as such. */
async function findingsOf(sql: Sql): Promise<NodeFinding[]> {
  const unbilled = await sql.rows(`
    select cluster, count(distinct node)::integer as nodes, min(node) as example from placed_pod
    where billed is null and node not like 'fargate-%' and cluster in (select cluster from billed_node) group by cluster order by cluster`);
  const of = (row: SqlRow) => ({ cluster: String(row['cluster']), nodes: Number(row['nodes']), example: String(row['example']) });
  return unbilled.map((row) => ({ code: 'unbilled-nodes' as const, ...of(row) }));
}
