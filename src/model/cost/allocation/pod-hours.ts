import type { PodColumns, RequestsOf, UseColumns } from './node-facts.ts';
import type { PodHours } from './node-run.ts';

const GIB = 2 ** 30;

/** What is known of all pods. */
export interface PodFacts {
  readonly pods: PodColumns;
  readonly use: UseColumns;
  readonly requestsOf: RequestsOf;
}

/** When each pod was on its node, and where its use begins in the columns. */
export interface PodTimes {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly firstUse: Int32Array;
}

/**
 * A pod is there from when it was scheduled until it was last seen, and as long as it was seen to use something. One that is over left its node before it was
 * last seen: it counts until it was last seen to run or to use something.
 */
export function podTimes({ pods, use }: Pick<PodFacts, 'pods' | 'use'>): PodTimes {
  const firstUse = new Int32Array(pods.rows + 1).fill(use.rows);
  for (let row = use.rows - 1; row >= 0; row -= 1) firstUse[use.pod[row] ?? 0] = row;
  for (let pod = pods.rows - 1; pod >= 0; pod -= 1) firstUse[pod] = Math.min(firstUse[pod] ?? 0, firstUse[pod + 1] ?? 0);
  const [start, end] = [new Float64Array(pods.rows), new Float64Array(pods.rows)];
  for (let pod = 0; pod < pods.rows; pod += 1) {
    const [from, to] = [firstUse[pod] ?? 0, firstUse[pod + 1] ?? 0];
    const usedFrom = from < to ? (use.first[from] ?? Infinity) : Infinity;
    const usedUntil = from < to ? (use.last[to - 1] ?? -Infinity) : -Infinity;
    const begun = pods.start[pod] ?? Number.NaN;
    start[pod] = Number.isNaN(begun) ? Math.min(usedFrom, pods.lastSeen[pod] ?? Infinity) : begun;
    const seen = pods.isOver[pod] === 1 ? pods.lastRunning[pod] : pods.lastSeen[pod];
    end[pod] = Math.max(start[pod] ?? 0, usedUntil, seen === undefined || Number.isNaN(seen) ? -Infinity : seen);
  }
  return { start, end, firstUse };
}

/** Pods of which nothing says what they ask for or use: they have no part of their node. */
export interface Unmeasured {
  pods: number;
}

/** The hours of the pods [first, end) within those of their node, in order of hour, then of pods. A hot loop. */
export function podHours(
  { pods, use, requestsOf }: PodFacts,
  times: PodTimes & { readonly gpus: Float64Array },
  { first, end }: { readonly first: number; readonly end: number },
  { firstHour, hours, observed }: { readonly firstHour: number; readonly hours: number; readonly observed: Uint8Array },
  unmeasured: Unmeasured,
): PodHours {
  const at = placesOf(times, { first, end }, { firstHour, hours, observed });
  const rows = at[hours] ?? 0;
  const [hourOf, owner] = [new Int32Array(rows), new Int32Array(rows)];
  const [seconds, coreSeconds, gibSeconds, gpuSeconds] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let pod = first; pod < end; pod += 1) {
    const [begins, ends] = [times.start[pod] ?? 0, times.end[pod] ?? 0];
    let used = times.firstUse[pod] ?? 0;
    const usedEnd = times.firstUse[pod + 1] ?? 0;
    let isMeasured = false;
    const [from, to] = hoursOf(begins, ends, firstHour, hours);
    for (let hour = from; hour < to; hour += 1) {
      if (observed[hour] !== 1) continue;
      while (used < usedEnd && (use.hour[used] ?? 0) < firstHour + hour) used += 1;
      const isUsed = used < usedEnd && use.hour[used] === firstHour + hour;
      const request = requestsOf(pods.workload[pod] ?? 0, firstHour + hour);
      const reservedCores = first0(pods.cores[pod], request?.cores) + first0(pods.overheadCores[pod], 0);
      const reservedBytes = first0(pods.bytes[pod], request?.bytes) + first0(pods.overheadBytes[pod], 0);
      const usedCores = isUsed ? first0(use.cores[used], 0) : 0;
      const usedBytes = isUsed ? first0(use.bytes[used], 0) : 0;
      isMeasured ||= isUsed || request !== undefined || !Number.isNaN(pods.cores[pod] ?? Number.NaN);
      const row = at[hour] ?? 0;
      at[hour] = row + 1;
      const length = secondsIn(begins, ends, firstHour + hour);
      hourOf[row] = hour;
      owner[row] = pods.owner[pod] ?? 0;
      seconds[row] = length;
      coreSeconds[row] = length * Math.max(reservedCores, usedCores, 0);
      gibSeconds[row] = (length * Math.max(reservedBytes, usedBytes, 0)) / GIB;
      gpuSeconds[row] = length * first0(times.gpus[pod], 0);
    }
    // Of some that are long over only the end is known: they take no time, and nothing is missing of them.
    if (!isMeasured && from < to && begins < ends) unmeasured.pods += 1;
  }
  return { rows, hour: hourOf, owner, seconds, coreSeconds, gibSeconds, gpuSeconds };
}

/** The first of two that is known; 0 if neither is. */
function first0(one: number | undefined, other: number | undefined): number {
  if (one !== undefined && !Number.isNaN(one)) return one;
  return other ?? 0;
}

/** Row with which each hour begins, and in the end how many rows there are. */
function placesOf(
  times: PodTimes,
  { first, end }: { readonly first: number; readonly end: number },
  { firstHour, hours, observed }: { readonly firstHour: number; readonly hours: number; readonly observed: Uint8Array },
): Int32Array {
  const at = new Int32Array(hours + 2);
  for (let pod = first; pod < end; pod += 1) {
    const [from, to] = hoursOf(times.start[pod] ?? 0, times.end[pod] ?? 0, firstHour, hours);
    for (let hour = from; hour < to; hour += 1) if (observed[hour] === 1) at[hour + 1] = (at[hour + 1] ?? 0) + 1;
  }
  for (let hour = 0; hour < hours; hour += 1) at[hour + 1] = (at[hour + 1] ?? 0) + (at[hour] ?? 0);
  return at;
}

/** Hours of the node, [from, to), in which a time lies. */
function hoursOf(begins: number, ends: number, firstHour: number, hours: number): readonly [number, number] {
  return [Math.max(Math.floor(begins / 3600) - firstHour, 0), Math.min(Math.ceil(ends / 3600) - firstHour, hours)];
}

/** Seconds of [begins, ends) in an hour. */
export function secondsIn(begins: number, ends: number, hour: number): number {
  return Math.max(Math.min(ends, (hour + 1) * 3600) - Math.max(begins, hour * 3600), 0);
}
