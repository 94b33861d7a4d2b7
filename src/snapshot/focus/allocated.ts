import { text, type Sql } from '../../io/sql.ts';
import type { ChargeColumn } from '../../model/cost/charge.ts';
import { textOf } from '../charges.ts';
import { clusterCharges } from '../allocation/cluster-charges.ts';
import type { AllocationQuery } from '../allocation/contract.ts';
import { nodeStretches, type NodeStretch } from '../allocation/node-shares.ts';
import type { NodeSettings } from '../allocation/nodes.ts';
import { HOUR_OF } from '../allocation/node-tables.ts';
import { ofSubject } from '../allocation/subjects.ts';

/** Of FOCUS 1.3. https://focus.finops.org/focus-specification/v1-3/ (Data Generator-Calculated Split Cost Allocation Handling) */
export const ALLOCATED_COLUMNS = ['AllocatedMethodDetails', 'AllocatedMethodId', 'AllocatedResourceId', 'AllocatedResourceName', 'AllocatedTags'] as const;
export type AllocatedColumn = (typeof ALLOCATED_COLUMNS)[number];

/** Whole parts that a charge is counted in: so ratios are exact, and add up to 1. Times a cost in 1e-12 they stay below 2^127 up to 1e11 of any currency. */
const WHOLE = 1e15;

/** In place of its hours: a part that is the same in all of the month. */
const ALL_MONTH = -1;

const PARTS = 'allocated_parts';
const SUBJECTS = 'allocated_subjects';

/**
 * Makes `allocated_parts`: who has which part of the charges of nodes, volumes, load balancers and Fargate pods, [low, high) of `WHOLE`; and `allocated_subjects`: what charges are of those.
 * Of each query its charges are split, by what its metric says. What clusters share (control planes, what rules share) is split by the month, and not charge by charge: it is not among them.
 */
export async function makeAllocatedParts(sql: Sql, queries: readonly AllocationQuery[], settings: NodeSettings): Promise<void> {
  await sql.run(`create or replace temp table ${PARTS} (currency varchar, month varchar, cluster varchar, role varchar, target varchar, first_hour double, end_hour double,
    low double, high double, method varchar, resource varchar, name varchar, tags varchar, details varchar)`);
  await sql.run(`drop table if exists ${SUBJECTS}`);
  for (const query of queries) {
    await clusterCharges(sql, query);
    const exists = (await sql.rows(`select 1 from duckdb_tables() where table_name = ${text(SUBJECTS)}`)).length > 0;
    const subjects = `select ${text(query.currency)} as currency, *, case when role = 'node' then coalesce(instance, ResourceId, '') else target end as part_of from subject_roles`;
    await sql.run(exists ? `insert into ${SUBJECTS} ${subjects}` : `create temp table ${SUBJECTS} as ${subjects}`);
    await addParts(sql, query, await userParts(sql, query));
    for await (const stretches of nodeStretches(sql, query, settings)) await addParts(sql, query, nodeParts(stretches));
  }
}

interface Whose {
  readonly cluster: string;
  readonly namespace: string | null;
  readonly workload: string | null;
  readonly labels: Readonly<Record<string, string | null>>;
  readonly idle?: string | null;
}

/** Keys of ours begin with `tonnage/`; labels are as Kubernetes spells them. */
function tagsOf({ cluster, namespace, workload, labels, idle }: Whose): string {
  const own = { 'tonnage/cluster': cluster, 'tonnage/namespace': namespace, 'tonnage/workload': workload, 'tonnage/idle': idle ?? null, ...labels };
  return JSON.stringify(Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null)));
}

/** NULL for what nobody had: FOCUS wants no id of an unallocated part. */
const resourceOf = ({ cluster, namespace, workload }: Whose): string | null =>
  namespace === null ? null : [cluster, namespace, ...(workload === null ? [] : [workload])].join('/');

const ratio = (parts: number): string => (parts >= WHOLE ? '1' : `0.${String(Math.round(parts)).padStart(15, '0').replace(/0+$/, '') || '0'}`);

function detailsOf(parts: number, had: NodeStretch['shares'][number]['had']): string {
  if (had === null) return `{"Elements":[{"AllocatedRatio":${ratio(parts)}}]}`;
  const cpu = Math.round(parts * had.cpuShare);
  const element = (of: number, unit: string, quantity: number): string =>
    `{"AllocatedRatio":${ratio(of)},"UsageUnit":"${unit}","UsageQuantity":${String(Number(quantity.toFixed(9)))}}`;
  return `{"Elements":[${element(cpu, 'vCPU-Hours', had.coreHours)},${element(parts - cpu, 'GiB-Hours', had.gibHours)}]}`;
}

/** A row of `allocated_parts`. */
interface Part {
  readonly month: string;
  readonly role: string;
  readonly target: string;
  readonly firstHour: number;
  readonly endHour: number;
  readonly low: number;
  readonly high: number;
  readonly method: string;
  readonly whose: Whose;
  readonly details: string;
}

async function addParts(sql: Sql, { currency }: AllocationQuery, parts: readonly Part[]): Promise<void> {
  const texts = (of: (part: Part) => string | null) => ({ type: 'VARCHAR', values: parts.map(of) }) as const;
  const numbers = (of: (part: Part) => number) => ({ type: 'DOUBLE', values: Float64Array.from(parts, of) }) as const;
  const columns = [
    texts(() => currency),
    texts(({ month }) => month),
    texts(({ whose }) => whose.cluster),
    texts(({ role }) => role),
    texts(({ target }) => target),
    numbers(({ firstHour }) => firstHour),
    numbers(({ endHour }) => endHour),
    numbers(({ low }) => low),
    numbers(({ high }) => high),
    texts(({ method }) => `tonnage/${method}`),
    texts(({ whose }) => resourceOf(whose)),
    texts(({ whose }) => whose.workload ?? whose.namespace),
    texts(({ whose }) => tagsOf(whose)),
    texts(({ details }) => details),
  ];
  if (parts.length > 0) await sql.append(PARTS, columns, parts.length);
}

/** The parts of a node, in each stretch of hours for which it was charged. */
function nodeParts(stretches: readonly NodeStretch[]): Part[] {
  return stretches.flatMap(({ month, instance, firstHour, endHour, shares }) => {
    const bounds = boundsOf(shares.map(({ share }) => share));
    return shares.flatMap(({ use, had }, at) => {
      const [low, high] = [bounds[at] ?? 0, bounds[at + 1] ?? 0];
      const part = {
        month,
        role: 'node',
        target: instance,
        firstHour,
        endHour,
        low,
        high,
        method: use.method,
        whose: use,
        details: detailsOf(high - low, had),
      };
      return high > low ? [part] : [];
    });
  });
}

/** Where the parts begin and end, in whole numbers of `WHOLE`: the last one ends with all. */
export function boundsOf(shares: readonly number[]): number[] {
  const all = shares.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  const ends = shares.map((share, at) => {
    sum += share;
    return at === shares.length - 1 ? WHOLE : Math.min(Math.round((sum / all) * WHOLE), WHOLE);
  });
  return [0, ...ends];
}

/** Whose volumes, load balancers and Fargate pods are: the same part for each of their users. */
async function userParts(sql: Sql, { labels }: AllocationQuery): Promise<Part[]> {
  const rows = await sql.rows(`select * from user_parts order by month, cluster, role, target, part`);
  return rows.map((row) => {
    const [part, parts] = [Number(row['part']), Number(row['parts'])];
    const [low, high] = [Math.round(((part - 1) / parts) * WHOLE), Math.round((part / parts) * WHOLE)];
    const role = String(row['role']);
    const whose = {
      cluster: String(row['cluster']),
      namespace: textOf(row, 'namespace'),
      workload: textOf(row, 'workload'),
      labels: Object.fromEntries(labels.map((label, at) => [label, textOf(row, `label${at}`)])),
    };
    const of = { month: String(row['month']), role, target: String(row['target']), firstHour: ALL_MONTH, endHour: ALL_MONTH };
    return { ...of, low, high, method: role, whose, details: detailsOf(high - low, null) };
  });
}

/** What is summed over charges, and therefore split. */
const SUMMED = [
  'BilledCost',
  'EffectiveCost',
  'ListCost',
  'ContractedCost',
  'x_AmortizedCost',
  'PricingQuantity',
  'ConsumedQuantity',
] as const satisfies readonly ChargeColumn[];

/** An amount in whole numbers of 1e-12. */
const whole = (column: string): string => `cast(cast(cast(${column} as decimal(38,12)) * 1000000000000 as decimal(38,0)) as hugeint) as whole_${column}`;

/** Of an amount in whole numbers, what lies below a bound: what is between two bounds adds up to it, to the last digit, and has its sign. */
const below = (amount: string, bound: string): string => `${amount} * cast(part.${bound} as hugeint) // ${WHOLE.toFixed(0)}::hugeint`;
const between = (amount: string): string => `((${below(amount, 'high')}) - (${below(amount, 'low')}))`;

/** The charges, each that has parts replaced by these: amounts are split, all else is as it was. Adds `ALLOCATED_COLUMNS`. */
export function allocatedCharges(charges: string): string {
  const ifSplit = (column: string, part: string): string => `case when part.low is null then charge.${column} else ${part} end as ${column}`;
  const split = SUMMED.map((column) => ifSplit(column, `cast(${between(`charge.whole_${column}`)}::decimal(38,0) * 0.000000000001 as decimal(38,12))`));
  // Equal values alone: an engine joins by a hash of those.
  const hour = (of: string): string => `case when subject.role = 'node' then ${of} else ${ALL_MONTH} end`;
  const [first, end] = [HOUR_OF('charge.ChargePeriodStart'), 'ceil(epoch(charge.ChargePeriodEnd) / 3600)'];
  // Amounts of a charge are made whole once, and not for each of its parts.
  return `(
    select charge.* replace (${[...split, ifSplit('x_LineCount', `${between('charge.x_LineCount::hugeint')}::bigint`)].join(', ')}),
      part.method as AllocatedMethodId, part.details as AllocatedMethodDetails, part.resource as AllocatedResourceId, part.name as AllocatedResourceName, part.tags as AllocatedTags
    from (select *, ${SUMMED.map(whole).join(', ')} from ${charges}) as charge
    left join ${SUBJECTS} as subject on subject.currency = charge.BillingCurrency and coalesce(charge.x_AmortizedCost, charge.EffectiveCost) is not null and ${ofSubject('charge', 'subject')}
    left join ${PARTS} as part on part.currency = subject.currency and part.month = subject.month and part.cluster = subject.cluster and part.role = subject.role
      and part.target = subject.part_of and part.first_hour = ${hour(first)} and part.end_hour = ${hour(`greatest(${end}, ${first} + 1)`)})`;
}
