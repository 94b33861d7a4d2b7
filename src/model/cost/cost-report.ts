import type { BillState, CostTotals, Money, Month, Period, ReportGap, SourceId } from '../facts.ts';
import type { AllocationReport } from './allocation-report.ts';
import type { Anomaly } from './anomalies/anomaly.ts';
import type { Commitment } from './commitment.ts';
import type { Correction } from './corrections.ts';
import type { IdleKind } from './cost-line.ts';
import type { DriverCheck } from './drivers/comparison.ts';
import type { Driver } from './drivers/driver.ts';
import type { Forecast } from './forecast/forecast-report.ts';
import type { Invoice } from './invoice.ts';
import type { MonthCost } from './months.ts';
import type { OwnershipCoverage } from './ownership.ts';
import type { CrossCheck } from './same-bill.ts';

/**
 * Which of a charge's amounts a report adds up: cash as invoiced; amortized, before negotiated discounts and after them; at public prices; at
 * contracted prices.
 */
export const COST_METRICS = ['billed', 'effective', 'net-effective', 'list', 'contracted'] as const;
export type CostMetric = (typeof COST_METRICS)[number];

/** The control total that each metric must add up to. */
export const METRIC_TOTALS = {
  billed: 'billed',
  effective: 'effective',
  'net-effective': 'netEffective',
  list: 'list',
  contracted: 'contracted',
} as const satisfies Readonly<Record<CostMetric, keyof CostTotals>>;

/** What each part of the bill is, in the order in which a reconciliation prints it. */
export const SHARES = ['allocated', 'idle', 'shared', 'unattributed', 'tax', 'credit'] as const;
export type Share = (typeof SHARES)[number];

/** What a report can be broken down by. */
export const DIMENSIONS = ['team', 'provider', 'service', 'account', 'region', 'environment', 'cluster', 'namespace', 'workload', 'category'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The month's bill, or that of several whole months, beside the same number of months before it. */
export interface CostReport {
  readonly kind: 'CostReport';
  readonly schemaVersion: 2;
  readonly organisation: string | null;
  readonly generatedFrom: GeneratedFrom;
  readonly gaps: readonly ReportGap[];
  readonly period: Period;
  /** null where the snapshot does not hold all of the period before. */
  readonly previousPeriod: Period | null;
  readonly currency: string;
  readonly costMetric: CostMetric;
  /** `preliminary` until every bill of the period is final. */
  readonly state: BillState;
  /** The bills that are added up: of each provider, account and month once. */
  readonly bills: readonly CountedBill[];
  /** Bills that another source tells too, compared. */
  readonly crossChecks: readonly CrossCheck[];
  readonly reconciliation: Reconciliation;
  readonly previousBill: Money | null;
  readonly change: Change | null;
  /** Why: they add up to the change. None where there is no period before. */
  readonly drivers: readonly Driver[];
  /** The same of AWS’s bill, as AWS itself tells it; null where it was not asked. */
  readonly driverCheck: DriverCheck | null;
  /** Each breakdown adds up to the bill. Dimensions without a single name (no team configured) are left out. */
  readonly breakdowns: readonly Breakdown[];
  /** The finest rows; each breakdown is a sum over them. */
  readonly rows: readonly CostRow[];
  /** Up to 24 months, oldest first. */
  readonly months: readonly MonthCost[];
  /** null where there is nothing to build on. */
  readonly forecast: Forecast | null;
  /** Where daily costs left their level in the period, dearest first. */
  readonly anomalies: readonly Anomaly[];
  /** What the period's bills correct of earlier ones. It is part of their sum. */
  readonly corrections: readonly Correction[];
  /** How the cost of clusters was split; null where there is no cluster. */
  readonly allocation: AllocationReport | null;
  /** How much of the bill has a team; null where no teams are configured. */
  readonly ownership: OwnershipCoverage | null;
  /** Savings Plans and reservations, dearest first. */
  readonly commitments: readonly Commitment[];
  /** The bill as it is paid: in cash, whatever the cost metric. */
  readonly invoice: Invoice;
  /** Cost a day and service, of this period and the one before. Adds up to both bills. */
  readonly trend: readonly TrendPoint[];
}

/** What one provider bills to one account for one month, by the source that counts. */
export interface CountedBill {
  readonly source: SourceId;
  readonly month: Month;
  readonly provider: string;
  readonly account: string | null;
  readonly state: BillState;
  /** In the metric of the report. */
  readonly cost: Money;
}

export interface GeneratedFrom {
  /** Digest of the snapshot's tables: the same digest gives the same report. */
  readonly snapshot: string;
  readonly sources: readonly SourceFacts[];
}

export interface SourceFacts {
  readonly source: SourceId;
  readonly month: Month;
  /** Lines of the bill that were read. */
  readonly lines: number;
  /** Lines left out because the same line stood in the bill twice. */
  readonly duplicates: number;
  /** What the bill can answer: `resource-ids`, `savings-plans`, ... */
  readonly capabilities: readonly string[];
}

/** allocated + idle + shared + unattributed + tax + credit + residual = bill. */
export interface Reconciliation extends Readonly<Record<Share, Money>> {
  /** The bill's own sum, taken before anything was mapped, grouped or allocated. */
  readonly bill: Money;
  /** What the rows do not explain: 0 within 1e-9 of the bill, or it is a bug. */
  readonly residual: Money;
}

export interface Change {
  readonly amount: Money;
  /** Share of the earlier cost; null where that was 0. */
  readonly ratio: number | null;
}

interface Costs {
  readonly cost: Money;
  /** null where there is no period before. */
  readonly previousCost: Money | null;
  readonly change: Change | null;
}

export interface Breakdown {
  readonly by: Dimension;
  /** Dearest first. */
  readonly rows: readonly BreakdownRow[];
}

export interface BreakdownRow extends Costs {
  /** null: the charges that have no such name (no region, no team). */
  readonly name: string | null;
  /** A longer name where there is one (an account's). */
  readonly title: string | null;
  /** Part of the bill; null where the bill is 0. */
  readonly share: number | null;
}

export interface CostRow extends Costs {
  readonly provider: string;
  /** The provider's service; `Tax` and `Credits` for those. */
  readonly service: string;
  readonly account: string | null;
  readonly accountName: string | null;
  readonly region: string | null;
  readonly team: string | null;
  readonly environment: string | null;
  readonly cluster: string | null;
  readonly namespace: string | null;
  /** As in `Deployment/api`. */
  readonly workload: string | null;
  /** FOCUS ChargeCategory; `Unused commitment` for usage that was paid for and not used, `Correction` for what corrects an earlier bill. */
  readonly category: string;
  readonly share: Share;
  /** Of what is idle in a cluster: what kind of idle. */
  readonly idle: IdleKind | null;
  /** How its part of a cluster's charge was found: `split-cost`, `requests`, `volume`, ...; null: it is no part. */
  readonly method: string | null;
}

export interface TrendPoint {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly service: string;
  readonly cost: Money;
}
