import { name, type Sql, type SqlRow } from '../../io/sql.ts';
import { mergeSharers, type Sharer } from '../../model/cost/allocation/shared.ts';
import { sharedLines, type SharedCandidate, type SharedRule, type Sharing } from '../../model/cost/allocation/shared-rules.ts';
import type { WorkloadUse } from '../../model/cost/allocation/workload-use.ts';
import type { ClusterUse, CostLine } from '../../model/cost/cost-line.ts';
import { money, type Money } from '../../model/facts.ts';
import { chargesTable, costLines, lineColumns, lineOf, METRIC_COLUMNS, textOf } from '../charges.ts';
import { clusterCharges, otherCharges } from './cluster-charges.ts';
import { CLUSTER_CHARGES, LINE_COLUMNS, type AllocationQuery } from './contract.ts';
import { allocateNodes, type NodeAllocation, type NodeSettings } from './nodes.ts';
import { OF_CHARGES, ruleCondition } from './rule-conditions.ts';
import { isCharge } from './subjects.ts';

/** What the nodes cost, split over those who ran on them. */
export interface NodeLines {
  /** Add up to all charges of role `node`. */
  readonly lines: readonly CostLine[];
  readonly uses: readonly WorkloadUse[];
}

export interface Allocated<Nodes extends NodeLines> {
  /** Add up to all charges, as `costLines` does. */
  readonly lines: readonly CostLine[];
  /** What was found about the nodes; null where the snapshot knows of no cluster: then nothing was allocated. */
  readonly nodes: Nodes | null;
  /** Clusters of the bill that no source reads. */
  readonly unread: readonly string[];
  /** Clusters of rules that neither the bill nor a source has: these rules are not followed, for nobody is there to share. */
  readonly unknown: readonly string[];
}

export interface AllocationSettings extends NodeSettings {
  readonly shared: readonly SharedRule[];
}

/** All charges as lines, those of clusters split over their workloads: see `allocatedLines` and `allocateNodes`. */
export async function allocate(sql: Sql, query: AllocationQuery, settings: AllocationSettings): Promise<Allocated<NodeAllocation>> {
  return allocatedLines(sql, query, settings.shared, async (on) => allocateNodes(on, query, settings));
}

/**
 * All charges as lines; those of clusters split over their workloads. Nodes are split by `splitNodes`, volumes and load balancers over who uses them, the
 * rest by the rules. Where the snapshot has neither clusters nor the bill's own splits, and there is no rule, the lines are those of `costLines`.
 * @throws Error if they do not add up to the charges: it is a bug
 */
export async function allocatedLines<Nodes extends NodeLines>(
  sql: Sql,
  query: AllocationQuery,
  given: readonly SharedRule[],
  splitNodes: (sql: Sql) => Promise<Nodes>,
): Promise<Allocated<Nodes>> {
  if (given.length === 0 && !(await hasClusters(sql, query))) return { lines: await costLines(sql, query), nodes: null, unread: [], unknown: [] };
  const { unread } = await clusterCharges(sql, query);
  const { rules, unknown } = await followed(sql, query, given);
  const nodes = await splitNodes(sql);
  const { own, candidates } = await clusterLines(sql, query, rules);
  const others = await otherLines(sql, query, rules);
  const sharing = sharingOf(nodes, own.flatMap(sharerOf));
  const lines = [...nodes.lines, ...own, ...[...candidates, ...others].flatMap((candidate) => sharedLines(candidate, rules, sharing))];
  await assertComplete(sql, query, lines);
  return { lines, nodes, unread, unknown };
}

/** Rules but those of clusters that there are not. */
async function followed(
  sql: Sql,
  { clusters }: AllocationQuery,
  given: readonly SharedRule[],
): Promise<{ readonly rules: readonly SharedRule[]; readonly unknown: readonly string[] }> {
  const billed = await sql.rows(`select distinct cluster from ${CLUSTER_CHARGES} where cluster is not null`);
  const known = new Set([
    ...billed.map(({ cluster }) => String(cluster)),
    ...Object.values(clusters).flatMap((parts) => parts.map(({ part }) => part.cluster)),
  ]);
  const isKnown = ({ cluster }: SharedRule): boolean => cluster === undefined || known.has(cluster);
  const unknown = given.flatMap(({ cluster }) => (cluster === undefined || known.has(cluster) ? [] : [cluster]));
  return { rules: given.filter(isKnown), unknown: [...new Set(unknown)].toSorted() };
}

async function hasClusters(sql: Sql, { clusters, files, readsClusters }: AllocationQuery): Promise<boolean> {
  if (readsClusters === true || Object.values(clusters).some((parts) => parts.length > 0)) return true;
  const rows = await sql.rows(`select 1 from ${chargesTable(files)} where x_RowRole = 'split' limit 1`);
  return rows.length > 0;
}

/** Which rules apply to a row's meter and resource. Only rules that ask for them are told apart, for each column makes more lines. */
function ruleColumns(rules: readonly SharedRule[], of: Parameters<typeof ruleCondition>[1]): string[] {
  return rules.flatMap(({ match }, at) => {
    const condition = ruleCondition(match, of);
    return condition === undefined ? [] : [`${condition} as ${name(`rule${at}`)}`];
  });
}

const appliesOf = (row: SqlRow, rules: readonly SharedRule[]): boolean[] => rules.map((_, at) => row[`rule${at}`] !== false);

/** Charges of clusters but those of nodes: what is somebody's own, and what is to be shared. */
async function clusterLines(
  sql: Sql,
  { tags, labels }: AllocationQuery,
  rules: readonly SharedRule[],
): Promise<{ readonly own: CostLine[]; readonly candidates: SharedCandidate[] }> {
  const columns = [
    ...LINE_COLUMNS,
    ...tags.map((_, at) => name(`tag${at}`)),
    'cluster',
    'role',
    'namespace',
    'workload',
    ...labels.map((_, at) => name(`label${at}`)),
    'part',
    'parts',
  ];
  const rows = await sql.rows(`
    select ${[...columns, ...ruleColumns(rules, { meter: 'meter', resource: 'resource_id' }), 'sum(cost) as cost'].join(', ')}
    from ${CLUSTER_CHARGES} left join user_parts using (month, cluster, role, target) where role <> 'node' group by all order by all`);
  const own: CostLine[] = [];
  const candidates: SharedCandidate[] = [];
  for (const row of rows) {
    const use = useOf(row, labels);
    const line = lineOf(row, tags, partOf(row), use);
    if (use.share === 'shared') candidates.push({ line, applies: appliesOf(row, rules) });
    else own.push(line);
  }
  return { own, candidates };
}

/** The parts of one cost are the same, but for the last, which is the rest: so they add up to it. */
function partOf(row: SqlRow): Money {
  const cost = Number(row['cost']);
  const parts = Number(row['parts'] ?? 1);
  const each = cost / parts;
  return money(Number(row['part'] ?? 1) === parts ? cost - each * (parts - 1) : each);
}

function useOf(row: SqlRow, labels: readonly string[]): ClusterUse {
  const role = String(row['role']);
  const namespace = textOf(row, 'namespace');
  const common = {
    cluster: String(row['cluster']),
    namespace,
    workload: textOf(row, 'workload'),
    labels: Object.fromEntries(labels.map((label, at) => [label, textOf(row, `label${at}`)])),
    idle: null,
  };
  if (role === 'control-plane' || role === 'other') return { ...common, labels: {}, share: 'shared', method: 'proportional' };
  // A volume of no claim: it is paid for, and nobody can use it.
  return { ...common, share: namespace === null ? 'idle' : 'allocated', method: role };
}

/** Charges of no cluster. */
async function otherLines(sql: Sql, query: AllocationQuery, rules: readonly SharedRule[]): Promise<SharedCandidate[]> {
  const columns = [lineColumns(query.tags), ...ruleColumns(rules, OF_CHARGES), `sum(${METRIC_COLUMNS[query.metric]}) as cost`];
  const rows = await sql.rows(`select ${columns.join(', ')} from ${otherCharges(query)} group by all order by all`);
  return rows.map((row) => ({ line: lineOf(row, query.tags, money(Number(row['cost'])), null), applies: appliesOf(row, rules) }));
}

function sharerOf({ month, cost, use }: CostLine): Sharer[] {
  if (use?.share !== 'allocated' || use.namespace === null) return [];
  const { cluster, namespace, workload, labels } = use;
  return [{ month, cluster, namespace, workload, labels, cost, cpuCoreHours: 0, memoryGibHours: 0, podHours: 0 }];
}

/**
 * Where a cluster's nodes cost something and nobody saw who ran on them, nobody is known to share: those with a volume or load balancer are not all that
 * there are.
 */
function sharingOf({ lines, uses }: NodeLines, others: readonly Sharer[]): Sharing {
  const key = ({ month, cluster }: { readonly month: string; readonly cluster: string }): string => JSON.stringify([month, cluster]);
  const costs = new Map<string, number>();
  for (const { month, use, cost } of lines) if (use !== null) costs.set(key({ month, ...use }), (costs.get(key({ month, ...use })) ?? 0) + cost);
  const seen = new Set(uses.map(key));
  const isWhole = (sharer: Sharer): boolean => seen.has(key(sharer)) || !costs.has(key(sharer));
  const merged = Map.groupBy(mergeSharers([...uses, ...others.filter(isWhole)]), key);
  return {
    clusters: [...new Set(lines.flatMap(({ use }) => use?.cluster ?? []))].toSorted(),
    nodeCost: (month, cluster) => costs.get(key({ month, cluster })) ?? 0,
    sharersOf: (month, cluster) => merged.get(key({ month, cluster })) ?? [],
  };
}

/** What the lines may miss of the charges, as a part of these: rounding of binary sums, and no more. */
const TOLERANCE = 1e-9;

async function assertComplete(sql: Sql, query: AllocationQuery, lines: readonly CostLine[]): Promise<void> {
  const cost = METRIC_COLUMNS[query.metric];
  const [row] = await sql.rows(
    `select coalesce(sum(${cost}), 0) as total, coalesce(sum(abs(${cost})), 0) as gross from ${chargesTable(query.files)} where ${isCharge(query)}`,
  );
  const total = Number(row?.['total']);
  const sum = lines.reduce((all, line) => all + line.cost, 0);
  // Large credits may leave a small bill: the amounts that were added decide what rounding can do.
  const allowed = TOLERANCE * Math.max(Math.abs(total), Number(row?.['gross']) * 1e-3, 1e-6);
  if (!(Math.abs(sum - total) <= allowed)) throw new Error(`allocated lines add up to ${sum}, not to ${total}`);
}
