import type { CostReport } from '../../model/cost/cost-report.ts';

/** The document itself; `cost-report.schema.ts` describes it. */
export function renderCostReport(report: CostReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
