import { text } from '../../io/sql.ts';
import { LINE_ITEM_TYPES, UNKNOWN_TYPE, type LineItemType } from './line-item-types.ts';

/** What is known of a column of numbers before it is summed. */
export interface NumberProfile {
  readonly values: number;
  readonly lines: number;
  readonly largest: number;
}

/**
 * The exact sum of doubles: each stands for the decimal it was written as. Below 1,000 that is a whole number of 1e-12, summed as integers;
 * above, its shortest text is exact, and slower. NULL where there is none. CSV goes the same way as Parquet, so that both give the same cent.
 */
export function exactSum(double: string, { values, largest }: NumberProfile): string {
  if (values === 0) return 'cast(null as decimal(38,12))';
  if (largest === 0) return `case when count(${double}) > 0 then cast(0 as decimal(38,12)) end`;
  const scaled = (sum: string): string => `cast(cast(${sum} as decimal(26,0)) * cast('0.000000000001' as decimal(12,12)) as decimal(38,12))`;
  if (largest < 1000) return scaled(`sum(cast(round(${double} * 1e12) as bigint))`);
  const small = scaled(`sum(case when abs(${double}) < 1000 then cast(round(${double} * 1e12) as bigint) end)`);
  const large = `sum(case when abs(${double}) >= 1000 then cast(cast(${double} as varchar) as decimal(38,12)) end)`;
  return `case when count(${double}) > 0 then coalesce(${small}, 0) + coalesce(${large}, 0) end`;
}

/** A sum is known if each of its lines has a value. */
const known = (sum: string): string => `case when ${sum}_count = lines then ${sum} end`;

const BILLED = known('unblended');

const EFFECTIVE = {
  billed: BILLED,
  reservation: known('reservation_effective'),
  'savings-plan': known('savings_plan_effective'),
  'unless-reservation': `case when reservation is null then ${BILLED} else 0 end`,
  // A refund of a plan's fee names the plan, or only its product (ComputeSavingsPlans).
  'unless-savings-plan': `case when savings_plan is null and product_code not like '%SavingsPlans' then ${BILLED} else 0 end`,
  none: '0',
} as const;

const PRICE = { 'on-demand': known('on_demand'), billed: BILLED, none: '0' } as const;

/** What nobody used of a commitment stands in the lines of its fee. */
const UNUSED = {
  reservation: `case when greatest(reservation_unused_upfront_count, reservation_unused_recurring_count) = lines
    then coalesce(reservation_unused_upfront, 0) + coalesce(reservation_unused_recurring, 0) end`,
  'savings-plan': `${known('savings_plan_commitment')} - ${known('savings_plan_used')}`,
} as const;

/** Expressions over a group's sums. NULL where the bill does not say. */
interface Costs {
  readonly billed: string;
  /** A fee whose unused part is not known has no known cost. */
  readonly effective: string;
  readonly list: string;
  readonly contracted: string;
  /** The part of a commitment's fee that nobody used. */
  readonly unused: string;
}

/** What groups of lines cost, for the types of lines that a bill has. */
export function costsOf(types: readonly string[]): Costs {
  const byType = (valueOf: (type: LineItemType) => string, otherwise: string): string => {
    const present = types.flatMap((name) => {
      const type = LINE_ITEM_TYPES[name];
      return type === undefined ? [] : [{ name, value: valueOf(type) }];
    });
    const cases = [...Map.groupBy(present, ({ value }) => value)].filter(([value]) => value !== otherwise);
    if (cases.length === 0) return otherwise;
    return `case ${cases.map(([value, of]) => `when type in (${of.map(({ name }) => text(name)).join(', ')}) then ${value}`).join(' ')} else ${otherwise} end`;
  };
  return {
    billed: BILLED,
    effective: byType(
      (type) => (type.unused === undefined ? EFFECTIVE[type.effective] : `case when (${UNUSED[type.unused]}) is not null then 0 end`),
      EFFECTIVE[UNKNOWN_TYPE.effective],
    ),
    list: byType(({ list }) => PRICE[list], PRICE[UNKNOWN_TYPE.list]),
    contracted: byType(({ contracted }) => PRICE[contracted], PRICE[UNKNOWN_TYPE.contracted]),
    unused: byType((type) => (type.unused === undefined ? 'null' : UNUSED[type.unused]), 'null'),
  };
}
