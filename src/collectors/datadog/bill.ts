import type { ChargeColumn } from '../../model/cost/charge.ts';
import { addDays, dayOf } from '../../model/day.ts';
import { money, type ControlTotal, type Day, type Gap, type Month, type SourceId, type Timestamp } from '../../model/facts.ts';
import { monthPeriod } from '../../model/month.ts';
import { productName } from './products.ts';
import type { CostAnswer } from './schema.ts';

export type Charge = Readonly<Partial<Record<ChargeColumn, string | null>>>;

export interface MonthOfCharges {
  readonly charges: readonly Charge[];
  readonly totals: readonly ControlTotal[];
  readonly gaps: readonly Gap[];
  readonly lines: number;
  readonly lastUsage: Timestamp | null;
}

/** Datadog bills in dollars: its answers name no currency. */
const CURRENCY = 'USD';

/** Charge types, and the FOCUS PricingCategory of each. `total` is what the others add up to, and no charge of its own where they are given. */
const TYPES: Readonly<Record<string, string | null>> = { committed: 'Committed', on_demand: 'Standard', total: null };

/** Digits of a money amount in the snapshot. */
const SCALE = 12;
const CENT = 10n ** BigInt(SCALE - 2);

type Attributes = CostAnswer['data'][number]['attributes'];
type Line = NonNullable<Attributes['charges']>[number];
type Priced = Line & { readonly cost: number };

/**
 * The charges of a month. They add up to the charges of the answer without its totals; where a total says something else, the difference is a charge
 * of its own, of a type that is not known: so that nothing is lost.
 * @param end when the month's usage ends for now: the month's end, or today
 */
export function mapBill(answer: CostAnswer, month: Month, source: SourceId, end: Day): MonthOfCharges {
  const charges: Charge[] = [];
  const unknown = new Map<string, { lines: number; cost: bigint }>();
  let sum = 0n;
  let lines = 0;
  for (const org of newest(answer, month)) {
    const priced = (org.charges ?? []).filter(isPriced);
    const kept = priced.filter((line) => isKept(line, priced));
    let ofOrg = 0n;
    const add = (product: string, type: string, cost: bigint): void => {
      charges.push(charge(org, product, type, cost, month, end));
      if (TYPES[type] === undefined) {
        const of = unknown.get(type) ?? { lines: 0, cost: 0n };
        unknown.set(type, { lines: of.lines + 1, cost: of.cost + cost });
      }
      ofOrg += cost;
      lines += 1;
    };
    for (const { product_name: product, charge_type: type, cost } of kept) add(product, type, exact(cost));
    for (const { product, difference } of unaccounted(priced)) add(product, DIFFERENCE, difference);
    const stated = org.total_cost === null || org.total_cost === undefined ? ofOrg : exact(org.total_cost);
    if (!isRounding(stated, ofOrg, kept.length)) add(UNNAMED, DIFFERENCE, stated - ofOrg);
    sum += ofOrg;
  }
  const total = decimal(sum);
  return {
    charges,
    lines,
    totals: lines === 0 ? [] : [controlTotal(answer, lines, total)],
    gaps: [...[...unknown].map(([type, of]) => unknownType(type, of, source, month)), ...unknownPrices(lines, sum, source, month)],
    lastUsage: lines === 0 ? null : (`${addDays(end, -1)}T00:00:00Z` as Timestamp),
  };
}

function controlTotal({ data }: CostAnswer, lines: number, total: string): ControlTotal {
  const accounts = new Set(data.map(({ attributes }) => attributes.account_public_id ?? null));
  const [account = null] = accounts;
  const costs = { billed: total, effective: total, netEffective: total, list: NOTHING, contracted: NOTHING };
  return { provider: 'Datadog', billingAccount: accounts.size === 1 ? account : null, currency: CURRENCY, state: 'unknown', lines, ...costs };
}

const NOTHING = '0.000000000000';

const DIFFERENCE = 'difference';
const UNNAMED = 'unnamed';

/** Of what is told of an organisation for a month, what was told last: estimates grow. */
function newest({ data }: CostAnswer, month: Month): Attributes[] {
  const ofMonth = data.map(({ attributes }) => attributes).filter(({ date }) => date.slice(0, 7) === month);
  const orgs = Map.groupBy(ofMonth, (org) => JSON.stringify([org.public_id, org.region]));
  return [...orgs.values()].flatMap((same) => {
    const last = same.map(({ date }) => date).reduce((a, b) => (a > b ? a : b));
    return same.filter(({ date }) => date === last);
  });
}

/** A cost that is null is not there. */
const isPriced = (line: Line): line is Priced => line.cost !== null;

/** A total counts where it stands alone. */
function isKept({ product_name: product, charge_type: type }: Priced, all: readonly Priced[]): boolean {
  return type !== 'total' || !all.some((other) => other.product_name === product && other.charge_type !== 'total');
}

/** Products whose parts do not add up to their total. */
function unaccounted(lines: readonly Priced[]): { readonly product: string; readonly difference: bigint }[] {
  return [...Map.groupBy(lines, ({ product_name: product }) => product)].flatMap(([product, of]) => {
    const totals = of.filter(({ charge_type: type }) => type === 'total');
    const parts = of.filter(({ charge_type: type }) => type !== 'total');
    if (totals.length === 0 || parts.length === 0) return [];
    const [total, sum] = [added(totals), added(parts)];
    return isRounding(total, sum, parts.length) ? [] : [{ product, difference: total - sum }];
  });
}

const added = (lines: readonly Priced[]): bigint => lines.reduce((sum, { cost }) => sum + exact(cost), 0n);

/** A cent for each charge, or a millionth of the sum: totals are rounded. */
function isRounding(stated: bigint, sum: bigint, lines: number): boolean {
  const difference = stated > sum ? stated - sum : sum - stated;
  const size = stated < 0n ? -stated : stated;
  return difference <= CENT * BigInt(lines) || difference * 1_000_000n <= size;
}

function charge(org: Attributes, product: string, type: string, cost: bigint, month: Month, end: Day): Charge {
  const { start, end: monthEnd } = monthPeriod(month);
  const amount = decimal(cost);
  const isKnown = TYPES[type] !== undefined;
  return {
    BilledCost: amount,
    EffectiveCost: amount,
    BillingCurrency: CURRENCY,
    BillingAccountId: org.account_public_id ?? null,
    BillingAccountName: org.account_name ?? null,
    BillingPeriodStart: start,
    BillingPeriodEnd: monthEnd,
    ChargePeriodStart: start,
    ChargePeriodEnd: `${end}T00:00:00Z`,
    ChargeCategory: isKnown ? 'Usage' : 'Adjustment',
    ChargeDescription: `${productName(product)}, ${type.replaceAll('_', ' ')}`,
    ChargeFrequency: type === 'committed' ? 'Recurring' : 'Usage-Based',
    InvoiceIssuerName: 'Datadog',
    ProviderName: 'Datadog',
    PublisherName: 'Datadog',
    SubAccountId: org.public_id ?? null,
    SubAccountName: org.org_name ?? null,
    ServiceCategory: 'Management and Governance',
    ServiceName: `Datadog: ${productName(product)}`, // services of several providers stand beside each other
    RegionId: org.region ?? null,
    SkuMeter: product,
    PricingCategory: TYPES[type] ?? null,
    Tags: '{}',
    x_ServiceCode: product,
    x_LineItemType: type,
    x_Known: String(isKnown),
    x_LineCount: '1',
  };
}

function unknownType(type: string, { lines, cost }: { readonly lines: number; readonly cost: bigint }, source: SourceId, month: Month): Gap {
  return { code: 'unknown-line-type', source, month, lineType: type, lines, cost: money(Number(decimal(cost))), currency: CURRENCY };
}

/** Datadog tells what is paid, and not what it would cost without a contract. */
function unknownPrices(lines: number, sum: bigint, source: SourceId, month: Month): Gap[] {
  if (lines === 0) return [];
  const metrics = ['list', 'contracted'] as const;
  return metrics.map((metric) => ({ code: 'unknown-cost', source, month, metric, lines, billed: money(Number(decimal(sum))), currency: CURRENCY }));
}

/** A number as the decimal that it was written as, in units of 1e-12. */
export function exact(value: number): bigint {
  const [mantissa = '0', exponent = '0'] = value.toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.replace('-', '').split('.');
  const shift = Number(exponent) + SCALE - fraction.length;
  const digits = BigInt(whole + fraction);
  // Half away from zero, for what is finer than the snapshot.
  const units = shift >= 0 ? digits * 10n ** BigInt(shift) : (digits + 5n * 10n ** BigInt(-shift - 1)) / 10n ** BigInt(-shift);
  return value < 0 ? -units : units;
}

/** Units of 1e-12 as text. */
export function decimal(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

/** Up to when a month's usage goes: its end, or the midnight before the run began. Of the first day of a month, that day. */
export function usageEnd(month: Month, began: Date): Day {
  const { start, end } = monthPeriod(month);
  const today = dayOf(began);
  const [first, last] = [dayOf(Date.parse(start)), dayOf(Date.parse(end))];
  if (today >= last) return last;
  return today > first ? today : addDays(first, 1);
}
