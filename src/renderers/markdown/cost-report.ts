import type { CostReport } from '../../model/cost/cost-report.ts';
import { breakdownTable, reconciliationTable, sourcesTable } from '../cost-tables.ts';
import { describeGap } from '../gaps.ts';
import type { Table } from '../table.ts';
import { describeBill, describeMetric, describeTitle, ROUNDING } from '../words.ts';
import { escape } from './escape.ts';
import { renderTable } from './table.ts';

/** Named rows of a breakdown. */
const MOST_ROWS = 25;

/** GitHub-flavoured Markdown. */
export function renderCostReport(report: CostReport): string {
  const blocks = [
    `# ${escape(describeTitle(report))}`,
    `**${escape(describeBill(report))}**`,
    `${escape(describeMetric(report))}.`,
    ...gaps(report),
    ...section(reconciliationTable(report)),
    ...report.breakdowns.flatMap((breakdown) => section(breakdownTable(report, breakdown, MOST_ROWS))),
    ...section(sourcesTable(report.generatedFrom.sources)),
    `Snapshot ${escape(report.generatedFrom.snapshot)}. ${ROUNDING}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function gaps(report: CostReport): readonly string[] {
  if (report.gaps.length === 0) return [];
  return ['## What is not known', report.gaps.map((gap) => `- ${escape(describeGap(gap))}`).join('\n')];
}

function section(table: Table): readonly string[] {
  return [`## ${escape(table.caption)}`, renderTable(table)];
}
