import { text, type Sql } from '../io/sql.ts';
import type { ChargeColumn } from '../model/cost/charge.ts';
import type { DatedCharge, DatedLine } from '../model/cost/dated-charge.ts';
import { money } from '../model/facts.ts';
import { monthOf } from '../model/month.ts';
import { chargesTable, lineColumns, lineOf, METRIC_COLUMNS, textOf, type CostQuery } from './charges.ts';

/** What the queries below read beside what every report does. */
export const DAILY_COLUMNS = ['ChargeFrequency'] as const satisfies readonly ChargeColumn[];

/** The first day, and the day after the last: a period that ends at 23:59:59 ends with its day. */
const DAYS = `strftime(ChargePeriodStart, '%Y-%m-%d') as first_day,
  strftime(ChargePeriodEnd - interval '1' microsecond + interval '1' day, '%Y-%m-%d') as end_day`;

/** Costs by service, by the stretch of time they are for, and by how they come again: all charges, so that they add up to the bills. */
export async function datedCharges(sql: Sql, { files, metric, currency }: Omit<CostQuery, 'tags'>): Promise<DatedCharge[]> {
  const rows = await sql.rows(`
    select month, ProviderName as provider, ServiceName as service, ChargeCategory as category, ChargeFrequency as frequency,
      coalesce(ChargeClass = 'Correction', false) as is_correction, ${DAYS}, sum(${METRIC_COLUMNS[metric]}) as cost
    from ${chargesTable(files)} where BillingCurrency = ${text(currency)} and ${METRIC_COLUMNS[metric]} is not null group by all order by all`);
  return rows.map((row) => ({
    month: monthOf(String(row['month'])),
    provider: String(row['provider']),
    service: String(row['service']),
    category: String(row['category']),
    frequency: textOf(row, 'frequency'),
    isCorrection: row['is_correction'] === true,
    firstDay: String(row['first_day']),
    endDay: String(row['end_day']),
    cost: money(Number(row['cost'])),
  }));
}

/** Costs by day and all that ownership rules ask for. Splits, whose costs are 0, are left out. */
export async function datedLines(sql: Sql, { files, metric, currency, tags }: CostQuery): Promise<DatedLine[]> {
  const rows = await sql.rows(`
    select ${lineColumns(tags)}, ChargeFrequency as frequency, ${DAYS}, sum(${METRIC_COLUMNS[metric]}) as cost
    from ${chargesTable(files)} where BillingCurrency = ${text(currency)} and ${METRIC_COLUMNS[metric]} <> 0 group by all order by all`);
  return rows.map((row) => ({
    ...lineOf(row, tags, money(Number(row['cost'])), null),
    frequency: textOf(row, 'frequency'),
    firstDay: String(row['first_day']),
    endDay: String(row['end_day']),
  }));
}
