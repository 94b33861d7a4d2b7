const FOCUS_VERSIONS = ['1.2', '1.3'] as const;
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** `key-value`: a JSON object of texts, numbers and booleans; `json`: a JSON object of a shape of its own. */
export type FocusType = 'decimal' | 'text' | 'time' | 'key-value' | 'json';

export interface FocusColumn {
  readonly type: FocusType;
  /** Whether a dataset must have it: `conditional` where the provider knows such a thing. */
  readonly level: 'mandatory' | 'conditional' | 'recommended';
  /** It must not be NULL in any row. */
  readonly filled?: true;
  /** Not before this version. */
  readonly since?: '1.3';
}

const mandatory = (type: FocusType): FocusColumn => ({ type, level: 'mandatory' });
const filled = (type: FocusType): FocusColumn => ({ type, level: 'mandatory', filled: true });
const conditional = (type: FocusType): FocusColumn => ({ type, level: 'conditional' });
const recommended = (type: FocusType): FocusColumn => ({ type, level: 'recommended' });
const later = (column: FocusColumn): FocusColumn => ({ ...column, since: '1.3' });

/**
 * The columns of a FOCUS dataset Cost and Usage in the order of the specification: 57 in 1.2, 65 in 1.3.
 * https://focus.finops.org/focus-specification/v1-2/, https://focus.finops.org/focus-specification/v1-3/ (Cost and Usage)
 */
export const FOCUS_COLUMNS = {
  AllocatedMethodDetails: later(recommended('json')),
  AllocatedMethodId: later(conditional('text')),
  AllocatedResourceId: later(conditional('text')),
  AllocatedResourceName: later(conditional('text')),
  AllocatedTags: later(conditional('key-value')),
  AvailabilityZone: recommended('text'),
  BilledCost: filled('decimal'),
  BillingAccountId: filled('text'),
  BillingAccountName: mandatory('text'),
  BillingAccountType: conditional('text'),
  BillingCurrency: filled('text'),
  BillingPeriodEnd: filled('time'),
  BillingPeriodStart: filled('time'),
  CapacityReservationId: conditional('text'),
  CapacityReservationStatus: conditional('text'),
  ChargeCategory: filled('text'),
  ChargeClass: mandatory('text'),
  ChargeDescription: mandatory('text'),
  ChargeFrequency: { type: 'text', level: 'recommended', filled: true },
  ChargePeriodEnd: filled('time'),
  ChargePeriodStart: filled('time'),
  CommitmentDiscountCategory: conditional('text'),
  CommitmentDiscountId: conditional('text'),
  CommitmentDiscountName: conditional('text'),
  CommitmentDiscountQuantity: conditional('decimal'),
  CommitmentDiscountStatus: conditional('text'),
  CommitmentDiscountType: conditional('text'),
  CommitmentDiscountUnit: conditional('text'),
  ConsumedQuantity: conditional('decimal'),
  ConsumedUnit: conditional('text'),
  ContractApplied: later(conditional('json')),
  ContractedCost: filled('decimal'),
  ContractedUnitPrice: conditional('decimal'),
  EffectiveCost: filled('decimal'),
  HostProviderName: later(mandatory('text')),
  InvoiceId: recommended('text'),
  InvoiceIssuerName: filled('text'),
  ListCost: filled('decimal'),
  ListUnitPrice: conditional('decimal'),
  PricingCategory: conditional('text'),
  PricingCurrency: { type: 'text', level: 'conditional', filled: true },
  PricingCurrencyContractedUnitPrice: conditional('decimal'),
  PricingCurrencyEffectiveCost: conditional('decimal'),
  PricingCurrencyListUnitPrice: conditional('decimal'),
  PricingQuantity: mandatory('decimal'),
  PricingUnit: mandatory('text'),
  ProviderName: filled('text'),
  PublisherName: filled('text'),
  RegionId: conditional('text'),
  RegionName: conditional('text'),
  ResourceId: conditional('text'),
  ResourceName: conditional('text'),
  ResourceType: conditional('text'),
  ServiceCategory: filled('text'),
  ServiceName: filled('text'),
  ServiceProviderName: later(filled('text')),
  ServiceSubcategory: recommended('text'),
  SkuId: conditional('text'),
  SkuMeter: conditional('text'),
  SkuPriceDetails: conditional('key-value'),
  SkuPriceId: conditional('text'),
  SubAccountId: conditional('text'),
  SubAccountName: conditional('text'),
  SubAccountType: conditional('text'),
  Tags: conditional('key-value'),
} as const satisfies Record<string, FocusColumn>;

export type FocusName = keyof typeof FOCUS_COLUMNS;

/** The columns of a version, in order. */
export function focusColumns(version: FocusVersion): readonly (readonly [FocusName, FocusColumn])[] {
  const all = Object.entries(FOCUS_COLUMNS) as (readonly [FocusName, FocusColumn])[];
  return all.filter(([, { since }]) => since === undefined || since <= version);
}

/** Values of 1.2 and 1.3. A column of the list may be NULL unless it is `filled`. */
export const FOCUS_VALUES = {
  CapacityReservationStatus: ['Used', 'Unused'],
  ChargeCategory: ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'],
  ChargeClass: ['Correction'],
  ChargeFrequency: ['One-Time', 'Recurring', 'Usage-Based'],
  CommitmentDiscountCategory: ['Spend', 'Usage'],
  CommitmentDiscountStatus: ['Used', 'Unused'],
  PricingCategory: ['Standard', 'Dynamic', 'Committed', 'Other'],
} as const satisfies Partial<Record<FocusName, readonly string[]>>;
