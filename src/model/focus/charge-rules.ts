import type { FocusName } from './columns.ts';
import type { FocusRule } from './rule.ts';

/**
 * Rules between the columns of a charge, in our words. https://focus.finops.org/focus-specification/v1-2/ under each column; ids as in its requirements model, where
 * that says the same. Conditions that a dataset does not show (whether a purchase covers later use, who is paid) are no part of them.
 */
const IS_PRICED = `ChargeCategory in ('Usage', 'Purchase') and ChargeClass is null`;
const PRICED: readonly FocusName[] = ['ChargeCategory', 'ChargeClass'];
const IS_CURRENCY = `regexp_full_match(VALUE, '[A-Z]{3}')`;

interface Given {
  readonly reads?: readonly FocusName[];
  readonly keyword?: 'MUST' | 'SHOULD';
  readonly since?: '1.3';
}

function rule(id: string, column: FocusName, requirement: string, violation: string, { reads = [], keyword = 'MUST', since }: Given = {}): FocusRule {
  return { id, column, keyword, requirement, reads: [column, ...reads], check: { kind: 'row', violation }, ...(since === undefined ? {} : { since }) };
}

const nullIf = (id: string, column: FocusName, other: FocusName, condition: string, when: string): FocusRule =>
  rule(id, column, `is null when ${when}`, `${column} is not null and ${condition}`, { reads: [other] });

const withOther = (column: FocusName, other: FocusName, absent: string, present: string): FocusRule[] => [
  nullIf(absent, column, other, `${other} is null`, `${other} is null`),
  rule(present, column, `is not null when ${other} is not null`, `${column} is null and ${other} is not null`, { reads: [other] }),
];

const filledIfPriced = (id: string, column: FocusName): FocusRule =>
  rule(id, column, 'is not null for usage and purchases that are no corrections', `${column} is null and ${IS_PRICED}`, { reads: PRICED });

const noTax = (id: string, column: FocusName): FocusRule => nullIf(id, column, 'ChargeCategory', `ChargeCategory = 'Tax'`, 'ChargeCategory is Tax');

/** Rounding: what the official validator allows, and that a sum of twelve places may need. */
const product = (id: string, column: FocusName, price: FocusName, cost: FocusName): FocusRule =>
  rule(
    id,
    column,
    `${price} times PricingQuantity is ${cost}`,
    `abs(${price} * PricingQuantity - ${cost}) > 1e-9 * greatest(abs(${cost}), 1) and ChargeClass is null`,
    { reads: [price, 'PricingQuantity', cost, 'ChargeClass'] },
  );

const unit = (id: string, column: FocusName): FocusRule =>
  rule(id, column, 'is a unit as FOCUS spells it: Hours, GB-Months, 1000 Requests', `not regexp_full_match(${column}, ${UNIT})`, { keyword: 'SHOULD' });

/** https://focus.finops.org/focus-specification/v1-2/ (Unit Format): of a size, a time, or a count; by a time; a number of them. */
const TIMES = '(Years|Months|Days|Hours|Minutes|Seconds)';
const COUNT = '[A-Za-z][A-Za-z0-9]*( +[A-Za-z][A-Za-z0-9]*)*';
const UNIT = `'(${COUNT}|${COUNT}-${TIMES}|${COUNT}/(Year|Month|Day|Hour|Minute|Second)|[0-9]+ ${COUNT}|${COUNT}/[0-9]+ ${TIMES})'`;

const currency = (id: string, column: FocusName): FocusRule => rule(id, column, 'is a code of ISO 4217', `not ${IS_CURRENCY.replace('VALUE', column)}`, {});

const positive = (id: string, column: FocusName): FocusRule => rule(id, column, 'is not negative', `${column} < 0`, {});

const oneOf = (id: string, column: FocusName, key: FocusName, keyword: 'MUST' | 'SHOULD'): FocusRule => ({
  id,
  column,
  keyword,
  requirement: `is one for each ${key}`,
  reads: [column, key],
  check: { kind: 'one-of', key },
});

export const CHARGE_RULES: readonly FocusRule[] = [
  rule('BillingPeriod-order', 'BillingPeriodEnd', 'is after BillingPeriodStart', 'BillingPeriodEnd <= BillingPeriodStart', { reads: ['BillingPeriodStart'] }),
  rule('ChargePeriod-order', 'ChargePeriodEnd', 'is after ChargePeriodStart', 'ChargePeriodEnd <= ChargePeriodStart', { reads: ['ChargePeriodStart'] }),
  currency('BillingCurrency-C-003-M', 'BillingCurrency'),
  currency('PricingCurrency-C-003-M', 'PricingCurrency'),
  rule(
    'BillingAccountType-C-005-C',
    'BillingAccountType',
    'is not null when BillingAccountId is not null',
    'BillingAccountType is null and BillingAccountId is not null',
    {
      reads: ['BillingAccountId'],
    },
  ),
  ...withOther('SubAccountName', 'SubAccountId', 'SubAccountName-C-004-C', 'SubAccountName-C-005-C'),
  ...withOther('SubAccountType', 'SubAccountId', 'SubAccountType-C-004-C', 'SubAccountType-C-005-C'),
  ...withOther('RegionName', 'RegionId', 'RegionName-C-004-C', 'RegionName-C-005-C'),
  ...withOther('ResourceType', 'ResourceId', 'ResourceType-C-004-C', 'ResourceType-C-005-C'),
  nullIf('ResourceName-resource', 'ResourceName', 'ResourceId', 'ResourceId is null', 'ResourceId is null'),
  rule('ChargeDescription-C-003-O', 'ChargeDescription', 'is not null', 'ChargeDescription is null', { keyword: 'SHOULD' }),
  rule('ChargeFrequency-C-004-C', 'ChargeFrequency', 'is not Usage-Based for purchases', `ChargeFrequency = 'Usage-Based' and ChargeCategory = 'Purchase'`, {
    reads: ['ChargeCategory'],
  }),
  nullIf('CommitmentDiscountName-C-004-C', 'CommitmentDiscountName', 'CommitmentDiscountId', 'CommitmentDiscountId is null', 'CommitmentDiscountId is null'),
  ...withOther('CommitmentDiscountCategory', 'CommitmentDiscountId', 'CommitmentDiscountCategory-C-003-C', 'CommitmentDiscountCategory-C-004-C'),
  ...withOther('CommitmentDiscountType', 'CommitmentDiscountId', 'CommitmentDiscountType-C-004-C', 'CommitmentDiscountType-C-005-C'),
  nullIf(
    'CommitmentDiscountStatus-C-003-C',
    'CommitmentDiscountStatus',
    'CommitmentDiscountId',
    'CommitmentDiscountId is null',
    'CommitmentDiscountId is null',
  ),
  rule(
    'CommitmentDiscountStatus-usage',
    'CommitmentDiscountStatus',
    'is not null for usage with a CommitmentDiscountId',
    `CommitmentDiscountStatus is null and CommitmentDiscountId is not null and ChargeCategory = 'Usage'`,
    { reads: ['CommitmentDiscountId', 'ChargeCategory'] },
  ),
  nullIf(
    'CommitmentDiscountQuantity-commitment',
    'CommitmentDiscountQuantity',
    'CommitmentDiscountId',
    'CommitmentDiscountId is null',
    'CommitmentDiscountId is null',
  ),
  ...withOther('CommitmentDiscountUnit', 'CommitmentDiscountQuantity', 'CommitmentDiscountUnit-C-005-C', 'CommitmentDiscountUnit-C-006-C'),
  unit('CommitmentDiscountUnit-C-003-M', 'CommitmentDiscountUnit'),
  rule(
    'CapacityReservationId-C-005-C',
    'CapacityReservationId',
    'is not null when it is unused',
    `CapacityReservationId is null and CapacityReservationStatus = 'Unused'`,
    {
      reads: ['CapacityReservationStatus'],
    },
  ),
  rule(
    'ConsumedQuantity-C-004-C',
    'ConsumedQuantity',
    'is null but for usage, and for what nobody used of a commitment',
    `ConsumedQuantity is not null and (ChargeCategory <> 'Usage' or coalesce(CommitmentDiscountStatus = 'Unused', false))`,
    { reads: ['ChargeCategory', 'CommitmentDiscountStatus'] },
  ),
  ...withOther('ConsumedUnit', 'ConsumedQuantity', 'ConsumedUnit-C-005-C', 'ConsumedUnit-C-006-C'),
  unit('ConsumedUnit-C-003-O', 'ConsumedUnit'),
  noTax('PricingQuantity-C-004-C', 'PricingQuantity'),
  filledIfPriced('PricingQuantity-C-005-C', 'PricingQuantity'),
  ...withOther('PricingUnit', 'PricingQuantity', 'PricingUnit-C-005-C', 'PricingUnit-C-006-C'),
  unit('PricingUnit-C-003-O', 'PricingUnit'),
  noTax('PricingCategory-C-003-C', 'PricingCategory'),
  filledIfPriced('PricingCategory-C-004-C', 'PricingCategory'),
  noTax('SkuId-C-004-C', 'SkuId'),
  filledIfPriced('SkuId-C-005-C', 'SkuId'),
  noTax('SkuPriceId-C-004-C', 'SkuPriceId'),
  filledIfPriced('SkuPriceId-C-005-C', 'SkuPriceId'),
  oneOf('SkuPriceId-C-008-M', 'SkuId', 'SkuPriceId', 'MUST'),
  nullIf('SkuMeter-C-004-C', 'SkuMeter', 'SkuId', 'SkuId is null', 'SkuId is null'),
  rule('SkuMeter-C-005-C', 'SkuMeter', 'is not null when SkuId is not null', 'SkuMeter is null and SkuId is not null', { reads: ['SkuId'], keyword: 'SHOULD' }),
  nullIf('SkuPriceDetails-C-004-C', 'SkuPriceDetails', 'SkuPriceId', 'SkuPriceId is null', 'SkuPriceId is null'),
  noTax('ListUnitPrice-C-004-C', 'ListUnitPrice'),
  filledIfPriced('ListUnitPrice-C-005-C', 'ListUnitPrice'),
  positive('ListUnitPrice-C-008-M', 'ListUnitPrice'),
  product('ListCost-C-009-C', 'ListCost', 'ListUnitPrice', 'ListCost'),
  noTax('ContractedUnitPrice-C-005-C', 'ContractedUnitPrice'),
  filledIfPriced('ContractedUnitPrice-C-006-C', 'ContractedUnitPrice'),
  positive('ContractedUnitPrice-C-009-C', 'ContractedUnitPrice'),
  product('ContractedUnitPrice-C-011-C', 'ContractedCost', 'ContractedUnitPrice', 'ContractedCost'),
  noTax('PricingCurrencyListUnitPrice-C-004-C', 'PricingCurrencyListUnitPrice'),
  positive('PricingCurrencyListUnitPrice-C-008-M', 'PricingCurrencyListUnitPrice'),
  oneOf('ServiceName-C-005-C', 'ServiceCategory', 'ServiceName', 'MUST'),
  oneOf('ServiceName-C-008-C', 'ServiceSubcategory', 'ServiceName', 'SHOULD'),
];
