/** The nouns that every stage shares. Times are UTC; periods are [start, end). */

declare const unit: unique symbol;

/** An amount of one currency (`currency` says which, where it stands). Rounded only when printed. */
export type Money = number & { readonly [unit]: 'money' };

/** A calendar month, `YYYY-MM`. */
export type Month = string & { readonly [unit]: 'month' };

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
      readonly metric: 'billed' | 'effective' | 'list' | 'contracted';
      readonly lines: number;
      /** What the same charges were billed at; null where that is what is not known. */
      readonly billed: Money | null;
      readonly currency: string;
    }
  | {
      readonly code: 'other-currency';
      readonly source: SourceId;
      readonly month: Month;
      readonly currency: string;
      readonly lines: number;
    }
  | { readonly code: 'source-failed'; readonly source: SourceId; readonly reason: string };

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

/** What a collector says of a part that it has written. */
export interface PartFacts {
  readonly rows: number;
  readonly inputs: readonly InputFile[];
  /** Names of what the input can answer (`resource-ids`, `savings-plans`, ...). */
  readonly capabilities: readonly string[];
  readonly gaps: readonly Gap[];
  /** Sums of the input before it was aggregated, per currency: what a report must add up to. Exact decimals as text. */
  readonly totals: readonly ControlTotal[];
  /** Lines read from the input, and lines left out because they stood in it twice. */
  readonly lines: number;
  readonly duplicates: number;
  /** When the latest usage began; null where there is none. */
  readonly lastUsage: Timestamp | null;
}

export interface ControlTotal {
  readonly currency: string;
  readonly lines: number;
  readonly billed: string;
  readonly effective: string;
  readonly list: string;
  readonly contracted: string;
}

/** One piece of a snapshot. It is written whole or not at all. */
export interface Part {
  readonly table: 'charges';
  readonly source: SourceId;
  readonly month: Month;
  /** Stands for all that the part is made from: while it is the same, the input has not changed. */
  readonly identity: string;
  /** Share done (0..1) of `write`, where it is known. */
  readonly progress: () => number | undefined;
  /** Writes one Parquet file. The same input gives the same bytes. */
  readonly write: (file: string) => Promise<PartFacts>;
}
