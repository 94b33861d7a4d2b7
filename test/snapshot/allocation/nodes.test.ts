import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CostLine } from '../../../src/model/cost/cost-line.ts';
import type { Month } from '../../../src/model/facts.ts';
import { explainNodeCost } from '../../../src/snapshot/allocation/explain-nodes.ts';
import { allocateNodes, type NodeAllocation, type NodeSettings } from '../../../src/snapshot/allocation/nodes.ts';
import { asks, hourly, inWorld, node, pod, uses, type World } from './node-world.ts';

const DAY = '2026-10-05';
const SETTINGS: NodeSettings = { weights: 'aws-9to1', idle: 'separate' };

const allocated = (world: World, settings: Partial<NodeSettings> = {}): Promise<NodeAllocation> =>
  inWorld(world, (sql, query) => allocateNodes(sql, query, { ...SETTINGS, ...settings }));

/** Cost by who bears it, to nine digits. */
function costs(lines: readonly CostLine[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { use, cost } of lines) {
    const key = [use?.workload ?? use?.idle ?? use?.share, use?.method].join(' ');
    sums.set(key, (sums.get(key) ?? 0) + cost);
  }
  return Object.fromEntries([...sums].map(([key, cost]) => [key, Number(cost.toFixed(9))]));
}

const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { cost }) => sum + cost, 0);

/** A node for 24 dollars a day, and a pod that asks for half of it. */
const WORLD: World = {
  charges: hourly(DAY, '1'),
  nodes: [{ day: DAY, rows: [node()] }],
  pods: [{ day: DAY, rows: [pod('api')] }],
  workloads: [{ day: DAY, rows: [asks('api', 2, 8)] }],
};

test('a node is its pods’ by what they ask for, and what is left is idle', async () => {
  const { lines, uses: had, coverage, findings } = await allocated(WORLD);
  expect(costs(lines)).toEqual({ 'Deployment/api requests': 12, 'schedulable requests': 12 });
  expect(lines[0]).toMatchObject({
    month: '2026-10',
    service: 'Amazon EC2',
    region: 'eu-west-1',
    use: { cluster: 'production', namespace: 'web', share: 'allocated' },
  });
  expect(had).toEqual([
    {
      month: '2026-10',
      cluster: 'production',
      namespace: 'web',
      workload: 'Deployment/api',
      labels: {},
      cost: 12,
      cpuCoreHours: 48,
      memoryGibHours: 192,
      podHours: 24,
    },
  ]);
  expect(coverage).toEqual([{ cluster: 'production', month: '2026-10', nodes: 1, nodeHours: 24, knownHours: 24, splitHours: 0, cost: 24, knownCost: 24 }]);
  expect(findings).toEqual([]);
});

test('a pod pays for what it uses where that is more than it asks for', async () => {
  const usage = [{ day: DAY, rows: Array.from({ length: 24 }, (_, hour) => uses('api', `${DAY}T${String(hour).padStart(2, '0')}:00:00Z`, 4, 4)).flat() }];
  expect(costs((await allocated({ ...WORLD, usage })).lines)).toEqual({
    'Deployment/api requests': Number((24 * ((36 * 1 + 16 * 0.5) / 52)).toFixed(9)),
    // Memory without a core to go with it.
    'unallocatable requests': Number((24 * ((16 * 0.5) / 52)).toFixed(9)),
  });
});

test('use of two containers is added, over the time in which the pod was observed', async () => {
  const hour = `${DAY}T00:00:00Z`;
  const usage = [{ day: DAY, rows: [...uses('api', hour, 2, 4), ...uses('api', hour, 2, 4, { container: 'proxy' }).slice(0, 6)] }];
  const { uses: had } = await allocated({ ...WORLD, charges: hourly(DAY, '1').slice(0, 1), workloads: [], usage });
  expect(had[0]?.cpuCoreHours).toBeCloseTo(3, 9);
  expect(had[0]?.memoryGibHours).toBeCloseTo(6, 9);
});

test('use without a uid is that of the last pod of the name that had begun', async () => {
  const rows = [
    pod('db-0', { pod_uid: 'a', workload: 'old', last_seen: `${DAY}T06:00:00Z` }),
    pod('db-0', { pod_uid: 'b', workload: 'new', created: `${DAY}T06:30:00Z`, scheduled: `${DAY}T06:30:00Z` }),
  ];
  const usage = [{ day: DAY, rows: [3, 8].flatMap((hour) => uses('db-0', `${DAY}T0${hour}:00:00Z`, 4, 16, { pod_uid: null })) }];
  const { uses: had } = await allocated({ ...WORLD, pods: [{ day: DAY, rows }], workloads: [], usage });
  expect(had.map(({ workload, cpuCoreHours }) => [workload, Number(cpuCoreHours.toFixed(9))])).toEqual([
    ['Deployment/new', 4],
    ['Deployment/old', 4],
  ]);
});

describe('idle', () => {
  const world: World = {
    ...WORLD,
    nodes: [{ day: DAY, rows: [node({ cpu_allocatable_cores: 3, memory_allocatable_bytes: 12 * 2 ** 30, pods_allocatable: 58 })] }],
    pods: [{ day: DAY, rows: [pod('api'), pod('worker')] }],
    workloads: [{ day: DAY, rows: [asks('api', 2, 2), asks('worker', 1, 2)] }],
  };

  test('is what the system keeps, what no pod can have, and what one could', async () => {
    expect(costs((await allocated(world)).lines)).toEqual({
      'Deployment/api requests': Number((24 * (20 / 52)).toFixed(9)),
      'Deployment/worker requests': Number((24 * (11 / 52)).toFixed(9)),
      'system-reserved requests': Number((24 * (13 / 52)).toFixed(9)),
      // No core is left to go with eight GiB.
      'unallocatable requests': Number((24 * (8 / 52)).toFixed(9)),
    });
  });

  test('is given to the pods of the node, or of the cluster', async () => {
    const node2 = { instance: 'i-2', target: 'node-2' };
    const two = {
      ...world,
      charges: [...world.charges, ...hourly(DAY, '1', node2)],
      nodes: [{ day: DAY, rows: [node(), node({ node: 'node-2', provider_id: 'aws:///eu-west-1a/i-2' })] }],
    };
    const onNode = costs((await allocated(two, { idle: 'node' })).lines);
    expect((onNode['Deployment/api requests'] ?? 0) + (onNode['Deployment/api idle-node'] ?? 0)).toBeCloseTo(24 * ((36 * (2 / 3) + 16 * (2 / 4)) / 52), 9);
    // The other node has no pods: it stays idle, most of its memory for want of cores.
    expect([onNode['system-reserved requests'], onNode['unallocatable requests'], onNode['schedulable requests']]).toEqual([
      undefined,
      Number((24 * ((16 - 2 * (4 / 1.5)) / 52)).toFixed(9)),
      Number((24 * ((36 + 2 * (4 / 1.5)) / 52)).toFixed(9)),
    ]);
    const { lines } = await allocated(two, { idle: 'cluster' });
    expect(costs(lines)).toEqual({
      'Deployment/api requests': Number((24 * (20 / 52)).toFixed(9)),
      'Deployment/api idle-cluster': Number(((48 - 24 * (31 / 52)) * (20 / 31)).toFixed(9)),
      'Deployment/worker requests': Number((24 * (11 / 52)).toFixed(9)),
      'Deployment/worker idle-cluster': Number(((48 - 24 * (31 / 52)) * (11 / 31)).toFixed(9)),
    });
    expect(total(lines)).toBeCloseTo(48, 9);
  });
});

describe('GPUs', () => {
  const p3 = { instance_type: 'p3.16xlarge', cpu_capacity_cores: 64, memory_capacity_bytes: 488 * 2 ** 30 };
  const world = (nodeHas: Parameters<typeof node>[0], gpus: readonly (number | null)[]): World => ({
    charges: hourly(DAY, '10', { instanceType: 'p3.16xlarge' }).slice(0, 1),
    nodes: [{ day: DAY, rows: [node({ ...p3, ...nodeHas })] }],
    pods: [{ day: DAY, rows: gpus.map((_, at) => pod(`pod${at + 1}`)) }],
    workloads: [{ day: DAY, rows: gpus.map((gpu_request, at) => asks(`pod${at + 1}`, at === 1 ? 18 : 16, at === 1 ? 140 : 100, { gpu_request })) }],
  });
  const unsplit = [{ code: 'unsplit-gpus', cluster: 'production', nodes: 1, example: 'node-1' }];

  /** https://docs.aws.amazon.com/cur/latest/userguide/example-accelerated-instances.html, table 4. */
  test('have the costs of AWS’s example, to the cent', async () => {
    const { lines, findings } = await allocated(world({ gpu_capacity: 8 }, [1, 3, 2, 2]), { idle: 'node' });
    const cents = Object.entries(costs(lines)).map(([who, cost]) => [who, Number(cost.toFixed(2))]);
    expect(Object.fromEntries(cents)).toEqual({
      'Deployment/pod1 requests': 1.85,
      'Deployment/pod1 idle-node': 0.06,
      'Deployment/pod2 requests': 3.18,
      'Deployment/pod2 idle-node': 0.09,
      'Deployment/pod3 requests': 2.35,
      'Deployment/pod3 idle-node': 0.06,
      'Deployment/pod4 requests': 2.35,
      'Deployment/pod4 idle-node': 0.06,
    });
    expect(total(lines)).toBeCloseTo(10, 12);
    expect(findings).toEqual([]);
  });

  test('are idle where nobody asks for them, also those that no pod may have', async () => {
    const all = { cpu_allocatable_cores: 64, memory_allocatable_bytes: 488 * 2 ** 30 };
    const { lines, findings } = await allocated(world({ ...all, gpu_capacity: 8, gpu_allocatable: 6 }, [0]));
    expect(costs(lines)).toEqual({
      'Deployment/pod1 requests': Number(((10 * (16 * 9 + 100)) / 1784).toFixed(9)),
      'system-reserved requests': Number(((10 * 180) / 1784).toFixed(9)),
      'unallocatable requests': Number(((10 * (388 - 300)) / 1784).toFixed(9)),
      'schedulable requests': Number(((10 * (540 + 48 * 9 + 300)) / 1784).toFixed(9)),
    });
    expect(findings).toEqual([]);
  });

  test('of nodes of one type are as many, where a source does not tell', async () => {
    const other = node({ ...p3, node: 'node-2', provider_id: 'aws:///eu-west-1a/i-2', gpu_capacity: 8 });
    const given = world({ gpu_capacity: null }, [8]);
    const { lines } = await allocated({ ...given, nodes: [{ day: DAY, rows: [...(given.nodes?.[0]?.rows ?? []), other] }] });
    expect(costs(lines)['Deployment/pod1 requests']).toBe(Number(((10 * (720 + 16 * 9 + 100)) / 1784).toFixed(9)));
  });

  test('are told to be split by cores and memory where no source knows who asks for them', async () => {
    const byCores = Number(((10 * (16 * 9 + 100)) / 1064).toFixed(9));
    for (const [has, asked] of [
      [{ gpu_capacity: 8 }, null],
      // Labels tell of them, but not as a resource: pods have them by other ways, or not at all.
      [{ gpu_capacity: 0, labels: '{"karpenter.k8s.aws/instance-gpu-count":"8"}' }, 0],
      [{ labels: '{"nvidia_com_gpu_count":"8"}' }, null],
      [{ gpu_capacity: 0 }, 1],
    ] as const) {
      const { lines, findings } = await allocated(world(has, [asked]));
      expect(costs(lines)['Deployment/pod1 requests']).toBe(byCores);
      expect(findings).toEqual(unsplit);
    }
  });

  test('are those of the pod that asks for them, though it is not known of others', async () => {
    const { lines, findings } = await allocated(world({ gpu_capacity: 8 }, [8, null]));
    expect(costs(lines)['Deployment/pod1 requests']).toBe(Number(((10 * (720 + 16 * 9 + 100)) / 1784).toFixed(9)));
    expect(findings).toEqual([]);
  });

  test('that no pod could have are none', async () => {
    expect((await allocated(world({ gpu_capacity: 0 }, [null]))).findings).toEqual([]);
    expect((await allocated(world({}, [null]))).findings).toEqual([]);
  });
});

describe('hours that nobody observed', () => {
  const charges = [...hourly('2026-10-04', '3'), ...hourly(DAY, '1')];

  test('are split as the others of the month were', async () => {
    const { lines, coverage } = await allocated({ ...WORLD, charges });
    expect(costs(lines)).toEqual({
      'Deployment/api requests': 12,
      'Deployment/api extrapolated': 36,
      'schedulable requests': 12,
      'schedulable extrapolated': 36,
    });
    expect(coverage).toMatchObject([{ nodeHours: 48, knownHours: 24, cost: 96, knownCost: 24 }]);
  });

  test('stay unobserved where less than a day of the month was seen', async () => {
    const { lines, findings } = await allocated({
      ...WORLD,
      charges,
      pods: [{ day: DAY, rows: [pod('api')], observed: { start: `${DAY}T02:00:00Z` as never, end: `${DAY}T12:00:00Z` as never } }],
    });
    expect(costs(lines)).toEqual({ 'Deployment/api requests': 5, 'schedulable requests': 5, 'shared unobserved': 86 });
    expect(findings).toEqual([{ code: 'unobserved', cluster: 'production', month: '2026-10', cost: 86 }]);
  });

  test('of a node that no source knows are split as those of the cluster', async () => {
    const { lines, findings } = await allocated({ ...WORLD, charges: [...WORLD.charges, ...hourly(DAY, '2', { instance: 'i-9', target: null })] });
    expect(costs(lines)).toEqual({
      'Deployment/api requests': 12,
      'Deployment/api extrapolated': 24,
      'schedulable requests': 12,
      'schedulable extrapolated': 24,
    });
    expect(findings).toEqual([{ code: 'unknown-nodes', cluster: 'production', month: '2026-10', nodes: 1, example: 'i-9', cost: 48 }]);
  });

  test('are those of a gap in a day as well', async () => {
    const look = (from: string, to: string) => ({
      day: DAY,
      rows: [pod('api')],
      observed: { start: `${DAY}T${from}:00Z` as never, end: `${DAY}T${to}:00Z` as never },
    });
    const pods = [look('00:00', '10:00'), { ...look('14:20', '23:59'), source: 'sampler' }, { ...look('00:00', '23:59'), day: '2026-10-06', rows: [] }];
    const { coverage } = await allocated({ ...WORLD, pods });
    // From 10:00 on nobody looked, and of the hour from 14:00 somebody did for more than half.
    expect(coverage).toMatchObject([{ nodeHours: 24, knownHours: 20 }]);
  });

  test('of a node that was hardly seen are split as those of the cluster', async () => {
    const two = { instance: 'i-2', target: 'node-2' };
    const seen = { node: 'node-2', provider_id: 'aws:///eu-west-1b/i-2', created: `${DAY}T22:00:00Z`, last_seen: '2026-10-08T00:00:00Z' };
    const { lines } = await allocated({
      ...WORLD,
      charges: [...WORLD.charges, ...hourly(DAY, '1', two).slice(22), ...hourly('2026-10-07', '1', two)],
      nodes: [{ day: DAY, rows: [node(), node(seen)] }],
    });
    // Of 26 hours of nodes that are known, the pod had half of 24.
    expect(costs(lines)).toEqual({
      'Deployment/api requests': 12,
      'Deployment/api extrapolated': Number((24 * (12 / 26)).toFixed(9)),
      'schedulable requests': 14,
      'schedulable extrapolated': Number((24 * (14 / 26)).toFixed(9)),
    });
  });

  test('of instances that were gone before anybody looked are no unknown nodes', async () => {
    const { findings } = await allocated({ ...WORLD, charges: [...WORLD.charges, ...hourly('2026-10-02', '2', { instance: 'i-9', target: null })] });
    expect(findings).toEqual([]);
  });

  test('are all of them, where nothing says on which nodes pods were', async () => {
    expect(costs((await allocated({ ...WORLD, pods: [{ day: DAY, rows: [pod('api', { node: null })] }] })).lines)).toEqual({ 'shared unobserved': 24 });
    expect(costs((await allocated({ charges: WORLD.charges })).lines)).toEqual({ 'shared unobserved': 24 });
  });
});

describe('a charge', () => {
  test('of a day is spread over the hours in which the instance was a node', async () => {
    const nodes = [{ day: DAY, rows: [node({ created: `${DAY}T12:00:00Z` })] }];
    const pods = [{ day: DAY, rows: [pod('api', { created: `${DAY}T18:00:00Z`, scheduled: `${DAY}T18:00:00Z` })] }];
    const { lines, coverage } = await allocated({ ...WORLD, nodes, pods, charges: [{ start: `${DAY}T00:00:00`, end: '2026-10-06T00:00:00', cost: '12' }] });
    expect(costs(lines)).toEqual({ 'Deployment/api requests': 3, 'schedulable requests': 9 });
    expect(coverage).toMatchObject([{ nodeHours: 12 }]);
  });

  test('of a day on which it was last seen is spread over all of it, where nobody looked afterwards', async () => {
    const observed = { start: `${DAY}T00:00:00Z` as never, end: `${DAY}T18:00:00Z` as never };
    const nodes = [{ day: DAY, rows: [node({ last_seen: `${DAY}T18:00:00Z` })] }];
    const pods = [
      { day: '2026-10-04', rows: [pod('api')] },
      { day: DAY, observed, rows: [pod('api', { last_seen: `${DAY}T18:00:00Z` })] },
    ];
    const { coverage } = await allocated({ ...WORLD, nodes, pods, charges: [{ start: `${DAY}T00:00:00`, end: '2026-10-06T00:00:00', cost: '24' }] });
    expect(coverage).toMatchObject([{ nodeHours: 24, knownHours: 18, knownCost: expect.closeTo(18, 9) }]);
  });

  test('of an hour may be several rows', async () => {
    const charges = hourly(DAY, '1').flatMap((one) => [
      { ...one, cost: '0.25' },
      { ...one, cost: '0.75', meter: 'SpotUsage:m5.xlarge' },
    ]);
    const { lines } = await allocated({ ...WORLD, charges });
    expect(costs(lines)).toEqual({ 'Deployment/api requests': 12, 'schedulable requests': 12 });
    expect(lines).toHaveLength(2);
  });

  test('keeps what tells it apart: its service and its tags', async () => {
    const charges = [...hourly(DAY, '1', { tags: ['a'] }), ...hourly(DAY, '0.5', { service: 'AWS Data Transfer', tags: ['b'] })];
    const { lines } = await allocated({ ...WORLD, charges, tags: ['team'] });
    expect(lines.map(({ service, tags, cost }) => [service, tags['team'], Number(cost.toFixed(9))])).toEqual([
      ['AWS Data Transfer', 'b', 6],
      ['AWS Data Transfer', 'b', 6],
      ['Amazon EC2', 'a', 12],
      ['Amazon EC2', 'a', 12],
    ]);
  });

  test('that is a refund is given back to those who had the node', async () => {
    const { lines } = await allocated({ ...WORLD, charges: [...WORLD.charges, { start: `${DAY}T00:00:00`, end: `${DAY}T01:00:00`, cost: '-4' }] });
    expect(costs(lines)).toEqual({ 'Deployment/api requests': 10, 'schedulable requests': 10 });
  });

  test('of a whole month is spread over its hours', async () => {
    const month = { start: '2026-10-01T00:00:00', end: '2026-11-01T00:00:00', cost: '744' };
    const { lines, coverage } = await allocated({ ...WORLD, charges: [month] });
    expect(costs(lines)).toEqual({
      'Deployment/api requests': 12,
      'Deployment/api extrapolated': 360,
      'schedulable requests': 12,
      'schedulable extrapolated': 360,
    });
    expect(coverage).toMatchObject([{ nodeHours: 744, knownHours: 24 }]);
  });

  test('of an instance that is no node any more is idle', async () => {
    const nodes = [{ day: DAY, rows: [node({ last_seen: `${DAY}T12:00:00Z` })] }];
    const pods = [{ day: DAY, rows: [pod('api', { last_seen: `${DAY}T12:00:00Z` })] }];
    expect(costs((await allocated({ ...WORLD, nodes, pods })).lines)).toEqual({ 'Deployment/api requests': 6, 'schedulable requests': 18 });
  });

  test('for an earlier month that this one bills is split as this one’s hours are', async () => {
    const late = { start: '2026-09-15T00:00:00', end: '2026-09-15T01:00:00', cost: '-2', month: '2026-10' };
    const { lines } = await allocated({ ...WORLD, charges: [...WORLD.charges, late] });
    expect(costs(lines)).toEqual({
      'Deployment/api requests': 12,
      'Deployment/api extrapolated': -1,
      'schedulable requests': 12,
      'schedulable extrapolated': -1,
    });
  });

  test('is of its own cluster and month', async () => {
    const staging = { cluster: 'staging', instance: 'i-2' };
    const world: World = {
      charges: [...WORLD.charges, ...hourly(DAY, '2', staging), ...hourly('2026-11-03', '1', staging)],
      nodes: [...(WORLD.nodes ?? []), { day: DAY, cluster: 'staging', rows: [node({ provider_id: 'aws:///a/i-2', last_seen: '2026-11-03T23:59:59Z' })] }],
      pods: [...(WORLD.pods ?? []), { day: DAY, cluster: 'staging', rows: [pod('api')] }],
      workloads: [...(WORLD.workloads ?? []), { day: DAY, cluster: 'staging', rows: [asks('api', 4, 16)] }],
    };
    const { lines } = await allocated(world);
    expect(lines.map(({ month, use, cost }) => [month, use?.cluster, use?.share, Number(cost.toFixed(9))])).toEqual([
      ['2026-10', 'production', 'allocated', 12],
      ['2026-10', 'staging', 'allocated', 48],
      ['2026-10', 'production', 'idle', 12],
      ['2026-11', 'staging', 'shared', 24],
    ]);
  });

  test('of no cost changes nothing', async () => {
    expect((await allocated({ ...WORLD, charges: hourly(DAY, '0') })).lines).toEqual([]);
  });
});

describe("the bill's own split", () => {
  const split = { parent: 'i-1', start: `${DAY}T00:00:00`, end: '2026-10-06T00:00:00' };

  test('is used for its day, and only there', async () => {
    const splits = [
      { ...split, workload: 'api', split: '4', unused: '2' },
      { ...split, workload: 'jobs', split: '1', unused: '1' },
    ];
    const { lines } = await allocated({ ...WORLD, splits });
    expect(costs(lines)).toEqual({ 'Deployment/api split-cost': 12, 'Deployment/jobs split-cost': 3, 'schedulable split-cost': 9 });
    expect(total(lines)).toBeCloseTo(24, 12);
  });

  test('needs no source that reads the cluster', async () => {
    const splits = [{ ...split, workload: 'api', split: '6', unused: '2' }];
    expect(costs((await allocated({ charges: WORLD.charges, splits })).lines)).toEqual({ 'Deployment/api split-cost': 18, 'idle split-cost': 6 });
  });

  test('without its instance in the bill pays for nothing', async () => {
    const splits = [{ ...split, parent: 'i-7', workload: 'api', split: '6', unused: '2' }];
    expect(costs((await allocated({ ...WORLD, splits })).lines)).toEqual({ 'Deployment/api requests': 12, 'schedulable requests': 12 });
  });
});

describe('pods', () => {
  test('are there from when they were scheduled until they were last seen', async () => {
    const pods = [{ day: DAY, rows: [pod('api', { scheduled: `${DAY}T06:30:00Z`, last_seen: `${DAY}T07:15:00Z` })] }];
    expect(costs((await allocated({ ...WORLD, pods })).lines)).toEqual({ 'Deployment/api requests': 0.375, 'schedulable requests': 23.625 });
  });

  test('that are over no longer keep what they asked for', async () => {
    const over = pod('api', { phase: 'Succeeded', scheduled: `${DAY}T06:00:00Z` });
    const usage = [{ day: DAY, rows: uses('api', `${DAY}T06:00:00Z`, 0.1, 0.1) }];
    expect(costs((await allocated({ ...WORLD, pods: [{ day: DAY, rows: [over] }], usage })).lines)).toEqual({
      'Deployment/api requests': 0.5,
      'schedulable requests': 23.5,
    });
  });

  test('of one name are told apart by uid, each on its node', async () => {
    const rows = [
      pod('db-0', { pod_uid: 'a', last_seen: `${DAY}T12:00:00Z` }),
      pod('db-0', { pod_uid: 'b', node: 'node-2', created: `${DAY}T12:00:00Z`, scheduled: `${DAY}T12:00:00Z` }),
    ];
    const nodes = [{ day: DAY, rows: [node(), node({ node: 'node-2', provider_id: 'aws:///eu-west-1a/i-2' })] }];
    const charges = [...hourly(DAY, '1'), ...hourly(DAY, '2', { instance: 'i-2', target: 'node-2' })];
    const { lines } = await allocated({ charges, nodes, pods: [{ day: DAY, rows }], workloads: [{ day: DAY, rows: [asks('db-0', 4, 16)] }] });
    expect(costs(lines)['Deployment/db-0 requests']).toBeCloseTo(12 + 24, 1);
  });

  test('are on the node that had the name at that time', async () => {
    const nodes = [{ day: DAY, rows: [node({ last_seen: `${DAY}T11:00:00Z` }), node({ provider_id: 'aws:///eu-west-1a/i-2', created: `${DAY}T12:00:00Z` })] }];
    const charges = [...hourly(DAY, '1').slice(0, 12), ...hourly(DAY, '2', { instance: 'i-2' }).slice(12)];
    const rows = [pod('api', { last_seen: `${DAY}T11:00:00Z` }), pod('worker', { created: `${DAY}T13:00:00Z`, scheduled: `${DAY}T13:00:00Z` })];
    const { lines } = await allocated({
      charges,
      nodes,
      pods: [{ day: DAY, rows }],
      workloads: [{ day: DAY, rows: [asks('api', 4, 16), asks('worker', 4, 16)] }],
    });
    expect(costs(lines)).toEqual({ 'Deployment/api requests': 11, 'Deployment/worker requests': 22, 'schedulable requests': 3 });
  });

  test('that ask for nothing and use nothing that is known cost nothing, and are told', async () => {
    const { lines, findings } = await allocated({ ...WORLD, pods: [{ day: DAY, rows: [pod('api'), pod('mystery')] }] });
    expect(costs(lines)).toEqual({ 'Deployment/api requests': 12, 'schedulable requests': 12 });
    expect(findings).toEqual([{ code: 'unmeasured-pods', pods: 1 }]);
  });

  test('that ask for more than there is share what there is', async () => {
    const world = {
      ...WORLD,
      pods: [{ day: DAY, rows: [pod('api'), pod('worker')] }],
      workloads: [{ day: DAY, rows: [asks('api', 6, 12), asks('worker', 2, 4)] }],
    };
    expect(costs((await allocated(world)).lines)).toEqual({ 'Deployment/api requests': 18, 'Deployment/worker requests': 6 });
  });

  test('on nodes that the bill does not have are told', async () => {
    const { findings } = await allocated({ ...WORLD, pods: [{ day: DAY, rows: [pod('api'), pod('worker', { node: 'node-7' })] }] });
    expect(findings).toEqual([{ code: 'unbilled-nodes', cluster: 'production', nodes: 1, example: 'node-7' }]);
  });

  test('that two sources know count once, by the owner that the cluster names', async () => {
    const pods = [
      { day: DAY, rows: [pod('db-0', { workload_kind: 'StatefulSet', workload: 'db' })] },
      {
        day: DAY,
        source: 'kubernetes',
        knowsOwners: true,
        rows: [pod('db-0', { workload_kind: 'Cluster', workload: 'db' })],
        observed: { start: `${DAY}T10:00:00Z` as never, end: `${DAY}T10:00:01Z` as never },
      },
      { day: DAY, source: 'datadog', rows: [pod('db-0', { pod_uid: null, scheduled: null, created: '2026-09-25T00:01:00Z' })] },
    ];
    const workloads = [{ day: DAY, rows: [asks('db', 2, 8, { workload_kind: 'StatefulSet' })] }];
    expect(costs((await allocated({ ...WORLD, pods, workloads })).lines)).toEqual({ 'Cluster/db requests': 12, 'schedulable requests': 12 });
  });

  test('have the values of labels that rules ask for, however their source spells the key', async () => {
    const rows = [
      pod('api', { labels: '{"app.kubernetes.io/part-of":"shop"}' }),
      pod('worker', { labels: '{"app_kubernetes_io_part_of":"shop"}' }),
      pod('other'),
    ];
    const workloads = [{ day: DAY, rows: [asks('api', 1, 4), asks('worker', 1, 4), asks('other', 1, 4)] }];
    const { lines } = await allocated({ ...WORLD, pods: [{ day: DAY, rows }], workloads, labels: ['app.kubernetes.io/part-of'] });
    expect(lines.map(({ use }) => [use?.workload, use?.labels['app.kubernetes.io/part-of']])).toEqual([
      ['Deployment/api', 'shop'],
      ['Deployment/other', null],
      ['Deployment/worker', 'shop'],
      [null, undefined],
    ]);
  });
});

describe('weights', () => {
  const types = [
    ['i-1', 'node-1', 'm5.xlarge', 4, 16],
    ['i-2', 'node-2', 'r5.xlarge', 4, 32],
    ['i-3', 'node-3', 'c5.xlarge', 4, 8],
  ] as const;
  const world = (of: readonly (typeof types)[number][]): World => ({
    charges: of.flatMap(([instance, target, instanceType, cores, gib]) => hourly(DAY, String(0.04 * cores + 0.005 * gib), { instance, target, instanceType })),
    nodes: [
      {
        day: DAY,
        rows: of.map(([instance, name, type, cores, gib]) =>
          node({ node: name, provider_id: `aws:///a/${instance}`, instance_type: type, cpu_capacity_cores: cores, memory_capacity_bytes: gib * 2 ** 30 }),
        ),
      },
    ],
    pods: [{ day: DAY, rows: [pod('api'), pod('cache', { namespace: 'data' })] }],
    workloads: [{ day: DAY, rows: [asks('api', 4, 0), asks('cache', 0, 16, { namespace: 'data' })] }],
  });

  test('are fitted to what the types of the bill cost', async () => {
    const { weights, lines, sensitivity } = await allocated(world(types), { weights: 'fitted' });
    expect(weights).toMatchObject([
      { month: '2026-10', used: 'fitted', fitted: { cpu: expect.closeTo(0.04, 9), memory: expect.closeTo(0.005, 9), types: 3, error: expect.closeTo(0, 9) } },
    ]);
    expect(costs(lines)).toMatchObject({ 'Deployment/api requests': 3.84, 'Deployment/cache requests': 1.92 });
    const day = 24 * 0.24;
    expect(sensitivity).toEqual([
      {
        cluster: 'production',
        month: '2026-10',
        namespace: 'data',
        'aws-9to1': expect.closeTo(day * (16 / 52), 9),
        opencost: expect.closeTo(day * (16 / (16 + 4 * (0.031611 / 0.004237))), 9),
        fitted: expect.closeTo(1.92, 9),
      },
      {
        cluster: 'production',
        month: '2026-10',
        namespace: 'web',
        'aws-9to1': expect.closeTo(day * (36 / 52), 9),
        opencost: expect.closeTo(day * ((4 * 0.031611) / (4 * 0.031611 + 16 * 0.004237)), 9),
        fitted: expect.closeTo(3.84, 9),
      },
    ]);
  });

  test('are fitted to public prices: not to what commitments, spot markets and fees make of them', async () => {
    const plain = world(types);
    const charges = plain.charges.flatMap((one) => [
      { ...one, list: one.cost, ...(one.instance === 'i-2' ? { cost: '0.01' } : {}) },
      { ...one, cost: '0.05', list: '0.05', meter: 'EU-EKS-Auto:m5.xlarge' },
    ]);
    const spot = hourly(DAY, '0.03', { instance: 'i-3', target: 'node-3', instanceType: 'c5.xlarge', meter: 'SpotUsage:c5.xlarge' });
    const { weights } = await allocated({ ...plain, charges: [...charges.filter(({ instance }) => instance !== 'i-3'), ...spot] }, { weights: 'fitted' });
    expect(weights).toMatchObject([{ fitted: { cpu: expect.closeTo(0.04, 9), memory: expect.closeTo(0.005, 9), types: 2 } }]);
  });

  test('are those of AWS where the bill has one type', async () => {
    const { weights, findings } = await allocated(world(types.slice(0, 1)), { weights: 'fitted' });
    expect(weights).toEqual([{ month: '2026-10', used: 'aws-9to1', weights: { cpu: 9, memory: 1, gpu: 90 }, fitted: 'one-type' }]);
    expect(findings).toEqual([{ code: 'unfitted-weights', month: '2026-10', why: 'one-type' }]);
  });
});

/** Two nodes with pods of three workloads, of which two sources tell. */
const BUSY: World = {
  charges: [
    ...hourly(DAY, '0.192'),
    ...hourly(DAY, '0.0571', { instance: 'i-2', target: 'node-2' }),
    ...hourly(DAY, '0.0133', { service: 'AWS Data Transfer' }),
  ],
  splits: [{ parent: 'i-2', start: `${DAY}T03:00:00`, end: `${DAY}T04:00:00`, workload: 'api', split: '0.03', unused: '0.01' }],
  nodes: [
    { day: DAY, rows: [node(), node({ node: 'node-2', provider_id: 'aws:///eu-west-1b/i-2' })] },
    { day: DAY, source: 'kubernetes', rows: [node({ last_seen: `${DAY}T10:00:00Z` })] },
  ],
  pods: [
    { day: DAY, rows: [pod('api'), pod('worker', { node: 'node-2' }), pod('batch', { scheduled: `${DAY}T05:17:31Z` })] },
    { day: DAY, source: 'kubernetes', knowsOwners: true, rows: [pod('api'), pod('batch', { workload_kind: 'CronJob' })] },
  ],
  workloads: [{ day: DAY, rows: [asks('api', 0.7, 3.1), asks('worker', 1.3, 2.7), asks('batch', null, 0.3)] }],
  usage: [
    {
      day: DAY,
      rows: ['api', 'worker', 'batch'].flatMap((name, at) =>
        [3, 9, 17].flatMap((hour) => uses(name, `${DAY}T${String(hour).padStart(2, '0')}:00:00Z`, 0.9 + at / 7, 2.3)),
      ),
    },
  ],
};

test('the order of rows and files changes nothing, to the last bit', async () => {
  const expected = JSON.stringify(await allocated(BUSY, { idle: 'cluster', weights: 'fitted' }));
  const shuffled = <T>(rows: readonly T[] = []): fc.Arbitrary<T[]> => fc.shuffledSubarray([...rows], { minLength: rows.length });
  const world = fc.record({ charges: shuffled(BUSY.charges), pods: shuffled(BUSY.pods), nodes: shuffled(BUSY.nodes), usage: shuffled(BUSY.usage) });
  await fc.assert(
    fc.asyncProperty(world, async (order) => {
      expect(JSON.stringify(await allocated({ ...BUSY, ...order }, { idle: 'cluster', weights: 'fitted' }))).toBe(expected);
    }),
    { numRuns: 5 },
  );
});

test('a workload’s cost is explained by node, by resource, and by rows of the bill', async () => {
  const whose = { cluster: 'production', namespace: 'web', workload: 'Deployment/api' };
  const [parts, all] = await Promise.all([inWorld(BUSY, (sql, query) => explainNodeCost(sql, query, SETTINGS, '2026-10' as Month, whose)), allocated(BUSY)]);
  expect(parts.map(({ instance, node: name, hours, bill }) => ({ instance, name, hours, bill }))).toEqual([
    {
      instance: 'i-1',
      name: 'node-1',
      hours: 24,
      bill: [
        { service: 'Amazon EC2', meter: 'BoxUsage:m5.xlarge', resourceId: 'i-1', rows: 24, cost: 4.608 },
        { service: 'AWS Data Transfer', meter: 'BoxUsage:m5.xlarge', resourceId: 'i-1', rows: 24, cost: 0.3192 },
      ],
    },
    { instance: 'i-2', name: 'node-2', hours: 1, bill: [{ service: 'Amazon EC2', meter: 'BoxUsage:m5.xlarge', resourceId: 'i-2', rows: 24, cost: 1.3704 }] },
  ]);
  expect(parts[0]?.cpuCost).toBeCloseTo((4.608 + 0.3192) * ((36 / 52) * ((0.7 * 21 + 0.9 * 3) / 24 / 4)), 9);
  expect(parts[1]).toMatchObject({ cost: expect.closeTo(0.0571 * 0.75, 9), splitCost: expect.closeTo(0.0571 * 0.75, 9) });
  const api = all.lines.filter(({ use }) => use?.workload === 'Deployment/api');
  expect(parts.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(total(api), 9);
});
