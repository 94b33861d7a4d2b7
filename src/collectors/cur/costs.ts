import { text } from '../../io/sql.ts';
import { DISCOUNTS, LINE_ITEM_TYPES, type LineItemType } from './line-item-types.ts';
import { IS_NET_ACCOUNT, type Nets, type Netted } from './net-costs.ts';

/** A sum is known if each of its lines has a value. */
const known = (sum: string): string => `case when ${sum}_count = lines then ${sum} end`;

/** A plan's fees and refunds name the plan, or only its product (ComputeSavingsPlans). */
export const IS_COMMITMENT = `(savings_plan is not null or reservation is not null or product_code like '%SavingsPlans')`;

/** Expressions over a group's sums. NULL where the bill does not say. */
interface Costs {
  readonly billed: string;
  /** After all discounts. A fee whose unused part is not known has no known cost. */
  readonly effective: string;
  /** Before negotiated discounts; NULL where the bill does not tell them apart. */
  readonly amortized: string;
  readonly list: string;
  readonly contracted: string;
  /** The part of a commitment's fee that nobody used, after all discounts and before negotiated ones. */
  readonly unused: string;
  readonly unused_amortized: string;
}

/**
 * What groups of lines cost, for the types of lines that a bill has. A split row has no cost of its own: its parent has it.
 *
 * A bill shows negotiated discounts in one of two ways: as lines of their own, or in the net costs of the lines that they are for
 * (https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2-discount.html); where it does both, the net costs of the discounts' own lines are
 * 0 or missing. So what an account pays is the sum of its net costs, in which a discount's line without one counts 0, and of other lines' costs.
 */
export function costsOf(types: readonly string[], nets: Nets): Costs {
  const before = amounts(types, new Set());
  const after = nets.size === 0 ? before : amounts(types, nets);
  const charge = (cost: string): string => `case when is_split then 0 else ${cost} end`;
  const billed = (type: LineItemType): string => (isDiscount(type) ? after.discount : after.billed);
  const price = (type: LineItemType, of: 'list' | 'contracted'): string =>
    type[of] === 'billed' ? (of === 'list' ? before.billed : billed(type)) : { 'on-demand': known('on_demand'), none: '0' }[type[of]];
  return {
    billed: charge(byType(types, billed, after.billed)),
    effective: charge(after.effective),
    amortized: nets.size === 0 ? 'null' : charge(before.effective),
    list: charge(byType(types, (type) => price(type, 'list'), before.billed)),
    contracted: charge(byType(types, (type) => price(type, 'contracted'), after.billed)),
    unused: after.unused,
    unused_amortized: nets.size === 0 ? 'null' : before.unused,
  };
}

function isDiscount(type: LineItemType): boolean {
  return DISCOUNTS.some((name) => LINE_ITEM_TYPES[name] === type);
}

interface Amounts {
  readonly billed: string;
  readonly discount: string;
  readonly effective: string;
  readonly unused: string;
}

/** Amounts after the discounts that `nets` have in them. */
function amounts(types: readonly string[], nets: Nets): Amounts {
  const sum = (cost: Netted): string => (nets.has(cost) ? `net_${cost}` : cost);
  const billed = known(sum('unblended'));
  const discount = nets.has('unblended')
    ? `case when net_stated_count > 0 then net_stated when ${IS_NET_ACCOUNT} then 0 else ${known('unblended')} end`
    : billed;
  const effective = {
    billed,
    reservation: known(sum('reservation_effective')),
    'savings-plan': known(sum('savings_plan_effective')),
    'unless-reservation': `case when reservation is null then ${billed} else 0 end`,
    'unless-commitment': `case when ${IS_COMMITMENT} then 0 else ${billed} end`,
    none: '0',
  } as const;
  const [upfront, recurring] = [sum('reservation_unused_upfront'), sum('reservation_unused_recurring')];
  // What nobody used of a commitment stands in the lines of its fee.
  const unused = {
    reservation: `case when greatest(${upfront}_count, ${recurring}_count) = lines then coalesce(${upfront}, 0) + coalesce(${recurring}, 0) end`,
    'savings-plan': unusedPlan(nets),
  } as const;
  const effectiveOf = (type: LineItemType): string => {
    if (isDiscount(type)) return discount;
    return type.unused === undefined ? effective[type.effective] : `case when (${unused[type.unused]}) is not null then 0 end`;
  };
  return {
    billed,
    discount,
    effective: byType(types, effectiveOf, billed),
    unused: byType(types, (type) => (type.unused === undefined ? 'null' : unused[type.unused]), 'null'),
  };
}

/** The report has a plan's commitment before discounts only; its fees say how much less it is after them. */
function unusedPlan(nets: Nets): string {
  const unused = `${known('savings_plan_commitment')} - ${known('savings_plan_used')}`;
  if (!nets.has('savings_plan_upfront') && !nets.has('savings_plan_recurring')) return unused;
  const fee = '(coalesce(savings_plan_upfront, 0) + coalesce(savings_plan_recurring, 0))';
  const net = '(coalesce(net_savings_plan_upfront, 0) + coalesce(net_savings_plan_recurring, 0))';
  const isNet = `${fee} <> 0 and net_savings_plan_upfront_count + net_savings_plan_recurring_count > 0`;
  return `case when ${isNet} then cast(cast(${unused} as double) * ${net} / ${fee} as decimal(38,12)) else ${unused} end`;
}

/** One CASE over the types that a bill has; types that nobody knows are as `otherwise`. */
function byType(types: readonly string[], valueOf: (type: LineItemType) => string, otherwise: string): string {
  const present = types.flatMap((name) => {
    const type = LINE_ITEM_TYPES[name];
    return type === undefined ? [] : [{ name, value: valueOf(type) }];
  });
  const cases = [...Map.groupBy(present, ({ value }) => value)].filter(([value]) => value !== otherwise);
  if (cases.length === 0) return otherwise;
  return `case ${cases.map(([value, of]) => `when type in (${of.map(({ name }) => text(name)).join(', ')}) then ${value}`).join(' ')} else ${otherwise} end`;
}
