import type { Money } from '../facts.ts';

/** A Savings Plan or reservation in the period, as the bill's own lines have it. */
export interface Commitment {
  readonly provider: string;
  /** FOCUS CommitmentDiscountType: `Savings Plan`, `Reserved Instance`. */
  readonly type: string | null;
  /** Its ARN or name; null where the lines do not name it. */
  readonly id: string | null;
  /** Who pays for what nobody uses. */
  readonly account: string | null;
  /** Amortized: what usage took of it, and what nobody used. */
  readonly used: Money;
  readonly unused: Money;
  /** used / (used + unused); null where it cost nothing. */
  readonly utilization: number | null;
}

export function commitmentOf(of: Omit<Commitment, 'utilization'>): Commitment {
  const all = of.used + of.unused;
  return { ...of, utilization: all === 0 ? null : of.used / all };
}
