import { FOCUS_COLUMNS, FOCUS_VALUES, type FocusColumn, type FocusName } from './columns.ts';
import type { FocusRule } from './rule.ts';
import { SERVICE_CATEGORIES, SERVICE_SUBCATEGORIES } from './service-categories.ts';

/**
 * Rules that follow from what a column is: presence, type, nullability, values. Ids are those of the requirements model of FOCUS 1.2
 * (https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec, specification/requirements_model).
 */

const PRESENCE: Readonly<Partial<Record<FocusName, string>>> = {
  AvailabilityZone: 'CostAndUsage-D-003-C',
  BillingAccountName: 'CostAndUsage-D-005-M',
  BilledCost: 'CostAndUsage-D-006-M',
  ChargeCategory: 'CostAndUsage-D-008-M',
  BillingPeriodStart: 'CostAndUsage-D-009-M',
  BillingPeriodEnd: 'CostAndUsage-D-010-M',
  PublisherName: 'CostAndUsage-D-021-M',
  InvoiceIssuerName: 'CostAndUsage-D-023-M',
  BillingAccountId: 'CostAndUsage-D-024-M',
  ChargeDescription: 'CostAndUsage-D-025-M',
  ChargeClass: 'CostAndUsage-D-026-M',
  ChargeFrequency: 'CostAndUsage-D-027-O',
  ChargePeriodEnd: 'CostAndUsage-D-028-M',
  ContractedCost: 'CostAndUsage-D-030-M',
  EffectiveCost: 'CostAndUsage-D-031-M',
  ListCost: 'CostAndUsage-D-032-M',
  InvoiceId: 'CostAndUsage-D-033-O',
  BillingCurrency: 'CostAndUsage-D-035-M',
  PricingQuantity: 'CostAndUsage-D-036-M',
  ChargePeriodStart: 'CostAndUsage-D-037-M',
  ProviderName: 'CostAndUsage-D-038-M',
  ServiceCategory: 'CostAndUsage-D-040-M',
  ServiceName: 'CostAndUsage-D-041-M',
  ServiceSubcategory: 'CostAndUsage-D-042-O',
  PricingUnit: 'CostAndUsage-D-068-M',
};

/** Ids that are not the usual `-C-001-M` of a type, and `-C-003-M` of a column that is never null. */
const TYPE: Readonly<Partial<Record<FocusName, string>>> = { BillingAccountId: 'BillingAccountId-C-002-M', ContractedUnitPrice: 'ContractedUnitPrice-C-002-M' };
const FILLED: Readonly<Partial<Record<FocusName, string>>> = {
  BillingAccountId: 'BillingAccountId-C-001-M',
  BillingCurrency: 'BillingCurrency-C-004-M',
  ChargeCategory: 'ChargeCategory-C-002-M',
  ChargeFrequency: 'ChargeFrequency-C-002-M',
  PricingCurrency: 'PricingCurrency-C-004-M',
  ServiceCategory: 'ServiceCategory-C-002-M',
};
const VALUES: Readonly<Partial<Record<FocusName, string>>> = {
  CapacityReservationStatus: 'CapacityReservationStatus-C-006-M',
  ChargeCategory: 'ChargeCategory-C-003-M',
  ChargeClass: 'ChargeClass-C-005-C',
  ChargeFrequency: 'ChargeFrequency-C-003-M',
  CommitmentDiscountCategory: 'CommitmentDiscountCategory-C-005-M',
  PricingCategory: 'PricingCategory-C-007-M',
  ServiceCategory: 'ServiceCategory-C-003-M',
};

const TYPES = {
  decimal: 'a decimal',
  text: 'a text',
  time: 'a time in UTC, as in 2026-10-01T00:00:00Z',
  'key-value': 'a JSON object whose values are no objects and no lists',
  json: 'a JSON object',
} as const;

const columns = Object.entries(FOCUS_COLUMNS) as (readonly [FocusName, FocusColumn])[];
const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const listed = (values: readonly string[]): string => values.map(literal).join(', ');

function rulesOf(column: FocusName, { type, level, filled, since }: FocusColumn): FocusRule[] {
  const common = { column, reads: [column], ...(since === undefined ? {} : { since }) };
  const values: readonly string[] | undefined = column === 'ServiceCategory' ? SERVICE_CATEGORIES : FOCUS_VALUES[column as keyof typeof FOCUS_VALUES];
  const presence: FocusRule = {
    ...common,
    reads: [],
    id: PRESENCE[column] ?? `${column}-presence`,
    keyword: level === 'recommended' ? 'SHOULD' : 'MUST',
    requirement: 'the column is there',
    check: { kind: 'presence' },
  };
  return [
    // Whether a conditional column must be there depends on what the provider has, which a dataset does not say.
    ...(level === 'conditional' ? [] : [presence]),
    { ...common, id: TYPE[column] ?? `${column}-C-001-M`, keyword: 'MUST', requirement: `is ${TYPES[type]}`, check: { kind: 'type' } },
    ...(filled === true
      ? [{ ...common, id: FILLED[column] ?? `${column}-C-003-M`, keyword: 'MUST', requirement: 'is not null', check: row(`raw_${column} is null`) } as const]
      : []),
    ...(values === undefined
      ? []
      : [
          {
            ...common,
            id: VALUES[column] ?? `${column}-values`,
            keyword: 'MUST',
            requirement: `is one of ${values.join(', ')}`,
            check: row(`${column} not in (${listed(values)})`),
          } as const,
        ]),
    ...(type === 'text' ? [placeholder(column, common)] : []),
  ];
}

/** https://focus.finops.org/focus-specification/v1-2/ (Null Handling): no empty text, no placeholder. */
function placeholder(column: FocusName, common: Pick<FocusRule, 'column' | 'reads' | 'since'>): FocusRule {
  return {
    ...common,
    id: `${column}-placeholder`,
    keyword: 'MUST',
    requirement: 'what is unknown is null, and no text that says so',
    check: row(`${column} in ('', 'NULL', 'null', 'None', 'N/A', 'n/a')`),
  };
}

function row(violation: string): FocusRule['check'] {
  return { kind: 'row', violation };
}

/** Of every column of FOCUS, in the order of the specification. */
export const COLUMN_RULES: readonly FocusRule[] = [
  ...columns.flatMap(([column, of]) => rulesOf(column, of)),
  {
    id: 'ServiceSubcategory-C-004-M',
    column: 'ServiceSubcategory',
    keyword: 'MUST',
    requirement: 'is a subcategory of the ServiceCategory',
    reads: ['ServiceSubcategory', 'ServiceCategory'],
    check: row(`(ServiceCategory || '|' || ServiceSubcategory) not in (${listed(SERVICE_SUBCATEGORIES.map((pair) => pair.join('|')))})`),
  },
];
