import type { Sql } from '../../io/sql.ts';
import { buildRuns } from '../../model/cost/allocation/build-runs.ts';
import type { NodeRun } from '../../model/cost/allocation/node-run.ts';
import { stretchShares, type Stretch, type StretchShare } from '../../model/cost/allocation/stretch-shares.ts';
import type { ClusterUse } from '../../model/cost/cost-line.ts';
import type { Month } from '../../model/facts.ts';
import type { AllocationQuery } from './contract.ts';
import { billedMonths, monthOfNodes, type NodeSettings } from './nodes.ts';
import type { ReadNodes } from './read-nodes.ts';

/** Who has which part of the charges of a node that are for one stretch of hours (since 1970): all of them are split alike. The shares add up to 1. */
export interface NodeStretch {
  readonly month: Month;
  readonly cluster: string;
  readonly instance: string;
  readonly firstHour: number;
  readonly endHour: number;
  readonly shares: readonly (Pick<StretchShare, 'share' | 'had'> & { readonly use: ClusterUse })[];
}

/** All that nodes were charged for, node by node, split as `allocateNodes` does. `clusterCharges` must have run with the same query. */
export async function* nodeStretches(sql: Sql, query: AllocationQuery, settings: NodeSettings): AsyncGenerator<readonly NodeStretch[]> {
  for (const month of await billedMonths(sql)) {
    const { read, input, options } = await monthOfNodes(sql, query, settings, month);
    const { ledger, of } = stretchShares(input, month, options);
    const charged = chargedStretches(read);
    for (const run of input.runs) {
      const stretches = charged.get(keyOf(run)) ?? [];
      const shares = of(
        run,
        stretches.map(({ firstHour, weights }) => ({ hour: firstHour - run.firstHour, weights })),
      );
      yield stretches.map(({ firstHour, endHour }, at) => ({
        month,
        cluster: run.cluster,
        instance: run.instance,
        firstHour,
        endHour,
        shares: (shares[at] ?? []).map(({ bearer, method, share, had }) => ({ share, had, use: ledger.useOf(bearer, method) })),
      }));
    }
  }
}

const keyOf = ({ cluster, instance }: { readonly cluster: string; readonly instance: string }): string => JSON.stringify([cluster, instance]);

interface Charged extends Pick<Stretch, 'weights'> {
  readonly firstHour: number;
  readonly endHour: number;
}

/** The stretches that each node is charged for. An hour is itself; more than one are weighted as the charges for them are spread. */
function chargedStretches(read: ReadNodes): Map<string, Charged[]> {
  const { charges, nodes } = read;
  const seen = new Map<string, { readonly node: number; readonly start: number; readonly end: number }>();
  for (let row = 0; row < charges.rows; row += 1) {
    const [node, start, end] = [charges.node[row] ?? 0, charges.start[row] ?? 0, charges.end[row] ?? 0];
    seen.set(`${node} ${start} ${end}`, { node, start, end });
  }
  const all = [...seen.values()].toSorted((a, b) => a.node - b.node || a.start - b.start || a.end - b.end);
  const long = all.filter(({ start, end }) => end - start > 1);
  const spread = spreadOver(read, long);
  const byNode = Map.groupBy(all, ({ node }) => node);
  return new Map(
    [...byNode].map(([at, of]) => {
      const charged = of.map((one) => ({ firstHour: one.start, endHour: one.end, weights: spread.get(one) ?? Float64Array.of(1) }));
      return [keyOf(nodes[at] ?? { cluster: '', instance: '' }), charged];
    }),
  );
}

type Long = { readonly node: number; readonly start: number; readonly end: number };

/** How a charge of 1 for each stretch is spread over its hours. */
function spreadOver(read: ReadNodes, long: readonly Long[]): Map<Long, Float64Array> {
  const of = (value: (one: Long, at: number) => number): Float64Array => Float64Array.from(long, value);
  const charges = {
    rows: long.length,
    node: of(({ node }) => node),
    line: of((_, at) => at),
    start: of(({ start }) => start),
    end: of(({ end }) => end),
    cost: of(() => 1),
  };
  const runs: readonly NodeRun[] = long.length === 0 ? [] : buildRuns({ ...read, charges }).runs;
  return new Map(
    runs.flatMap(({ firstHour, costs }) =>
      costs.flatMap(({ line, cost }) => {
        const one = long[line];
        return one === undefined ? [] : [[one, cost.slice(one.start - firstHour, one.end - firstHour)] as const];
      }),
    ),
  );
}
