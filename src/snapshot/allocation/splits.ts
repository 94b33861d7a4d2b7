import { name, text, type Sql } from '../../io/sql.ts';
import { chargesTable } from '../charges.ts';
import { SPLIT_ROWS, type AllocationQuery } from './contract.ts';
import { OWNER, OWNER_KIND, POD_OWNER } from './fargate.ts';
import { extract, ofSubject, SUBJECT_KEYS } from './subjects.ts';

const PARENT = `${extract('(i-[0-9a-f]+)$', 'x_ParentResourceId')} as parent`;

/**
 * Makes `split_pods` (the pods that splits are of, with cluster and workload) and `split_parents`: instances that are nodes because the bill says what their
 * pods cost, though no source knows them and no tag names their cluster.
 */
export async function makeSplitPods(sql: Sql, { files, currency }: AllocationQuery): Promise<void> {
  await sql.run(`
    create or replace temp table split_pods as
    select billed.*, ${OWNER_KIND} as workload_kind, ${OWNER} as workload
    from (select subject.*, named.cluster from split_subjects as subject
      left join cluster_names as named on named.account is not distinct from subject.account and named.region is not distinct from subject.region
        and named.name = subject.pod_cluster) as billed ${POD_OWNER}`);
  await sql.run(`
    create or replace temp table split_parents as
    select parent as instance, min(cluster) as cluster
    from (select distinct ${SUBJECT_KEYS.join(', ')}, ${PARENT} from ${chargesTable(files)} where x_RowRole = 'split' and BillingCurrency = ${text(currency)}) as said
    join split_pods as subject on ${ofSubject('said', 'subject')} where parent is not null group by parent`);
}

/** Makes `split_rows`: see the contract. A split's cluster is that of the node it ran on, else as the bill names it. */
export async function makeSplitRows(sql: Sql, query: AllocationQuery): Promise<void> {
  const labels = query.labels.map((_, at) => name(`label${at}`));
  await sql.run(`
    create or replace temp table ${SPLIT_ROWS} as
    select row.month, ChargePeriodStart as charge_start, ChargePeriodEnd as charge_end, parent, coalesce(known_nodes.cluster, subject.cluster) as cluster,
      pod_namespace as namespace, subject.pod, pod_uid, subject.workload_kind, subject.workload, SkuMeter as meter, x_SplitCost as split_cost, x_UnusedCost as unused_cost
      ${labels.map((label) => `, known.${label}`).join('')}
    from (select *, ${PARENT} from ${chargesTable(query.files)} where x_RowRole = 'split' and BillingCurrency = ${text(query.currency)}) as row
    join split_pods as subject on ${ofSubject('row', 'subject')}
    left join known_nodes on known_nodes.instance = parent
    left join known_workloads as known on known.cluster = coalesce(known_nodes.cluster, subject.cluster) and known.namespace = pod_namespace
      and known.workload = subject.workload and known.workload_kind is not distinct from subject.workload_kind`);
}
