import { join } from 'node:path';
import { openDuckDb } from '../src/io/duckdb.ts';
import { diskFiles } from '../src/io/files.ts';
import type { Io } from '../src/io/io.ts';
import { text, type Sql } from '../src/io/sql.ts';
import type { ClusterTable } from '../src/model/cluster/tables.ts';
import type { ClusterPart, Day, Seconds, Timestamp } from '../src/model/facts.ts';
import { StoreWriter } from '../src/snapshot/writer.ts';
import { clusterNode } from './large-bill.ts';

const NODES = 100;
const PODS = 1000;
export const WORKLOADS = 50;
const DAYS = 31;

/** What a month of a cluster would be in a store: 1,000 pods on the nodes of the large bill, each observed every five minutes. */
export async function largeCluster(store: string, scratch: string): Promise<void> {
  const sql = await openDuckDb({ scratch });
  const writer = await StoreWriter.open(store, { files: diskFiles, now: () => new Date('2026-11-30T00:00:00Z') } as Io);
  try {
    for (let at = 1; at <= DAYS; at += 1) {
      const day = `2026-10-${String(at).padStart(2, '0')}` as Day;
      for (const [table, select] of Object.entries(tablesOf(day))) await writer.add(partOf(table as ClusterTable, day, select, sql));
    }
    await writer.finish([]);
  } finally {
    await writer.close();
    sql.close();
  }
}

function partOf(table: ClusterTable, day: Day, select: string, sql: Sql): ClusterPart {
  return {
    table,
    source: 'kubernetes',
    cluster: 'production',
    day,
    slice: 'all',
    identity: `${table} ${day}`,
    progress: () => undefined,
    write: async (file) => {
      await sql.run(`copy (${select}) to ${text(file)} (format parquet, compression zstd)`);
      const [row] = await sql.rows(`select count(*) as rows from read_parquet(${text(file)})`);
      const start = Date.parse(`${day}T00:00:00Z`);
      const period = { start: new Date(start).toISOString() as Timestamp, end: new Date(start + 86_400_000).toISOString() as Timestamp };
      return { rows: Number(row?.['rows']), capabilities: ['owner-references'], gaps: [], observed: period, resolution: 60 as Seconds, samples: 0 };
    },
  };
}

/** Pod p is the (p / 50)-th of workload p % 50, on node p % 100. */
function tablesOf(day: Day): Partial<Record<ClusterTable, string>> {
  const pod = `'pod-' || p`;
  const uid = `'uid-' || p`;
  const namespace = `'ns-' || (p % ${WORKLOADS} % 10)`;
  return {
    pods: `select ${namespace} as namespace, ${pod} as pod, ${uid} as pod_uid, 'Deployment' as workload_kind, 'app-' || (p % ${WORKLOADS}) as workload, 'node-' || (p % ${NODES}) as node,
      'Running' as phase, 'Burstable' as qos_class, null::varchar as priority_class, timestamp '2026-09-30' as created, timestamp '2026-09-30' as scheduled, timestamp '2026-09-30' as ready,
      timestamp '${day} 23:59:00' as last_seen, null::double as cpu_request_cores, null::double as cpu_limit_cores, null::bigint as memory_request_bytes, null::bigint as memory_limit_bytes,
      null::double as overhead_cpu_cores, null::bigint as overhead_memory_bytes, '{}' as labels from range(${PODS}) as pods(p)`,
    nodes: `select 'node-' || n as node, 'aws:///eu-west-1a/' || ${clusterNode('n')} as provider_id, 'm5.xlarge' as instance_type, 'eu-west-1' as region, 'eu-west-1a' as zone, 'amd64' as architecture,
      'on-demand' as capacity_type, 'main' as node_group, '' as os_image, 'v1.33' as kubelet_version, timestamp '2026-09-30' as created, timestamp '${day} 23:59:00' as last_seen, true as ready,
      4.0::double as cpu_capacity_cores, (16::bigint << 30) as memory_capacity_bytes, 58 as pods_capacity, 0 as gpu_capacity, 3.92::double as cpu_allocatable_cores, (15::bigint << 30) as memory_allocatable_bytes,
      58 as pods_allocatable, 0 as gpu_allocatable, '{}' as labels, '[]' as taints from range(${NODES}) as nodes(n)`,
    workloads: `select distinct ${namespace} as namespace, 'Deployment' as workload_kind, 'app-' || (p % ${WORKLOADS}) as workload, 'main' as container, 'main' as container_type, false as injected,
      'image' as image, 0.2::double + (p % 7) * 0.02 as cpu_request_cores, null::double as cpu_limit_cores, (512::bigint << 20) as memory_request_bytes, null::bigint as memory_limit_bytes, 0 as gpu_request,
      timestamp '2026-09-01' as since, null::timestamp as until, null::varchar as runtime, null::varchar as runtime_hint, 20 as replicas, '{}' as labels, '{}' as annotations, '{}' as scheduling
      from range(${WORKLOADS}) as pods(p)`,
    usage: `select ${namespace} as namespace, ${pod} as pod, ${uid} as pod_uid, 'main' as container, timestamp '${day}' + interval 5 minute * b as bucket_start, 300.0::double as observed_seconds,
      0.05 + (hash(p, b) % 1000) / 4000.0 as cpu_mean_cores, 0.4::double as cpu_max_cores, ((300 + (hash(b, p) % 300))::bigint << 20) as working_set_max_bytes, null::double as throttled_share
      from range(${PODS}) as pods(p), range(288) as buckets(b)`,
  };
}

/** Where the store of a folder is. */
export const storeOf = (folder: string): string => join(folder, '.tonnage');
