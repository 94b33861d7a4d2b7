import { stringify } from 'csv-stringify/sync';
import type { CostReport, CostRow } from '../../model/cost/cost-report.ts';
import { textCell } from './cell.ts';

type Value = (row: CostRow, report: CostReport) => string | number | null;

/** The columns in their order. Costs are not rounded: they add up to the bill. */
const COLUMNS: Readonly<Record<string, Value>> = {
  period_start: (_, { period }) => period.start,
  period_end: (_, { period }) => period.end,
  cost_metric: (_, { costMetric }) => costMetric,
  currency: (_, { currency }) => currency,
  provider: (row) => row.provider,
  service: (row) => row.service,
  account: (row) => row.account,
  account_name: (row) => row.accountName,
  region: (row) => row.region,
  team: (row) => row.team,
  environment: (row) => row.environment,
  cluster: (row) => row.cluster,
  namespace: (row) => row.namespace,
  workload: (row) => row.workload,
  category: (row) => row.category,
  share: (row) => row.share,
  idle: (row) => row.idle,
  method: (row) => row.method,
  cost: (row) => row.cost,
  previous_cost: (row) => row.previousCost,
  change: (row) => row.change?.amount ?? null,
};

/** The finest rows as RFC 4180. */
export function renderCostReport(report: CostReport): string {
  const values = Object.values(COLUMNS);
  const records = report.rows.map((row) => values.map((value) => cell(value(row, report))));
  return stringify([Object.keys(COLUMNS), ...records], { record_delimiter: 'windows', quote_record_delimiter: true });
}

function cell(value: string | number | null): string | number | null {
  return typeof value === 'number' ? value : textCell(value);
}
