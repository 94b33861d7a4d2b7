import { filePath, text, type Sql } from '../../io/sql.ts';
import { CONTAINER_TYPES, requestsOf } from '../../model/cost/allocation/requests-of.ts';
import type { RequestsOf, UseColumns } from '../../model/cost/allocation/node-facts.ts';
import type { Month } from '../../model/facts.ts';
import { addMonths } from '../../model/month.ts';
import { clusterTable, WORKLOAD } from './cluster-facts.ts';
import type { AllocationQuery, LocatedPart } from './contract.ts';
import { SECONDS } from './node-tables.ts';

/**
 * What the pods of `node_pod` used, by the hour. CPU is that of all containers, over the time in which the pod was observed (its longest observed container); memory the
 * mean of the highest working sets of five minutes. Amounts are summed as whole microcore-seconds and bytes, for sums of those are the same in any order.
 *
 * Use is found its pod after it was summed by the hour, for there are a hundred times fewer rows then; by uid where there is one, else by name, to the last pod
 * of that name that began before the hour ended, as `ownedUsage` does.
 */
export async function podUse(sql: Sql, usage: readonly LocatedPart[]): Promise<UseColumns> {
  await sql.run(`create or replace temp table used_hour (cluster VARCHAR, namespace VARCHAR, pod VARCHAR, pod_uid VARCHAR, hour BIGINT,
    cores DOUBLE, bytes DOUBLE, first TIMESTAMP, last TIMESTAMP)`);
  // A day at a time: so memory is bounded, and the cluster need not be read from the name of the file in each of millions of rows.
  for (const [, parts] of Map.groupBy(usage, ({ part }) => `${part.cluster} ${part.day}`)) {
    await sql.run(`
      insert into used_hour
      select ${text(parts[0]?.part.cluster ?? '')}, namespace, pod, pod_uid, hour, sum(microcore_seconds) / nullif(max(seconds), 0) / 1e6, sum(bytes) / nullif(max(buckets), 0), min(first), max(last)
      from (
        select namespace, pod, pod_uid, container, epoch_us(bucket_start) // 3600000000 as hour, sum((cpu_mean_cores * observed_seconds * 1e6)::bigint) as microcore_seconds,
          sum((observed_seconds * 1e3)::bigint) / 1e3 as seconds, sum(working_set_max_bytes) as bytes, count(working_set_max_bytes) as buckets,
          min(bucket_start) as first, max(bucket_start) + interval 5 minute as last
        from read_parquet([${parts.map(({ path }) => filePath(path)).join(', ')}], union_by_name = true, hive_partitioning = false)
        group by namespace, pod, pod_uid, container, hour)
      group by namespace, pod, pod_uid, hour`);
  }
  const columns = await sql.numbers(`
    with by_uid as (
      select number, used.* from used_hour as used join node_pod on node_pod.cluster = used.cluster and node_pod.namespace = used.namespace and node_pod.pod_uid = used.pod_uid),
    by_name as (
      select number, used.*
      from (select * from used_hour as used where not exists (
        select 1 from seen_pod where seen_pod.cluster = used.cluster and seen_pod.namespace = used.namespace and seen_pod.pod_uid = used.pod_uid)) as used
      asof join (select number, cluster, namespace, pod, coalesce(epoch(begun), 0) as begun from node_pod) as node_pod
        on node_pod.cluster = used.cluster and node_pod.namespace = used.namespace and node_pod.pod = used.pod and (used.hour + 1) * 3600::double > node_pod.begun)
    select number::double as pod, hour::double as hour, max(cores)::double as cores, max(bytes)::double as bytes, ${SECONDS('min(first)')} as first, ${SECONDS('max(last)')} as last
    from (select * from by_uid union all by name select * from by_name) group by number, hour order by number, hour`);
  const { rows, column } = columns;
  return { rows, pod: column('pod'), hour: column('hour'), cores: column('cores'), bytes: column('bytes'), first: column('first'), last: column('last') };
}

/**
 * Makes `asker`, the workloads that ask for something, numbered, and says what each asks for. Of several sources that looked at a workload on a day, the one that tells most
 * of it is read.
 */
export async function podRequests(sql: Sql, { clusters }: AllocationQuery, month: Month): Promise<RequestsOf> {
  const workloads = ofMonth(clusters.workloads ?? [], month);
  await sql.run(`
    create or replace temp table asked as
    select *, ${WORKLOAD} as whose, regexp_extract(filename, '/source=([^/]+)/', 1) as source from (
      select cluster, day, namespace, workload_kind, workload, container, container_type, cpu_request_cores, memory_request_bytes, gpu_request, since, until, ${
        workloads.length === 0 ? `''` : 'filename'
      } as filename
      from ${clusterTable({ workloads }, 'workloads')} where namespace is not null and workload is not null)`);
  await sql.run(`
    create or replace temp table asker as
    select (row_number() over (order by cluster, namespace, whose) - 1)::integer as asker, * from (select distinct cluster, namespace, whose from asked)`);
  const type = CONTAINER_TYPES.map((one, at) => `when ${text(one)} then ${at}`).join(' ');
  const { rows, column } = await sql.numbers(`
    select asker::double as workload, epoch(day)::double / 86400 as day, dense_rank() over (partition by asker order by container)::double as container,
      (case container_type ${type} else 0 end)::double as type, cpu_request_cores::double as cores, memory_request_bytes::double as bytes, gpu_request::double as gpus, ${SECONDS('since')} as since, ${SECONDS('until')} as until
    from asked join asker using (cluster, namespace, whose)
    join (
      select cluster, namespace, whose, day, arg_min(source, (-told, -knows_gpus, source)) as source
      from (select cluster, namespace, whose, day, source, count(*) as told, count(gpu_request) as knows_gpus from asked group by all) group by all
    ) as best using (cluster, namespace, whose, day, source)
    order by workload, day, container, since, until, type, cores, bytes, gpus`);
  const [workload, day, container] = [column('workload'), column('day'), column('container')];
  return requestsOf({
    rows,
    workload,
    day,
    container,
    type: column('type'),
    cores: column('cores'),
    bytes: column('bytes'),
    gpus: column('gpus'),
    since: column('since'),
    until: column('until'),
  });
}

/** The looks of the months about; else all that there are. */
function ofMonth(parts: readonly LocatedPart[], month: Month): readonly LocatedPart[] {
  const near = new Set<string>([addMonths(month, -1), month, addMonths(month, 1)]);
  const found = parts.filter(({ part }) => near.has(part.day.slice(0, 7)));
  return found.length > 0 ? found : parts;
}
