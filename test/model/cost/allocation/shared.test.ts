import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeSharers, shareInCluster, shareOverClusters, splitCost, type SharedMethod, type Sharer } from '../../../../src/model/cost/allocation/shared.ts';
import type { CostLine } from '../../../../src/model/cost/cost-line.ts';
import { money } from '../../../../src/model/facts.ts';
import { costLine } from '../cost-lines.ts';

const sharer = (namespace: string, workload: string | null, given: Partial<Sharer> = {}): Sharer => ({
  month: '2026-10',
  cluster: 'production',
  namespace,
  workload,
  labels: {},
  cost: 1,
  cpuCoreHours: 1,
  memoryGibHours: 1,
  podHours: 1,
  ...given,
});

const parts = (lines: readonly CostLine[]): readonly string[] => lines.map(({ use, cost }) => `${use?.namespace} ${use?.workload} ${cost}`);

const api = sharer('web', 'Deployment/api', { cost: 30, cpuCoreHours: 1, memoryGibHours: 8, podHours: 2 });
const db = sharer('web', 'StatefulSet/db', { cost: 10, cpuCoreHours: 3, memoryGibHours: 2, podHours: 2 });
const job = sharer('batch', 'CronJob/job', { cost: 0, cpuCoreHours: 4, memoryGibHours: 0, podHours: 4 });
const all = [api, db, job];

describe('a cost of 80 is shared', () => {
  const shared = (method: SharedMethod, sharers: readonly Sharer[] = all): readonly string[] =>
    parts(shareInCluster(costLine({ cost: 80 }), 'production', sharers, method));

  test('by what else workloads cost', () => {
    expect(shared({ method: 'proportional' })).toEqual(['web Deployment/api 60', 'web StatefulSet/db 20']);
  });

  test('evenly by namespace, and within each by what else its workloads cost', () => {
    expect(shared({ method: 'even' })).toEqual(['batch CronJob/job 40', 'web Deployment/api 30', 'web StatefulSet/db 10']);
  });

  test('by given parts, also with a namespace in which nothing ran', () => {
    expect(shared({ method: 'fixed', parts: { web: 2, quiet: 6 } })).toEqual(['web Deployment/api 15', 'web StatefulSet/db 5', 'quiet null 60']);
  });

  test('by their cpu, memory or pods', () => {
    expect(shared({ method: 'cpu' })).toEqual(['batch CronJob/job 40', 'web Deployment/api 10', 'web StatefulSet/db 30']);
    expect(shared({ method: 'memory' })).toEqual(['web Deployment/api 64', 'web StatefulSet/db 16']);
    expect(shared({ method: 'pods' })).toEqual(['batch CronJob/job 40', 'web Deployment/api 20', 'web StatefulSet/db 20']);
  });

  test('by nobody where nobody is there: it stays the cluster’s', () => {
    expect(shared({ method: 'proportional' }, [])).toEqual(['null null 80']);
    expect(shared({ method: 'proportional' }, [job])).toEqual(['null null 80']);
    expect(shared({ method: 'fixed', parts: {} })).toEqual(['null null 80']);
  });

  test('by nobody who was refunded more than charged', () => {
    expect(shared({ method: 'proportional' }, [api, { ...db, cost: -20 }])).toEqual(['web Deployment/api 80']);
  });
});

test('each part is shared, and keeps what the charge was', () => {
  const [line] = shareInCluster(costLine({ service: 'Amazon EKS', tags: { team: 'x' } }), 'production', [api], { method: 'even' });
  expect(line).toMatchObject({ service: 'Amazon EKS', tags: { team: 'x' }, use: { cluster: 'production', share: 'shared', method: 'even', idle: null } });
});

describe('a cost of no cluster is shared', () => {
  const over = (costs: Readonly<Record<string, number>>): readonly string[] =>
    shareOverClusters(
      costLine({ cost: 80 }),
      Object.keys(costs),
      (_month, cluster) => costs[cluster] ?? 0,
      (_month, cluster) => all.map((one) => ({ ...one, cluster })),
      { method: 'even' },
    ).map(({ use, cost }) => `${use?.cluster} ${use?.namespace} ${cost}`);

  test('over clusters by what their nodes cost, then within each', () => {
    expect(over({ staging: 10, production: 30 })).toEqual([
      'production batch 30',
      'production web 22.5',
      'production web 7.5',
      'staging batch 10',
      'staging web 7.5',
      'staging web 2.5',
    ]);
  });

  test('by nobody where no cluster has nodes', () => {
    expect(over({ staging: 0 })).toEqual(['undefined undefined 80']);
  });
});

describe('for any charges and sharers', () => {
  const amount = fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constant(0), fc.double({ min: 0, max: 1e-9, noNaN: true }));
  const sharers = fc
    .array(
      fc.record({
        namespace: fc.constantFrom('a', 'b', 'c'),
        workload: fc.constantFrom('Deployment/x', 'Job/y', null),
        cost: amount,
        cpuCoreHours: amount,
        memoryGibHours: amount,
        podHours: amount,
      }),
      { maxLength: 12 },
    )
    .map((given) => mergeSharers(given.map((one) => sharer(one.namespace, one.workload, one))));
  const method: fc.Arbitrary<SharedMethod> = fc.oneof(
    fc.record({ method: fc.constantFrom<SharedMethod['method']>('proportional', 'even', 'cpu', 'memory', 'pods') }),
    fc.record({ method: fc.constant('fixed' as const), parts: fc.dictionary(fc.constantFrom('a', 'b', 'z'), fc.double({ min: 1e-3, max: 100, noNaN: true })) }),
  );
  const cost = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1e-9, max: 1e-9, noNaN: true }));
  const share = (of: number, among: readonly Sharer[], how: SharedMethod): CostLine[] => shareInCluster(costLine({ cost: of }), 'production', among, how);
  const sum = (lines: readonly CostLine[]): number => lines.reduce((total, line) => total + line.cost, 0);

  test('parts add up to the charge', () => {
    fc.assert(
      fc.property(cost, sharers, method, (of, among, how) => {
        expect(Math.abs(sum(share(of, among, how)) - of)).toBeLessThanOrEqual(1e-15 * Math.abs(of) * (among.length + 3));
      }),
    );
  });

  test('the order of sharers changes nothing, to the last bit', () => {
    fc.assert(
      fc.property(cost, sharers, method, fc.infiniteStream(fc.nat()), (of, among, how, chance) => {
        const shuffled = among
          .map((one) => ({ one, at: chance.next().value as number }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(share(of, shuffled, how)).toEqual(share(of, among, how));
      }),
    );
  });

  test('no part of a cost is negative', () => {
    fc.assert(
      fc.property(cost, sharers, method, (of, among, how) => {
        for (const line of share(Math.abs(of), among, how)) expect(line.cost).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('two workloads that become one pay together what they paid', () => {
    fc.assert(
      fc.property(cost, sharers, fc.constantFrom<SharedMethod['method']>('proportional', 'cpu', 'memory', 'pods', 'even'), (of, among, how) => {
        const merged = mergeSharers(among.map((one) => ({ ...one, workload: 'Deployment/all' })));
        const before = Map.groupBy(share(of, among, { method: how }), ({ use }) => use?.namespace);
        for (const line of share(of, merged, { method: how })) expect(line.cost).toBeCloseTo(sum(before.get(line.use?.namespace) ?? []), 6);
      }),
    );
  });

  test('an amount by weights is the amount, whatever the weights', () => {
    fc.assert(
      fc.property(cost, fc.array(amount, { minLength: 1 }), (of, weights) => {
        const split = splitCost(money(of), weights);
        if (split !== undefined) expect(Math.abs(split.reduce((a, b) => a + b, 0) - of)).toBeLessThanOrEqual(1e-15 * Math.abs(of) * (weights.length + 3));
      }),
    );
  });
});
