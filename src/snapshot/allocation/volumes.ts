import type { Sql } from '../../io/sql.ts';
import { clusterTable, distance } from './cluster-facts.ts';
import type { ClusterFiles } from './contract.ts';
import { extract } from './subjects.ts';

/**
 * Makes `volume_claims`: the claims of each volume of the bill in a month: one of a disk, several of a file system (EFS: `fs-1::fsap-2`), all of one cluster. What the cluster says stands before the tags that the driver put on the volume when it
 * made it; these also know volumes that nobody saw in the cluster any more.
 */
export async function makeVolumeClaims(sql: Sql): Promise<void> {
  await sql.run(`
    create or replace temp table volume_claims as
    with wanted as (select distinct month, volume, account, region, cluster, claim_namespace, claim from named_subjects where volume is not null),
    seen as (
      select distinct month, volume, cluster, json_extract_string(detail, '$.claim.namespace') as namespace, json_extract_string(detail, '$.claim.name') as claim
      from (select wanted.month, wanted.volume, thing.cluster, thing.detail, ${distance('wanted.month', 'first_day', 'last_day')} as away
        from wanted join (select *, ${extract('^((?:vol|fs)-[0-9a-f]+)', 'provider_id')} as id from known_things where kind = 'PersistentVolume') as thing on thing.id = wanted.volume)
      qualify (away, cluster) = min((away, cluster)) over (partition by month, volume)),
    tagged as (
      select wanted.month, volume, coalesce(wanted.cluster, lone_clusters.cluster) as cluster, claim_namespace as namespace, claim
      from wanted left join lone_clusters using (account, region) where claim_namespace is not null
      qualify row_number() over (partition by wanted.month, volume order by wanted.cluster nulls last, claim_namespace, claim) = 1)
    select * from seen union all
    select * from tagged where cluster is not null and not exists (from seen where seen.month = tagged.month and seen.volume = tagged.volume)`);
}

/**
 * Makes `mounts`: the workloads that a claim is mounted by, and when they were seen to be.
 * - its pods name it (`claims`);
 * - it is made of a template for one of its pods: `TEMPLATE-POD` (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage);
 * - no source tells the template, and its name ends in that of a pod with a number: so StatefulSets and operators (CloudNativePG: the pod's own) name them.
 */
async function makeMounts(sql: Sql, clusters: ClusterFiles): Promise<void> {
  await sql.run(`
    create or replace temp table mounts as
    with templates as (
      select cluster, namespace, workload_kind, workload, scheduling, min(day) as first_day, max(day) as last_day
      from ${clusterTable(clusters, 'workloads')} where scheduling is not null and workload is not null group by all),
    named as (
      select cluster, namespace, workload_kind, workload, unnest(json_extract_string(scheduling, '$.claims[*]')) as claim, first_day, last_day, 0 as rank from templates),
    template_names as (
      select cluster, namespace, workload_kind, workload, unnest(json_extract_string(scheduling, '$.claimTemplates[*].name')) as template, first_day, last_day from templates),
    wanted as (select distinct cluster, namespace, claim from volume_claims where claim is not null),
    pods as (
      select cluster, namespace, workload_kind, workload, pod, min(coalesce(created, last_seen)::date) as first_day, max(last_seen::date) as last_day
      from known_pods where workload is not null and regexp_matches(pod, '-[0-9]+$') group by all),
    made as (
      select template_names.cluster, template_names.namespace, template_names.workload_kind, template_names.workload, wanted.claim, template_names.first_day, template_names.last_day,
        1 as rank
      from template_names join wanted using (cluster, namespace)
      left join pods on pods.cluster = template_names.cluster and pods.namespace = template_names.namespace and pods.workload = template_names.workload
        and pods.workload_kind is not distinct from template_names.workload_kind
      where wanted.claim = template || '-' || pod
        or starts_with(wanted.claim, template || '-' || template_names.workload || '-')
          and regexp_matches(substr(wanted.claim, length(template || template_names.workload) + 3), '^[0-9]+$')),
    alike as (
      select pods.cluster, pods.namespace, pods.workload_kind, pods.workload, wanted.claim, first_day, last_day, 2 as rank
      from wanted join pods on pods.cluster = wanted.cluster and pods.namespace = wanted.namespace and (wanted.claim = pod or ends_with(wanted.claim, '-' || pod)))
    select cluster, namespace, claim, workload_kind, workload, min(first_day) as first_day, max(last_day) as last_day
    from (select * from (select * from named union all select * from made union all select * from alike)
      qualify rank = min(rank) over (partition by cluster, namespace, claim))
    group by all`);
}

/** Adds to `users` the workloads that mount a volume, each its part; where none does, it is its namespace's own. A volume without a claim is nobody's. */
export async function addVolumeUsers(sql: Sql, clusters: ClusterFiles): Promise<void> {
  await makeMounts(sql, clusters);
  await sql.run(`
    insert into users
    select distinct volume.month, volume.cluster, 'volume', volume.volume, volume.namespace, workload_kind, workload
    from volume_claims as volume left join mounts using (cluster, namespace, claim)
    qualify coalesce(${distance('volume.month', 'first_day', 'last_day')}, 0) = min(coalesce(${distance('volume.month', 'first_day', 'last_day')}, 0))
      over (partition by volume.month, volume.cluster, volume.volume)`);
}
