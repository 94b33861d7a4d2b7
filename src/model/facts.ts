import type { ClusterTable } from './cluster/tables.ts';
import type { NodeFinding } from './cost/allocation/node-findings.ts';
import type { BillingTable } from './cost/billing-tables.ts';

/** The nouns that every stage shares. Times are UTC; periods are [start, end). */

declare const unit: unique symbol;

/** An amount of one currency (`currency` says which, where it stands). Rounded only when printed. */
export type Money = number & { readonly [unit]: 'money' };

/** A calendar month, `YYYY-MM`. */
export type Month = string & { readonly [unit]: 'month' };

/** A calendar day in UTC, `YYYY-MM-DD`. */
export type Day = string & { readonly [unit]: 'day' };

/** CPU, in cores (or vCPUs): a millicore is 0.001. */
export type Cores = number & { readonly [unit]: 'cores' };

/** Memory or storage, in bytes. */
export type Bytes = number & { readonly [unit]: 'bytes' };

export type Seconds = number & { readonly [unit]: 'seconds' };

/** An instant as ISO 8601 with `Z`. */
export type Timestamp = string & { readonly [unit]: 'timestamp' };

/** A source as the configuration names it: its kind, or the name given to it. */
export type SourceId = string;

export interface Period {
  readonly start: Timestamp;
  readonly end: Timestamp;
}

export const money = (amount: number): Money => amount as Money;

/** What is not known, as data: `describeGap` of a renderer turns it into words. */
export type Gap =
  | {
      readonly code: 'unknown-line-type';
      readonly source: SourceId;
      readonly month: Month;
      readonly lineType: string;
      readonly lines: number;
      /** Billed amount of these lines, in `currency`. */
      readonly cost: Money;
      readonly currency: string;
    }
  | {
      /** Some charges have no value for the metric asked for: they are left out of every sum. */
      readonly code: 'unknown-cost';
      readonly source: SourceId;
      readonly month: Month;
      readonly metric: keyof CostTotals;
      readonly lines: number;
      /** What the same charges were billed at; null where that is what is not known. */
      readonly billed: Money | null;
      readonly currency: string;
    }
  | {
      /** Rows of split cost allocation data that say what they had of a charge, but not of which, or of one that the bill does not have. */
      readonly code: 'split-without-parent';
      readonly source: SourceId;
      readonly month: Month;
      readonly lines: number;
      /** What they say that they cost, in `currency`: it is in no sum. */
      readonly cost: Money;
      readonly currency: string;
    }
  | {
      readonly code: 'other-currency';
      readonly source: SourceId;
      readonly month: Month;
      readonly currency: string;
      readonly lines: number;
    }
  | { readonly code: 'source-failed'; readonly source: SourceId; readonly reason: string }
  /** Not allowed to read it. `what`: as in `list pods in namespace web`. */
  | { readonly code: 'forbidden'; readonly source: SourceId; readonly what: string }
  /** The source has nothing of the kind. `metric`: its name there; `unknown`: what cannot be said without it. */
  | { readonly code: 'missing-metric'; readonly source: SourceId; readonly metric: string; readonly unknown: string }
  /** A stretch of time that could not be read, though the source is there. */
  | { readonly code: 'unread-period'; readonly source: SourceId; readonly what: string; readonly period: Period; readonly reason: string }
  /** A value that makes no sense, such as a negative request: it counts as not there. */
  | { readonly code: 'unreadable-value'; readonly source: SourceId; readonly object: string; readonly field: string; readonly value: string }
  /** Pods of which nothing says what they belong to. */
  | { readonly code: 'unknown-owner'; readonly source: SourceId; readonly pods: number; readonly example: string }
  /** The source's clock less this machine's. */
  | { readonly code: 'clock-skew'; readonly source: SourceId; readonly seconds: number };

/** What a report cannot say of clusters. */
export type AllocationGap =
  | NodeFinding
  | { readonly code: 'unread-cluster'; readonly cluster: string }
  /** A rule shares costs in a cluster that neither the bill nor a source has: it was not followed. */
  | { readonly code: 'unknown-cluster'; readonly cluster: string };

/** All that a report can have to name as not known. */
export type ReportGap = Gap | AllocationGap;

/** One input of a part, as it was when it was read. */
export interface InputFile {
  /** Relative to the source's own root. */
  readonly name: string;
  readonly bytes: number;
  /** Time of last modification. */
  readonly modified: Timestamp;
  /** All months that the file holds, also those that no part was made of. */
  readonly months: readonly Month[];
}

/** What a collector says of any part that it has written. */
export interface PartFacts {
  readonly rows: number;
  /** Names of what the input can answer (`resource-ids`, `savings-plans`, `throttling`, ...). */
  readonly capabilities: readonly string[];
  readonly gaps: readonly Gap[];
}

/** What a collector says of a part of `charges`. */
export interface ChargeFacts extends PartFacts {
  readonly inputs: readonly InputFile[];
  /** Sums of the input before it was aggregated, per currency: what a report must add up to. Exact decimals as text. */
  readonly totals: readonly ControlTotal[];
  /** Lines read from the input, and lines left out because they stood in it twice. */
  readonly lines: number;
  readonly duplicates: number;
  /** When the latest usage began; null where there is none. */
  readonly lastUsage: Timestamp | null;
}

/** A sum of each cost. Exact decimals as text. */
export interface CostTotals {
  /** Cash: as it is invoiced. */
  readonly billed: string;
  /** Amortized, before negotiated discounts where the bill tells them apart. */
  readonly effective: string;
  /** Amortized, after all discounts: FOCUS EffectiveCost. */
  readonly netEffective: string;
  readonly list: string;
  readonly contracted: string;
}

/** What one provider bills to one account in one currency. */
export interface ControlTotal extends CostTotals {
  readonly provider: string;
  /** The account that is billed; null where the source does not say. */
  readonly billingAccount: string | null;
  readonly currency: string;
  readonly state: BillState;
  readonly lines: number;
}

/** `final`: every line that costs something has its invoice. `unknown`: the source does not say. */
export type BillState = 'final' | 'preliminary' | 'unknown';

/** What a collector says of a part of a cluster's tables. */
export interface ClusterFacts extends PartFacts {
  /** From the first to after the last instant that was observed; null where nothing was. */
  readonly observed: Period | null;
  /** Time between two looks, typically; null where that is not known, or there was only one. */
  readonly resolution: Seconds | null;
  /** Single measurements that the rows were made from. */
  readonly samples: number;
}

/** One piece of a snapshot. It is written whole or not at all. */
export type Part = ChargesPart | BillingPart | ClusterPart;

/** What a month cost. */
export interface ChargesPart extends PartBase {
  readonly table: 'charges';
  readonly month: Month;
  /** Writes one Parquet file. The same input gives the same bytes. */
  readonly write: (file: string) => Promise<ChargeFacts>;
}

/** What a provider says about a month beside its charges: one of the tables in `cost/billing-tables.ts`. */
export interface BillingPart extends PartBase {
  readonly table: BillingTable;
  readonly month: Month;
  /** Writes one Parquet file. The same input gives the same bytes. */
  readonly write: (file: string) => Promise<PartFacts>;
}

export const WHOLE_DAY = 'all';

/** What ran in a cluster on a day: one of the tables in `cluster/tables.ts`. A table of things as they are has the day on which they were looked at. */
export interface ClusterPart extends PartBase {
  readonly table: ClusterTable;
  readonly cluster: string;
  readonly day: Day;
  /** Tells pieces of one day apart, where a day is collected in several; else `WHOLE_DAY`. */
  readonly slice: string;
  /** Writes one Parquet file. The same input gives the same bytes. */
  readonly write: (file: string) => Promise<ClusterFacts>;
}

interface PartBase {
  readonly source: SourceId;
  /** Stands for all that the part is made from: while it is the same, the input has not changed. */
  readonly identity: string;
  /** It can no longer change, where the collector knows better than the rule for its table. */
  readonly isSettled?: boolean;
  /** Share done (0..1) of `write`, where it is known. */
  readonly progress: () => number | undefined;
  /** What `write` has read so far, of which there is a rate: samples, objects. */
  readonly counter?: { readonly what: string; readonly count: () => number };
  /** Which of how many parts of its source it is, where that is known before they are read; counted from 1. */
  readonly position?: { readonly at: number; readonly of: number };
}
