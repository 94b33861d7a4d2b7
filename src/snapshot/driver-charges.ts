import { filePath, text, type Sql, type SqlRow } from '../io/sql.ts';
import type { ChargeColumn } from '../model/cost/charge.ts';
import type { CostMetric } from '../model/cost/cost-report.ts';
import type { ProviderComparison } from '../model/cost/drivers/comparison.ts';
import type { DriverCell } from '../model/cost/drivers/driver.ts';
import { money, type Month } from '../model/facts.ts';
import { chargesTable, METRIC_COLUMNS, textOf, type CostQuery } from './charges.ts';

/** What `driverCells` reads beside what every report does. */
export const DRIVER_COLUMNS = [
  'SkuId',
  'SkuMeter',
  'PricingCategory',
  'PricingQuantity',
  'PricingUnit',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ChargeFrequency',
  'CommitmentDiscountId',
  'x_Operation',
  'x_LineItemType',
] as const satisfies readonly ChargeColumn[];

/** Cells that are handed over one by one; smaller ones are added up by service. */
const CELLS = 5000;

export interface DriverQuery extends Omit<CostQuery, 'tags'> {
  /** First month of the report's period: what is before belongs to the period before. */
  readonly first: Month;
  readonly cells?: number;
}

/** Keys of a cell that one which was added up has none of. */
const FINE = ['account', 'region', 'meter', 'sku', 'operation', 'unit', 'pricing'] as const;
const COARSE = ['provider', 'service', 'category', 'frequency', 'is_correction', 'is_unused', 'is_commitment'] as const;

/**
 * Costs and quantities of both periods by what can change. Consumption counts where the bill has it: the lines of a CUR that take back what a Savings Plan
 * covers, and its discounts, name the same quantity again. Splits of a charge are no charges.
 */
export async function driverCells(sql: Sql, { files, metric, currency, first, cells = CELLS }: DriverQuery): Promise<DriverCell[]> {
  const of = (column: string, isCurrent: boolean): string => `sum(${column}) filter (month ${isCurrent ? '>=' : '<'} ${text(first)})`;
  const [fine, coarse] = [FINE.join(', '), COARSE.join(', ')];
  const rows = await sql.rows(`
    with charge as (
      select month, ${METRIC_COLUMNS[metric]} as cost, ProviderName as provider, ServiceName as service,
        SubAccountId as account, RegionId as region,
        coalesce(SkuMeter, SkuId) as meter, SkuId as sku, x_Operation as operation, nullif(trim(coalesce(ConsumedUnit, PricingUnit)), '') as unit, ChargeCategory as category,
        ChargeFrequency as frequency, PricingCategory as pricing, coalesce(ChargeClass = 'Correction', false) as is_correction,
        coalesce(CommitmentDiscountStatus = 'Unused', false) as is_unused,
        CommitmentDiscountId is not null or coalesce(PricingCategory = 'Committed', false) as is_commitment,
        coalesce(ConsumedQuantity, case when x_LineItemType is null then PricingQuantity end) as quantity
      from ${chargesTable(files)}
      where BillingCurrency = ${text(currency)} and ${METRIC_COLUMNS[metric]} is not null and x_RowRole is distinct from 'split'),
    cell as (
      select provider, service, account, region, meter, sku, case when category = 'Usage' then operation end as operation,
        unit, category, frequency, pricing, is_correction, is_unused, category = 'Purchase' and is_commitment as is_commitment,
        coalesce(${of('cost', false)}, 0) as previous_cost, coalesce(${of('cost', true)}, 0) as cost,
        ${of('quantity', false)} as previous_quantity, ${of('quantity', true)} as quantity
      from charge group by all),
    ranked as (select *, row_number() over (order by greatest(abs(previous_cost), abs(cost)) desc, ${coarse}, ${fine}) as rank from cell)
    select ${coarse}, ${fine}, previous_cost, cost, previous_quantity, quantity, 1 as cells from ranked where rank <= ${cells}
    union all
    select ${coarse}, ${FINE.map((key) => `null as ${key}`).join(', ')}, sum(previous_cost), sum(cost), null, null, count(*)
    from ranked where rank > ${cells} group by ${coarse}
    order by all`);
  return rows.map(cellOf);
}

function cellOf(row: SqlRow): DriverCell {
  return {
    provider: String(row['provider']),
    service: String(row['service']),
    account: textOf(row, 'account'),
    region: textOf(row, 'region'),
    meter: textOf(row, 'meter'),
    sku: textOf(row, 'sku'),
    operation: textOf(row, 'operation'),
    unit: textOf(row, 'unit'),
    category: String(row['category']),
    frequency: textOf(row, 'frequency'),
    pricing: textOf(row, 'pricing'),
    isCorrection: row['is_correction'] === true,
    isUnused: row['is_unused'] === true,
    isCommitment: row['is_commitment'] === true,
    previousCost: money(Number(row['previous_cost'])),
    cost: money(Number(row['cost'])),
    previousQuantity: numberOf(row, 'previous_quantity'),
    quantity: numberOf(row, 'quantity'),
    cells: Number(row['cells']),
  };
}

/** The provider's own comparison of a month with the one before, from parts of the table `comparisons`. */
export async function providerComparisons(
  sql: Sql,
  { files, metric, currency }: { readonly files: readonly string[]; readonly metric: CostMetric; readonly currency: string },
): Promise<ProviderComparison[]> {
  if (files.length === 0) return [];
  const rows = await sql.rows(`
    select service, driver, sum(difference) as difference 
    from read_parquet([${files.map(filePath).join(', ')}], union_by_name = true, hive_partitioning = false) where metric = ${text(metric)} and currency = ${text(currency)} group by all order by all`);
  return rows.map((row) => {
    const difference = numberOf(row, 'difference');
    return { service: textOf(row, 'service'), driver: textOf(row, 'driver'), difference: difference === null ? null : money(difference) };
  });
}

function numberOf(row: SqlRow, column: string): number | null {
  const value = row[column];
  return value === null || value === undefined ? null : Number(value);
}
