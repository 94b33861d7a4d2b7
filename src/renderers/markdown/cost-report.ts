import type { CostReport } from '../../model/cost/cost-report.ts';
import { reconciliationTable, sourcesTable } from '../tables/cost-tables.ts';
import { sections } from '../tables/sections.ts';
import { describeReportGap } from '../gaps.ts';
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
    ...sections(report, MOST_ROWS).flatMap(({ table, note }) => section(table, note)),
    ...section(sourcesTable(report.generatedFrom.sources)),
    `Snapshot ${escape(report.generatedFrom.snapshot)}. ${ROUNDING}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function gaps(report: CostReport): readonly string[] {
  if (report.gaps.length === 0) return [];
  return ['## What is not known', report.gaps.map((gap) => `- ${escape(describeReportGap(gap, report.currency))}`).join('\n')];
}

function section(table: Table, note: string | null = null): readonly string[] {
  return [`## ${escape(table.caption)}`, ...(note === null ? [] : [escape(note)]), ...(table.lines.length === 0 ? [] : [renderTable(table)])];
}
