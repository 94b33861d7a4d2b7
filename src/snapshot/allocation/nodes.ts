import type { Sql } from '../../io/sql.ts';
import { allocateNodes as allocate } from '../../model/cost/allocation/allocate-nodes.ts';
import type { Ledger } from '../../model/cost/allocation/ledger.ts';
import { nodeCoverage } from '../../model/cost/allocation/node-coverage.ts';
import { nodeFindings, type NodeCoverage, type NodeFinding, type Sensitivity } from '../../model/cost/allocation/node-findings.ts';
import { sensitivity } from '../../model/cost/allocation/sensitivity.ts';
import type { FittedPrices, ResourceWeights, Unfitted } from '../../model/cost/allocation/weights.ts';
import type { WorkloadUse } from '../../model/cost/allocation/workload-use.ts';
import { joinedDays, workloadDays, type ClusterDays } from '../../model/cost/allocation/workload-days.ts';
import { workloadUses } from '../../model/cost/allocation/workload-uses.ts';
import type { Weights } from '../../model/cost/allocation-settings.ts';
import type { DailyCost } from '../../model/cost/anomalies/series.ts';
import type { CostLine } from '../../model/cost/cost-line.ts';
import { money, type Month } from '../../model/facts.ts';
import { monthOf } from '../../model/month.ts';
import { lineOf } from '../charges.ts';
import { CLUSTER_CHARGES, type AllocationQuery } from './contract.ts';
import { monthOfNodes, type NodeSettings } from './month-of-nodes.ts';
import type { ReadNodes } from './read-nodes.ts';

export { monthOfNodes, type NodeSettings } from './month-of-nodes.ts';

export interface NodeAllocation {
  /** Add up to all charges of role `node`. By month, then in the order of what tells lines apart, then of who bears them. */
  readonly lines: readonly CostLine[];
  readonly uses: readonly WorkloadUse[];
  readonly weights: readonly MonthWeights[];
  readonly coverage: readonly NodeCoverage[];
  readonly sensitivity: readonly Sensitivity[];
  readonly findings: readonly NodeFinding[];
  /** What workloads cost a day, by cluster, over the newest months of which every day is known. */
  readonly workloadDays: readonly (readonly DailyCost[])[];
}

/** The weights that a month was split with. */
interface MonthWeights {
  readonly month: Month;
  readonly used: Weights;
  readonly weights: ResourceWeights;
  /** What a core and a GiB cost an hour in the bill of the month, where that can be told. */
  readonly fitted: FittedPrices | Unfitted;
}

/**
 * Splits what each node costs, hour by hour, over the pods that ran on it; what is left is idle, by kind. Reads `cluster_charges` and `split_rows`, a month at a time.
 * @throws Error if the lines do not add up to the charges: it is a bug
 */
export async function allocateNodes(sql: Sql, query: AllocationQuery, settings: NodeSettings): Promise<NodeAllocation> {
  const months: OfMonth[] = [];
  for (const month of await billedMonths(sql)) months.push(await ofMonth(sql, query, settings, month));
  return {
    lines: months.flatMap(({ lines }) => lines),
    uses: months.flatMap(({ uses }) => uses),
    weights: months.map(({ weights }) => weights),
    coverage: months.flatMap(({ coverage }) => coverage),
    sensitivity: months.flatMap((one) => one.sensitivity),
    findings: months.flatMap(({ findings }) => findings),
    workloadDays: joinedDays(months.map((one) => one.workloadDays)),
  };
}

export async function billedMonths(sql: Sql): Promise<Month[]> {
  const rows = await sql.rows(`select distinct month from ${CLUSTER_CHARGES} where role = 'node' and cluster is not null order by month`);
  return rows.map(({ month }) => monthOf(String(month)));
}

type OfMonth = Omit<NodeAllocation, 'weights' | 'workloadDays'> & { readonly weights: MonthWeights; readonly workloadDays: readonly ClusterDays[] };

async function ofMonth(sql: Sql, query: AllocationQuery, settings: NodeSettings, month: Month): Promise<OfMonth> {
  const { read, unmeasured, input, fitted, used, options } = await monthOfNodes(sql, query, settings, month);
  const ledger = allocate(input, options);
  const lines = linesOf(ledger, read, query);
  assertComplete(lines, read);
  const coverage = nodeCoverage(input);
  return {
    lines,
    uses: workloadUses(input, ledger),
    workloadDays: workloadDays(input, options),
    weights: { month, used, weights: options.weights, fitted },
    coverage,
    sensitivity: sensitivity(input, settings.idle, typeof fitted === 'string' ? undefined : fitted, { name: used, ledger }),
    findings: [
      ...nodeFindings(input, ledger, month),
      ...read.findings,
      ...(unmeasured === 0 ? [] : [{ code: 'unmeasured-pods' as const, pods: unmeasured }]),
      ...(settings.weights === 'fitted' && typeof fitted === 'string' ? [{ code: 'unfitted-weights' as const, month, why: fitted }] : []),
    ],
  };
}

function linesOf(ledger: Ledger, { lines }: ReadNodes, { tags }: AllocationQuery): CostLine[] {
  return [...ledger.sums()].map(({ line, bearer, method, cost }) => lineOf(lines[line] ?? {}, tags, money(cost), ledger.useOf(bearer, method)));
}

function assertComplete(lines: readonly CostLine[], { charges }: ReadNodes): void {
  const [sum, gross] = charges.cost.reduce(([so, size], cost) => [so + cost, size + Math.abs(cost)] as const, [0, 0] as readonly [number, number]);
  const split = lines.reduce((so, { cost }) => so + cost, 0);
  if (!(Math.abs(split - sum) <= 1e-9 * gross)) throw new Error(`the parts of nodes add up to ${split}, not to ${sum}`);
}
