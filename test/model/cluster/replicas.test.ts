import { expect, test } from 'vitest';
import { joinReplicas } from '../../../src/model/cluster/replicas.ts';
import type { Row } from '../../../src/model/cluster/tables.ts';

function row(workload: string, since: string, until: string, desired: number | null): Row<'replicas'> {
  const unknown = { ready: null, autoscaler: null, autoscaler_min: null, autoscaler_max: null, autoscaler_desired: null };
  return { namespace: 'web', workload_kind: 'Deployment', workload, since, until, desired, ...unknown };
}

const joined = (...rows: readonly Row<'replicas'>[]): string[] =>
  [...joinReplicas(rows)].map(({ workload, since, until, desired }) => `${workload} ${since}-${until}: ${desired}`);

test('what follows without a gap and says the same is one row', () => {
  expect(joined(row('a', '10:00', '10:05', 2), row('a', '10:05', '10:10', 2), row('a', '10:10', '10:15', 2))).toEqual(['a 10:00-10:15: 2']);
});

test('a change, a gap and another workload begin a new row', () => {
  const rows = [row('a', '10:00', '10:05', 2), row('a', '10:05', '10:10', 3), row('a', '10:15', '10:20', 3), row('b', '10:20', '10:25', 3)];
  expect(joined(...rows)).toEqual(['a 10:00-10:05: 2', 'a 10:05-10:10: 3', 'a 10:15-10:20: 3', 'b 10:20-10:25: 3']);
});

test('not known is a value of its own', () => {
  expect(joined(row('a', '10:00', '10:05', 0), row('a', '10:05', '10:10', null))).toEqual(['a 10:00-10:05: 0', 'a 10:05-10:10: null']);
});

test('of nothing there is nothing', () => {
  expect(joined()).toEqual([]);
});
