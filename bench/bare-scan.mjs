// The least that anything made of these columns must do: read each of them once.
import { DuckDBInstance } from '@duckdb/node-api';

const COLUMNS = `bill_invoice_id, bill_billing_entity, bill_payer_account_id, bill_billing_period_start_date, bill_billing_period_end_date, identity_line_item_id, identity_time_interval,
  line_item_usage_account_id, line_item_line_item_type, line_item_usage_start_date, line_item_usage_end_date, line_item_product_code, line_item_usage_type, line_item_operation,
  line_item_availability_zone, line_item_resource_id, line_item_currency_code, line_item_line_item_description, line_item_legal_entity, line_item_unblended_cost, line_item_usage_amount,
  product_product_name, product_instance_type, product_product_family, product_region, product_sku, pricing_purchase_option, pricing_rate_id, pricing_unit, pricing_public_on_demand_cost,
  reservation_reservation_a_r_n, reservation_effective_cost, reservation_unused_amortized_upfront_fee_for_billing_period, reservation_unused_recurring_fee,
  savings_plan_savings_plan_a_r_n, savings_plan_savings_plan_effective_cost, savings_plan_total_commitment_to_date, savings_plan_used_commitment,
  resource_tags_user_team, resource_tags_user_environment, resource_tags_aws_eks_cluster_name, resource_tags_aws_created_by`;

const database = await DuckDBInstance.create(':memory:');
const connection = await database.connect();
const found = await connection.runAndReadAll(
  `select ${COLUMNS.split(',')
    .map((column) => `max(${column.trim()})`)
    .join(', ')} from '${process.argv[2]}'`,
);
process.stdout.write(`${found.columnCount}\n`);
