import type { Sql } from '../../io/sql.ts';
import type { NodeOptions } from '../../model/cost/allocation/allocate-nodes.ts';
import { buildRuns } from '../../model/cost/allocation/build-runs.ts';
import type { NodeInput } from '../../model/cost/allocation/node-run.ts';
import { typePrices } from '../../model/cost/allocation/type-prices.ts';
import { fitPrices, KNOWN_WEIGHTS, type FittedPrices, type ResourceWeights, type Unfitted } from '../../model/cost/allocation/weights.ts';
import type { AllocationSettings, Weights } from '../../model/cost/allocation-settings.ts';
import type { Month } from '../../model/facts.ts';
import type { AllocationQuery } from './contract.ts';
import { readNodes, type ReadNodes } from './read-nodes.ts';

export type NodeSettings = Pick<AllocationSettings, 'weights' | 'idle'>;

/** What is split in a month, and how. */
export interface MonthOfNodes {
  readonly read: ReadNodes;
  readonly input: NodeInput;
  /** Pods of which nothing says what they ask for or use. */
  readonly unmeasured: number;
  /** The weights that are used: those of AWS, where none can be fitted. */
  readonly used: Weights;
  readonly options: NodeOptions;
  readonly fitted: FittedPrices | Unfitted;
}

/** Reads `cluster_charges` and `split_rows`, and what the snapshot knows of the month. */
export async function monthOfNodes(sql: Sql, query: AllocationQuery, settings: NodeSettings, month: Month): Promise<MonthOfNodes> {
  const read = await readNodes(sql, query, month);
  const { runs, unmeasured } = buildRuns(read);
  const input: NodeInput = { runs, owners: read.owners, lines: read.lines.map(() => month) };
  const fitted = fitPrices(typePrices(read.nodes, read.wholeCosts, runs));
  const used = settings.weights === 'fitted' && typeof fitted === 'string' ? 'aws-9to1' : settings.weights;
  const options: NodeOptions = { weights: weightsOf(used, fitted), idle: settings.idle };
  return { read, unmeasured, input, fitted, used, options };
}

function weightsOf(name: Weights, fitted: FittedPrices | Unfitted): ResourceWeights {
  if (name !== 'fitted') return KNOWN_WEIGHTS[name];
  if (typeof fitted === 'string') throw new Error(`no fitted weights: ${fitted}`);
  return fitted;
}
