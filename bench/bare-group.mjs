// One DuckDB query that groups the same columns by the same keys as the snapshot does, and keeps the result in memory.
import { DuckDBInstance } from '@duckdb/node-api';

const KEYS = `bill_invoice_id, bill_billing_entity, bill_bill_type, bill_payer_account_id, bill_billing_period_start_date, bill_billing_period_end_date,
  line_item_usage_account_id, line_item_line_item_type, date_trunc('day', line_item_usage_start_date), line_item_product_code, line_item_usage_type, line_item_operation,
  line_item_availability_zone, line_item_resource_id, line_item_currency_code, line_item_line_item_description, line_item_tax_type, line_item_legal_entity,
  product_product_name, product_instance_type, product_product_family, product_region, product_servicecode, product_sku, pricing_purchase_option, pricing_rate_id,
  pricing_term, pricing_unit, reservation_reservation_a_r_n, savings_plan_savings_plan_a_r_n, resource_tags_user_team, resource_tags_user_environment,
  resource_tags_aws_eks_cluster_name, resource_tags_aws_created_by`;
const SUMS = [
  'line_item_unblended_cost',
  'line_item_usage_amount',
  'pricing_public_on_demand_cost',
  'reservation_effective_cost',
  'reservation_unused_amortized_upfront_fee_for_billing_period',
  'reservation_unused_recurring_fee',
  'savings_plan_savings_plan_effective_cost',
  'savings_plan_total_commitment_to_date',
  'savings_plan_used_commitment',
];

const database = await DuckDBInstance.create(':memory:', { memory_limit: '448MiB', preserve_insertion_order: 'false', temp_directory: process.argv[3] ?? '.' });
const connection = await database.connect();
const sums = SUMS.map((column) => `sum(cast(${column} as decimal(38,12))) as ${column}`).join(', ');
await connection.run(`create table charge as select ${KEYS}, count(*) as lines, ${sums} from '${process.argv[2]}' group by all`);
