import { text, type Sql } from '../../io/sql.ts';
import { tagKey } from '../../model/tag-key.ts';
import { chargesTable, METRIC_COLUMNS } from '../charges.ts';
import type { AllocationQuery } from './contract.ts';

/** What a charge says of the thing that it is for. Few among millions of charges: all that is read of texts and tags is read of these. */
export const SUBJECT_KEYS = ['month', 'SubAccountId', 'RegionId', 'ResourceId', 'Tags'] as const;

/** A charge of the currency and metric asked for that is no split of another one. */
export function isCharge({ metric, currency }: Pick<AllocationQuery, 'metric' | 'currency'>): string {
  return `BillingCurrency = ${text(currency)} and ${METRIC_COLUMNS[metric]} is not null and x_RowRole is distinct from 'split'`;
}

/**
 * Tags that hold the name of a cluster, the surest first: EKS' own; that of Auto Mode and of Karpenter since 1.0 (https://karpenter.sh/docs/upgrading/upgrade-guide/);
 * of managed node groups; of the AWS Load Balancer Controller; of eksctl; of Karpenter before 1.0.
 */
const CLUSTER_TAGS = [
  'aws:eks:cluster-name',
  'eks:eks-cluster-name',
  'eks:cluster-name',
  'elbv2.k8s.aws/cluster',
  'alpha.eksctl.io/cluster-name',
  'karpenter.sh/managed-by',
];

/** `kubernetes.io/cluster/NAME` = `owned` or `shared`: the name stands in the key, as `tagKey` spells it. */
const CLUSTER_KEY = tagKey('kubernetes.io/cluster/');

const tagValue = (key: string): string => `nullif(json_extract_string(Tags, ${text(`$.${JSON.stringify(tagKey(key))}`)}), '')`;

const clusterKeys = `list_filter(json_keys(Tags), lambda key: starts_with(key, ${text(CLUSTER_KEY)}))`;

/** `arn:aws:eks:REGION:ACCOUNT:KIND/…` (also of `aws-cn`, `aws-us-gov`). */
const eks = (kind: string): string => `^arn:[^:]+:eks:[^:]*:[^:]*:${kind}`;

export const extract = (pattern: string, from = 'ResourceId'): string => `nullif(regexp_extract(${from}, ${text(pattern)}, 1), '')`;

/**
 * EKS' own on the rows of pods: what stands right above the pod, which of a Deployment is a ReplicaSet of each rollout, and of a CronJob a Job of each run.
 * https://docs.aws.amazon.com/cur/latest/userguide/split-cost-allocation-data.html
 */
const WORKLOAD_TYPE = tagValue('aws:eks:workload-type');
const DEPLOYMENT = tagValue('aws:eks:deployment');
/** Its Jobs end with the minute that they were due in, since 1970. https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/cronjob/utils.go */
const CRON_JOB = `case when lower(${WORKLOAD_TYPE}) = 'job' then ${extract('^(.+)-[0-9]{8}$', tagValue('aws:eks:workload-name'))} end`;

const COLUMNS = {
  /** The account and region that it is in: those of its ARN, where it has one that says so. */
  account: `coalesce(${extract('^arn:[^:]+:[^:]+:[^:]*:([0-9]+):')}, SubAccountId)`,
  region: `coalesce(${extract('^arn:[^:]+:[^:]+:([^:]*):')}, RegionId)`,
  /** EC2 names an instance or a volume by its id alone; others (Auto Mode, Fargate) by its ARN. */
  instance: extract('(?:^|[/:])(i-[0-9a-f]+)$'),
  /** A volume of EBS, a file system of EFS or FSx. */
  volume: extract('(?:^|[/:])((?:vol|fs)-[0-9a-f]+)$'),
  balancer: extract(':loadbalancer/(?:(?:app|net|gwy)/)?([^/]+)'),
  /** Its control plane's: `cluster/NAME`. */
  control_plane: extract(`${eks('cluster')}/([^/]+)$`),
  /** `pod/CLUSTER/NAMESPACE/POD/UID`: a Fargate pod. https://docs.aws.amazon.com/cur/latest/userguide/split-line-item-columns.html */
  pod_cluster: extract(`${eks('pod')}/([^/]+)/[^/]+/[^/]+/[^/]+$`),
  pod_namespace: extract(`${eks('pod')}/[^/]+/([^/]+)/[^/]+/[^/]+$`),
  pod: extract(`${eks('pod')}/[^/]+/[^/]+/([^/]+)/[^/]+$`),
  pod_uid: extract(`${eks('pod')}/[^/]+/[^/]+/[^/]+/([^/]+)$`),
  /** Log groups of the control plane and of Container Insights. https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
  log_cluster: extract(':log-group:/aws/(?:eks|containerinsights)/([^/:]+)/'),
  tag_cluster: `coalesce(${CLUSTER_TAGS.map(tagValue).join(', ')})`,
  /** The one that keys name: a thing of several is of none of them. */
  key_cluster: `case when len(${clusterKeys}) = 1 then nullif(substr(${clusterKeys}[1], ${CLUSTER_KEY.length + 1}), '') end`,
  /** https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/tagging.md */
  claim_namespace: tagValue('kubernetes.io/created-for/pvc/namespace'),
  claim: tagValue('kubernetes.io/created-for/pvc/name'),
  /** NAMESPACE/NAME of the Service or Ingress; without a slash the name of a group of Ingresses. */
  balancer_stack: `coalesce(${['kubernetes.io/service-name', 'service.k8s.aws/stack', 'ingress.k8s.aws/stack', 'service.eks.amazonaws.com/stack', 'ingress.eks.amazonaws.com/stack'].map(tagValue).join(', ')})`,
  tag_workload_kind: `case when ${DEPLOYMENT} is not null then 'Deployment' when ${CRON_JOB} is not null then 'CronJob' else ${WORKLOAD_TYPE} end`,
  tag_workload: `coalesce(${DEPLOYMENT}, ${CRON_JOB}, ${tagValue('aws:eks:workload-name')})`,
};

const POD_COLUMNS = ['account', 'region', 'pod_cluster', 'pod_namespace', 'pod', 'pod_uid', 'tag_cluster', 'tag_workload_kind', 'tag_workload'] as const;

const derived = (columns: readonly (keyof typeof COLUMNS)[]): string => columns.map((column) => `${COLUMNS[column]} as ${column}`).join(', ');

/** Makes `subjects`: all things that charges are for and that may be of a cluster, with what their ids and tags say. `bill_name` is the cluster's as the bill has it. */
export async function makeSubjects(sql: Sql, query: AllocationQuery): Promise<void> {
  await makeThings(sql, query, isCharge(query));
  await sql.run(`
    create or replace temp table subjects as
    select *, coalesce(control_plane, pod_cluster, tag_cluster, log_cluster) as bill_name from (select *, ${derived(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])} from things)
    where coalesce(instance, volume, balancer, control_plane, pod, log_cluster, tag_cluster, key_cluster) is not null`);
}

/** Makes `split_subjects`: the pods that the bill's own splits are of (split cost allocation data of EKS; that of ECS is of no cluster). */
export async function makeSplitSubjects(sql: Sql, query: AllocationQuery): Promise<void> {
  await makeThings(sql, query, `x_RowRole = 'split' and BillingCurrency = ${text(query.currency)}`);
  await sql.run(`create or replace temp table split_subjects as select * from (select *, ${derived(POD_COLUMNS)} from things) where pod is not null`);
}

/** A table of its own: what is asked of these few would else be asked of every charge, for an engine filters before it groups. */
async function makeThings(sql: Sql, { files }: AllocationQuery, condition: string): Promise<void> {
  await sql.run(`create or replace temp table things as select distinct ${SUBJECT_KEYS.join(', ')} from ${chargesTable(files)} where ${condition}`);
}

/** That a row is of a subject: NULL is a value here. */
export function ofSubject(row: string, subject: string): string {
  return SUBJECT_KEYS.map((key) => `${row}.${key} is not distinct from ${subject}.${key}`).join(' and ');
}
