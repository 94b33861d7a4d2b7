import type { Row } from '../../model/cluster/tables.ts';
import { timestamp, type Span } from './span.ts';
import { CONTAINER } from './queries.ts';
import { keyOf, type Series } from './series.ts';

export interface EventAnswers {
  /** A count that goes up. All three with a step before and after the day. */
  readonly restarts: readonly Series[];
  /** Above 0 while the container before this one, or this one, is one that was killed. */
  readonly killedBefore: readonly Series[];
  readonly killedNow: readonly Series[];
}

const STEP = 300_000;

/** Rows of `events` in [from, to), in milliseconds. An event lies in the five minutes before its `time`, or in the gap before them. */
export function eventRows({ restarts, killedBefore, killedNow }: EventAnswers, { from, to }: Span): Row<'events'>[] {
  const killed = new Map(killedBefore.map((series) => [keyOf(series.tags, CONTAINER), pointsAbove(series)]));
  const rows: Row<'events'>[] = [];
  const ooms = new Set<string>();
  for (const { tags, times, values } of restarts) {
    const own = killed.get(keyOf(tags, CONTAINER));
    for (const [at, time] of times.entries()) {
      const before = values[at - 1];
      const count = before === undefined ? 0 : Math.round((values[at] ?? 0) - before);
      if (time < from || time >= to || count <= 0) continue;
      const uncertain = (time - (times[at - 1] ?? time)) / 1000;
      // Within the step of a restart, the end before it may still be told.
      const isOom = own !== undefined && (own.has(time + STEP) || (own.has(time) && !own.has(time - STEP)));
      rows.push(event('restart', tags, time, uncertain, count, isOom ? 'OOMKilled' : null));
      // Only the last of several is known to have been one.
      if (isOom) rows.push(event('oom-kill', tags, time, uncertain, 1, 'OOMKilled'));
      if (isOom)
        ooms
          .add(`${keyOf(tags, CONTAINER)} ${time - STEP}`)
          .add(`${keyOf(tags, CONTAINER)} ${time}`)
          .add(`${keyOf(tags, CONTAINER)} ${time + STEP}`);
    }
  }
  for (const series of killedNow) {
    const above = pointsAbove(series);
    for (const time of above) {
      if (time < from || time >= to || above.has(time - STEP) || ooms.has(`${keyOf(series.tags, CONTAINER)} ${time}`)) continue;
      rows.push(event('oom-kill', series.tags, time, STEP / 1000, 1, 'OOMKilled'));
    }
  }
  return rows;
}

function pointsAbove({ times, values }: Series): Set<number> {
  return new Set(times.filter((_, at) => (values[at] ?? 0) > 0));
}

function event(kind: string, tags: Series['tags'], time: number, uncertain: number, count: number, reason: string | null): Row<'events'> {
  return {
    time: timestamp(time + STEP),
    uncertain_seconds: uncertain,
    kind,
    namespace: tags['kube_namespace'] ?? null,
    pod: tags['pod_name'] ?? null,
    pod_uid: null,
    container: tags['kube_container_name'] ?? null,
    count,
    reason,
    exit_code: null,
  };
}
