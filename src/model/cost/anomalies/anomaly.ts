import type { Day, Money } from '../../facts.ts';

/** What a series of daily costs is of. */
export type SeriesKind = 'service' | 'team' | 'workload';

/**
 * - `rise`, `drop`: a new level from a day on;
 * - `new`, `gone`: the same, from nothing or to nothing;
 * - `spike`: a day or two, after which it is as before.
 */
export type AnomalyKind = 'rise' | 'drop' | 'new' | 'gone' | 'spike';

/** Daily cost that left its level. Fees that come once a month, one-time charges, tax, credits and late corrections are not looked at. */
export interface Anomaly {
  readonly by: SeriesKind;
  readonly name: string;
  readonly kind: AnomalyKind;
  /** The first day of it. */
  readonly began: Day;
  /** The last day of it; null where it still goes on at the end of the data. */
  readonly ended: Day | null;
  /** What a day would cost by the level before, and what it cost: means over the days of it. */
  readonly expectedPerDay: Money;
  readonly actualPerDay: Money;
  /** Actual less expected, over all of its days so far; negative where it costs less. */
  readonly extra: Money;
  /** How many times as large as the noise of such a mean: from 5 on it counts. */
  readonly score: number;
  /** `high`: a score of 8 and more. */
  readonly confidence: 'high' | 'medium';
}
