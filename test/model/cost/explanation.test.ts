import { describe, expect, test } from 'vitest';
import { explainedRows } from '../../../src/model/cost/explanation.ts';
import type { Month } from '../../../src/model/facts.ts';
import { costLine } from './cost-lines.ts';

const october = ['2026-10' as Month];
const ownership = { teams: [{ owner: 'search', match: { tag: { team: ['search'] } } }], environments: [] };
const use = { cluster: 'production', namespace: 'web', workload: 'Deployment/api', labels: {}, share: 'allocated', idle: null, method: 'requests' } as const;

const lines = [
  costLine({ cost: 5, tags: { team: 'search' } }),
  costLine({ cost: 1, tags: { team: 'search', other: 'x' } }),
  costLine({ cost: 20, service: 'Amazon S3', tags: { team: 'search' } }),
  costLine({ cost: 7, use }),
  costLine({ cost: 2, use: { ...use, namespace: null, workload: null, share: 'idle', idle: 'schedulable' } }),
  costLine({ cost: 100, month: '2026-09', tags: { team: 'search' } }),
  costLine({ cost: 3, category: 'Tax' }),
];

const costs = (subject: Parameters<typeof explainedRows>[3]): [string, number, number][] =>
  explainedRows(lines, october, ownership, subject).map(({ service, cost, lines: of }) => [service, cost, of.length]);

describe('a figure is made of', () => {
  test('the rows of a team, dearest first, each with its lines', () => {
    expect(costs({ of: 'team', name: 'search' })).toEqual([
      ['Amazon S3', 20, 1],
      ['Amazon EC2', 6, 2],
    ]);
  });

  test('the rows of a namespace, which is named with its cluster', () => {
    expect(costs({ of: 'namespace', name: 'production/web' })).toEqual([['Amazon EC2', 7, 1]]);
    expect(costs({ of: 'namespace', name: 'web' })).toEqual([]);
  });

  test('a part of the reconciliation', () => {
    expect(costs({ of: 'idle', name: undefined })).toEqual([['Amazon EC2', 2, 1]]);
    expect(costs({ of: 'tax', name: undefined })).toEqual([['Tax', 3, 1]]);
  });

  test('all of it', () => {
    const all = explainedRows(lines, october, ownership, { of: 'total', name: undefined });
    expect(all.reduce((sum, { cost }) => sum + cost, 0)).toBe(38);
  });
});
