import type { Sql } from '../../io/sql.ts';
import { distance } from './cluster-facts.ts';

/**
 * Makes `balancers`: which Services and Ingresses of the clusters the load balancers of the bill are of, by the DNS name that these got:
 * `NAME-123.REGION.elb.amazonaws.com` (application, classic) or `NAME-0123456789abcdef.elb.REGION.amazonaws.com` (network), of an internal one with `internal-` before it
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html). Names are of an account and region.
 * Those that no cluster knows (any more) are found by the tags that the controller gave them.
 */
export async function makeBalancers(sql: Sql): Promise<void> {
  const host = `regexp_replace(lower(provider_id), '^(dualstack\\.)?(internal-)?', '')`;
  await sql.run(`
    create or replace temp table balancers as
    with wanted as (select distinct month, balancer, account, region, cluster, balancer_stack from named_subjects where balancer is not null),
    addressed as (select *, ${host} as host from known_things where kind in ('Service', 'Ingress') and provider_id is not null),
    named as (
      select *, regexp_extract(host, '^(.+)-[0-9]+\\.([a-z0-9-]+)\\.elb\\.amazonaws\\.com', ['name', 'region']) as other,
        regexp_extract(host, '^(.+)-[0-9a-f]{16}\\.elb\\.([a-z0-9-]+)\\.amazonaws\\.com', ['name', 'region']) as network from addressed),
    seen as (
      select wanted.month, balancer, wanted.account, wanted.region, thing.cluster, kind, namespace, name, detail
      from wanted
      join (select *, case when network['name'] <> '' then network else other end as address from named) as thing
        on address['name'] = lower(balancer) and address['region'] = wanted.region
      left join homes on homes.cluster = thing.cluster
      where homes.account is null or homes.account = wanted.account
      qualify (homes.account is null, ${distance('wanted.month', 'first_day', 'last_day')}) =
        min((homes.account is null, ${distance('wanted.month', 'first_day', 'last_day')})) over (partition by wanted.month, balancer, wanted.account, wanted.region)),
    tagged as (
      select wanted.month, balancer, account, region, coalesce(wanted.cluster, lone_clusters.cluster) as cluster, 'Tag' as kind,
        split_part(balancer_stack, '/', 1) as namespace, split_part(balancer_stack, '/', 2) as name, null::varchar as detail
      from wanted left join lone_clusters using (account, region) where contains(balancer_stack, '/'))
    select * from seen union all
    select distinct * from tagged where cluster is not null
      and not exists (from seen where (seen.month, seen.balancer, seen.account, seen.region) = (tagged.month, tagged.balancer, tagged.account, tagged.region))`);
}

/**
 * Whether a selector selects a workload, by the labels of its pods: as Kubernetes spells them, or as Prometheus does. An empty one selects nothing
 * (https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors), but leads to what somebody else says.
 */
function selects(selector: string, labels: string): string {
  const value = (of: string, key: string): string => `json_extract_string(${of}, '$."' || ${key} || '"')`;
  const spelled = `regexp_replace(key, '[^a-zA-Z0-9_]', '_', 'g')`;
  return `len(list_filter(json_keys(${selector}), lambda key: coalesce(${value(labels, 'key')}, ${value(labels, spelled)}) is distinct from ${value(selector, 'key')})) = 0`;
}

/**
 * Adds to `users` the workloads behind each load balancer, all with the same part. A Service's are those whose pods its selector selects; an Ingress's those of the
 * Services that it names. Where selector or labels are not known, it is the workload of the Service's own name, for so nearly all are called; else the namespace.
 */
export async function addBalancerUsers(sql: Sql): Promise<void> {
  await sql.run(`
    insert into users
    with backends as (
      select month, cluster, balancer, account, namespace, name as service, json_extract(detail, '$.selector') as selector from balancers where kind in ('Service', 'Tag')
      union all
      select month, cluster, balancer, account, namespace,
        unnest(case when len(services) = 0 then [null] else services end) as service, null as selector
      from (select *, list_distinct(list_filter(list_append(json_extract_string(detail, '$.rules[*].service'), json_extract_string(detail, '$.defaultService')),
        lambda service: service is not null)) as services from balancers where kind = 'Ingress')),
    selectors as (
      select backends.* exclude (selector), nullif(coalesce(backends.selector, json_extract(thing.detail, '$.selector'))::varchar, '{}') as selector
      from backends left join known_things as thing
        on thing.kind = 'Service' and thing.cluster = backends.cluster and thing.namespace = backends.namespace and thing.name = backends.service),
    behind as (
      select distinct selectors.month, selectors.cluster, selectors.balancer, selectors.account, selectors.namespace, selectors.service, known.workload_kind, known.workload
      from selectors left join known_workloads as known on known.cluster = selectors.cluster and known.namespace = selectors.namespace
        and case when selectors.selector is null or known.labels is null then known.workload = selectors.service else ${selects('selectors.selector', 'known.labels')} end)
    select distinct month, cluster, 'load-balancer', account || '/' || balancer, namespace, workload_kind, workload from behind`);
}
