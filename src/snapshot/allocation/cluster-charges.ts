import { name, text, type Sql, type SqlRow } from '../../io/sql.ts';
import { chargesTable, lineColumns, METRIC_COLUMNS, textOf } from '../charges.ts';
import { makeClusterFacts, WORKLOAD } from './cluster-facts.ts';
import { nameClusters, spell, type BillCluster, type Home, type NamedCluster, type Vote } from './cluster-names.ts';
import { CLUSTER_CHARGES, type AllocationQuery } from './contract.ts';
import { addFargateUsers } from './fargate.ts';
import { addBalancerUsers, makeBalancers } from './load-balancers.ts';
import { makeSplitPods, makeSplitRows } from './splits.ts';
import { isCharge, makeSplitSubjects, makeSubjects, ofSubject } from './subjects.ts';
import { addVolumeUsers, makeVolumeClaims } from './volumes.ts';

export interface BilledClusters {
  /** Clusters of the bill that no source reads: what they cost is known, and whose it is, is not. */
  readonly unread: readonly string[];
}

/**
 * Makes the tables of the contract, `cluster_charges` and `split_rows`, and `user_parts`: whose a volume, load balancer or Fargate pod is.
 * A charge is matched by what it says of the thing that it is for, once for all charges of that thing (`subject_roles`).
 */
export async function clusterCharges(sql: Sql, query: AllocationQuery): Promise<BilledClusters> {
  await makeClusterFacts(sql, query.clusters, query.labels);
  await makeSubjects(sql, query);
  await makeSplitSubjects(sql, query);
  const named = await nameBilledClusters(sql, query);
  await makeSplitPods(sql, query);
  await makeVolumeClaims(sql);
  await makeBalancers(sql);
  await makeUsers(sql, query);
  await makeRoles(sql);
  await sql.run(`
    create or replace temp table ${CLUSTER_CHARGES} as
    select ${lineColumns(query.tags)}, ChargePeriodStart as charge_start, ChargePeriodEnd as charge_end, ResourceId as resource_id, SkuMeter as meter,
      x_InstanceType as instance_type, cast(${METRIC_COLUMNS[query.metric]} as decimal(38,12)) as cost,
      cast(ListCost as decimal(38,12)) as list_cost, cluster, role, target, instance
    from ${roleCharges(query)}`);
  await makeSplitRows(sql, query);
  return { unread: [...new Set(named.filter(({ isRead }) => !isRead).map(({ cluster }) => cluster))].toSorted() };
}

/** Charges of clusters, with all their columns, `cluster`, `role`, `target` and `instance`. */
export function roleCharges(query: AllocationQuery): string {
  // The fee of Auto Mode is for a node; where it names the cluster only, it is no control plane.
  return `(select charge.*, subject.cluster, case when subject.role = 'control-plane' and SkuMeter like '%EKS-Auto:%' then 'other' else subject.role end as role,
      subject.target, subject.instance
    from ${chargesTable(query.files)} as charge join subject_roles as subject on ${ofSubject('charge', 'subject')} where ${isCharge(query)})`;
}

/** Charges of no cluster, with all their columns. */
export function otherCharges(query: AllocationQuery): string {
  return `(select charge.* from ${chargesTable(query.files)} as charge anti join subject_roles as subject on ${ofSubject('charge', 'subject')} where ${isCharge(query)})`;
}

/** Makes `homes`, `cluster_names`, `lone_clusters` (where an account and region have but one), and `named_subjects`: subjects with `cluster`. */
async function nameBilledClusters(sql: Sql, { clusters }: AllocationQuery): Promise<NamedCluster[]> {
  await sql.run(`
    create or replace temp table homes as
    select cluster, account, region from (
      select node.cluster, account, region, 0 as rank, count(distinct instance) as things from subjects join known_nodes as node using (instance) group by all
      union all
      select thing.cluster, account, region, 1, count(distinct volume) from subjects join known_things as thing on provider_id = volume and kind = 'PersistentVolume' group by all)
    qualify row_number() over (partition by cluster order by rank, things desc, account, region) = 1`);
  const billed = await sql.rows(`
    select account, region, bill_name, key_cluster from subjects where coalesce(bill_name, key_cluster) is not null
    union select account, region, coalesce(pod_cluster, tag_cluster), null from split_subjects order by all`);
  const votes = await sql.rows(`
    select account, region, bill_name, key_cluster, node.cluster, count(distinct instance) as instances
    from subjects join known_nodes as node using (instance) where coalesce(bill_name, key_cluster) is not null group by all order by all`);
  const homes = await sql.rows('select cluster, account, region from homes order by all');
  const known = [...new Set(Object.values(clusters).flatMap((parts) => parts.map(({ part }) => part.cluster)))].toSorted();
  const named = nameClusters(
    billed.map(billCluster),
    votes.map((row): Vote => ({ ...billCluster(row), cluster: String(row['cluster']), instances: Number(row['instances']) })),
    homes.map((row): Home => ({ cluster: String(row['cluster']), account: textOf(row, 'account'), region: textOf(row, 'region') })),
    known,
  );
  const literal = (value: string | null): string => (value === null ? 'null' : text(value));
  const rows = named.map(({ account, region, name: own, spelled, cluster }) => `(${[account, region, own, spelled, cluster].map(literal).join(', ')})`);
  await sql.run('create or replace temp table cluster_names (account varchar, region varchar, name varchar, spelled varchar, cluster varchar)');
  if (rows.length > 0) await sql.run(`insert into cluster_names select distinct * from (values ${rows.join(', ')})`);
  await sql.run(`
    create or replace temp table lone_clusters as
    select account, region, any_value(cluster) as cluster from (select account, region, cluster from homes union select account, region, cluster from cluster_names)
    group by account, region having count(distinct cluster) = 1`);
  await sql.run(`
    create or replace temp table named_subjects as
    select subject.*, named.cluster from subjects as subject left join cluster_names as named
      on named.account is not distinct from subject.account and named.region is not distinct from subject.region
      and case when subject.bill_name is null then named.name is null and named.spelled = subject.key_cluster else named.name = subject.bill_name end`);
  return named;
}

function billCluster(row: SqlRow): BillCluster {
  const own = textOf(row, 'bill_name');
  return { account: textOf(row, 'account'), region: textOf(row, 'region'), name: own, spelled: own === null ? (textOf(row, 'key_cluster') ?? '') : spell(own) };
}

/** Makes `user_parts`: of each thing of a cluster that has users, these, counted from 1 (`part`) to `parts`. They have the same part each. */
async function makeUsers(sql: Sql, { clusters, labels }: AllocationQuery): Promise<void> {
  await sql.run(
    'create or replace temp table users (month varchar, cluster varchar, role varchar, target varchar, namespace varchar, workload_kind varchar, workload varchar)',
  );
  await addVolumeUsers(sql, clusters);
  await addBalancerUsers(sql);
  await addFargateUsers(sql);
  const values = labels.map((_, at) => `, ${name(`label${at}`)}`).join('');
  // Some sources do not tell the kind of a workload: it is the same one all the same.
  await sql.run(`
    create or replace temp table user_parts as
    select month, cluster, role, target, namespace, ${WORKLOAD} as workload${values},
      row_number() over (partition by month, cluster, role, target order by namespace, workload, workload_kind) as part,
      count(*) over (partition by month, cluster, role, target) as parts
    from (select users.*${values.replaceAll(', ', ', known.')} from users left join known_workloads as known on known.cluster = users.cluster
      and known.namespace = users.namespace and known.workload = users.workload and known.workload_kind is not distinct from users.workload_kind)`);
}

/** Makes `subject_roles`: the subjects that are of a cluster. */
async function makeRoles(sql: Sql): Promise<void> {
  await sql.run(`
    create or replace temp table subject_roles as
    select * from (
      select subject.month, SubAccountId, RegionId, ResourceId, Tags, subject.instance,
        case when pod is not null then subject.cluster else coalesce(node.cluster, claims.cluster, balancing.cluster, subject.cluster, parents.cluster) end as cluster,
        case when pod is not null then 'fargate-pod' when subject.instance is not null then 'node' when claims.cluster is not null then 'volume'
          when balancing.cluster is not null then 'load-balancer' when control_plane is not null then 'control-plane' else 'other' end as role,
        case when pod is not null then ResourceId when subject.instance is not null then node.node when claims.cluster is not null then subject.volume
          when balancing.cluster is not null then subject.account || '/' || subject.balancer end as target
      from named_subjects as subject
      left join known_nodes as node on node.instance = subject.instance
      left join split_parents as parents on parents.instance = subject.instance
      left join (select distinct month, volume, cluster from volume_claims) as claims on claims.month = subject.month and claims.volume = subject.volume
      left join (select distinct month, balancer, account, region, cluster from balancers qualify
          row_number() over (partition by month, balancer, account, region order by cluster) = 1) as balancing
        on (balancing.month, balancing.balancer, balancing.account, balancing.region) = (subject.month, subject.balancer, subject.account, subject.region))
    where cluster is not null`);
}
