import type { Request, RequestsOf } from './node-facts.ts';

/** What containers of workloads ask for. In order of workload, day, container and since; times are seconds since 1970, NaN is not known. */
export interface RequestColumns {
  readonly rows: number;
  readonly workload: Float64Array;
  /** Day (since 1970) on which it was looked at. */
  readonly day: Float64Array;
  readonly container: Float64Array;
  /** One of `CONTAINER_TYPES`, by number. */
  readonly type: Float64Array;
  /** NaN: it asks for none. */
  readonly cores: Float64Array;
  readonly bytes: Float64Array;
  /** NaN: not known; 0: it asks for none. */
  readonly gpus: Float64Array;
  readonly since: Float64Array;
  readonly until: Float64Array;
}

export const CONTAINER_TYPES = ['main', 'sidecar', 'init'] as const;
const [MAIN, SIDECAR] = [0, 1];

const DAY = 86_400;

/**
 * What a pod of a workload reserves: the scheduler's sum over its containers, that is main ones and sidecars, or the largest init container and the sidecars where that
 * is more (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers). The order of init containers is not kept: sidecars
 * count as begun before all of them. What was asked for on a day is what that day's look says of it; where nobody looked, the next look that did, else the last one before.
 */
export function requestsOf(columns: RequestColumns): RequestsOf {
  const looks = looksOf(columns);
  const cache = new Map<number, Cached>();
  return (workload, hour) => {
    const time = hour * 3600 + 1800;
    const cached = cache.get(workload);
    if (cached !== undefined && cached.from <= time && time < cached.to) return cached.request;
    const of = looks.get(workload);
    if (of === undefined) return undefined;
    const found = requestAt(columns, of, time);
    cache.set(workload, found);
    return found.request;
  };
}

/** Holds for times in [from, to). */
interface Cached {
  readonly from: number;
  readonly to: number;
  readonly request: Request;
}

interface Look {
  readonly day: number;
  readonly first: number;
  readonly end: number;
}

function looksOf({ rows, workload, day }: RequestColumns): Map<number, Look[]> {
  const looks = new Map<number, Look[]>();
  for (let first = 0; first < rows;) {
    let end = first + 1;
    while (end < rows && workload[end] === workload[first] && day[end] === day[first]) end += 1;
    const of = looks.get(workload[first] ?? 0) ?? [];
    of.push({ day: day[first] ?? 0, first, end });
    looks.set(workload[first] ?? 0, of);
    first = end;
  }
  return looks;
}

function requestAt(columns: RequestColumns, looks: readonly Look[], time: number): Cached {
  const day = Math.floor(time / DAY);
  const at = looks.findIndex((look) => look.day >= day);
  const look = looks[at === -1 ? looks.length - 1 : at] ?? { day, first: 0, end: 0 };
  const before = at === -1 ? look.day : (looks[at - 1]?.day ?? -Infinity);
  let [from, to] = [(before + 1) * DAY, at === -1 ? Infinity : (look.day + 1) * DAY];
  for (let row = look.first; row < look.end; row += 1) {
    for (const change of [columns.since[row] ?? Number.NaN, columns.until[row] ?? Number.NaN]) {
      if (change <= time) from = Math.max(from, change);
      else if (change > time) to = Math.min(to, change);
    }
  }
  return { from, to, request: sumOf(columns, chosen(columns, look, time)) };
}

/** Of each container the row that holds at a time; where none of all does, the first ones (before), or the last ones (after). */
function chosen({ container, since, until }: RequestColumns, { first, end }: Look, time: number): number[] {
  const [holding, earliest, latest] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  for (let row = first; row < end; row += 1) {
    const of = container[row] ?? 0;
    if (!earliest.has(of)) earliest.set(of, row);
    latest.set(of, row);
    if (!((since[row] ?? 0) > time) && !((until[row] ?? Infinity) <= time)) holding.set(of, row);
  }
  if (holding.size > 0) return [...holding.values()];
  const isBefore = [...earliest.values()].every((row) => (since[row] ?? 0) > time);
  if (!isBefore) return [...latest.values()];
  const begins = Math.min(...[...earliest.values()].map((row) => since[row] ?? 0));
  return [...earliest.values()].filter((row) => since[row] === begins);
}

function sumOf({ type, cores, bytes, gpus }: RequestColumns, rows: readonly number[]): Request {
  const of = (values: Float64Array): number => {
    let [main, sidecars, init] = [0, 0, 0];
    for (const row of rows) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (type[row] === MAIN) main += value;
      else if (type[row] === SIDECAR) sidecars += value;
      else init = Math.max(init, value);
    }
    return Math.max(main, init) + sidecars;
  };
  const isKnown = rows.some((row) => !Number.isNaN(gpus[row] ?? Number.NaN));
  return { cores: of(cores), bytes: of(bytes), gpus: isKnown ? of(gpus) : Number.NaN };
}
