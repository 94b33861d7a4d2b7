import { describe, expect, test } from 'vitest';
import type { Sql } from '../../../src/io/sql.ts';
import type { SharedRule } from '../../../src/model/cost/allocation/shared-rules.ts';
import type { CostLine } from '../../../src/model/cost/cost-line.ts';
import { money } from '../../../src/model/facts.ts';
import { allocate, allocatedLines, type Allocated, type NodeLines } from '../../../src/snapshot/allocation/allocate.ts';
import type { AllocationQuery } from '../../../src/snapshot/allocation/contract.ts';
import { costLines, lineOf } from '../../../src/snapshot/charges.ts';
import { node, pod, volume, withTables, type Charge, type Given } from './given.ts';

/** Three quarters of each node are web's, the rest is batch's. */
async function nodesOf(sql: Sql, { tags }: AllocationQuery): Promise<NodeLines> {
  const rows = await sql.rows(`select * exclude (cost, charge_start, charge_end), cost::double as cost from cluster_charges where role = 'node' order by cost`);
  const lines = rows.flatMap((row) =>
    (
      [
        ['web', 0.75],
        ['batch', 0.25],
      ] as const
    ).map(([namespace, share]) => {
      const use = {
        cluster: String(row['cluster']),
        namespace,
        workload: `Deployment/${namespace}`,
        labels: {},
        share: 'allocated',
        idle: null,
        method: 'requests',
      } as const;
      return lineOf(row, tags, money(Number(row['cost']) * share), use);
    }),
  );
  const uses = lines.flatMap(({ month, use, cost }) =>
    use === null || use.namespace === null
      ? []
      : [{ month, cluster: use.cluster, namespace: use.namespace, workload: use.workload, labels: {}, cost, cpuCoreHours: 1, memoryGibHours: 1, podHours: 1 }],
  );
  return { lines, uses };
}

const allocated = (given: Given, rules: readonly SharedRule[] = []): Promise<Allocated<NodeLines>> =>
  withTables(given, (sql, query) => allocatedLines(sql, query, rules, (on) => nodesOf(on, query)));

const described = (lines: readonly CostLine[]): readonly string[] =>
  lines.map(
    ({ service, use, cost }) =>
      `${service}: ${use === null ? 'no cluster' : `${use.cluster} ${use.namespace} ${use.workload} ${use.share} ${use.method}`} ${cost}`,
  );

const home = { charges: [{ ResourceId: 'i-1', BilledCost: 100 }] satisfies Charge[], nodes: [node('ip-1', 'i-1')] };
const controlPlane: Charge = { ServiceName: 'EKS', ResourceId: 'arn:aws:eks:eu-west-1:111111111111:cluster/production', BilledCost: 8 };
const nat: Charge = { ServiceName: 'EC2', SkuMeter: 'EU-NatGateway-Bytes', ResourceId: 'arn:aws:ec2:eu-west-1:111111111111:natgateway/nat-1', BilledCost: 4 };

describe('the lines of a bill with a cluster', () => {
  test('are its nodes’, and what stands beside them, shared by what else is paid', async () => {
    const { lines, unread } = await allocated({ ...home, charges: [...home.charges, controlPlane, nat] });
    expect(described(lines)).toEqual([
      'Amazon EC2: production web Deployment/web allocated requests 75',
      'Amazon EC2: production batch Deployment/batch allocated requests 25',
      'EKS: production batch Deployment/batch shared proportional 2',
      'EKS: production web Deployment/web shared proportional 6',
      'EC2: no cluster 4',
    ]);
    expect(unread).toEqual([]);
  });

  test('have what a rule shares, told by its meter', async () => {
    const rules: SharedRule[] = [{ match: { meter: ['*NatGateway*'] }, method: 'even' }];
    const other = { ...nat, SkuMeter: 'EU-ElasticIP:Idle', BilledCost: 1 };
    const { lines } = await allocated({ ...home, charges: [...home.charges, nat, other] }, rules);
    expect(described(lines).slice(2)).toEqual([
      'EC2: no cluster 1',
      'EC2: production batch Deployment/batch shared even 2',
      'EC2: production web Deployment/web shared even 2',
    ]);
  });

  test('have what a rule shares, told by its resource, whatever letters stand for others in SQL', async () => {
    const logs = (group: string, BilledCost: number): Charge => ({
      ServiceName: 'Logs',
      ResourceId: `arn:aws:logs:eu-west-1:111111111111:log-group:/eks/${group}/web`,
      BilledCost,
    });
    const rules: SharedRule[] = [{ match: { resource: ['*:log-group:/eks/prod_1/*'] }, method: 'even' }];
    const { lines } = await allocated({ ...home, charges: [...home.charges, logs('prod_1', 6), logs('prodX1', 5)] }, rules);
    expect(described(lines).slice(2)).toEqual([
      'Logs: no cluster 5',
      'Logs: production batch Deployment/batch shared even 3',
      'Logs: production web Deployment/web shared even 3',
    ]);
  });

  test('weigh volumes too in what else is paid', async () => {
    const given = {
      ...home,
      charges: [...home.charges, controlPlane, { ResourceId: 'vol-1', BilledCost: 100 }],
      inventory: [volume('vol-1', 'data/data-db-0')],
      pods: [pod('db-0', 'StatefulSet/db', { namespace: 'data' })],
    };
    expect(described((await allocated(given)).lines).slice(2)).toEqual([
      'Amazon EC2: production data StatefulSet/db allocated volume 100',
      'EKS: production batch Deployment/batch shared proportional 1',
      'EKS: production data StatefulSet/db shared proportional 4',
      'EKS: production web Deployment/web shared proportional 3',
    ]);
  });

  test('split a volume of three workloads to its last digit', async () => {
    const mounts = ['a', 'b', 'c'].map((workload) => ({ namespace: 'web', workload_kind: 'Deployment', workload, scheduling: '{"claims":["media"]}' }));
    const { lines } = await allocated({ charges: [{ ResourceId: 'vol-1', BilledCost: 0.1 }], inventory: [volume('vol-1', 'web/media')], workloads: mounts });
    expect(lines.map(({ use }) => use?.workload)).toEqual(['Deployment/a', 'Deployment/b', 'Deployment/c']);
    expect(lines.reduce((sum, { cost }) => sum + cost, 0)).toBe(0.1);
  });

  test('say of a volume without a claim that nobody uses it', async () => {
    const lost = { kind: 'PersistentVolume', name: 'pv', provider_id: 'vol-1', detail: '{}' };
    const { lines } = await allocated({ charges: [{ ResourceId: 'vol-1', BilledCost: 3 }], inventory: [lost] });
    expect(described(lines)).toEqual(['Amazon EC2: production null null idle volume 3']);
  });

  test('have the labels of a workload’s newest pod', async () => {
    const given = {
      charges: [{ ResourceId: 'vol-1' }],
      inventory: [volume('vol-1', 'web/data-db-0')],
      pods: [
        pod('db-0', 'StatefulSet/db', { labels: '{"team":"new"}' }),
        pod('db-0', 'StatefulSet/db', { labels: '{"team":"old"}', pod_uid: 'x', last_seen: '2026-10-01T00:00:00Z' }),
      ],
      labels: ['team'],
    };
    expect((await allocated(given)).lines.map(({ use }) => use?.labels)).toEqual([{ team: 'new' }]);
  });

  test('name a cluster that no source reads', async () => {
    const { lines, unread } = await allocated({
      ...home,
      charges: [...home.charges, { ...controlPlane, ResourceId: String(controlPlane.ResourceId).replace('111111111111', '222222222222') }],
    });
    expect(unread).toEqual(['production (222222222222 eu-west-1)']);
    expect(described(lines).at(-1)).toBe('EKS: production (222222222222 eu-west-1) null null shared proportional 8');
  });
});

test('the order of the bill’s rows changes nothing, to the last bit', async () => {
  const mounts = ['a', 'b', 'c'].map((workload) => ({ namespace: 'web', workload_kind: 'Deployment', workload, scheduling: '{"claims":["media"]}' }));
  const charges = [0.1, 0.2, 0.3, 1e-9, 1e6].flatMap((BilledCost) => [
    { ...controlPlane, BilledCost },
    { ...nat, BilledCost },
    { ResourceId: 'vol-1', BilledCost },
    { ResourceId: 'i-1', BilledCost },
  ]);
  const given = { ...home, inventory: [volume('vol-1', 'web/media')], workloads: mounts };
  const rules: SharedRule[] = [{ match: { meter: ['*NatGateway*'] }, method: 'proportional' }];
  const sumNodes = async (rows: readonly Charge[]): Promise<readonly CostLine[]> =>
    (
      await withTables({ ...given, charges: rows }, (sql, query) =>
        allocatedLines(sql, query, rules, async (on) => {
          const [row] = await on.rows(`select month, provider, service, account, region, category, unused, known, is_correction, cluster, sum(cost) as cost
            from cluster_charges where role = 'node' group by all`);
          const use = { cluster: 'production', namespace: 'batch', workload: null, labels: {}, share: 'allocated', idle: null, method: 'requests' } as const;
          return { lines: row === undefined ? [] : [lineOf(row, query.tags, money(Number(row['cost'])), use)], uses: [] };
        }),
      )
    ).lines;
  expect(await sumNodes(charges.toReversed())).toEqual(await sumNodes(charges));
});

test('nobody shares where nobody saw who ran on the nodes', async () => {
  const given = { ...home, charges: [...home.charges, controlPlane, { ResourceId: 'vol-1' }], inventory: [volume('vol-1', 'web/media')] };
  const { lines } = await withTables(given, (sql, query) =>
    allocatedLines(sql, query, [], async (on) => ({
      lines: (await nodesOf(on, query)).lines.map((line) => ({ ...line, use: line.use && { ...line.use, namespace: null } })),
      uses: [],
    })),
  );
  expect(described(lines).at(-1)).toBe('EKS: production null null shared proportional 8');
});

test('a refund of a control plane is shared as its cost is', async () => {
  const refund = { ...controlPlane, BilledCost: -4, ChargeClass: 'Correction' };
  const { lines } = await allocated({ ...home, charges: [...home.charges, controlPlane, refund] });
  expect(described(lines).slice(2)).toEqual([
    'EKS: production batch Deployment/batch shared proportional 2',
    'EKS: production web Deployment/web shared proportional 6',
    'EKS: production batch Deployment/batch shared proportional -1',
    'EKS: production web Deployment/web shared proportional -3',
  ]);
});

describe('where nothing is known of clusters', () => {
  const charges: Charge[] = [...home.charges, controlPlane, { BilledCost: -5, ChargeCategory: 'Credit' }];

  test('the lines are the charges’', async () => {
    const plain = await withTables({ charges }, costLines);
    const { lines, nodes } = await allocated({ charges });
    expect(lines).toEqual(plain);
    expect(nodes).toBeNull();
  });

  test('splits of the bill alone are read', async () => {
    const split: Charge = {
      BilledCost: 0,
      x_RowRole: 'split',
      x_ParentResourceId: 'i-1',
      ResourceId: 'arn:aws:eks:eu-west-1:111111111111:pod/production/web/a/1',
    };
    expect((await allocated({ charges: [...charges, split] })).nodes).not.toBeNull();
  });
});

test('lines that do not add up to the bill are a bug', async () => {
  const lossy = withTables(home, (sql, query) => allocatedLines(sql, query, [], async () => ({ lines: [], uses: [] })));
  await expect(lossy).rejects.toThrow('allocated lines add up to 0, not to 100');
});

test('a bill with splits needs no cluster: its nodes are its pods’, and idle', async () => {
  const split = (of: string, meter: string, cost: number, unused: number): Charge => ({
    BilledCost: 0,
    x_RowRole: 'split',
    x_ParentResourceId: 'i-1',
    ResourceId: `arn:aws:eks:eu-west-1:111111111111:pod/main/${of}/${of}-1/${of}`,
    Tags: JSON.stringify({ 'aws:eks_workload_type': 'Deployment', 'aws:eks_workload_name': of }),
    SkuMeter: `EU-EKS-EC2-${meter}-Hours`,
    x_SplitCost: cost,
    x_UnusedCost: unused,
  });
  const charges = [
    { ResourceId: 'i-1', BilledCost: 1 },
    split('web', 'vCPU', 0.4, 0.05),
    split('web', 'GB', 0.2, 0.05),
    split('data', 'vCPU', 0.1, 0.05),
    split('data', 'GB', 0.1, 0.05),
  ];
  const { lines } = await withTables({ charges }, (sql, query) => allocate(sql, query, { weights: 'aws-9to1', idle: 'separate', shared: [] }));
  const costs = lines.map(({ use, cost }) => `${use?.cluster} ${use?.namespace} ${use?.workload} ${use?.share} ${use?.method} ${cost.toFixed(9)}`);
  expect(costs.toSorted()).toEqual([
    'main data Deployment/data allocated split-cost 0.200000000',
    'main null null idle split-cost 0.200000000',
    'main web Deployment/web allocated split-cost 0.600000000',
  ]);
});

test('a rule of a cluster that is not there is not followed, and said to be so', async () => {
  const rules: SharedRule[] = [{ match: { service: ['*'] }, cluster: 'prodution', method: 'even' }];
  const { lines, unknown } = await allocated({ ...home, charges: [...home.charges, nat] }, rules);
  expect(unknown).toEqual(['prodution']);
  expect(described(lines).filter((line) => line.startsWith('EC2'))).toEqual(['EC2: no cluster 4']);
});

test('a workload whose kind no source tells has its labels', async () => {
  const mounts = { namespace: 'web', workload: 'shop', scheduling: '{"claims":["media"]}' };
  const { lines } = await allocated({
    charges: [{ ResourceId: 'vol-1' }],
    inventory: [volume('vol-1', 'web/media')],
    workloads: [mounts],
    pods: [{ namespace: 'web', pod: 'shop-1', workload: 'shop', labels: '{"team":"a"}' }],
    labels: ['team'],
  });
  expect(lines.map(({ use }) => [use?.workload, use?.labels])).toEqual([['shop', { team: 'a' }]]);
});
