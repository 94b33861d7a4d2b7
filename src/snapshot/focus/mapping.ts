import { text } from '../../io/sql.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../../model/cost/charge.ts';
import { FOCUS_COLUMNS, type FocusName } from '../../model/focus/columns.ts';
import { AWS_REGIONS } from '../../model/focus/aws-regions.ts';
import { AWS_SUBCATEGORIES, SERVICE_SUBCATEGORIES } from '../../model/focus/service-categories.ts';

/**
 * FOCUS columns of a row of `charges`, where it differs from what the row says, or the row does not say it. What is unknown stays NULL, also where FOCUS wants a value: the check tells it.
 * https://focus.finops.org/focus-specification/v1-2/: each by the requirements of its column.
 */

const IS_TAX = `ChargeCategory = 'Tax'`;
const IS_COMMITTED = 'CommitmentDiscountId is not null';
const unlessTax = (value: string): string => `case when not ${IS_TAX} then ${value} end`;
const ofCommitment = (value: string): string => `case when ${IS_COMMITTED} then ${value} end`;

/** The part of a fee that nobody used is a charge of its own: the quantity stays with the fee, and this part has none of it. */
const IS_UNUSED = `coalesce(CommitmentDiscountStatus = 'Unused', false)`;
const PRICING_QUANTITY = unlessTax(`case when ${IS_UNUSED} then coalesce(PricingQuantity, 0) else PricingQuantity end`);

/** Lines that take something off or back: nothing is consumed by them. */
const TAKES_OFF = `(x_LineItemType in ('SavingsPlanNegation', 'Refund') or x_LineItemType like '%Discount')`;
const CONSUMED_QUANTITY = `case when ChargeCategory = 'Usage' and not ${IS_UNUSED} then
  coalesce(ConsumedQuantity, case when ${TAKES_OFF} and PricingUnit is not null then 0 end) end`;

/**
 * Units as FOCUS spells them: `Hrs`, `GB-Mo`, `LCU-Hrs`, `Lambda-GB-Second` of AWS are `Hours`, `GB-Months`, `LCU-Hours`, `GB-Seconds`.
 * https://focus.finops.org/focus-specification/v1-2/ (Unit Format)
 */
const SPELLINGS = [
  ['(^|-)(?i:hrs?|hours?)$', '\\1Hours'],
  ['(^|-)(?i:mo|month)$', '\\1Months'],
  ['^(?:Lambda-|Fargate-)?(.+)-(?i:seconds?)$', '\\1-Seconds'],
] as const;
const unit = (of: string): string => SPELLINGS.reduce((spelled, [from, to]) => `regexp_replace(${spelled}, '${from}', '${to}')`, of);
const PRICING_UNIT = `case when ${PRICING_QUANTITY} is not null then coalesce(${unit('PricingUnit')}, 'Units') end`;

/** What a plan's usage took of the commitment is its amortized cost before negotiated discounts; a reservation's is counted in what it is of. Of a plan's fee it is not known. */
const COMMITMENT_QUANTITY = `case when ChargeClass is not null or ChargeCategory not in ('Usage', 'Purchase') then null
  when CommitmentDiscountCategory = 'Spend' and ChargeCategory = 'Usage' then coalesce(x_AmortizedCost, EffectiveCost)
  when CommitmentDiscountCategory = 'Usage' and not ${IS_UNUSED} then PricingQuantity end`;
const COMMITMENT_UNIT = `case when CommitmentDiscountCategory = 'Spend' then BillingCurrency else ${unit('PricingUnit')} end`;

/** DECIMAL places of a unit price: a price of so many gives back the cost, to its last digit, of quantities below a million. */
const PRICE = 'DECIMAL(38,18)';
/** Prices are mostly given to so many places; where that does not give back the cost, it is an average. */
const SHORT = 10;

/** What the cost and quantity of a charge were before it was split: prices are those of the whole, for all parts. */
export const ORIGIN = { ListCost: 'origin_list', ContractedCost: 'origin_contracted', PricingQuantity: 'origin_quantity' } as const;

/**
 * Cost by quantity, where that is exact: where the price times the quantity is the cost to 12 places. A price is never negative, and of what nobody used, which has no quantity and no such cost, it is 0.
 */
function unitPrice(of: 'ListCost' | 'ContractedCost'): string {
  const [cost, quantity] = [`${ORIGIN[of]}::double`, `${ORIGIN.PricingQuantity}::double`];
  const given = (price: string): string => `cast(${price} as ${PRICE})`;
  const isExact = (price: string): string => `abs(${given(price)}::double * ${quantity} - ${cost}) <= 1e-12 * greatest(1, abs(${cost}))`;
  const [price, short] = [`${cost} / ${quantity}`, `round(${cost} / ${quantity}, ${SHORT})`];
  return `case when ${IS_TAX} then null
    when ${IS_UNUSED} and coalesce(${quantity}, 0) = 0 and ${cost} = 0 then 0
    when ${quantity} = 0 or ${price} not between 0 and 1e12 then null
    when ${isExact(short)} then ${given(short)}
    when ${isExact(price)} then ${given(price)} end`;
}

const cases = (pairs: readonly (readonly [string, string])[]): string => pairs.map(([one, other]) => `when ${text(one)} then ${text(other)}`).join(' ');

/** A subcategory that is not of the charge's own category is none. */
const known = SERVICE_SUBCATEGORIES.map(([category, subcategory]) => text(`${category}|${subcategory}`)).join(', ');
const SUBCATEGORY = `case when ServiceCategory || '|' || ${code()} in (${known}) then ${code()} else 'Other (' || ServiceCategory || ')' end`;
function code(): string {
  return `(case when ProviderName = 'AWS' then case x_ServiceCode ${cases(Object.entries(AWS_SUBCATEGORIES))} end end)`;
}

const accountType = (aws: string): string => `case ProviderName when 'AWS' then ${text(aws)} when 'Datadog' then 'Organization' else 'Account' end`;

/** Fees and bills without SKUs name what they are for by its meter alone, which then is the SKU. */
const SKU_ID = unlessTax('coalesce(SkuId, SkuMeter)');
/** A rate of AWS' may be that of several SKUs, and a price of FOCUS is of one: so it is named with its SKU. */
const SKU_PRICE_ID =
  unlessTax(`case when ProviderName = 'AWS' and SkuId <> '' and SkuPriceId <> '' and not contains(SkuPriceId, SkuId) then SkuId || '.' || SkuPriceId
  else coalesce(SkuPriceId, SkuId, SkuMeter) end`);
const ADDED: Readonly<Partial<Record<FocusName, string>>> = {
  BillingAccountId: 'coalesce(BillingAccountId, SubAccountId)',
  BillingAccountName: 'coalesce(BillingAccountName, BillingAccountId, SubAccountId)',
  BillingAccountType: `case when coalesce(BillingAccountId, SubAccountId) is not null then ${accountType('Payer Account')} end`,
  CapacityReservationId: 'null',
  CapacityReservationStatus: 'null',
  ChargeFrequency: `coalesce(ChargeFrequency, case when ChargeCategory = 'Usage' then 'Usage-Based' else 'One-Time' end)`,
  CommitmentDiscountCategory: ofCommitment('CommitmentDiscountCategory'),
  CommitmentDiscountName: ofCommitment('CommitmentDiscountName'),
  CommitmentDiscountQuantity: ofCommitment(COMMITMENT_QUANTITY),
  CommitmentDiscountStatus: ofCommitment(`case when ChargeCategory = 'Usage' then coalesce(CommitmentDiscountStatus, 'Used') end`),
  CommitmentDiscountType: ofCommitment('CommitmentDiscountType'),
  CommitmentDiscountUnit: ofCommitment(`case when ${COMMITMENT_QUANTITY} is not null then coalesce(${COMMITMENT_UNIT}, 'Units') end`),
  ConsumedQuantity: CONSUMED_QUANTITY,
  ConsumedUnit: `case when ${CONSUMED_QUANTITY} is not null then coalesce(${unit('ConsumedUnit')}, ${unit('PricingUnit')}, 'Units') end`,
  ContractApplied: 'null',
  ContractedCost: 'coalesce(ContractedCost, EffectiveCost, BilledCost)',
  ContractedUnitPrice: unitPrice('ContractedCost'),
  EffectiveCost: 'coalesce(EffectiveCost, BilledCost)',
  HostProviderName: 'ProviderName',
  InvoiceIssuerName: 'coalesce(InvoiceIssuerName, ProviderName)',
  ListCost: 'coalesce(ListCost, ContractedCost, EffectiveCost, BilledCost)',
  ListUnitPrice: unitPrice('ListCost'),
  // A price that is none of the known ones: FOCUS wants one for each usage and purchase.
  PricingCategory: unlessTax(`coalesce(PricingCategory, case when ChargeCategory in ('Usage', 'Purchase') then 'Other' end)`),
  PricingCurrency: 'BillingCurrency',
  PricingCurrencyContractedUnitPrice: unitPrice('ContractedCost'),
  PricingCurrencyEffectiveCost: 'coalesce(EffectiveCost, BilledCost)',
  PricingCurrencyListUnitPrice: unitPrice('ListCost'),
  PricingQuantity: PRICING_QUANTITY,
  PricingUnit: PRICING_UNIT,
  PublisherName: 'coalesce(PublisherName, ProviderName)',
  // Where its name is not known, a region is called by its id.
  RegionName: `coalesce(case RegionId ${cases(Object.entries(AWS_REGIONS))} end, RegionId)`,
  ResourceName: 'case when ResourceId is not null then ResourceName end',
  ResourceType: `case when ResourceId is not null then coalesce(ResourceType, 'Resource') end`,
  ServiceProviderName: 'ProviderName',
  ServiceSubcategory: SUBCATEGORY,
  SkuId: SKU_ID,
  SkuMeter: unlessTax('SkuMeter'),
  SkuPriceDetails: `case when ${SKU_PRICE_ID} is not null and x_InstanceType is not null then json_object('InstanceType', x_InstanceType)::varchar end`,
  SkuPriceId: SKU_PRICE_ID,
  SubAccountName: 'case when SubAccountId is not null then coalesce(SubAccountName, SubAccountId) end',
  SubAccountType: `case when SubAccountId is not null then ${accountType('Account')} end`,
  Tags: `coalesce(Tags, '{}')`,
};

const TYPES = { decimal: 'DECIMAL(38,12)', text: 'VARCHAR', time: 'TIMESTAMPTZ', 'key-value': 'VARCHAR', json: 'VARCHAR' } as const;
const isPrice = (column: FocusName): boolean => column.endsWith('UnitPrice');

/** The expression of a FOCUS column, in the type of the export. */
export function focusExpression(column: FocusName): string {
  const { type } = FOCUS_COLUMNS[column];
  return `cast(${ADDED[column] ?? column} as ${isPrice(column) ? PRICE : TYPES[type]})`;
}

/** Splits have no part in an export: their parents have their costs. */
const ROLES: readonly string[] = ['x_RowRole', 'x_SplitCost', 'x_UnusedCost'] satisfies ChargeColumn[];

/** FOCUS wants all four costs. One that the source does not tell repeats the next that it does, and is named here. */
const COSTS = ['EffectiveCost', 'ContractedCost', 'ListCost'];
const ASSUMED = `nullif(concat_ws(',', ${COSTS.map((cost) => `case when ${cost} is null then '${cost}' end`).join(', ')}), '')`;

/** Columns of ours, which FOCUS wants to begin with `x_`. `x_UsageType` is the meter, also of taxes, which FOCUS wants to have none. */
export const OWN_COLUMNS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    (Object.keys(CHARGE_COLUMNS) as ChargeColumn[]).filter((column) => column.startsWith('x_') && !ROLES.includes(column)).map((column) => [column, column]),
  ),
  x_UsageType: 'SkuMeter',
  x_AssumedCosts: ASSUMED,
};
