import type { Wanted } from '../collectors/types.ts';
import type { Config } from '../config/schema.ts';
import { UserError } from '../io/errors.ts';
import type { Files } from '../io/files.ts';
import type { Sql } from '../io/sql.ts';
import { previousMonths, type CostReportInput } from '../model/cost/assemble.ts';
import type { CostMetric, SourceFacts } from '../model/cost/cost-report.ts';
import { tagsOf } from '../model/cost/owner.ts';
import type { Ownership } from '../model/cost/rows.ts';
import { money, type CostTotals, type Gap, type Money, type Month } from '../model/facts.ts';
import { daysIn, monthRange } from '../model/month.ts';
import { costLines, REPORT_COLUMNS, serviceCharges, type CostQuery } from '../snapshot/charges.ts';
import type { StoredCharges } from '../snapshot/stored-part.ts';
import { chargesOf, partFiles, type Snapshot } from '../snapshot/snapshot.ts';
import type { ReportOptions } from './options.ts';
import type { Months } from './period.ts';

/** The sum that a metric must add up to. */
const TOTALS = { billed: 'billed', effective: 'effective', 'net-effective': 'netEffective', list: 'list', contracted: 'contracted' } as const satisfies Record<
  CostMetric,
  keyof CostTotals
>;

function ownership({ teams, environments }: Config): Ownership {
  return {
    teams: teams.map(({ team, match }) => ({ owner: team, match })),
    environments: environments.map(({ environment, match }) => ({ owner: environment, match })),
  };
}

/** What a report reads of the charges. */
export function wantedOf(config: Config): Wanted {
  const { teams, environments } = ownership(config);
  return { columns: REPORT_COLUMNS, tags: tagsOf([...teams, ...environments]) };
}

/** Reads from the snapshot what the report needs. @throws UserError where it has no charges for a month, or several currencies */
export async function reportInput(
  snapshot: Snapshot,
  months: Months,
  options: ReportOptions,
  config: Config,
  sql: Sql,
  files: Files,
): Promise<CostReportInput> {
  const { first, last } = periodOf(snapshot, months);
  const parts = partsOf(snapshot, first, last);
  const before = previousMonths(first, last);
  const currency = currencyOf(parts, options.currency ?? config.currency);
  const earlier = hasAll(snapshot, before.first, before.last, currency) ? partsOf(snapshot, before.first, before.last) : [];
  const billOf = (some: readonly StoredCharges[]): Money => sumTotals(some, currency, options.cost);

  const { teams, environments } = ownership(config);
  const paths = await partFiles(snapshot, [...earlier, ...parts], files);
  const query: CostQuery = { files: paths, metric: options.cost, currency, tags: tagsOf([...teams, ...environments]) };
  return {
    organisation: config.organisation ?? null,
    generatedFrom: { snapshot: snapshot.digest, sources: parts.map(sourceFacts) },
    gaps: [...snapshot.gaps, ...[...earlier, ...parts].flatMap((part) => gapsOf(part, currency, options.cost))],
    first,
    last,
    currency,
    costMetric: options.cost,
    lines: await costLines(sql, query),
    charges: await serviceCharges(sql, query),
    bill: billOf(parts),
    previousBill: earlier.length === 0 ? null : billOf(earlier),
    teams,
    environments,
  };
}

function sourceFacts({ source, month, facts: { lines, duplicates, capabilities } }: StoredCharges): SourceFacts {
  return { source, month, lines, duplicates, capabilities };
}

function periodOf(snapshot: Snapshot, asked: Months): { readonly first: Month; readonly last: Month } {
  const parts = chargesOf(snapshot);
  const months = [...new Set(parts.filter(({ facts }) => facts.rows > 0).map(({ month }) => month))].toSorted();
  const [oldest, newest] = [months[0], months.at(-1)];
  if (oldest === undefined || newest === undefined)
    throw new UserError('the snapshot has no charges', 'collect a bill first: tonnage collect, or tonnage report --cur PATH');
  const whole = newestWhole(parts, months) ?? newest;
  const last = asked.last ?? (asked.first !== undefined && asked.first > whole ? latest(newest, asked.first) : whole);
  const first = asked.first ?? (asked.last === undefined || asked.last < oldest ? last : oldest);
  const missing = monthRange(first, last).find((month) => !months.includes(month));
  if (missing === undefined) return { first, last };
  throw new UserError(`no charges in ${missing}`, `there are charges in ${months.join(', ')}`);
}

const latest = (a: Month, b: Month): Month => (a > b ? a : b);

/** The newest month that the bill follows to its last day: a month that goes on is no month to compare. */
function newestWhole(parts: readonly StoredCharges[], months: readonly Month[]): Month | undefined {
  const isWhole = (month: Month): boolean =>
    parts.some((part) => part.month === month && part.facts.lastUsage !== null && part.facts.lastUsage.slice(0, 10) >= `${month}-${daysIn(month)}`);
  return months.findLast(isWhole);
}

function partsOf(snapshot: Snapshot, first: Month, last: Month): StoredCharges[] {
  return chargesOf(snapshot).filter(({ month }) => month >= first && month <= last);
}

function hasAll(snapshot: Snapshot, first: Month, last: Month, currency: string): boolean {
  const parts = chargesOf(snapshot);
  return monthRange(first, last).every((month) => parts.some((part) => part.month === month && part.facts.totals.some((total) => total.currency === currency)));
}

/** Amounts of different currencies are never added. */
function currencyOf(parts: readonly StoredCharges[], wanted: string | undefined): string {
  const currencies = [...new Set(parts.flatMap(({ facts }) => facts.totals.map(({ currency }) => currency)))].toSorted();
  if (wanted !== undefined && currencies.includes(wanted)) return wanted;
  const [only, other] = currencies;
  if (only === undefined || other !== undefined || wanted !== undefined) {
    throw new UserError(
      wanted === undefined
        ? `the bill is in ${currencies.join(' and ')}, which are never added`
        : `no charges in ${wanted}: the bill is in ${currencies.join(' and ')}`,
      'name one of them: --currency, or `currency` in tonnage.yaml',
    );
  }
  return only;
}

function sumTotals(parts: readonly StoredCharges[], currency: string, metric: CostMetric): Money {
  const totals = parts.flatMap(({ facts }) => facts.totals.filter((total) => total.currency === currency));
  return money(totals.reduce((sum, total) => sum + Number(total[TOTALS[metric]]), 0));
}

/** What is not known of this metric, and what is left out for its currency. */
function gapsOf({ source, month, facts }: StoredCharges, currency: string, metric: CostMetric): Gap[] {
  const own = facts.gaps
    .filter((gap) => !('currency' in gap) || gap.currency === currency)
    .filter((gap) => gap.code !== 'unknown-cost' || gap.metric === TOTALS[metric]);
  const others = facts.totals
    .filter((total) => total.currency !== currency)
    .map((total): Gap => ({ code: 'other-currency', source, month, currency: total.currency, lines: total.lines }));
  return [...own, ...others];
}
