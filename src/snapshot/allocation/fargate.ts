import type { Sql } from '../../io/sql.ts';

/** The workload of a pod of the bill: by its uid; else by its name, to the newest of that name; else by the tags that EKS put on the row. */
export const POD_OWNER = `
  left join (select cluster, pod_uid, any_value(workload_kind order by created, workload, workload_kind) as workload_kind,
      any_value(workload order by created, workload, workload_kind) as workload
    from known_pods where pod_uid is not null and workload is not null group by all) as by_uid on by_uid.cluster = billed.cluster and by_uid.pod_uid = billed.pod_uid
  left join (select cluster, namespace, pod, arg_max(workload_kind, (last_seen, workload, coalesce(workload_kind, ''))) as workload_kind,
      arg_max(workload, (last_seen, workload, coalesce(workload_kind, ''))) as workload
    from known_pods where workload is not null group by all) as by_name
    on by_name.cluster = billed.cluster and by_name.namespace = billed.pod_namespace and by_name.pod = billed.pod`;

/** Kubernetes' own kinds as it spells them, whatever the tag does. */
const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'CronJob', 'Job', 'ReplicationController']
  .map((kind) => `when '${kind.toLowerCase()}' then '${kind}'`)
  .join(' ');

export const OWNER_KIND = `case when by_uid.workload is not null then by_uid.workload_kind when by_name.workload is not null then by_name.workload_kind
  else case lower(tag_workload_kind) ${kinds} else tag_workload_kind end end`;
export const OWNER = 'coalesce(by_uid.workload, by_name.workload, tag_workload)';

/** Adds to `users` the workload of each Fargate pod: the bill knows it as a thing of its own. */
export async function addFargateUsers(sql: Sql): Promise<void> {
  await sql.run(`
    insert into users
    select month, billed.cluster, 'fargate-pod', ResourceId, pod_namespace, any_value(${OWNER_KIND} order by ${OWNER}, ${OWNER_KIND}),
      any_value(${OWNER} order by ${OWNER}, ${OWNER_KIND})
    from (from named_subjects where pod is not null) as billed ${POD_OWNER} group by month, billed.cluster, ResourceId, pod_namespace`);
}
