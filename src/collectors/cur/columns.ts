import type { Month } from '../../model/facts.ts';
import { snake } from '../../model/tag-key.ts';

/**
 * What is read of a report: our name, its kind, and the report's names for it, the preferred one first. Names as in the legacy report's Parquet form; those of
 * its CSV form (`lineItem/UsageAmount`) are spelled the same way first, and what report 2.0 has in maps is read as its columns (`maps.ts`).
 * https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html, https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
 */
export const COLUMNS = {
  line_id: { kind: 'text', from: ['identity_line_item_id'] },
  line_interval: { kind: 'text', from: ['identity_time_interval'] },
  invoice_id: { kind: 'text', from: ['bill_invoice_id'] },
  invoice_issuer: { kind: 'text', from: ['bill_invoicing_entity', 'line_item_legal_entity'] },
  billing_entity: { kind: 'text', from: ['bill_billing_entity'] },
  payer: { kind: 'text', from: ['bill_payer_account_id'] },
  payer_name: { kind: 'text', from: ['bill_payer_account_name'] },
  bill_start: { kind: 'time', from: ['bill_billing_period_start_date'] },
  bill_end: { kind: 'time', from: ['bill_billing_period_end_date'] },
  account: { kind: 'text', from: ['line_item_usage_account_id'] },
  account_name: { kind: 'text', from: ['line_item_usage_account_name'] },
  type: { kind: 'text', from: ['line_item_line_item_type'] },
  usage_start: { kind: 'time', from: ['line_item_usage_start_date'] },
  usage_end: { kind: 'time', from: ['line_item_usage_end_date'] },
  product_code: { kind: 'text', from: ['line_item_product_code'] },
  product_name: { kind: 'text', from: ['product_product_name'] },
  product_family: { kind: 'text', from: ['product_product_family'] },
  usage_type: { kind: 'text', from: ['line_item_usage_type'] },
  operation: { kind: 'text', from: ['line_item_operation'] },
  instance_type: { kind: 'text', from: ['product_instance_type'] },
  region: { kind: 'text', from: ['product_region_code', 'product_region'] },
  zone: { kind: 'text', from: ['line_item_availability_zone'] },
  resource_id: { kind: 'text', from: ['line_item_resource_id'] },
  currency: { kind: 'text', from: ['line_item_currency_code'] },
  description: { kind: 'text', from: ['line_item_line_item_description'] },
  seller: { kind: 'text', from: ['line_item_legal_entity'] },
  sku: { kind: 'text', from: ['product_sku'] },
  rate_id: { kind: 'text', from: ['pricing_rate_id'] },
  unit: { kind: 'text', from: ['pricing_unit'] },
  purchase_option: { kind: 'text', from: ['pricing_purchase_option'] },
  reservation: { kind: 'text', from: ['reservation_reservation_a_r_n'] },
  savings_plan: { kind: 'text', from: ['savings_plan_savings_plan_a_r_n'] },
  quantity: { kind: 'number', from: ['line_item_usage_amount'] },
  unblended: { kind: 'number', from: ['line_item_unblended_cost'] },
  // After negotiated discounts. Where a line has none, it is what it is before them.
  net_stated: { kind: 'number', from: ['line_item_net_unblended_cost'] },
  net_unblended: { kind: 'number', from: ['line_item_net_unblended_cost'], or: 'line_item_unblended_cost' },
  on_demand: { kind: 'number', from: ['pricing_public_on_demand_cost'] },
  reservation_effective: { kind: 'number', from: ['reservation_effective_cost'] },
  net_reservation_effective: { kind: 'number', from: ['reservation_net_effective_cost'], or: 'reservation_effective_cost' },
  reservation_unused_upfront: { kind: 'number', from: ['reservation_unused_amortized_upfront_fee_for_billing_period'] },
  net_reservation_unused_upfront: {
    kind: 'number',
    from: ['reservation_net_unused_amortized_upfront_fee_for_billing_period'],
    or: 'reservation_unused_amortized_upfront_fee_for_billing_period',
  },
  reservation_unused_recurring: { kind: 'number', from: ['reservation_unused_recurring_fee'] },
  net_reservation_unused_recurring: { kind: 'number', from: ['reservation_net_unused_recurring_fee'], or: 'reservation_unused_recurring_fee' },
  savings_plan_effective: { kind: 'number', from: ['savings_plan_savings_plan_effective_cost'] },
  net_savings_plan_effective: { kind: 'number', from: ['savings_plan_net_savings_plan_effective_cost'], or: 'savings_plan_savings_plan_effective_cost' },
  savings_plan_commitment: { kind: 'number', from: ['savings_plan_total_commitment_to_date'] },
  savings_plan_used: { kind: 'number', from: ['savings_plan_used_commitment'] },
  savings_plan_upfront: { kind: 'number', from: ['savings_plan_amortized_upfront_commitment_for_billing_period'] },
  net_savings_plan_upfront: { kind: 'number', from: ['savings_plan_net_amortized_upfront_commitment_for_billing_period'] },
  savings_plan_recurring: { kind: 'number', from: ['savings_plan_recurring_commitment_for_billing_period'] },
  net_savings_plan_recurring: { kind: 'number', from: ['savings_plan_net_recurring_commitment_for_billing_period'] },
  // Split cost allocation data: what a pod or a task had of the instance that it ran on.
  split_parent: { kind: 'text', from: ['split_line_item_parent_resource_id'] },
  split_usage: { kind: 'number', from: ['split_line_item_split_usage', 'split_line_item_reserved_usage'] },
  split_cost: { kind: 'number', from: ['split_line_item_split_cost'] },
  split_unused: { kind: 'number', from: ['split_line_item_unused_cost'] },
} as const satisfies Record<string, ColumnSource>;

export interface ColumnSource {
  readonly kind: 'text' | 'time' | 'number';
  readonly from: readonly [string, ...string[]];
  /** What stands for it in a line that lacks it, in a report that has it at all. */
  readonly or?: string;
}

export type Column = keyof typeof COLUMNS;

/** All columns that are read of lines. */
export const ALL_COLUMNS = Object.keys(COLUMNS) as readonly Column[]; // the compiler knows of a key only that it is a string

/** Without these a file is no Cost and Usage Report. */
export const REQUIRED = ['type', 'usage_start', 'product_code', 'currency', 'unblended'] as const satisfies readonly Column[];

/** What a report can answer, by the columns that it has. */
const CAPABILITIES = {
  'line-ids': ['line_id', 'line_interval'],
  'resource-ids': ['resource_id'],
  'invoice-ids': ['invoice_id'],
  'list-prices': ['on_demand'],
  reservations: ['reservation_effective', 'reservation_unused_recurring'],
  'savings-plans': ['savings_plan_effective', 'savings_plan_commitment', 'savings_plan_used'],
  'net-costs': ['net_unblended'],
  'split-costs': ['split_parent', 'split_cost', 'split_unused'],
} as const satisfies Record<string, readonly Column[]>;

export function capabilities(present: ReadonlySet<string>): string[] {
  const named = Object.entries(CAPABILITIES).filter(([, columns]) => columns.every((column) => present.has(column)));
  return named.map(([capability]) => capability).toSorted();
}

/** The report's spelling of a column in its Parquet form. */
export function columnName(header: string): string {
  return snake(header);
}

const TAG_PREFIXES = [
  ['resource_tags_user_', ''],
  ['resource_tags_aws_', 'aws:'],
  ['resource_tags_', ''],
  ['cost_category_', 'cost_category_'],
] as const;

/** The tag that a column holds the value of (`resource_tags_user_team` -> `team`), or undefined. */
export function tagOf(column: string): string | undefined {
  for (const [prefix, key] of TAG_PREFIXES) {
    if (column.startsWith(prefix)) return key + column.slice(prefix.length);
  }
  return undefined;
}

/** The tag that AWS' consoles show as a resource's name. */
export const NAME_TAG = 'resource_tags_user_name';

/** Tags that say that a resource belongs to a cluster: its charges are kept by the hour, for pods come and go by the hour. */
const CLUSTER_TAG = /^(aws:)?eks_cluster_name$|^alpha_eksctl_io_cluster_name$|^kubernetes_io_|^karpenter_sh_/;

export const isClusterTag = (column: string): boolean => CLUSTER_TAG.test(tagOf(column) ?? '');

/** Columns of report 2.0 that hold many values by name. In CSV they are text, of JSON. */
export const MAPS = { open: ['resource_tags', 'cost_category'], closed: ['product'] } as const;

const KINDS: ReadonlyMap<string, 'text' | 'time' | 'number'> = new Map([
  ...Object.values(COLUMNS).flatMap(({ kind, from }) => from.map((column) => [column, kind] as const)),
  ...[...MAPS.open, ...MAPS.closed].map((map) => [map, 'text'] as const),
]);

/** How a column of the report is read; undefined: it is not. */
export function kindOf(column: string): 'text' | 'time' | 'number' | undefined {
  return KINDS.get(column) ?? (tagOf(column) === undefined ? undefined : 'text');
}

/** The month whose bill a line belongs to. */
export const BILL_MONTH = `date_trunc('month', coalesce(bill_start, usage_start))`;

export const monthStart = (month: Month): string => `timestamp '${month}-01 00:00:00'`;
