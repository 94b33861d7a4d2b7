import type { ChargeColumns, NodeFacts, SecondsObserved, SplitColumns } from './node-facts.ts';
import { NO_SPLITS, type NodeCost, type NodeRun, type SplitHours } from './node-run.ts';
import { podGpus, splitResources } from './pod-gpus.ts';
import { podHours, podTimes, secondsIn, type PodFacts, type PodTimes, type Unmeasured } from './pod-hours.ts';

export interface RunFacts extends PodFacts {
  /** In order of cluster and instance: the columns number them. */
  readonly nodes: readonly NodeFacts[];
  readonly charges: ChargeColumns;
  readonly splits: SplitColumns;
  readonly secondsObserved: SecondsObserved;
}

/** Where the rows of each node begin in columns that are in order of it; one more for the end. */
function beginnings(node: Float64Array, nodes: number): Int32Array {
  const first = new Int32Array(nodes + 1).fill(node.length);
  for (let row = node.length - 1; row >= 0; row -= 1) first[node[row] ?? 0] = row;
  for (let at = nodes - 1; at >= 0; at -= 1) first[at] = Math.min(first[at] ?? 0, first[at + 1] ?? 0);
  return first;
}

/** Puts nodes, pods and charges together, hour by hour. */
export function buildRuns(facts: RunFacts): { readonly runs: NodeRun[]; readonly unmeasured: number } {
  const { nodes, pods, charges, splits } = facts;
  const times = podTimes(facts);
  const gpus = podGpus(facts, times);
  const [firstPod, firstCharge, firstSplit] = [pods, charges, splits].map(({ node }) => beginnings(node, nodes.length));
  const unmeasured: Unmeasured = { pods: 0 };
  const rowsOf = (first: Int32Array | undefined, at: number): RowRange => ({ first: first?.[at] ?? 0, end: first?.[at + 1] ?? 0 });
  const runs = nodes.flatMap((node, at) => {
    const span = spanOf(charges, rowsOf(firstCharge, at));
    if (span === undefined) return [];
    const life = lifeOf(node, times, rowsOf(firstPod, at), facts.secondsObserved);
    const observed = Uint8Array.from({ length: span.hours }, (_, hour) =>
      Number(node.node !== null && facts.secondsObserved(node.cluster, span.firstHour + hour) >= HALF),
    );
    const hourly = podHours(facts, { ...times, gpus }, rowsOf(firstPod, at), { ...span, observed }, unmeasured);
    const seconds = secondsOf(node, life, span, facts.secondsObserved);
    for (let row = 0; row < hourly.rows; row += 1) {
      const hour = hourly.hour[row] ?? 0;
      seconds[hour] = Math.max(seconds[hour] ?? 0, hourly.seconds[row] ?? 0);
    }
    // It cost something while it was no node, or was none yet: it was there, and nobody had it.
    for (let hour = 0; hour < span.hours; hour += 1) if (seconds[hour] === 0) seconds[hour] = HOUR;
    const run: NodeRun = {
      cluster: node.cluster,
      instance: node.instance,
      node: node.node,
      ...span,
      ...splitResources(node, gpus, rowsOf(firstPod, at)),
      podSlots: node.podSlots,
      seconds,
      observed,
      pods: hourly,
      splits: splitHours(splits, rowsOf(firstSplit, at), { ...span, observed }),
      costs: costsOf(charges, rowsOf(firstCharge, at), span, seconds, life),
    };
    return [run];
  });
  return { runs, unmeasured: unmeasured.pods };
}

const HOUR = 3600;
/** An hour is known where somebody looked during half of it. */
const HALF = HOUR / 2;

interface RowRange {
  readonly first: number;
  readonly end: number;
}

interface HourSpan {
  readonly firstHour: number;
  readonly hours: number;
}

/** The hours for which a node cost something. */
function spanOf({ start, end: ends }: ChargeColumns, { first, end }: RowRange): HourSpan | undefined {
  if (first === end) return undefined;
  let [from, to] = [Infinity, -Infinity];
  for (let row = first; row < end; row += 1) [from, to] = [Math.min(from, start[row] ?? 0), Math.max(to, ends[row] ?? 0)];
  return { firstHour: from, hours: to - from };
}

interface Life {
  readonly begins: number;
  readonly ends: number;
}

/**
 * When an instance was a node: from when that was made until it was last seen, and as long as there were pods on it. Where nobody looked afterwards, it may have gone on.
 * undefined: not known.
 */
function lifeOf(
  { cluster, created, lastSeen }: NodeFacts,
  { start, end: ends }: PodTimes,
  { first, end }: RowRange,
  secondsObserved: SecondsObserved,
): Life | undefined {
  let [begins, until] = [Number.isNaN(created) ? Infinity : created, Number.isNaN(lastSeen) ? -Infinity : lastSeen];
  for (let pod = first; pod < end; pod += 1) [begins, until] = [Math.min(begins, start[pod] ?? Infinity), Math.max(until, ends[pod] ?? -Infinity)];
  if (begins >= until) return undefined;
  return { begins, ends: secondsObserved(cluster, Math.floor(until / HOUR) + 1) >= HALF ? until : Infinity };
}

function secondsOf({ cluster }: NodeFacts, life: Life | undefined, { firstHour, hours }: HourSpan, secondsObserved: SecondsObserved): Float64Array {
  return Float64Array.from({ length: hours }, (_, at) => {
    const hour = firstHour + at;
    const there = life === undefined ? HOUR : secondsIn(life.begins, life.ends, hour);
    const seen = secondsObserved(cluster, hour);
    return seen >= HALF ? Math.min(there, seen) : there;
  });
}

/** Charges by the hour: those of more than an hour are spread over the time of it in which the instance was a node, or, where that is not known, evenly. */
function costsOf(
  { line: lines, start, end: ends, cost }: ChargeColumns,
  { first, end }: RowRange,
  { firstHour, hours }: HourSpan,
  seconds: Float64Array,
  life: Life | undefined,
): NodeCost[] {
  const costs = new Map<number, Float64Array>();
  for (let row = first; row < end; row += 1) {
    const line = lines[row] ?? 0;
    const hourly = costs.get(line) ?? new Float64Array(hours);
    costs.set(line, hourly);
    const [from, to, amount] = [(start[row] ?? 0) - firstHour, (ends[row] ?? 0) - firstHour, cost[row] ?? 0];
    if (to - from === 1) hourly[from] = (hourly[from] ?? 0) + amount;
    else spread(hourly, amount, weightsOf(from, to, firstHour, seconds, life), from);
  }
  return [...costs].map(([line, hourly]) => ({ line, cost: hourly }));
}

function weightsOf(from: number, to: number, firstHour: number, seconds: Float64Array, life: Life | undefined): Float64Array {
  if (life === undefined) return new Float64Array(to - from).fill(1);
  const there = Float64Array.from({ length: to - from }, (_, at) => secondsIn(life.begins, life.ends, firstHour + from + at));
  return there.some((one) => one > 0) ? there : seconds.slice(from, to);
}

function spread(hourly: Float64Array, amount: number, weights: Float64Array, from: number): void {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) hourly[from + at] = (hourly[from + at] ?? 0) + amount * (weight / all);
}

/** Splits of more than an hour hold for each hour of theirs. Where a day has splits, but an hour of it that nobody observed has none, the bill says that there were no pods. */
function splitHours(
  { owner, start, end: ends, split, unused }: SplitColumns,
  { first, end }: RowRange,
  { firstHour, hours, observed }: HourSpan & { readonly observed: Uint8Array },
): SplitHours {
  if (first === end) return NO_SPLITS(hours);
  const rows: { readonly hour: number; readonly row: number }[] = [];
  const said = new Uint8Array(hours);
  for (let row = first; row < end; row += 1) {
    for (let hour = Math.max((start[row] ?? 0) - firstHour, 0); hour < Math.min((ends[row] ?? 0) - firstHour, hours); hour += 1) {
      rows.push({ hour, row });
      said[hour] = 1;
    }
  }
  const days = new Set(rows.map(({ hour }) => Math.floor((firstHour + hour) / 24)));
  for (let hour = 0; hour < hours; hour += 1) if (observed[hour] !== 1 && days.has(Math.floor((firstHour + hour) / 24))) said[hour] = 1;
  rows.sort((a, b) => a.hour - b.hour || a.row - b.row);
  const of = (values: Float64Array): Float64Array => Float64Array.from(rows, ({ row }) => values[row] ?? 0);
  return { said, rows: rows.length, hour: Int32Array.from(rows, ({ hour }) => hour), owner: Int32Array.from(of(owner)), split: of(split), unused: of(unused) };
}
