import type { CostLine, ServiceCharge } from './cost-line.ts';

/** Charges of one service that are the same in when they are for, and in how they come again. */
export interface DatedCharge extends ServiceCharge {
  readonly provider: string;
  /** FOCUS ChargeFrequency; null where the bill does not say. */
  readonly frequency: string | null;
  /** It corrects a bill that was invoiced before. */
  readonly isCorrection: boolean;
}

/** A line of one stretch of time, for series by owner or workload. */
export interface DatedLine extends CostLine, Pick<DatedCharge, 'frequency' | 'firstDay' | 'endDay'> {}

type Dated = Pick<DatedCharge, 'category' | 'frequency' | 'isCorrection' | 'firstDay' | 'endDay'>;

/**
 * How a charge comes about, for what looks at days:
 * - `daily`: as things are used, so that it can be extrapolated, and can change from one day to the next;
 * - `monthly`: a fee, a flat price or a credit: once a month, or only once;
 * - `tax`: a part of all else;
 * - `correction`: of an earlier month, so that it says nothing of the days of this one.
 */
export type Nature = 'daily' | 'monthly' | 'tax' | 'correction';

export function natureOf({ category, frequency, isCorrection, firstDay, endDay }: Dated): Nature {
  if (isCorrection) return 'correction';
  if (category === 'Tax') return 'tax';
  if (category === 'Credit' || frequency === 'One-Time') return 'monthly';
  const isOfADay = Date.parse(endDay) - Date.parse(firstDay) <= 86_400_000;
  return !isOfADay && (category === 'Purchase' || frequency === 'Recurring') ? 'monthly' : 'daily';
}
