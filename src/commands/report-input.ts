import type { Config } from '../config/schema.ts';
import type { Sql } from '../io/sql.ts';
import type { CostReportInput } from '../model/cost/assemble.ts';
import { METRIC_TOTALS, type CostMetric, type CountedBill, type SourceFacts } from '../model/cost/cost-report.ts';
import type { ProviderComparison } from '../model/cost/drivers/comparison.ts';
import { TREND_MONTHS } from '../model/cost/months.ts';
import { money, type Gap, type Money } from '../model/facts.ts';
import { addMonths } from '../model/month.ts';
import { commitments } from '../snapshot/commitments.ts';
import { datedCharges, datedLines } from '../snapshot/daily-costs.ts';
import { driverCells, providerComparisons } from '../snapshot/driver-charges.ts';
import { invoiceCharges } from '../snapshot/invoice.ts';
import { monthFacts } from '../snapshot/monthly-totals.ts';
import { billingParts } from '../snapshot/snapshot.ts';
import type { StoredCharges } from '../snapshot/stored-part.ts';
import { queryOf, type Reading } from './reading.ts';
import { readClusters, reportLines } from './report-lines.ts';
import { totalsIn } from './report-period.ts';

/** Reads from the snapshot what the report needs. */
export async function reportInput(reading: Reading, config: Config, sql: Sql): Promise<CostReportInput> {
  const { snapshot, metric, currency, period, parts, earlier, counted, crossChecks, pathsOf, teams, environments } = reading;
  const both = await queryOf(reading, [...earlier, ...parts]);
  const current = { ...both, files: await pathsOf(parts) };
  const history = { ...both, files: await pathsOf(counted.filter(({ month }) => month > addMonths(period.last, -TREND_MONTHS))) };
  const { lines, allocation, workloadDays, gaps } = await reportLines(sql, both, config.allocation, reading.months, readClusters(snapshot));
  const bills = parts.flatMap((part) => billsOf(part, currency, metric));
  return {
    organisation: config.organisation ?? null,
    generatedFrom: { snapshot: snapshot.digest, sources: parts.map(sourceFacts) },
    gaps: [...snapshot.gaps, ...[...earlier, ...parts].flatMap((part) => gapsOf(part, currency, metric)), ...gaps],
    ...period,
    currency,
    costMetric: metric,
    lines,
    bill: sumOf(bills),
    previousBill: earlier.length === 0 ? null : sumOf(earlier.flatMap((part) => billsOf(part, currency, metric))),
    bills,
    crossChecks,
    months: monthFacts(counted),
    charges: await datedCharges(sql, history),
    datedLines: teams.length === 0 ? [] : await datedLines(sql, both),
    workloadDays,
    driverCells: earlier.length === 0 ? [] : await driverCells(sql, { ...both, first: period.first }),
    comparisons: await comparisonsOf(reading, sql),
    allocation,
    commitments: await commitments(sql, current),
    invoiceCharges: await invoiceCharges(sql, current),
    teams,
    environments,
  };
}

/** What the provider itself says of the change from the month before; nothing of longer periods. */
async function comparisonsOf({ snapshot, metric, currency, months, earlier, pathsOf }: Reading, sql: Sql): Promise<ProviderComparison[]> {
  if (months.length > 1 || earlier.length === 0) return [];
  const parts = billingParts(snapshot, 'comparisons').filter(({ month, facts }) => months.includes(month) && facts.rows > 0);
  return providerComparisons(sql, { files: await pathsOf(parts), metric, currency });
}

function sourceFacts({ source, month, facts: { lines, duplicates, capabilities } }: StoredCharges): SourceFacts {
  return { source, month, lines, duplicates, capabilities };
}

function billsOf(part: StoredCharges, currency: string, metric: CostMetric): CountedBill[] {
  const { source, month } = part;
  return totalsIn(part, currency).map((total) => ({
    source,
    month,
    provider: total.provider,
    account: total.billingAccount,
    state: total.state,
    cost: money(Number(total[METRIC_TOTALS[metric]])),
  }));
}

function sumOf(bills: readonly CountedBill[]): Money {
  return money(bills.reduce((sum, { cost }) => sum + cost, 0));
}

/** What is not known of this metric, and what is left out for its currency. */
function gapsOf({ source, month, facts }: StoredCharges, currency: string, metric: CostMetric): Gap[] {
  const own = facts.gaps
    .filter((gap) => !('currency' in gap) || gap.currency === currency)
    .filter((gap) => gap.code !== 'unknown-cost' || gap.metric === METRIC_TOTALS[metric]);
  const others = facts.totals
    .filter((total) => total.currency !== currency)
    .map((total): Gap => ({ code: 'other-currency', source, month, currency: total.currency, lines: total.lines }));
  return [...own, ...others];
}
