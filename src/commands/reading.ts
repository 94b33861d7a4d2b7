import type { Wanted } from '../collectors/types.ts';
import type { Config } from '../config/schema.ts';
import type { Files } from '../io/files.ts';
import { previousMonths } from '../model/cost/assemble.ts';
import type { CostMetric } from '../model/cost/cost-report.ts';
import { labelsOf, tagsOf, type OwnerRule } from '../model/cost/owner.ts';
import type { Ownership } from '../model/cost/rows.ts';
import type { CrossCheck } from '../model/cost/same-bill.ts';
import type { Month } from '../model/facts.ts';
import { monthRange } from '../model/month.ts';
import type { AllocationQuery } from '../snapshot/allocation/contract.ts';
import { REPORT_COLUMNS } from '../snapshot/charges.ts';
import { DAILY_COLUMNS } from '../snapshot/daily-costs.ts';
import { DRIVER_COLUMNS } from '../snapshot/driver-charges.ts';
import { INVOICE_COLUMNS } from '../snapshot/invoice.ts';
import { chargesOf, partFiles, type Snapshot } from '../snapshot/snapshot.ts';
import type { StoredCharges, StoredPart } from '../snapshot/stored-part.ts';
import { costMetric } from './cost-metric.ts';
import { countedParts } from './counted-parts.ts';
import type { ReportOptions } from './options.ts';
import type { Months } from './period.ts';
import { allocationQuery } from './report-lines.ts';
import { currencyOf, hasAll, partsOf, reportMonths, type ReportMonths } from './report-period.ts';

/** Which charges of a snapshot a report is about, each bill counted once. */
export interface Reading extends Ownership {
  readonly snapshot: Snapshot;
  readonly metric: CostMetric;
  readonly currency: string;
  readonly period: ReportMonths;
  readonly months: readonly Month[];
  /** Of the period, of the one before (none where the snapshot lacks a part of it), and of all months. */
  readonly parts: readonly StoredCharges[];
  readonly earlier: readonly StoredCharges[];
  readonly counted: readonly StoredCharges[];
  readonly crossChecks: readonly CrossCheck[];
  /** Where these parts are, after a look that they are whole. */
  readonly pathsOf: (parts: readonly StoredPart[]) => Promise<string[]>;
  /** All that is matched against charges, for the tags and labels that it takes. */
  readonly rules: readonly Pick<OwnerRule, 'match'>[];
}

export function ownership({ teams, environments }: Config): Ownership {
  return {
    teams: teams.map(({ team, match }) => ({ owner: team, match })),
    environments: environments.map(({ environment, match }) => ({ owner: environment, match })),
  };
}

/** What a report reads of the charges; undefined: all. Shared costs are found by what a charge is for, its resource, meter and tags: so that takes all. */
export function wantedOf(config: Config): Wanted | undefined {
  if (config.allocation.shared.length > 0) return undefined;
  const { teams, environments } = ownership(config);
  const rules = [...teams, ...environments];
  const resources = rules.some(({ match }) => match.loadBalancer !== undefined) ? (['ResourceId'] as const) : [];
  return { columns: [...REPORT_COLUMNS, ...DAILY_COLUMNS, ...DRIVER_COLUMNS, ...INVOICE_COLUMNS, ...resources], tags: tagsOf(rules) };
}

/** @throws UserError where the snapshot has no charges for a month, or several currencies, or where two sources may tell one bill */
export function readingOf(snapshot: Snapshot, asked: Months, options: Pick<ReportOptions, 'cost' | 'currency'>, config: Config, files: Files): Reading {
  const all = chargesOf(snapshot);
  const period = reportMonths(all, asked);
  const before = previousMonths(period.first, period.last);
  const months = monthRange(period.first, period.last);
  const { parts: counted, crossChecks } = countedParts(all, [...monthRange(before.first, before.last), ...months]);
  const parts = partsOf(counted, period);
  const currency = currencyOf(parts, options.currency ?? config.currency);
  return {
    snapshot,
    metric: costMetric(options.cost),
    currency,
    period,
    months,
    parts,
    earlier: hasAll(counted, before, currency) ? partsOf(counted, before) : [],
    counted,
    crossChecks: crossChecks.filter((check) => check.currency === currency && months.includes(check.month)),
    pathsOf: (some) => partFiles(snapshot, some, files),
    ...ownership(config),
    rules: [...config.teams, ...config.environments, ...config.allocation.shared],
  };
}

/** What is asked of these parts, with what the snapshot knows of clusters in the same months. */
export async function queryOf({ snapshot, metric, currency, rules, pathsOf }: Reading, parts: readonly StoredCharges[]): Promise<AllocationQuery> {
  const query = { files: await pathsOf(parts), metric, currency, tags: tagsOf(rules) };
  return allocationQuery(snapshot, query, labelsOf(rules), [...new Set(parts.map(({ month }) => month))], pathsOf);
}
