/**
 * The columns of the `charges` table: FOCUS 1.2 names and rules (https://focus.finops.org/focus-specification/v1-2/), `x_` for our own.
 * A row is all lines of the bill that differ only in their hour, or one line that spans more than a day.
 */
export const CHARGE_COLUMNS = {
  BilledCost: 'DECIMAL(38,12)',
  /** Amortized, after all discounts. */
  EffectiveCost: 'DECIMAL(38,12)',
  ListCost: 'DECIMAL(38,12)',
  ContractedCost: 'DECIMAL(38,12)',
  BillingCurrency: 'VARCHAR',
  BillingAccountId: 'VARCHAR',
  BillingAccountName: 'VARCHAR',
  BillingPeriodStart: 'TIMESTAMP',
  BillingPeriodEnd: 'TIMESTAMP',
  ChargePeriodStart: 'TIMESTAMP',
  ChargePeriodEnd: 'TIMESTAMP',
  ChargeCategory: 'VARCHAR',
  ChargeClass: 'VARCHAR',
  ChargeDescription: 'VARCHAR',
  ChargeFrequency: 'VARCHAR',
  InvoiceId: 'VARCHAR',
  InvoiceIssuerName: 'VARCHAR',
  ProviderName: 'VARCHAR',
  PublisherName: 'VARCHAR',
  SubAccountId: 'VARCHAR',
  SubAccountName: 'VARCHAR',
  ServiceCategory: 'VARCHAR',
  ServiceName: 'VARCHAR',
  RegionId: 'VARCHAR',
  AvailabilityZone: 'VARCHAR',
  ResourceId: 'VARCHAR',
  ResourceName: 'VARCHAR',
  ResourceType: 'VARCHAR',
  SkuId: 'VARCHAR',
  SkuPriceId: 'VARCHAR',
  SkuMeter: 'VARCHAR',
  PricingCategory: 'VARCHAR',
  PricingQuantity: 'DECIMAL(38,12)',
  PricingUnit: 'VARCHAR',
  ConsumedQuantity: 'DECIMAL(38,12)',
  ConsumedUnit: 'VARCHAR',
  CommitmentDiscountCategory: 'VARCHAR',
  CommitmentDiscountId: 'VARCHAR',
  CommitmentDiscountName: 'VARCHAR',
  CommitmentDiscountStatus: 'VARCHAR',
  CommitmentDiscountType: 'VARCHAR',
  /** A JSON object; keys as `tagKey` spells them. */
  Tags: 'VARCHAR',
  x_ServiceCode: 'VARCHAR',
  x_ProductFamily: 'VARCHAR',
  x_Operation: 'VARCHAR',
  x_InstanceType: 'VARCHAR',
  x_LineItemType: 'VARCHAR',
  /** Whether `x_LineItemType` is one that the mapping knows. */
  x_Known: 'BOOLEAN',
  x_LineCount: 'BIGINT',
  /** Amortized, before negotiated discounts (EDP, private rates); NULL where the bill knows of none: then `EffectiveCost` is that. */
  x_AmortizedCost: 'DECIMAL(38,12)',
  /** `split`: part of what another charge costs (split cost allocation data). Its costs are 0, for its parent's have them. NULL: a charge. */
  x_RowRole: 'VARCHAR',
  /** ResourceId of the charge that a split is part of. */
  x_ParentResourceId: 'VARCHAR',
  /** What a split says its pod reserved or used of its parent's amortized cost, and its share of what nobody used. */
  x_SplitCost: 'DECIMAL(38,12)',
  x_UnusedCost: 'DECIMAL(38,12)',
} as const;

export type ChargeColumn = keyof typeof CHARGE_COLUMNS;
