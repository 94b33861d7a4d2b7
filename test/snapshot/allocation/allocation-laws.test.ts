import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SharedRule } from '../../../src/model/cost/allocation/shared-rules.ts';
import type { CostLine } from '../../../src/model/cost/cost-line.ts';
import { allocate } from '../../../src/snapshot/allocation/allocate.ts';
import { node, pod, volume, withTables, type Charge, type Given } from './given.ts';

/** Each run writes files and asks some thirty queries. */
const RUNS = { numRuns: 6 };

const hour = fc.integer({ min: 0, max: 47 }).map((at) => {
  const time = (of: number): string => new Date(Date.UTC(2026, 9, 5) + of * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  return { ChargePeriodStart: time(at), ChargePeriodEnd: time(at + 1) };
});
const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app';
const thing: fc.Arbitrary<Charge> = fc.constantFrom<Charge[]>(
  { ResourceId: 'i-1', x_InstanceType: 'm5.large', SkuMeter: 'EU-BoxUsage:m5.large' },
  { ResourceId: 'i-2', x_InstanceType: 'c5.large', SkuMeter: 'EU-BoxUsage:c5.large' },
  { ResourceId: 'i-9', Tags: '{"aws:eks_cluster_name":"production","team":"x"}' },
  { ResourceId: 'vol-1' },
  { ResourceId: 'vol-2', Tags: '{"kubernetes_io_cluster_production":"owned"}' },
  { ResourceId: `${arn}/k8s-web/0123456789abcdef` },
  { ResourceId: 'arn:aws:eks:eu-west-1:111111111111:cluster/production', ServiceName: 'EKS' },
  { ResourceId: 'arn:aws:eks:eu-west-1:111111111111:pod/production/web/f-1/uid-9', ServiceName: 'EKS' },
  { ResourceId: 'arn:aws:ec2:eu-west-1:111111111111:natgateway/nat-1', SkuMeter: 'EU-NatGateway-Bytes' },
  { ResourceId: 'bucket', ServiceName: 'S3', SubAccountId: '222222222222' },
  { ChargeCategory: 'Tax' },
  { ResourceId: 'i-1', ChargeCategory: 'Credit' },
);
const amounts = (least: number): fc.Arbitrary<number> => fc.integer({ min: least, max: 1_000_000_000 }).map((millionths) => millionths / 1e6);
const billOf = (amount: fc.Arbitrary<number>): fc.Arbitrary<Charge[]> =>
  fc.array(
    fc.record({ thing, hour, amount }).map(({ thing: of, hour: when, amount: cost }): Charge => ({ ...of, ...when, BilledCost: cost })),
    { minLength: 1, maxLength: 40 },
  );
const charges = fc.oneof(billOf(amounts(0)), billOf(amounts(-1_000_000_000)));
const rules: fc.Arbitrary<SharedRule[]> = fc.array(
  fc.record({
    match: fc.constantFrom<SharedRule['match'][]>({ meter: ['*NatGateway*'] }, { service: ['S3'] }, { service: ['EKS'] }, { service: ['Amazon EC2'] }),
    method: fc.constantFrom<SharedRule['method'][]>('proportional', 'even', 'cpu', 'memory', 'pods'),
  }),
  { maxLength: 2 },
);
const settings = fc.record({
  weights: fc.constantFrom('aws-9to1' as const, 'opencost' as const, 'fitted' as const),
  idle: fc.constantFrom('separate' as const, 'node' as const, 'cluster' as const),
  shared: rules,
});

const size = {
  cpu_capacity_cores: 2,
  cpu_allocatable_cores: 1.9,
  memory_capacity_bytes: 8 * 2 ** 30,
  memory_allocatable_bytes: 7 * 2 ** 30,
  pods_allocatable: 29,
};
const times = { created: '2026-10-05T00:00:00Z', last_seen: '2026-10-06T23:00:00Z' };
const cluster: Omit<Given, 'charges'> = {
  nodes: [
    { ...node('ip-1', 'i-1'), ...size, ...times, instance_type: 'm5.large', day: '2026-10-05' },
    { ...node('ip-2', 'i-2'), ...size, ...times, instance_type: 'c5.large', day: '2026-10-05' },
  ],
  pods: [
    { ...pod('web-1', 'Deployment/web', { node: 'ip-1', pod_uid: 'u1', scheduled: times.created, ...times }), day: '2026-10-05' },
    { ...pod('db-0', 'StatefulSet/db', { node: 'ip-2', pod_uid: 'u2', scheduled: times.created, ...times }), day: '2026-10-05' },
  ],
  workloads: [
    {
      namespace: 'web',
      workload_kind: 'Deployment',
      workload: 'web',
      container: 'app',
      container_type: 'main',
      cpu_request_cores: 0.5,
      memory_request_bytes: 2 ** 30,
      since: times.created,
      day: '2026-10-05',
    },
    {
      namespace: 'web',
      workload_kind: 'StatefulSet',
      workload: 'db',
      container: 'app',
      container_type: 'main',
      cpu_request_cores: 1,
      memory_request_bytes: 4 * 2 ** 30,
      since: times.created,
      day: '2026-10-05',
    },
  ],
  inventory: [
    volume('vol-1', 'web/data-db-0'),
    {
      kind: 'Ingress',
      namespace: 'web',
      name: 'web',
      provider_id: 'k8s-web-1.eu-west-1.elb.amazonaws.com',
      detail: '{"rules":[{"service":"web"},{"service":"db"}]}',
    },
  ],
  tags: ['team'],
};

/** What is known of GPUs: of one node, and of what one workload asks for. */
const gpus = fc.record({
  capacity: fc.constantFrom(null, 0, 1, 8),
  request: fc.constantFrom(null, 0, 1, 4, 16),
  labels: fc.constantFrom(null, '{"nvidia.com/gpu.count":"8"}'),
});

function withGpus({
  capacity,
  request,
  labels,
}: {
  readonly capacity: number | null;
  readonly request: number | null;
  readonly labels: string | null;
}): typeof cluster {
  return {
    ...cluster,
    nodes: (cluster.nodes ?? []).map((one, at) => (at === 0 ? { ...one, gpu_capacity: capacity, gpu_allocatable: capacity, labels } : one)),
    workloads: (cluster.workloads ?? []).map((one, at) => (at === 0 ? { ...one, gpu_request: request } : one)),
  };
}

const linesOf = async (bill: readonly Charge[], world: typeof cluster, of: Parameters<typeof allocate>[2]): Promise<readonly CostLine[]> =>
  withTables({ ...world, charges: bill }, async (sql, query) => (await allocate(sql, query, of)).lines);

const sum = (costs: readonly number[]): number => costs.reduce((total, cost) => total + cost, 0);

test('lines add up to any bill, its rows in any order give the same lines, and without refunds none is negative; whatever the weights, idle, rules and GPUs', async () => {
  await fc.assert(
    fc.asyncProperty(charges, gpus, settings, async (bill, known, of) => {
      const world = withGpus(known);
      const costs = bill.map(({ BilledCost }) => Number(BilledCost));
      const lines = await linesOf(bill, world, of);
      expect(Math.abs(sum(lines.map(({ cost }) => cost)) - sum(costs))).toBeLessThanOrEqual(1e-9 * Math.max(sum(costs.map((cost) => Math.abs(cost))), 1e-6));
      expect(await linesOf(bill.toReversed(), world, of)).toEqual(lines);
      if (costs.every((cost) => cost >= 0)) for (const { cost } of lines) expect(cost).toBeGreaterThanOrEqual(0);
    }),
    RUNS,
  );
}, 120_000);
