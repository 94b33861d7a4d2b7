import { name, text, type Sql, type SqlRow } from '../../io/sql.ts';
import type { SharedRule } from '../../model/cost/allocation/shared-rules.ts';
import type { CostLine } from '../../model/cost/cost-line.ts';
import { matches } from '../../model/cost/owner.ts';
import { money, type Money } from '../../model/facts.ts';
import { lineColumns, METRIC_COLUMNS, textOf } from '../charges.ts';
import { otherCharges, roleCharges } from './cluster-charges.ts';
import type { AllocationQuery } from './contract.ts';
import { OF_CHARGES, ruleCondition } from './rule-conditions.ts';

/** Rows of the bill that are for the same thing, at the same price, and say the same: what a line is made of. */
interface BillRow {
  readonly resource: string | null;
  readonly meter: string | null;
  readonly description: string | null;
  /** From the first to after the last (ISO 8601). */
  readonly start: string;
  readonly end: string;
  readonly quantity: number | null;
  readonly unit: string | null;
  readonly rows: number;
  /** All of it. */
  readonly cost: Money;
  /** Among how many users it is shared evenly: 3 for a volume that three workloads mount. */
  readonly parts: number;
}

export interface BillRows {
  /** Dearest first; not more than were asked for. */
  readonly rows: readonly BillRow[];
  /** Of all, also of those that are left out. */
  readonly count: number;
  readonly cost: Money;
}

/**
 * The rows of the bill behind a line of `allocatedLines`, which must have run on this engine with the same query and rules. Of a line of nodes and of a shared one these are all rows
 * that were split, not only this line's part of them: whose part is how large, the line says.
 */
export async function billRows(sql: Sql, query: AllocationQuery, line: CostLine, rules: readonly SharedRule[], limit: number): Promise<BillRows> {
  const groups = `(
    select resource, meter, description, min(start) as start, max("end") as "end", sum(quantity)::double as quantity, unit, count(*) as rows, sum(cost) as cost, parts
    from (${sources(query, line, rules)
      .map(
        (source) =>
          `select ${COLUMNS}, ${METRIC_COLUMNS[query.metric]} as cost, parts from (select *, ${lineColumns(query.tags)} from ${source}) where ${isOfLine(line, query)}`,
      )
      .join(' union all ')})
    group by all)`;
  const [all] = await sql.rows(`select count(*) as count, coalesce(sum(cost), 0) as cost from ${groups}`);
  const rows = await sql.rows(`select * replace (strftime(start, '%Y-%m-%dT%H:%M:%SZ') as start, strftime("end", '%Y-%m-%dT%H:%M:%SZ') as "end")
    from ${groups} order by abs(cost) desc, resource, meter, description, unit, parts limit ${limit}`);
  return { rows: rows.map(billRow), count: Number(all?.['count']), cost: money(Number(all?.['cost'])) };
}

const COLUMNS = `ResourceId as resource, SkuMeter as meter, ChargeDescription as description, ChargePeriodStart as start, ChargePeriodEnd as "end",
  PricingQuantity as quantity, PricingUnit as unit`;

/** The charges among which a line's are, with `parts`. */
function sources(query: AllocationQuery, line: CostLine, rules: readonly SharedRule[]): string[] {
  const { use } = line;
  if (use === null) return [`(select *, 1 as parts from ${otherCharges(query)})`];
  const ofCluster = (condition: string): string => `from ${roleCharges(query)} where cluster = ${text(use.cluster)} and ${condition}`;
  // What nobody observed of nodes is shared too, and is of nodes all the same.
  if (use.share === 'shared' && use.method !== 'unobserved')
    return [`(select *, 1 as parts ${ofCluster(`role in ('control-plane', 'other')`)})`, ...ruled(query, line, rules)];
  if (!OWN_ROLES.includes(use.method)) return [`(select *, 1 as parts ${ofCluster(`role = 'node'`)})`];
  const isUser = `namespace is not distinct from ${literal(use.namespace)} and workload is not distinct from ${literal(use.workload)}`;
  const targets = `(select month, cluster, role, target, any_value(parts) as parts from user_parts where ${isUser} group by all)`;
  return [`(from (select * ${ofCluster(`role = ${text(use.method)}`)}) join ${targets} using (month, cluster, role, target))`];
}

const OWN_ROLES = ['volume', 'load-balancer', 'fargate-pod'];

/** Charges of no cluster that a rule shares. */
function ruled(query: AllocationQuery, line: CostLine, rules: readonly SharedRule[]): string[] {
  const own = rules.filter((rule) => rule.method === line.use?.method && matches({ ...line, use: null }, rule.match));
  if (own.length === 0) return [];
  return [`(select *, 1 as parts from ${otherCharges(query)} where ${own.map(({ match }) => ruleCondition(match, OF_CHARGES) ?? 'true').join(' or ')})`];
}

function isOfLine(line: CostLine, { tags }: AllocationQuery): string {
  const texts: Readonly<Record<string, string | null>> = {
    month: line.month,
    provider: line.provider,
    service: line.service,
    account: line.account,
    account_name: line.accountName,
    region: line.region,
    category: line.category,
    load_balancer: line.loadBalancer,
    ...Object.fromEntries(tags.map((tag, at) => [`tag${at}`, line.tags[tag] ?? null])),
  };
  return [
    ...Object.entries(texts).map(([column, value]) => `${name(column)} is not distinct from ${literal(value)}`),
    `unused = ${line.unused}`,
    `known is not distinct from ${line.known}`,
    `is_correction = ${line.isCorrection}`,
  ].join(' and ');
}

const literal = (value: string | null): string => (value === null ? 'null' : text(value));

function billRow(row: SqlRow): BillRow {
  const quantity = row['quantity'] ?? null;
  return {
    resource: textOf(row, 'resource'),
    meter: textOf(row, 'meter'),
    description: textOf(row, 'description'),
    start: String(row['start']),
    end: String(row['end']),
    quantity: quantity === null ? null : Number(quantity),
    unit: textOf(row, 'unit'),
    rows: Number(row['rows']),
    cost: money(Number(row['cost'])),
    parts: Number(row['parts']),
  };
}
