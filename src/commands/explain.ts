import type { Config } from '../config/schema.ts';
import { UserError } from '../io/errors.ts';
import type { Sql } from '../io/sql.ts';
import { parseSubject } from '../model/cost/condition.ts';
import type { CostExplanation, ExplainedFigure } from '../model/cost/cost-explanation.ts';
import { explainedRows, type ExplainedRow } from '../model/cost/explanation.ts';
import { money, type Money } from '../model/facts.ts';
import { monthPeriod } from '../model/month.ts';
import { billRows } from '../snapshot/allocation/bill-rows.ts';
import { clusterCharges } from '../snapshot/allocation/cluster-charges.ts';
import type { AllocationQuery } from '../snapshot/allocation/contract.ts';
import { explainNodeCost } from '../snapshot/allocation/explain-nodes.ts';
import { queryOf, type Reading } from './reading.ts';
import { readClusters, reportLines } from './report-lines.ts';

/** Rows that are explained down to the bill; the others are told in one sum. */
const ROWS = 12;
/** Rows of the bill, and nodes, that each of them names. */
const BILL_ROWS = 8;

/** A figure of the report, down to the rows of the bill. @throws UserError where the report has no such figure */
export async function explain(what: string, reading: Reading, config: Config, sql: Sql): Promise<CostExplanation> {
  const subject = parseSubject(what);
  if (subject === undefined)
    throw new UserError(
      `--explain ${what}: no figure of a report`,
      'as in --explain team.search, service."Amazon EC2", namespace.production/web, idle or total',
    );
  const { parts, earlier, months, metric, currency, period } = reading;
  // As the report does: what is known of the months before says more of nodes and volumes, and so whose they are.
  const query = await queryOf(reading, [...earlier, ...parts]);
  const { lines, allocation } = await reportLines(sql, query, config.allocation, months, readClusters(reading.snapshot));
  // Which charges are of a cluster is asked of the bill's rows too: that there is none must be known.
  if (allocation === null) await clusterCharges(sql, query);
  const rows = explainedRows(lines, months, reading, subject);
  if (rows.length === 0)
    throw new UserError(`--explain ${what}: the report has no such row`, 'take a name from the report; one with spaces or dots stands in quotes');
  const figures: ExplainedFigure[] = [];
  for (const row of rows.slice(0, ROWS)) figures.push(await figureOf(row, query, config, sql));
  const rest = rows.slice(ROWS);
  return {
    kind: 'CostExplanation',
    schemaVersion: 1,
    what,
    period: { start: monthPeriod(period.first).start, end: monthPeriod(period.last).end },
    currency,
    costMetric: metric,
    cost: sum(rows),
    figures,
    others: rest.length,
    othersCost: sum(rest),
  };
}

function sum(rows: readonly ExplainedRow[]): Money {
  return money(rows.reduce((total, { cost }) => total + cost, 0));
}

/** Methods by which the cost of nodes is split. */
const OF_NODES = ['requests', 'split-cost', 'extrapolated', 'unobserved', 'idle-node', 'idle-cluster'];

async function figureOf(row: ExplainedRow, query: AllocationQuery, config: Config, sql: Sql): Promise<ExplainedFigure> {
  const { lines, ...shown } = row;
  const nodes = await nodesOf(row, query, config, sql);
  // Lines of one row differ in tags and labels: each has bill rows of its own.
  const bills = await Promise.all(distinct(lines).map((line) => billRows(sql, query, line, config.allocation.shared, BILL_ROWS)));
  const all = bills.flatMap((bill) => bill.rows).toSorted((a, b) => Math.abs(b.cost) - Math.abs(a.cost));
  return {
    ...shown,
    nodes,
    bill: all.slice(0, BILL_ROWS),
    billRows: bills.reduce((count, bill) => count + bill.count, 0),
    billCost: money(bills.reduce((total, { cost }) => total + cost, 0)),
  };
}

/** Parts of one charge of nodes have the same rows of the bill behind them: these are told once. */
function distinct(lines: ExplainedRow['lines']): ExplainedRow['lines'] {
  const keyed = new Map(lines.map((line) => [JSON.stringify({ ...line, cost: 0, use: line.use === null ? null : { ...line.use, labels: {} } }), line]));
  return [...keyed.values()];
}

async function nodesOf(
  { lines, method, cluster, namespace, workload }: ExplainedRow,
  query: AllocationQuery,
  config: Config,
  sql: Sql,
): Promise<ExplainedFigure['nodes']> {
  if (method === null || cluster === null || namespace === null || !OF_NODES.includes(method)) return [];
  const months = [...new Set(lines.map(({ month }) => month))].toSorted();
  const found = [];
  for (const month of months) found.push(...(await explainNodeCost(sql, query, config.allocation, month, { cluster, namespace, workload })));
  return found
    .toSorted((a, b) => b.cost - a.cost)
    .slice(0, BILL_ROWS)
    .map(({ instance, node, hours, nodeCost, coreHours, gibHours, cost, cpuCost, memoryCost, gpuCost, splitCost, idleCost, extrapolatedCost }) => ({
      instance,
      node,
      hours,
      nodeCost,
      coreHours,
      gibHours,
      cost,
      cpuCost,
      memoryCost,
      gpuCost,
      splitCost,
      idleCost,
      extrapolatedCost,
    }));
}
