import type { Matcher } from './remote-read/request.ts';
import { anyLike, anyOf, type SeriesQuery, type Stretch } from './selection.ts';
import type { StateMetric } from './states/metric.ts';
import type { Unsettled } from './states/unsettled.ts';

/** Looks from before midnight tell what changed in the first minutes. */
const LEAD = 600_000;

/**
 * The first and the last minutes of a day, of what stays as it is: three scrapes where these are five minutes apart.
 * What scrapes are too rare for is read over the whole day then, as what was not there at the time.
 */
const WINDOW = 900_000;

/** A name may have 253 letters, and some servers take no query of more than 16 KiB. */
const MOST_NAMES = 8_000;

/** Queries over the same time. */
export interface Piece extends Stretch {
  readonly queries: readonly SeriesQuery[];
}

/** What is looked at of a day's metrics, given when it begins and ends. */
export function firstLook(metrics: readonly StateMetric[], matchers: readonly Matcher[], { start, end }: Stretch): Piece[] {
  const whole = wholeDay({ start, end });
  const last = { start: Math.max(whole.start, end - WINDOW), end };
  const first = { start: whole.start, end: Math.min(end, whole.start + WINDOW) };
  const of = (...readings: readonly StateMetric['read'][]): SeriesQuery[] =>
    queriesOf(
      metrics.filter(({ read = 'course' }) => readings.includes(read)),
      matchers,
    );
  return [
    { ...whole, queries: of('course') },
    { ...last, queries: of('end', 'ends') },
    { ...first, queries: of('ends') },
  ];
}

/** All of the day of some pods, and of metrics that turned out to be of use. */
export function secondLook(
  metrics: { readonly ofPods: readonly StateMetric[]; readonly more: readonly StateMetric[] },
  { labels, names, replicaSets }: Unsettled,
  matchers: readonly Matcher[],
  day: Stretch,
): Piece[] {
  const some = batches(names).flatMap((batch) => labels.map((label) => anyOf(label, batch)));
  const ofReplicaSets = batches(replicaSets).map((batch): SeriesQuery => ({
    metrics: ['kube_replicaset_owner'],
    matchers: [anyOf('replicaset', batch), ...matchers],
  }));
  const queries = [...queriesOf(metrics.more, matchers), ...ofReplicaSets, ...some.flatMap((pods) => queriesOf(metrics.ofPods, [pods, ...matchers]))];
  return queries.length === 0 ? [] : [{ ...wholeDay(day), queries }];
}

const wholeDay = ({ start, end }: Stretch): Stretch => ({ start: start - LEAD, end });

function batches(names: readonly string[]): string[][] {
  const all: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const name of names) {
    length += name.length + 1;
    if (length > MOST_NAMES) {
      all.push([]);
      length = name.length;
    }
    all.at(-1)?.push(name);
  }
  return all;
}

/** Metrics of which the same series are of use are asked for together. */
function queriesOf(metrics: readonly StateMetric[], matchers: readonly Matcher[]): SeriesQuery[] {
  const byMatchers = new Map<string, { readonly metrics: string[]; readonly matchers: readonly Matcher[] }>();
  for (const { name, only = {}, without = {} } of metrics) {
    const own = [
      ...Object.entries(only).map(([label, values]) => anyLike(label, values)),
      ...Object.entries(without).map(([label, values]) => anyOf(label, values, '!~')),
    ];
    const key = JSON.stringify(own);
    const query = byMatchers.get(key);
    if (query === undefined) byMatchers.set(key, { metrics: [name], matchers: [...own, ...matchers] });
    else query.metrics.push(name);
  }
  return [...byMatchers.values()];
}
