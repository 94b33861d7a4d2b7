import type { Gap, Money, Month, Period, SourceId } from '../facts.ts';

/**
 * Which of a charge's amounts a report adds up: cash as invoiced; amortized, before negotiated discounts and after them; at public prices; at
 * contracted prices.
 */
export const COST_METRICS = ['billed', 'effective', 'net-effective', 'list', 'contracted'] as const;
export type CostMetric = (typeof COST_METRICS)[number];

/** What each part of the bill is, in the order in which a reconciliation prints it. */
export const SHARES = ['allocated', 'idle', 'shared', 'unattributed', 'tax', 'credit'] as const;
export type Share = (typeof SHARES)[number];

/** What a report can be broken down by. */
export const DIMENSIONS = ['service', 'account', 'region', 'team', 'environment', 'category'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The month's bill, or that of several whole months, beside the same number of months before it. */
export interface CostReport {
  readonly kind: 'CostReport';
  readonly schemaVersion: 1;
  readonly organisation: string | null;
  readonly generatedFrom: GeneratedFrom;
  readonly gaps: readonly Gap[];
  readonly period: Period;
  /** null where the snapshot does not hold all of the period before. */
  readonly previousPeriod: Period | null;
  readonly currency: string;
  readonly costMetric: CostMetric;
  readonly reconciliation: Reconciliation;
  readonly previousBill: Money | null;
  readonly change: Change | null;
  /** Each breakdown adds up to the bill. Dimensions without a single name (no team configured) are left out. */
  readonly breakdowns: readonly Breakdown[];
  /** The finest rows; each breakdown is a sum over them. */
  readonly rows: readonly CostRow[];
  /** Cost a day and service, of this period and the one before. Adds up to both bills. */
  readonly trend: readonly TrendPoint[];
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
  readonly workload: string | null;
  /** FOCUS ChargeCategory; `Unused commitment` for usage that was paid for and not used. */
  readonly category: string;
  readonly share: Share;
}

export interface TrendPoint {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly service: string;
  readonly cost: Money;
}
