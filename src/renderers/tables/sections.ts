import type { CostReport, Dimension } from '../../model/cost/cost-report.ts';
import { allocationSections } from './allocation.ts';
import { anomaliesSection, correctionsSection } from './anomalies.ts';
import { billsSections } from './bills.ts';
import { breakdownTable } from './cost-tables.ts';
import { commitmentsSection } from './commitments.ts';
import { driversSection } from './drivers.ts';
import { invoiceSection } from './invoice.ts';
import { forecastSection, monthsSection } from './months.ts';
import { ownershipSection } from './ownership.ts';
import { describePeriod } from '../periods.ts';
import type { Section } from './section.ts';

/** All of a report below its reconciliation, in the order in which every medium prints it; at most `most` named rows in each. */
export function sections(report: CostReport, most: number): Section[] {
  return [
    ...driversSection(report),
    ...report.breakdowns.map((breakdown): Section => ({
      id: `by-${breakdown.by}`,
      table: breakdownTable(report, breakdown, most),
      note: breakdownNote(report, breakdown.by),
      sortedBy: 'Cost',
    })),
    ...allocationSections(report, most),
    ...ownershipSection(report),
    ...anomaliesSection(report, most),
    ...correctionsSection(report, most),
    ...commitmentsSection(report, most),
    ...monthsSection(report),
    ...forecastSection(report),
    ...invoiceSection(report),
    ...billsSections(report),
  ];
}

/** A change from what nobody observed is none. */
function breakdownNote({ allocation, previousPeriod }: CostReport, by: Dimension): string | null {
  const unobserved = allocation?.unobservedBefore ?? [];
  if (unobserved.length === 0 || previousPeriod === null || (by !== 'namespace' && by !== 'workload')) return null;
  return `Nobody observed ${unobserved.join(', ')} in ${describePeriod(previousPeriod)}: what nodes cost then stands under no ${by}, and a change from it says nothing.`;
}
