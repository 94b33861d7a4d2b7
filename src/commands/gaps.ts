import type { Gap } from '../model/facts.ts';

/** List and contracted prices are missing from many bills for good: it matters to a report of these, which tells it. */
function mattersToAll(gap: Gap): boolean {
  return gap.code !== 'unknown-cost' || gap.metric === 'billed' || gap.metric === 'effective';
}

/**
 * Gaps as one is told of them after collecting: what is missing on one day is mostly missing on all of them, and is said once; of pods without owners the day with most says it.
 * In order of sources, then of what is missing.
 */
export function toldOnce(gaps: readonly Gap[]): Gap[] {
  const told = new Map<string, Gap>();
  for (const gap of gaps.filter(mattersToAll)) {
    const key = gap.code === 'unknown-owner' ? `${gap.code} ${gap.source}` : JSON.stringify(gap);
    const other = told.get(key);
    if (other?.code !== 'unknown-owner' || gap.code !== 'unknown-owner' || gap.pods > other.pods) told.set(key, gap);
  }
  const rank = ({ source, code }: Gap): string => `${source} ${code}`;
  return [...told.values()].toSorted((a, b) => (rank(a) < rank(b) ? -1 : Number(rank(a) > rank(b))));
}
