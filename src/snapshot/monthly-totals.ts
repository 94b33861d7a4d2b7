import type { MonthFacts } from '../model/cost/months.ts';
import type { StoredCharges } from './stored-part.ts';

/** What the manifest says of each month's bill: no table is opened. */
export function monthFacts(parts: readonly StoredCharges[]): MonthFacts[] {
  return parts.map(({ month, source, facts: { totals, lastUsage, gaps } }) => ({
    month,
    source,
    totals,
    lastUsage,
    unknown: gaps.flatMap((gap) => (gap.code === 'unknown-cost' ? [gap.metric] : [])),
  }));
}
