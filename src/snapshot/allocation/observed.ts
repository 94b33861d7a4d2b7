import type { SecondsObserved } from '../../model/cost/allocation/node-facts.ts';
import type { LocatedPart } from './contract.ts';

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * When somebody looked at the pods of each cluster: at the pods themselves, or at what they used.
 * @param isPlaced whether anything says on which nodes the pods of a cluster were on a day: where nothing does, nothing was observed
 */
export function secondsObserved(parts: readonly LocatedPart[], isPlaced: (cluster: string, day: string) => boolean): SecondsObserved {
  const byCluster = Map.groupBy(
    parts.filter(({ part }) => part.facts.rows > 0 && isPlaced(part.cluster, part.day)),
    ({ part }) => part.cluster,
  );
  const seconds = new Map([...byCluster].map(([cluster, of]) => [cluster, hourly(joined(of.flatMap(({ part }) => stretchOf(part.facts.observed))))]));
  return (cluster, hour) => seconds.get(cluster)?.get(hour) ?? 0;
}

function stretchOf(observed: { readonly start: string; readonly end: string } | null): Stretch[] {
  return observed === null ? [] : [{ start: Date.parse(observed.start) / 1000, end: Date.parse(observed.end) / 1000 }];
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = result.at(-1);
    if (last === undefined || stretch.start > last.end) result.push(stretch);
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, stretch.end) };
  }
  return result;
}

function hourly(stretches: readonly Stretch[]): Map<number, number> {
  const hours = new Map<number, number>();
  for (const { start, end } of stretches) {
    for (let hour = Math.floor(start / 3600); hour * 3600 < end; hour += 1) {
      hours.set(hour, (hours.get(hour) ?? 0) + Math.min(end, (hour + 1) * 3600) - Math.max(start, hour * 3600));
    }
  }
  return hours;
}
