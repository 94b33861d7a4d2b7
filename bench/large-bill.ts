import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckDb } from '../src/io/duckdb.ts';
import { text } from '../src/io/sql.ts';

const HOURS = 744;

/**
 * A month of hourly lines of a large company, made in DuckDB: 60 columns, 13,000 resources in 8 accounts, on demand, reserved and under Savings Plans, tagged; 100 of them are nodes of a cluster.
 * Kept in `folder` for the next run.
 */
export async function largeBill(lines: number, folder: string): Promise<string> {
  const file = join(folder, `large-bill-60-${lines}.parquet`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const sql = await openDuckDb({ scratch: folder });
  try {
    await sql.run(`create table item as ${itemsSql(Math.ceil(lines / HOURS))}`);
    await sql.run(`copy (${linesSql} limit ${lines}) to ${text(`${file}.tmp`)} (format parquet, compression snappy)`);
    await rename(`${file}.tmp`, file);
  } finally {
    sql.close();
    await rm(`${file}.tmp`, { force: true });
  }
  return file;
}

/** Resources of the bill that are nodes of a cluster. */
const CLUSTER_NODES = 100;

/** The id of the n-th instance, as SQL. */
export const clusterNode = (n: string): string => `'i-' || md5((${n})::varchar)[:17]`;

const pick = (values: readonly string[], by: string): string => `[${values.map(text).join(', ')}][(${by}) % ${values.length} + 1]`;

const itemsSql = (count: number): string => `
  select r, md5(r::varchar) || md5((r + 1)::varchar)[:20] as id,
    case when r % 100 < 70 then 'Usage' when r % 100 < 85 then 'DiscountedUsage' else 'SavingsPlanCoveredUsage' end as type,
    ${pick(['AmazonEC2', 'AmazonRDS', 'AmazonS3', 'AWSGlue', 'AmazonEKS', 'AWSLambda'], 'r')} as code,
    ${pick(['Amazon Elastic Compute Cloud', 'Amazon Relational Database Service', 'Amazon Simple Storage Service', 'AWS Glue', 'Amazon EKS', 'AWS Lambda'], 'r')} as product,
    'EU-BoxUsage:m5.' || ${pick(['large', 'xlarge', '2xlarge'], 'r')} as usage_type, ${clusterNode('r // 2')} as resource, r // 2 < ${CLUSTER_NODES} as is_node, (100000000000 + r % 8)::varchar as account,
    ${pick(['eu-west-1a', 'eu-west-1b', 'eu-west-1c'], 'r')} as zone, ${pick(['web', 'worker', 'search', 'data', ''], 'r')} as team, ${pick(['production', 'staging', ''], 'r')} as environment,
    round(0.01 + (r % 977) * 0.0013, 10) as price
  from range(${count}) as items(r)`;

/** Columns that every report has, and that say nothing of these lines. */
const FURTHER = [
  'product_location',
  'product_tenancy',
  'product_vcpu',
  'product_memory',
  'product_operating_system',
  'product_license_model',
  'product_pre_installed_sw',
  'product_storage',
  'product_network_performance',
  'product_from_location',
  'product_to_location',
  'product_volume_type',
  'pricing_lease_contract_length',
  'pricing_offering_class',
  'savings_plan_offering_type',
] as const;

const linesSql = `
  select id as identity_line_item_id, strftime(ts, '%Y-%m-%dT%H:00:00Z') || '/' || strftime(ts + interval 1 hour, '%Y-%m-%dT%H:00:00Z') as identity_time_interval,
    '' as bill_invoice_id, 'AWS' as bill_billing_entity, 'Anniversary' as bill_bill_type, '100000000000' as bill_payer_account_id,
    timestamp '2026-10-01' as bill_billing_period_start_date, timestamp '2026-11-01' as bill_billing_period_end_date, account as line_item_usage_account_id,
    type as line_item_line_item_type, ts as line_item_usage_start_date, ts + interval 1 hour as line_item_usage_end_date, code as line_item_product_code,
    usage_type as line_item_usage_type, 'RunInstances' as line_item_operation, zone as line_item_availability_zone, resource as line_item_resource_id,
    1.0::double as line_item_usage_amount, 'USD' as line_item_currency_code, (case when type = 'DiscountedUsage' then 0 else price end)::double as line_item_unblended_cost,
    '$' || price || ' per On Demand Linux ' || usage_type as line_item_line_item_description, '' as line_item_tax_type, 'Amazon Web Services, Inc.' as line_item_legal_entity,
    product as product_product_name, split_part(usage_type, ':', 2) as product_instance_type, 'Compute Instance' as product_product_family, 'eu-west-1' as product_region,
    code as product_servicecode, md5(usage_type)[:16] as product_sku, '' as pricing_purchase_option, (r % 977)::varchar as pricing_rate_id,
    price::double as pricing_public_on_demand_cost, 'OnDemand' as pricing_term, 'Hrs' as pricing_unit,
    (case when type = 'DiscountedUsage' then price * 0.6 else 0 end)::double as reservation_effective_cost,
    case when type = 'DiscountedUsage' then 'arn:aws:ec2:eu-west-1:100000000000:reserved-instances/' || (r % 20) else '' end as reservation_reservation_a_r_n,
    0.0::double as reservation_unused_amortized_upfront_fee_for_billing_period, 0.0::double as reservation_unused_recurring_fee,
    (case when type = 'SavingsPlanCoveredUsage' then price * 0.7 else 0 end)::double as savings_plan_savings_plan_effective_cost,
    case when type = 'SavingsPlanCoveredUsage' then 'arn:aws:savingsplans::100000000000:savingsplan/' || (r % 5) else '' end as savings_plan_savings_plan_a_r_n,
    0.0::double as savings_plan_total_commitment_to_date, 0.0::double as savings_plan_used_commitment, team as resource_tags_user_team,
    environment as resource_tags_user_environment, case when is_node then 'production' else '' end as resource_tags_aws_eks_cluster_name, '' as resource_tags_aws_created_by,
    ${FURTHER.map((column) => `'' as ${column}`).join(', ')}
  from (select timestamp '2026-10-01' + interval 1 hour * h as ts, * from range(${HOURS}) as hours(h), item)`;
