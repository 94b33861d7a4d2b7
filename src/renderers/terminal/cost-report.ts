import picocolors from 'picocolors';
import type { CostReport } from '../../model/cost/cost-report.ts';
import { reconciliationTable, sourcesTable } from '../tables/cost-tables.ts';
import { sections } from '../tables/sections.ts';
import { describeReportGap } from '../gaps.ts';
import { printable } from '../../io/printable.ts';
import type { Rendering } from '../types.ts';
import { describeBill, describeMetric, describeTitle, ROUNDING } from '../words.ts';
import { renderTable } from './table.ts';
import { wrap } from './width.ts';

/** Named rows of a breakdown. */
const MOST_ROWS = 15;
const LEAST_COLUMNS = 20;

/** The report as lines of at most `columns`; what a vendor wrote cannot move the cursor. */
export function renderCostReport(report: CostReport, rendering: Rendering): string {
  const paint = picocolors.createColors(rendering.color);
  const columns = Math.max(LEAST_COLUMNS, rendering.columns);
  const say = (text: string): readonly string[] => wrap(printable(text), columns);
  const blocks = [
    [...say(describeTitle(report)).map(paint.bold), ...say(`${describeMetric(report)}.`).map(paint.dim)],
    say(describeBill(report)),
    gaps(report, columns).map((line, at) => paint.yellow(at === 0 ? paint.bold(line) : line)),
    [renderTable(reconciliationTable(report), columns, paint)],
    ...sections(report, MOST_ROWS).map(({ table, note }) => [renderTable(table, columns, paint), ...(note === null ? [] : say(note).map(paint.dim))]),
    [renderTable(sourcesTable(report.generatedFrom.sources), columns, paint)],
    [...say(`Snapshot ${report.generatedFrom.snapshot}`), ...say(ROUNDING)].map(paint.dim),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function gaps(report: CostReport, columns: number): readonly string[] {
  if (report.gaps.length === 0) return [];
  const items = report.gaps.flatMap((gap) =>
    wrap(printable(describeReportGap(gap, report.currency)), columns - 2).map((line, at) => (at === 0 ? '! ' : '  ') + line),
  );
  return ['What is not known', ...items];
}
