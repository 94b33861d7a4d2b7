import type { CostReport } from '../model/cost/cost-report.ts';

/** What a medium may need to know of the place where its text will be read. */
export interface Rendering {
  readonly color: boolean;
  readonly columns: number;
  /** Text of chart.js' chart.umd.min.js; without it HTML has no charts. */
  readonly chartLibrary?: string | undefined;
}

export type RenderCostReport = (report: CostReport, rendering: Rendering) => string;
