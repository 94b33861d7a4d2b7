import { describe, expect, test } from 'vitest';
import type { AllocationReport } from '../../../src/model/cost/allocation-report.ts';
import { money } from '../../../src/model/facts.ts';
import type { Section } from '../../../src/renderers/tables/section.ts';
import { allocationSections } from '../../../src/renderers/tables/allocation.ts';
import { sampleReport } from '../sample-report.ts';

const cluster = {
  cluster: 'production',
  cost: money(10),
  allocated: money(6),
  shared: money(1),
  idle: { 'system-reserved': money(0), unallocatable: money(0), schedulable: money(0) },
  otherIdle: money(3),
  observed: 1,
};
const allocation: AllocationReport = {
  weights: 'aws-9to1',
  idle: 'separate',
  instead: null,
  clusters: [cluster],
  sensitivity: [],
  unread: [],
  unobservedBefore: [],
};

const sectionsOf = (given: Partial<AllocationReport>): Section[] =>
  allocationSections(sampleReport(undefined, { allocation: { ...allocation, ...given } }), 10);

describe('what clusters cost', () => {
  test('adds up to the cost, also where the kind of idle is not known', () => {
    const [clusters] = sectionsOf({});
    expect(clusters?.table.columns.map(({ heading }) => heading)).toEqual(['Cluster', 'Workloads', 'Shared', 'Idle', 'Observed', 'Cost']);
    expect(clusters?.table.lines[0]?.cells.map(({ text }) => text)).toEqual(['production', '$6.00', '$1.00', '$3.00', '100.0%', '$10.00']);
  });

  test('says what Observed is where much is a projection, and only there', () => {
    expect(sectionsOf({ clusters: [{ ...cluster, observed: 0.1 }] })[0]?.note).toContain('Observed is the part of the hours of nodes that a source saw');
    expect(sectionsOf({})[0]?.note).not.toContain('Observed');
  });
});

describe('what hangs on the weights', () => {
  const costs = (opencost: number): AllocationReport['sensitivity'][number] => ({
    cluster: 'production',
    namespace: 'web',
    costs: { 'aws-9to1': money(3), opencost: money(opencost), fitted: null },
  });

  test('is not told where nothing does: the bill itself splits', () => {
    expect(sectionsOf({ sensitivity: [costs(3)] })).toHaveLength(1);
  });

  test('is told without weights that could not be had', () => {
    expect(sectionsOf({ sensitivity: [costs(2)] })[1]?.table.columns.map(({ heading }) => heading)).toEqual(['Namespace', '9 to 1', '7.46 to 1']);
  });
});
