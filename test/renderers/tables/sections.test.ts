import { expect, test } from 'vitest';
import type { CostReport } from '../../../src/model/cost/cost-report.ts';
import { sections } from '../../../src/renderers/tables/sections.ts';
import { nastyReport, withoutPrevious } from '../sample-report.ts';

const noteOf = (report: CostReport, id: string): string | null | undefined => sections(report, 10).find((section) => section.id === id)?.note;

function reportWith(unobservedBefore: readonly string[]): CostReport {
  const nasty = nastyReport();
  const breakdowns = (['namespace', 'workload', 'service'] as const).map((by) => ({ by, rows: [] }));
  return { ...nasty, breakdowns, allocation: nasty.allocation === null ? null : { ...nasty.allocation, unobservedBefore } };
}

test('namespaces and workloads that nobody observed in the period before are not compared in silence', () => {
  const report = reportWith(['production']);
  expect(noteOf(report, 'by-namespace')).toMatch(
    /^Nobody observed production in .*: what nodes cost then stands under no namespace, and a change from it says nothing\.$/,
  );
  expect(noteOf(report, 'by-workload')).toContain('under no workload');
  expect(noteOf(report, 'by-service')).toBeNull();
});

test('where all was observed, or nothing stands beside, there is nothing to say of it', () => {
  expect(noteOf(reportWith([]), 'by-namespace')).toBeNull();
  expect(noteOf(withoutPrevious(reportWith(['production'])), 'by-namespace')).toBeNull();
});
