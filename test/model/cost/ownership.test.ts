import { expect, test } from 'vitest';
import { ownershipOf } from '../../../src/model/cost/ownership.ts';
import { costRows } from '../../../src/model/cost/rows.ts';
import type { Month } from '../../../src/model/facts.ts';
import { costLine } from './cost-lines.ts';

const teams = [{ owner: 'search', match: { tag: { team: ['search'] } } }];

function coverageOf(lines: Parameters<typeof costLine>[0][], hasTeams = true): ReturnType<typeof ownershipOf> {
  return ownershipOf(costRows(lines.map(costLine), ['2026-10' as Month], false, { teams, environments: [] }), hasTeams);
}

test('coverage is what teams own of what can be owned', () => {
  const coverage = coverageOf([
    { cost: 30, tags: { team: 'search' } },
    { cost: 60, service: 'Amazon S3' },
    { cost: 10, service: 'Amazon RDS' },
    { cost: 20, category: 'Tax' },
    { cost: -5, category: 'Credit' },
  ]);
  expect(coverage).toMatchObject({ owned: 30, unowned: 70, ratio: 0.3 });
  expect(coverage?.largest.map(({ service, cost }) => [service, cost])).toEqual([
    ['Amazon S3', 60],
    ['Amazon RDS', 10],
  ]);
});

test('a bill of nothing has no coverage', () => {
  expect(coverageOf([{ cost: 20, category: 'Tax' }])).toEqual({ owned: 0, unowned: 0, ratio: null, largest: [] });
});

test('where refunds make one side negative there is no part: never more than all', () => {
  expect(
    coverageOf([
      { cost: 100, tags: { team: 'search' } },
      { cost: -20, service: 'Amazon S3' },
    ]),
  ).toMatchObject({ owned: 100, unowned: -20, ratio: null });
  expect(
    coverageOf([
      { cost: -100, tags: { team: 'search' } },
      { cost: 20, service: 'Amazon S3' },
    ]),
  ).toMatchObject({ owned: -100, unowned: 20, ratio: null });
});

test('without teams nobody has said who owns what', () => {
  expect(coverageOf([{ cost: 1 }], false)).toBeNull();
});

test('what nobody owns of one thing is one line, whatever kinds of idle it is made of', () => {
  const idle = { category: 'Usage', cluster: 'production', namespace: null, workload: null, share: 'idle', labels: {}, method: 'idle' } as const;
  const lines = [
    { cost: 3, use: { ...idle, idle: 'schedulable' as const } },
    { cost: 2, use: { ...idle, idle: 'unallocatable' as const } },
  ];
  expect(coverageOf(lines as never)?.largest.map(({ cluster, cost }) => [cluster, cost])).toEqual([['production', 5]]);
});
