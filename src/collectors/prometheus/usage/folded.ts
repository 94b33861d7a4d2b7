import type { UsageOf } from './copies.ts';
import type { UsageMetric } from './metrics.ts';

/** What was used in a stretch of time by some containers, and what is to be said of how that is known. */
export interface Folded {
  /** Can be gone through once. */
  readonly usage: Iterable<UsageOf>;
  readonly samples: number;
  /** Milliseconds of the first and the last sample; infinite where there is none. */
  readonly first: number;
  readonly last: number;
  /** How often samples were so many seconds apart. */
  readonly intervals: ArrayLike<number>;
  readonly found: ReadonlySet<UsageMetric>;
  readonly unreadable: number;
}
