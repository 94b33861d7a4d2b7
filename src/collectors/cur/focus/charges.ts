import { name } from '../../../io/sql.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../../../model/cost/charge.ts';
import type { Month } from '../../../model/facts.ts';
import type { Wanted } from '../../types.ts';
import { COSTS, FOCUS_COLUMNS, KEYS, monthStart, NUMBERS, type FocusColumn } from './columns.ts';
import { CATEGORIES, GROUPS } from './groups.ts';

const KNOWN = `category in (${CATEGORIES.map((category) => `'${category}'`).join(', ')})`;
const ALLOCATED = 'allocated_resource is not null';

/** Columns of the charges, from a group of lines. Those that are not here are not in FOCUS. */
function chargeColumns(month: Month): Partial<Readonly<Record<ChargeColumn, string>>> {
  const start = monthStart(month);
  return {
    BilledCost: 'billed',
    EffectiveCost: 'effective',
    ListCost: 'list',
    ContractedCost: 'contracted',
    BillingCurrency: `coalesce(currency, 'XXX')`,
    BillingAccountId: 'payer',
    BillingAccountName: 'payer_name',
    BillingPeriodStart: start,
    BillingPeriodEnd: `${start} + interval '1' month`,
    // Of a line that does not say when it was used, its billing period is all that is known.
    ChargePeriodStart: `coalesce(charge_start, ${start})`,
    ChargePeriodEnd: `coalesce(charge_end, ${start} + interval '1' month)`,
    ChargeCategory: `case when ${KNOWN} then category else 'Adjustment' end`,
    ChargeClass: 'class',
    ChargeDescription: 'description',
    ChargeFrequency: `coalesce(frequency, case category when 'Usage' then 'Usage-Based' when 'Purchase' then 'One-Time' end)`,
    InvoiceId: 'invoice',
    InvoiceIssuerName: 'invoice_issuer',
    ProviderName: 'provider',
    PublisherName: 'publisher',
    SubAccountId: 'account',
    SubAccountName: 'account_name',
    ServiceCategory: `coalesce(service_category, 'Other')`,
    ServiceName: `coalesce(service, service_code, 'unknown service')`,
    RegionId: 'region',
    AvailabilityZone: 'zone',
    // FOCUS 1.3: an allocated charge repeats what its origin charge says, and adds what it is for. It carries the cost: the origin is not in the data.
    // https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec/blob/v1.3/specification/attributes/data_generator_calculated_split_cost_allocation_handling.md
    ResourceId: `coalesce(allocated_resource, resource)`,
    ResourceName: `case when ${ALLOCATED} then allocated_name else resource_name end`,
    ResourceType: `case when not ${ALLOCATED} then resource_type end`,
    SkuId: 'sku',
    SkuPriceId: 'sku_price',
    SkuMeter: 'meter',
    PricingCategory: 'pricing_category',
    PricingQuantity: 'pricing_quantity',
    PricingUnit: 'pricing_unit',
    ConsumedQuantity: 'consumed_quantity',
    ConsumedUnit: 'consumed_unit',
    CommitmentDiscountCategory: 'commitment_category',
    CommitmentDiscountId: 'commitment',
    CommitmentDiscountName: 'commitment_name',
    CommitmentDiscountStatus: 'commitment_status',
    CommitmentDiscountType: 'commitment_type',
    Tags: 'tag_object',
    x_ServiceCode: 'service_code',
    x_Operation: 'operation',
    // As in `EUW2-BoxUsage:t3.xlarge`.
    x_InstanceType: `nullif(regexp_extract(meter, '(?:BoxUsage|SpotUsage|DedicatedUsage|HeavyUsage|UnusedBox|InstanceUsage|NodeUsage)[^:]*:([a-z0-9.-]+\\.[a-z0-9-]+)$', 1), '')`,
    x_LineItemType: `coalesce(category, '') || case when class is not null then ' (' || class || ')' else '' end`,
    x_Known: `coalesce(${KNOWN}, false)`,
    x_LineCount: 'lines',
    x_ParentResourceId: `case when ${ALLOCATED} then resource end`,
  };
}

/** Keys that the survey of a month reads. */
const SURVEYED: readonly FocusColumn[] = ['provider', 'payer', 'currency', 'invoice', 'category', 'class'];

/** The keys that are needed for the columns that are wanted. */
export function readKeys(month: Month, wanted: Wanted | undefined): readonly FocusColumn[] {
  if (wanted === undefined) return KEYS;
  const columns = chargeColumns(month);
  const used = wanted.columns.map((column) => columns[column]).join(' ');
  const isRead = (key: FocusColumn): boolean =>
    FOCUS_COLUMNS[key].kind === 'json' ? wanted.tags.length > 0 || wanted.columns.includes('Tags') : new RegExp(`\\b${key}\\b`).test(used);
  return KEYS.filter((key) => SURVEYED.includes(key) || isRead(key));
}

/** The numbers that are needed for the columns that are wanted: all costs, for a month is summed in each of them. */
export function readNumbers(month: Month, wanted: Wanted | undefined): readonly (typeof NUMBERS)[number][] {
  const columns = chargeColumns(month);
  return NUMBERS.filter(
    (number) => wanted === undefined || COSTS.some((cost) => cost === number) || wanted.columns.some((column) => columns[column] === number),
  );
}

/** When a line is of, which is always read. */
export const TIMES = ['period_start', 'start_time', 'end_time'] as const satisfies readonly FocusColumn[];

/** The groups of a month's lines as charges: a SELECT, fully ordered, so that the same lines give the same bytes. */
export function chargesSql(month: Month, wanted: Wanted | undefined): string {
  const columns = chargeColumns(month);
  const isWanted = (column: ChargeColumn): boolean => wanted === undefined || wanted.columns.includes(column) || (column === 'Tags' && wanted.tags.length > 0);
  const selected = (Object.keys(CHARGE_COLUMNS) as ChargeColumn[]).map(
    (column) => `cast(${isWanted(column) ? (columns[column] ?? 'null') : 'null'} as ${CHARGE_COLUMNS[column]}) as ${column}`,
  );
  const texts = KEYS.filter((key) => FOCUS_COLUMNS[key].kind === 'text').map(name);
  return `select ${selected.join(', ')} from ${GROUPS}
    order by charge_start, service, account, meter, resource, category, charge_end, hash(${[...texts, 'tag_object', 'unknown'].join(', ')})`;
}
