import { expect, test } from 'vitest';
import { unobservedBefore, type ClusterCost } from '../../../src/model/cost/allocation-report.ts';
import { money, type Month } from '../../../src/model/facts.ts';

const now = (cluster: string, observed: number | null): ClusterCost => ({
  cluster,
  cost: money(1),
  allocated: money(1),
  shared: money(0),
  idle: { 'system-reserved': money(0), unallocatable: money(0), schedulable: money(0) },
  otherIdle: money(0),
  observed,
});
const before = (cluster: string, knownHours: number) => ({
  month: '2026-09' as Month,
  cluster,
  nodes: 1,
  nodeHours: 720,
  knownHours,
  splitHours: 0,
  cost: money(1),
  knownCost: money(0),
});

test('a cluster is unobserved before where it had nodes then that nobody saw, and some are seen now', () => {
  const clusters = [now('seen', 1), now('unseen', 0.1), now('young', 1), now('never', null)];
  expect(unobservedBefore(clusters, [before('seen', 1), before('unseen', 0), before('never', 0)])).toEqual(['unseen']);
});
