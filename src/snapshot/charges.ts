import { filePath, name, text, type Sql, type SqlRow } from '../io/sql.ts';
import type { ChargeColumn } from '../model/cost/charge.ts';
import type { ClusterUse, CostLine } from '../model/cost/cost-line.ts';
import type { CostMetric } from '../model/cost/cost-report.ts';
import { money, type Money } from '../model/facts.ts';
import { monthOf } from '../model/month.ts';

/** What a metric adds up of a charge. */
export const METRIC_COLUMNS = {
  billed: 'BilledCost',
  effective: 'coalesce(x_AmortizedCost, EffectiveCost)',
  'net-effective': 'EffectiveCost',
  list: 'ListCost',
  contracted: 'ContractedCost',
} as const satisfies Record<CostMetric, string>;

/** The `charges` table, read from the files of its parts. Adds `month`: that of the part, whatever the folders above the store are called. */
export function chargesTable(files: readonly string[]): string {
  const parts = `read_parquet([${files.map(filePath).join(', ')}], union_by_name = true, hive_partitioning = false, filename = true)`;
  return `(select *, regexp_extract(filename, '/month=([0-9]{4}-[0-9]{2})/[^/]+$', 1) as month from ${parts})`;
}

/** The columns that the queries below read, with the costs. */
export const REPORT_COLUMNS = [
  'BilledCost',
  'EffectiveCost',
  'ListCost',
  'ContractedCost',
  'BillingCurrency',
  'BillingAccountId',
  'ChargeClass',
  'InvoiceId',
  'InvoiceIssuerName',
  'ChargePeriodStart',
  'ChargePeriodEnd',
  'ProviderName',
  'ServiceName',
  'SubAccountId',
  'SubAccountName',
  'RegionId',
  'ChargeCategory',
  'CommitmentDiscountStatus',
  'x_Known',
  'x_AmortizedCost',
  'x_RowRole',
] as const satisfies readonly ChargeColumn[];

export interface CostQuery {
  readonly files: readonly string[];
  readonly metric: CostMetric;
  readonly currency: string;
  /** Tags whose values are wanted, by `tagKey`. */
  readonly tags: readonly string[];
}

/** The name of the load balancer in a resource's ARN: `…:loadbalancer/app/NAME/id`, `…/net/NAME/id`, or the classic `…:loadbalancer/NAME`. */
const LOAD_BALANCER = `nullif(regexp_extract(ResourceId, ':loadbalancer/(?:(?:app|net|gwy)/)?([^/]+)', 1), '')`;

/** What tells lines apart, of a row of `chargesTable`: columns of the names that `lineOf` reads. Tags are `tag0`, `tag1`, ... */
export function lineColumns(tags: readonly string[]): string {
  const tagColumns = tags.map((tag, at) => `json_extract_string(Tags, ${text(`$.${JSON.stringify(tag)}`)}) as ${name(`tag${at}`)}`);
  return [
    `month, ProviderName as provider, ServiceName as service, SubAccountId as account, SubAccountName as account_name, RegionId as region, ChargeCategory as category,
      coalesce(CommitmentDiscountStatus = 'Unused', false) as unused, x_Known as known,
      coalesce(ChargeClass = 'Correction', false) as is_correction, ${LOAD_BALANCER} as load_balancer`,
    ...tagColumns,
  ].join(', ');
}

/** A row with the columns of `lineColumns`, as a line. */
export function lineOf(row: SqlRow, tags: readonly string[], cost: Money, use: ClusterUse | null): CostLine {
  return {
    month: monthOf(String(row['month'])),
    provider: String(row['provider']),
    service: String(row['service']),
    account: textOf(row, 'account'),
    accountName: textOf(row, 'account_name'),
    region: textOf(row, 'region'),
    category: String(row['category']),
    unused: row['unused'] === true,
    known: row['known'] === true,
    isCorrection: row['is_correction'] === true,
    loadBalancer: textOf(row, 'load_balancer'),
    use,
    tags: Object.fromEntries(tags.map((tag, at) => [tag, textOf(row, `tag${at}`)])),
    cost,
  };
}

/** Costs by month and everything that a report shows, in one order. What is unknown in this metric is left out: the parts' gaps name it. */
export async function costLines(sql: Sql, { files, metric, currency, tags }: CostQuery): Promise<CostLine[]> {
  const rows = await sql.rows(`
    select ${lineColumns(tags)}, sum(${METRIC_COLUMNS[metric]}) as cost
    from ${chargesTable(files)} where BillingCurrency = ${text(currency)} and ${METRIC_COLUMNS[metric]} is not null group by all order by all`);
  return rows.map((row) => lineOf(row, tags, money(Number(row['cost'])), null));
}

export function textOf(row: SqlRow, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' ? value : null;
}
