import { text, type Sql } from '../../io/sql.ts';
import { GROUPS } from './groups.ts';
import { DISCOUNTS } from './line-item-types.ts';

/** Costs that a bill may have twice: before negotiated discounts, and (`net_…`) after them. */
const NETTED = [
  'unblended',
  'reservation_effective',
  'reservation_unused_upfront',
  'reservation_unused_recurring',
  'savings_plan_effective',
  'savings_plan_upfront',
  'savings_plan_recurring',
] as const;
export type Netted = (typeof NETTED)[number];

/** Those that the bill has after discounts. */
export type Nets = ReadonlySet<Netted>;

/** Those that the bill has columns for. */
export function netColumns(present: ReadonlySet<string>): Nets {
  return new Set(NETTED.filter((cost) => present.has(`net_${cost}`)));
}

/**
 * Those of which the groups have values. A report has these columns where its accounts have discounts, and report 2.0 always: one that is 0 in every line,
 * while the cost itself is not, says nothing.
 */
export async function netsOf(sql: Sql, present: ReadonlySet<string>): Promise<Nets> {
  const nets = [...netColumns(present)];
  if (nets.length === 0) return new Set();
  const stated = (net: Netted): string => (net === 'unblended' ? 'net_stated' : `net_${net}`);
  const [found] = await sql.rows(`select ${nets.map((net) => `count(*) filter (where ${stated(net)} <> 0) as ${net}`).join(', ')} from ${GROUPS}`);
  return new Set(nets.filter((net) => Number(found?.[net]) > 0));
}

const others = (of: 'account' | 'payer', where: string): string =>
  `coalesce(${of}, '') in (select coalesce(${of}, '') from ${GROUPS} where ${where} and type not in (${DISCOUNTS.map(text).join(', ')}))`;

/**
 * Whether an account's discounts are in the net costs of its lines: some of those are net, or it has no line of its own that costs something (a payer with the
 * discounts of all), and those of others on the bill are.
 */
export const IS_NET_ACCOUNT = `(${others('account', 'net_stated_count > 0')} or not ${others('account', 'unblended <> 0')} and ${others('payer', 'net_stated_count > 0')})`;
