import { UserError } from '../../../io/errors.ts';
import type { FileFacts } from '../../../io/files.ts';
import type { Month } from '../../../model/facts.ts';

/**
 * What is read of a FOCUS export: our name, its kind, and the columns of FOCUS 1.0 to 1.4 that hold it, the preferred one first.
 * https://focus.finops.org/focus-specification/v1-2/; `x_` columns are those of AWS:
 * https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-0-aws.html
 */
export const FOCUS_COLUMNS = {
  billed: { kind: 'number', from: ['BilledCost'] },
  effective: { kind: 'number', from: ['EffectiveCost'] },
  list: { kind: 'number', from: ['ListCost'] },
  contracted: { kind: 'number', from: ['ContractedCost'] },
  pricing_quantity: { kind: 'number', from: ['PricingQuantity'] },
  consumed_quantity: { kind: 'number', from: ['ConsumedQuantity'] },
  period_start: { kind: 'time', from: ['BillingPeriodStart'] },
  start_time: { kind: 'time', from: ['ChargePeriodStart'] },
  end_time: { kind: 'time', from: ['ChargePeriodEnd'] },
  currency: { kind: 'text', from: ['BillingCurrency'] },
  payer: { kind: 'text', from: ['BillingAccountId'] },
  payer_name: { kind: 'text', from: ['BillingAccountName'] },
  category: { kind: 'text', from: ['ChargeCategory'] },
  class: { kind: 'text', from: ['ChargeClass'] },
  description: { kind: 'text', from: ['ChargeDescription'] },
  frequency: { kind: 'text', from: ['ChargeFrequency'] },
  invoice: { kind: 'text', from: ['InvoiceId'] },
  invoice_issuer: { kind: 'text', from: ['InvoiceIssuerName'] },
  // 1.3 replaces ProviderName by the two others: who sells the service, and who runs it.
  provider: { kind: 'text', from: ['ProviderName', 'ServiceProviderName', 'HostProviderName'] },
  publisher: { kind: 'text', from: ['PublisherName'] },
  account: { kind: 'text', from: ['SubAccountId'] },
  account_name: { kind: 'text', from: ['SubAccountName'] },
  service_category: { kind: 'text', from: ['ServiceCategory'] },
  service: { kind: 'text', from: ['ServiceName'] },
  region: { kind: 'text', from: ['RegionId'] },
  zone: { kind: 'text', from: ['AvailabilityZone'] },
  resource: { kind: 'text', from: ['ResourceId'] },
  resource_name: { kind: 'text', from: ['ResourceName'] },
  resource_type: { kind: 'text', from: ['ResourceType'] },
  sku: { kind: 'text', from: ['SkuId'] },
  sku_price: { kind: 'text', from: ['SkuPriceId'] },
  meter: { kind: 'text', from: ['SkuMeter', 'x_UsageType'] },
  pricing_category: { kind: 'text', from: ['PricingCategory'] },
  pricing_unit: { kind: 'text', from: ['PricingUnit'] },
  consumed_unit: { kind: 'text', from: ['ConsumedUnit'] },
  commitment_category: { kind: 'text', from: ['CommitmentDiscountCategory'] },
  commitment: { kind: 'text', from: ['CommitmentDiscountId'] },
  commitment_name: { kind: 'text', from: ['CommitmentDiscountName'] },
  commitment_status: { kind: 'text', from: ['CommitmentDiscountStatus'] },
  commitment_type: { kind: 'text', from: ['CommitmentDiscountType'] },
  service_code: { kind: 'text', from: ['x_ServiceCode'] },
  operation: { kind: 'text', from: ['x_Operation'] },
  allocation_method: { kind: 'text', from: ['AllocatedMethodId'] },
  allocated_resource: { kind: 'text', from: ['AllocatedResourceId'] },
  allocated_name: { kind: 'text', from: ['AllocatedResourceName'] },
  tags: { kind: 'json', from: ['Tags'] },
  cost_categories: { kind: 'json', from: ['x_CostCategories'] },
  allocated_tags: { kind: 'json', from: ['AllocatedTags'] },
} as const satisfies Record<string, { readonly kind: FocusKind; readonly from: readonly [string, ...string[]] }>;

export type FocusKind = 'text' | 'time' | 'number' | 'json';
export type FocusColumn = keyof typeof FOCUS_COLUMNS;

export const ALL_COLUMNS = Object.keys(FOCUS_COLUMNS) as readonly FocusColumn[];

export const COSTS = ['billed', 'effective', 'list', 'contracted'] as const satisfies readonly FocusColumn[];
export const NUMBERS = [...COSTS, 'pricing_quantity', 'consumed_quantity'] as const satisfies readonly FocusColumn[];

/** Columns in which the lines of one charge are the same. */
export const KEYS = ALL_COLUMNS.filter((column) => ['text', 'json'].includes(FOCUS_COLUMNS[column].kind));

/**
 * Without these no charge can be told. FOCUS demands more, but real exports lack some of it, and what is missing is unknown then.
 */
const REQUIRED = ['billed', 'currency', 'period_start', 'start_time', 'end_time', 'category', 'service', 'provider'] as const satisfies readonly FocusColumn[];

/** What an export can answer, by the columns that it has. */
const CAPABILITIES = {
  allocations: ['allocation_method'],
  commitments: ['commitment', 'commitment_status'],
  'contracted-prices': ['contracted'],
  'effective-costs': ['effective'],
  'invoice-ids': ['invoice'],
  'list-prices': ['list'],
  'resource-ids': ['resource'],
  tags: ['tags'],
} as const satisfies Record<string, readonly FocusColumn[]>;

export function focusCapabilities(present: ReadonlySet<FocusColumn>): string[] {
  const named = Object.entries(CAPABILITIES).filter(([, columns]) => columns.every((column) => present.has(column)));
  return named.map(([capability]) => capability).toSorted();
}

/** One spelling of a column: engines write `BilledCost`, `billedcost` and `billed_cost`. */
export const focusName = (header: string): string => header.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();

const BY_NAME: ReadonlyMap<string, FocusKind> = new Map(Object.values(FOCUS_COLUMNS).flatMap(({ kind, from }) => from.map((name) => [focusName(name), kind])));

/** How a column of the export is read; undefined: it is not. */
export const focusKindOf = (header: string): FocusKind | undefined => BY_NAME.get(focusName(header));

const HALLMARKS = ['billedcost', 'effectivecost', 'chargecategory', 'chargeperiodstart', 'billingperiodstart', 'billingcurrency'];

/** Whether the columns are those of a FOCUS export, also where it lacks some. */
export function isFocus(headers: Iterable<string>): boolean {
  const names = new Set([...headers].map(focusName));
  return !names.has('lineitemlineitemtype') && HALLMARKS.filter((name) => names.has(name)).length >= 3;
}

/** Whether a text names the columns of a FOCUS export: the footer of a Parquet file, a manifest. */
export function namesFocus(text: string): boolean {
  const lower = text.toLowerCase();
  return !lower.includes('line_item_line_item_type') && HALLMARKS.filter((name) => lower.includes(name)).length >= 3;
}

/** @throws UserError where columns are missing without which no charge can be told */
export function checkFocusColumns(file: FileFacts, headers: Iterable<string>): void {
  const names = new Set([...headers].map(focusName));
  const missing = REQUIRED.filter((column) => !FOCUS_COLUMNS[column].from.some((name) => names.has(focusName(name))));
  if (missing.length === 0) return;
  throw new UserError(
    `${file.path}: a FOCUS export without ${missing.map((column) => FOCUS_COLUMNS[column].from[0]).join(', ')}`,
    'these columns are mandatory in FOCUS: include them in the export',
  );
}

/** The month whose bill a line belongs to. */
export const PERIOD_MONTH = `date_trunc('month', coalesce(period_start, start_time))`;

export const monthStart = (month: Month): string => `timestamp '${month}-01 00:00:00'`;
