import { describe, expect, test } from 'vitest';
import { KNOWN_WEIGHTS } from '../../../../src/model/cost/allocation/weights.ts';
import { joinedDays, workloadDays } from '../../../../src/model/cost/allocation/workload-days.ts';
import type { NodeInput, NodeRun } from '../../../../src/model/cost/allocation/node-run.ts';
import { money, type Day } from '../../../../src/model/facts.ts';
import { nodeRun } from './runs.ts';

const owners = [
  { cluster: 'production', namespace: 'web', workload: 'Deployment/api', labels: {} },
  { cluster: 'production', namespace: 'web', workload: null, labels: {} },
];
const options = { weights: KNOWN_WEIGHTS['aws-9to1'], idle: 'separate' } as const;

/** Two days of a node that costs 1 an hour; a pod has half of it. */
function node(given: Partial<NodeRun> & { readonly observed?: never } = {}, observed?: readonly number[]): NodeRun {
  const hours = Array.from({ length: 48 }, (_, hour) => hour);
  const pods = hours.map((hour) => ({ hour, owner: hour < 40 ? 0 : 1, cores: 2, gib: 8 }));
  const run = nodeRun({ costs: [hours.map(() => 1)], pods, ...(observed === undefined ? {} : { observed }) });
  return { ...run, ...given };
}

const days = (runs: readonly NodeRun[]): unknown => joinedDays([workloadDays({ runs, owners, lines: [] } satisfies NodeInput, options)]);

describe('what a workload costs a day', () => {
  test('is its part of each hour of the day', () => {
    expect(days([node()])).toEqual([
      [
        { name: 'production/web/Deployment/api', day: '1970-01-01', cost: 12 },
        { name: 'production/web/Deployment/api', day: '1970-01-02', cost: 8 },
      ],
    ]);
  });

  test('is a list of each cluster', () => {
    expect(days([node(), node({ cluster: 'staging' })])).toHaveLength(2);
  });

  test('is not told of a cluster of which a day is hardly known: it would look as if everything had cost less', () => {
    const half = Array.from({ length: 48 }, (_, hour) => (hour < 36 ? 1 : 0));
    expect(days([node({}, half)])).toEqual([]);
  });

  test('goes on from month to month: else every workload would be gone on the first of the next one', () => {
    const cost = (day: string) => ({ name: 'production/web/Deployment/api', day: day as Day, cost: money(1) });
    const month = (day: string) => [{ cluster: 'production', days: [cost(day)] }];
    expect(joinedDays([month('2026-09-30'), month('2026-10-01')])).toEqual([[cost('2026-09-30'), cost('2026-10-01')]]);
  });

  test('begins behind the last month of which not every day is known', () => {
    const cost = (day: string) => ({ name: 'production/web/Deployment/api', day: day as Day, cost: money(1) });
    const known = (day: string) => [{ cluster: 'production', days: [cost(day)] }];
    const unknown = [{ cluster: 'production', days: null }];
    expect(joinedDays([known('2026-08-01'), unknown, known('2026-10-01')])).toEqual([[cost('2026-10-01')]]);
    expect(joinedDays([known('2026-08-01'), unknown])).toEqual([]);
  });
});
