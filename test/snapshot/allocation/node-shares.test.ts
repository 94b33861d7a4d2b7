import { expect, test } from 'vitest';
import type { ClusterUse } from '../../../src/model/cost/cost-line.ts';
import { allocateNodes, type NodeSettings } from '../../../src/snapshot/allocation/nodes.ts';
import { nodeStretches, type NodeStretch } from '../../../src/snapshot/allocation/node-shares.ts';
import { asks, hourly, inWorld, node, pod, type World } from './node-world.ts';

const DAY = '2026-10-05';
const WORLD: World = {
  charges: hourly(DAY, '1'),
  nodes: [{ day: DAY, rows: [node()] }],
  pods: [{ day: DAY, rows: [pod('api'), pod('web')] }],
  workloads: [{ day: DAY, rows: [asks('api', 2, 8), asks('web', 1, 1)] }],
};

const keyOf = ({ namespace, workload, share, idle, method }: ClusterUse): string => JSON.stringify([namespace, workload, share, idle, method]);
const rounded = (sums: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries(
    [...sums]
      .filter(([, cost]) => Math.abs(cost) > 1e-9)
      .map(([key, cost]): [string, number] => [key, Number(cost.toFixed(9))])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What each bears: as charges are split by their stretches, and as the report does it. */
async function both(world: World, settings: NodeSettings): Promise<{ readonly stretches: NodeStretch[]; readonly parts: object; readonly lines: object }> {
  return inWorld(world, async (sql, query) => {
    const stretches = (await Array.fromAsync(nodeStretches(sql, query, settings))).flat();
    const charges = await sql.rows(
      `select instance, epoch(charge_start)::double / 3600 as start, epoch(charge_end)::double / 3600 as "end", cost::double as cost from cluster_charges`,
    );
    const [parts, lines] = [new Map<string, number>(), new Map<string, number>()];
    for (const charge of charges) {
      const stretch = stretches.find((one) => one.instance === charge['instance'] && one.firstHour === charge['start'] && one.endHour === charge['end']);
      for (const { use, share } of stretch?.shares ?? []) parts.set(keyOf(use), (parts.get(keyOf(use)) ?? 0) + share * Number(charge['cost']));
    }
    for (const { use, cost } of (await allocateNodes(sql, query, settings)).lines) {
      if (use !== null) lines.set(keyOf(use), (lines.get(keyOf(use)) ?? 0) + cost);
    }
    return { stretches, parts: rounded(parts), lines: rounded(lines) };
  });
}

const time = (day: string, hour: number): string => `${day} ${String(hour).padStart(2, '0')}:00:00`;
const WORLDS: Readonly<Record<string, World>> = {
  'by the hour': WORLD,
  'by the day': { ...WORLD, charges: [{ start: time(DAY, 0), end: time('2026-10-06', 0), cost: '24' }] },
  'also for hours that nobody saw': {
    ...WORLD,
    charges: [...WORLD.charges, ...hourly('2026-10-07', '2'), { start: time(DAY, 12), end: time('2026-10-08', 12), cost: '3' }],
  },
  'with the bill’s own splits': {
    ...WORLD,
    splits: [{ parent: 'i-1', start: time(DAY, 0), end: time('2026-10-06', 0), workload: 'api', split: '3', unused: '1' }],
  },
  'with refunds': { ...WORLD, charges: [...WORLD.charges, ...hourly(DAY, '-0.25')] },
};

for (const [name, world] of Object.entries(WORLDS)) {
  test.each(['separate', 'node', 'cluster'] as const)(`charges ${name} are split as the report splits them, idle %s`, async (idle) => {
    const { stretches, parts, lines } = await both(world, { weights: 'aws-9to1', idle });
    expect(Object.keys(parts)).not.toEqual([]);
    expect(parts).toEqual(lines);
    for (const { shares } of stretches) expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });
}

test('what pods had of a stretch is told in hours of cores and GiB', async () => {
  const { stretches } = await both(WORLD, { weights: 'aws-9to1', idle: 'separate' });
  const [api] = stretches[0]?.shares.filter(({ use }) => use.workload === 'Deployment/api') ?? [];
  expect(api?.had).toMatchObject({ coreHours: 2, gibHours: 8 });
  // Two cores at 9 and eight GiB at 1.
  expect(api?.had?.cpuShare).toBeCloseTo(18 / 26, 12);
});
