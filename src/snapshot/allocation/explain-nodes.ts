import { text, type Sql, type SqlRow } from '../../io/sql.ts';
import { explainNodes, type Explained, type NodePart } from '../../model/cost/allocation/explain-nodes.ts';
import { money, type Money, type Month } from '../../model/facts.ts';
import { textOf } from '../charges.ts';
import { CLUSTER_CHARGES, type AllocationQuery } from './contract.ts';
import { monthOfNodes, type MonthOfNodes, type NodeSettings } from './month-of-nodes.ts';

/** A row of the bill behind the cost of a node. */
interface NodeBillRow {
  readonly service: string;
  readonly meter: string | null;
  readonly resourceId: string | null;
  readonly rows: number;
  readonly cost: Money;
}

export interface NodeExplanation extends NodePart {
  /** What the node cost in the month, also while others had it. Dearest first. */
  readonly bill: readonly NodeBillRow[];
}

/** Where the cost of a workload or namespace comes from: node by node, down to the rows of the bill. Reads what `allocateNodes` reads. */
export async function explainNodeCost(sql: Sql, query: AllocationQuery, settings: NodeSettings, month: Month, whose: Explained): Promise<NodeExplanation[]> {
  const { input, options } = await lastRead(sql, query, settings, month);
  const parts = explainNodes(input, month, options, whose);
  const rows = await sql.rows(`
    select coalesce(instance, resource_id, '') as id, service, meter, resource_id, count(*)::integer as rows, sum(cost) as cost from ${CLUSTER_CHARGES}
    where role = 'node' and cluster = ${text(whose.cluster)} and month = ${text(month)} group by all order by cost desc, service, meter, resource_id`);
  const bills = Map.groupBy(rows, ({ id }) => String(id));
  return parts.map((part) => ({ ...part, bill: (bills.get(part.instance) ?? []).map(billRow) }));
}

/** A report is explained row by row: the month that was read last for a query is kept as long as the query is, for reading it takes seconds where clusters are large. */
const kept = new WeakMap<AllocationQuery, { readonly key: string; readonly read: Promise<MonthOfNodes> }>();

function lastRead(sql: Sql, query: AllocationQuery, settings: NodeSettings, month: Month): Promise<MonthOfNodes> {
  const key = JSON.stringify([month, settings.weights, settings.idle]);
  const known = kept.get(query);
  if (known?.key === key) return known.read;
  const read = monthOfNodes(sql, query, settings, month);
  kept.set(query, { key, read });
  return read;
}

function billRow(row: SqlRow): NodeBillRow {
  return {
    service: String(row['service']),
    meter: textOf(row, 'meter'),
    resourceId: textOf(row, 'resource_id'),
    rows: Number(row['rows']),
    cost: money(Number(row['cost'])),
  };
}
