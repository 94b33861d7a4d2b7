import { describe, expect, test } from 'vitest';
import { clusterCharges, otherCharges } from '../../../src/snapshot/allocation/cluster-charges.ts';
import { node, pod, volume, withTables, type Charge, type Given } from './given.ts';

interface Matched {
  readonly matches: readonly unknown[];
  readonly unread: readonly string[];
}

/** `CLUSTER ROLE TARGET` of each charge of a cluster, dearest first; charges of none are left out. */
async function matched(given: Given): Promise<Matched> {
  return withTables(given, async (sql, query) => {
    const { unread } = await clusterCharges(sql, query);
    const rows = await sql.rows(`select cluster || ' ' || role || coalesce(' ' || target, '') as of from cluster_charges order by cost desc, of`);
    const others = await sql.rows(`select count(*) as n from ${otherCharges(query)}`);
    const charges = given.charges.filter(({ x_RowRole: role }) => role !== 'split').length;
    expect(rows.length + Number(others[0]?.['n'])).toBe(charges + Object.values(given.months ?? {}).flat().length);
    return { matches: rows.map((row) => row['of']), unread };
  });
}

const usersOf = (given: Given): Promise<readonly unknown[]> =>
  withTables(given, async (sql, query) => {
    await clusterCharges(sql, query);
    const rows = await sql.rows(`select month, namespace, workload, part, parts from user_parts order by all`);
    return rows.map(({ month, namespace, workload, part, parts }) => `${month} ${namespace} ${workload} ${part}/${parts}`);
  });

const tagged = (tags: Readonly<Record<string, string>>, more: Charge = {}): Charge => ({ Tags: JSON.stringify(tags), ...more });
const eks = (cluster: string, more: Charge = {}): Charge => ({
  ServiceName: 'Amazon EKS',
  ResourceId: `arn:aws:eks:eu-west-1:${more.SubAccountId ?? '111111111111'}:cluster/${cluster}`,
  ...more,
});
const alb = (name: string, more: Charge = {}): Charge => ({
  ServiceName: 'Elastic Load Balancing',
  ResourceId: `arn:aws:elasticloadbalancing:eu-west-1:${more.SubAccountId ?? '111111111111'}:loadbalancer/app/${name}/0123456789abcdef`,
  ...more,
});
const home = node('ip-1', 'i-1');
const atHome: Charge = { ResourceId: 'i-1', BilledCost: 100 };

describe('a charge of an instance', () => {
  test('is of the node that the instance is, by its id or its ARN', async () => {
    const charges = [
      { ResourceId: 'i-1', BilledCost: 3 },
      { ResourceId: 'arn:aws:ec2:eu-west-1:111111111111:instance/i-2', BilledCost: 2 },
      { ResourceId: 'i-9', BilledCost: 1 },
    ];
    expect((await matched({ charges, nodes: [node('ip-1', 'i-1'), node('ip-2', 'i-2', 'staging')] })).matches).toEqual([
      'production node ip-1',
      'staging node ip-2',
    ]);
  });

  test('is of a node that nobody knows where its tags name a cluster', async () => {
    const charges = [
      { ...atHome, ...tagged({ 'aws:eks_cluster_name': 'production' }) },
      tagged({ 'aws:eks_cluster_name': 'production' }, { ResourceId: 'i-9' }),
    ];
    expect((await matched({ charges, nodes: [home] })).matches).toEqual(['production node ip-1', 'production node']);
  });

  test('is of no node by the name that the node has', async () => {
    expect((await matched({ charges: [{ ResourceId: 'ip-1' }], nodes: [home] })).matches).toEqual([]);
  });
});

describe('the bill’s name of a cluster is', () => {
  test('what most of its instances are nodes of', async () => {
    const tags = { 'aws:eks_cluster_name': 'prod-eu' };
    const charges = [
      tagged(tags, { ResourceId: 'i-1', BilledCost: 5 }),
      tagged(tags, { ResourceId: 'i-2', BilledCost: 4 }),
      tagged(tags, { ResourceId: 'i-3', BilledCost: 3 }),
      eks('prod-eu', { BilledCost: 2 }),
    ];
    const nodes = [node('a', 'i-1'), node('b', 'i-2'), node('c', 'i-3', 'staging')];
    expect((await matched({ charges, nodes })).matches).toEqual(['production node a', 'production node b', 'staging node c', 'production control-plane']);
  });

  test('told by a key that has lost its spelling', async () => {
    const charges = [tagged({ kubernetes_io_cluster_prod_eu: 'owned' }, { ResourceId: 'i-1', BilledCost: 5 }), eks('prod-eu')];
    expect((await matched({ charges, nodes: [home] })).matches).toEqual(['production node ip-1', 'production control-plane']);
  });

  test('the snapshot’s where they are the same', async () => {
    expect((await matched({ charges: [eks('production')], pods: [pod('a', 'Deployment/a')] })).matches).toEqual(['production control-plane']);
  });

  test('of another cluster in another account', async () => {
    const { matches, unread } = await matched({ charges: [atHome, eks('production', { SubAccountId: '222222222222' })], nodes: [home] });
    expect(matches).toEqual(['production node ip-1', 'production (222222222222 eu-west-1) control-plane']);
    expect(unread).toEqual(['production (222222222222 eu-west-1)']);
  });

  test('that of the only cluster that is at home there', async () => {
    expect((await matched({ charges: [atHome, eks('main')], nodes: [home] })).matches).toEqual(['production node ip-1', 'production control-plane']);
  });

  test('kept where no source reads it', async () => {
    const { matches, unread } = await matched({ charges: [atHome, eks('one'), eks('two')], nodes: [home] });
    expect(matches).toEqual(['production node ip-1', 'one control-plane', 'two control-plane']);
    expect(unread).toEqual(['one', 'two']);
  });
});

describe('of a cluster are', () => {
  test('its log groups, what is tagged with its name, and not what is tagged with two', async () => {
    const charges = [
      atHome,
      { ResourceId: 'arn:aws:logs:eu-west-1:111111111111:log-group:/aws/eks/production/cluster', BilledCost: 4 },
      tagged({ alpha_eksctl_io_cluster_name: 'production' }, { ResourceId: 'arn:aws:ec2:eu-west-1:111111111111:natgateway/nat-1', BilledCost: 3 }),
      tagged({ kubernetes_io_cluster_a: 'shared', kubernetes_io_cluster_b: 'shared' }, { ResourceId: 'arn:aws:ec2:eu-west-1:111111111111:natgateway/nat-2' }),
    ];
    expect((await matched({ charges, nodes: [home] })).matches).toEqual(['production node ip-1', 'production other', 'production other']);
  });

  test('the fee of Auto Mode: of the node, or where it names the cluster only, of all nodes', async () => {
    const fee = { ServiceName: 'Amazon EKS', SkuMeter: 'EU-EKS-Auto:m5.large-management-hours' };
    const charges = [
      { ...fee, ResourceId: 'arn:aws:ec2:eu-west-1:111111111111:instance/i-1', BilledCost: 3 },
      { ...eks('production'), ...fee, BilledCost: 2 },
      eks('production', { SkuMeter: 'EU-AmazonEKS-Hours:extendedSupport' }),
    ];
    expect((await matched({ charges, nodes: [home] })).matches).toEqual(['production node ip-1', 'production other', 'production control-plane']);
  });

  test('no charges of another currency, and no splits', async () => {
    const charges = [atHome, { ...atHome, x_RowRole: 'split', BilledCost: 0 }];
    expect((await matched({ charges, nodes: [home] })).matches).toEqual(['production node ip-1']);
  });
});

describe('a volume is', () => {
  const charge = { ResourceId: 'vol-1', BilledCost: 2 };

  test('its claim’s, and of the workload whose template made the claim', async () => {
    const given = {
      charges: [charge],
      inventory: [volume('vol-1', 'web/data-db-0')],
      workloads: [{ namespace: 'web', workload_kind: 'StatefulSet', workload: 'db', scheduling: '{"claimTemplates":[{"name":"data"}]}' }],
    };
    expect((await matched(given)).matches).toEqual(['production volume vol-1']);
    expect(await usersOf(given)).toEqual(['2026-10 web StatefulSet/db 1/1']);
  });

  test('of all workloads that mount it', async () => {
    const mounts = (workload: string): NonNullable<Given['workloads']>[number] => ({
      namespace: 'web',
      workload_kind: 'Deployment',
      workload,
      scheduling: '{"claims":["media"]}',
    });
    expect(await usersOf({ charges: [charge], inventory: [volume('vol-1', 'web/media')], workloads: [mounts('a'), mounts('b')] })).toEqual([
      '2026-10 web Deployment/a 1/2',
      '2026-10 web Deployment/b 2/2',
    ]);
  });

  test('of an operator’s workload, by the name of its pod', async () => {
    const pods = [pod('flags-db-1', 'Cluster/flags-db')];
    expect(await usersOf({ charges: [charge], inventory: [volume('vol-1', 'web/flags-db-1')], pods })).toEqual(['2026-10 web Cluster/flags-db 1/1']);
  });

  test('a file system of several claims, of whoever mounts one', async () => {
    const fileSystem = { ServiceName: 'EFS', ResourceId: 'arn:aws:elasticfilesystem:eu-west-1:111111111111:file-system/fs-1' };
    const inventory = [volume('fs-1::fsap-1', 'web/data-db-0'), volume('fs-1::fsap-2', 'web/old')];
    expect(await usersOf({ charges: [fileSystem], inventory, pods: [pod('db-0', 'StatefulSet/db')] })).toEqual([
      '2026-10 web StatefulSet/db 1/2',
      '2026-10 web null 2/2',
    ]);
  });

  test('of one cluster, where two clusters know it', async () => {
    const inventory = [volume('vol-1', 'web/a'), { ...volume('vol-1', 'web/b'), cluster: 'staging' }];
    expect((await matched({ charges: [charge], inventory })).matches).toEqual(['production volume vol-1']);
  });

  test('its namespace’s where nothing mounts it', async () => {
    expect(await usersOf({ charges: [charge], inventory: [volume('vol-1', 'web/old')] })).toEqual(['2026-10 web null 1/1']);
  });

  test('found by its tags where the cluster knows it no more', async () => {
    const tags = { kubernetes_io_created_for_pvc_namespace: 'web', kubernetes_io_created_for_pvc_name: 'old' };
    const given = { charges: [atHome, tagged(tags, charge)], nodes: [home] };
    expect((await matched(given)).matches).toEqual(['production node ip-1', 'production volume vol-1']);
    expect(await usersOf(given)).toEqual(['2026-10 web null 1/1']);
  });

  test('of its cluster where it is no claim’s: a node’s disk', async () => {
    const given = { charges: [atHome, tagged({ 'aws:eks_cluster_name': 'production' }, charge)], nodes: [home] };
    expect((await matched(given)).matches).toEqual(['production node ip-1', 'production other']);
  });

  test('whose it was in the month, as far as anybody looked', async () => {
    const of = (workload: string, day: string): NonNullable<Given['workloads']>[number] => ({
      namespace: 'web',
      workload_kind: 'Deployment',
      workload,
      scheduling: '{"claims":["media"]}',
      day,
    });
    const given = {
      charges: [charge],
      months: { '2026-08': [charge], '2026-09': [charge] },
      inventory: [volume('vol-1', 'web/media')],
      workloads: [of('old', '2026-09-02'), of('new', '2026-10-02')],
    };
    expect(await usersOf(given)).toEqual(['2026-08 web Deployment/old 1/1', '2026-09 web Deployment/old 1/1', '2026-10 web Deployment/new 1/1']);
  });
});

describe('a load balancer is', () => {
  const service = (name: string, host: string, selector: Readonly<Record<string, string>>): NonNullable<Given['inventory']>[number] => ({
    kind: 'Service',
    namespace: 'web',
    name,
    provider_id: host,
    detail: JSON.stringify({ selector }),
  });
  const ingress = (name: string, host: string, services: readonly string[]): NonNullable<Given['inventory']>[number] => ({
    kind: 'Ingress',
    namespace: 'web',
    name,
    provider_id: host,
    detail: JSON.stringify({ rules: services.map((each) => ({ service: each })) }),
  });

  test('a Service’s, by its name in DNS: of the workloads that it selects', async () => {
    const given = {
      charges: [atHome, alb('k8s-web-api-0a1b2c3d4e')],
      nodes: [home],
      inventory: [service('api', 'internal-k8s-web-api-0a1b2c3d4e-1234567890.eu-west-1.elb.amazonaws.com', { app: 'api' })],
      pods: [pod('a-1', 'Deployment/a', { labels: '{"app":"api","x":"y"}' }), pod('b-1', 'Deployment/b', { labels: '{"app":"b"}' })],
    };
    expect((await matched(given)).matches).toEqual(['production node ip-1', 'production load-balancer 111111111111/k8s-web-api-0a1b2c3d4e']);
    expect(await usersOf(given)).toEqual(['2026-10 web Deployment/a 1/1']);
  });

  test('a network load balancer, whose name in DNS ends in its id', async () => {
    const charge = { ResourceId: 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/0123456789abcdef' };
    const given = { charges: [atHome, charge], nodes: [home], inventory: [service('api', 'api-0123456789abcdef.elb.eu-west-1.amazonaws.com', {})] };
    expect((await matched(given)).matches).toEqual(['production node ip-1', 'production load-balancer 111111111111/api']);
  });

  test('of all Ingresses of its group, and of the workloads behind them', async () => {
    const host = 'k8s-group-1.eu-west-1.elb.amazonaws.com';
    const given = {
      charges: [atHome, alb('k8s-group')],
      nodes: [home],
      inventory: [ingress('one', host, ['api', 'web']), ingress('two', host, ['api', 'gone'])],
      pods: [pod('a', 'Deployment/api'), pod('w', 'Deployment/web')],
    };
    expect(await usersOf(given)).toEqual(['2026-10 web Deployment/api 1/3', '2026-10 web Deployment/web 2/3', '2026-10 web null 3/3']);
  });

  test('an Ingress’s: of the workloads that the Services it names select, whatever these are called', async () => {
    const inside = (name: string, selector: Readonly<Record<string, string>>): NonNullable<Given['inventory']>[number] => ({
      kind: 'Service',
      namespace: 'web',
      name,
      detail: JSON.stringify({ selector }),
    });
    const given = {
      charges: [atHome, alb('k8s-front')],
      nodes: [home],
      inventory: [
        ingress('front', 'k8s-front-1.eu-west-1.elb.amazonaws.com', ['api', 'shop', 'by-name', 'nobody']),
        inside('api', { 'app.kubernetes.io/name': 'backend' }),
        inside('shop', { 'app.kubernetes.io/name': 'shop', tier: 'web' }),
        inside('by-name', {}),
        inside('nobody', { app: 'gone' }),
      ],
      pods: [
        pod('a', 'Deployment/backend-v2', { labels: '{"app.kubernetes.io/name":"backend","pod-template-hash":"1"}' }),
        // As Prometheus spells labels.
        pod('s', 'Deployment/storefront', { labels: '{"app_kubernetes_io_name":"shop","tier":"web"}' }),
        pod('t', 'Deployment/shop', { labels: '{"app.kubernetes.io/name":"shop","tier":"cache"}' }),
        pod('n', 'Deployment/by-name', { labels: '{"app":"other"}' }),
      ],
    };
    expect(await usersOf(given)).toEqual([
      '2026-10 web Deployment/backend-v2 1/4',
      '2026-10 web Deployment/by-name 2/4',
      '2026-10 web Deployment/storefront 3/4',
      '2026-10 web null 4/4',
    ]);
  });

  test('not that of the same name in another account', async () => {
    const given = {
      charges: [atHome, alb('api', { SubAccountId: '222222222222' })],
      nodes: [home],
      inventory: [service('api', 'api-1.eu-west-1.elb.amazonaws.com', {})],
    };
    expect((await matched(given)).matches).toEqual(['production node ip-1']);
  });

  test('found by the tags of its controller where the cluster knows it no more', async () => {
    const tags = { elbv2_k8s_aws_cluster: 'production', service_k8s_aws_stack: 'web/gone' };
    const given = { charges: [atHome, alb('x', tagged(tags))], nodes: [home] };
    expect((await matched(given)).matches).toEqual(['production node ip-1', 'production load-balancer 111111111111/x']);
    expect(await usersOf(given)).toEqual(['2026-10 web null 1/1']);
  });
});

test('a Fargate pod is its workload’s: by uid, by name, or by the tags of the bill', async () => {
  const fargate = (name: string, uid: string, more: Charge = {}): Charge => ({
    ResourceId: `arn:aws:eks:eu-west-1:111111111111:pod/production/web/${name}/${uid}`,
    ...more,
  });
  const given = {
    charges: [
      fargate('a-1', 'uid-1', { BilledCost: 9 }),
      fargate('b-1', 'other', { BilledCost: 8 }),
      fargate('c-1', 'uid-3', { BilledCost: 7, ...tagged({ 'aws:eks_workload_type': 'deployment', 'aws:eks_workload_name': 'c' }) }),
      fargate('d-1', 'uid-4', { BilledCost: 6 }),
    ],
    pods: [pod('a-1', 'Deployment/a', { pod_uid: 'uid-1' }), pod('b-1', 'Deployment/b', { pod_uid: 'uid-2' })],
  };
  expect((await matched(given)).matches.map((of) => String(of).split(' ').slice(0, 2).join(' '))).toEqual(
    Array.from({ length: 4 }, () => 'production fargate-pod'),
  );
  expect(await usersOf(given)).toEqual([
    '2026-10 web Deployment/a 1/1',
    '2026-10 web Deployment/b 1/1',
    '2026-10 web Deployment/c 1/1',
    '2026-10 web null 1/1',
  ]);
});

test('splits stand apart, each with its parent and the workload of its pod', async () => {
  const split = (name: string, uid: string, parent: string, more: Charge = {}): Charge => ({
    BilledCost: 0,
    x_RowRole: 'split',
    x_ParentResourceId: parent,
    x_SplitCost: 0.25,
    x_UnusedCost: 0.05,
    SkuMeter: 'EU-EKS-EC2-vCPU-Hours',
    ResourceId: `arn:aws:eks:eu-west-1:111111111111:pod/prod-eu/web/${name}/${uid}`,
    ...more,
  });
  const given: Given = {
    charges: [
      tagged({ 'aws:eks_cluster_name': 'prod-eu' }, atHome),
      split('a-1', 'uid-1', 'i-1'),
      split('b-1', 'uid-9', 'i-9', tagged({ 'aws:eks_workload_type': 'StatefulSet', 'aws:eks_workload_name': 'b' })),
      // Of ECS: of no cluster here.
      { BilledCost: 0, x_RowRole: 'split', x_ParentResourceId: 'i-1', ResourceId: 'arn:aws:ecs:eu-west-1:111111111111:task/x/1', x_SplitCost: 1 },
    ],
    nodes: [home],
    pods: [pod('a-1', 'Deployment/a', { pod_uid: 'uid-1', labels: '{"team":"t"}' })],
    labels: ['team'],
  };
  const rows = await withTables(given, async (sql, query) => {
    await clusterCharges(sql, query);
    return sql.rows('select parent, cluster, namespace, pod, pod_uid, workload_kind, workload, split_cost, unused_cost, label0 from split_rows order by pod');
  });
  expect(rows.map((row) => Object.values(row).join(' '))).toEqual([
    'i-1 production web a-1 uid-1 Deployment a 0.250000000000 0.050000000000 t',
    'i-9 production web b-1 uid-9 StatefulSet b 0.250000000000 0.050000000000 ',
  ]);
});

test('a split of a pod that nobody knows is of its Deployment or CronJob, not of the ReplicaSet or Job of the day', async () => {
  const split = (of: string, tags: Readonly<Record<string, string>>): Charge => ({
    BilledCost: 0,
    x_RowRole: 'split',
    x_ParentResourceId: 'i-1',
    ResourceId: `arn:aws:eks:eu-west-1:111111111111:pod/production/web/${of}/${of}`,
    ...tagged(tags),
  });
  const workloads = await withTables(
    {
      charges: [
        { ...atHome },
        split('a', { 'aws:eks_deployment': 'api', 'aws:eks_workload_type': 'ReplicaSet', 'aws:eks_workload_name': 'api-7d9f8b6c5' }),
        split('b', { 'aws:eks_workload_type': 'Job', 'aws:eks_workload_name': 'nightly-report-29345760' }),
        split('c', { 'aws:eks_workload_type': 'Job', 'aws:eks_workload_name': 'migrate-3' }),
      ],
    },
    async (sql, query) => {
      await clusterCharges(sql, query);
      return sql.rows('select workload_kind, workload from split_rows order by pod');
    },
  );
  expect(workloads.map(({ workload_kind: kind, workload }) => `${String(kind)}/${String(workload)}`)).toEqual([
    'Deployment/api',
    'CronJob/nightly-report',
    'Job/migrate-3',
  ]);
});

test('an instance that splits name is a node of their cluster, though nothing else says so', async () => {
  const pods = ['a', 'b'].map((name): Charge => ({
    BilledCost: 0,
    x_RowRole: 'split',
    x_ParentResourceId: 'i-1',
    ResourceId: `arn:aws:eks:eu-west-1:111111111111:pod/main/web/${name}/${name}`,
  }));
  const { matches, unread } = await matched({ charges: [atHome, { ResourceId: 'i-2' }, ...pods] });
  expect(matches).toEqual(['main node']);
  expect(unread).toEqual(['main']);
});
