import type { Gap, SourceId } from '../../model/facts.ts';
import type { Client } from './client.ts';
import { readHalving, tooMuch, unread, type Limits } from './halving.ts';
import type { Way } from './probe.ts';
import { Recorded } from './recorded.ts';
import { UnreadEncoding } from './remote-read/corrupt.ts';
import { remoteRead } from './remote-read/read.ts';
import type { Matcher } from './remote-read/request.ts';
import { rawSamples, steppedSamples } from './samples.ts';
import type { Read, SeriesQuery } from './selection.ts';
import { STATE_METRICS, stateSink, type StateSink } from './states/index.ts';
import { HOUR, stretches } from './usage/slices.ts';

export interface StateSource {
  readonly client: Client;
  readonly source: SourceId;
  readonly way: Way;
  readonly matchers: readonly Matcher[];
  /** Nothing after this is asked for, in milliseconds. */
  readonly until: number;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

export interface DayStates {
  readonly tables: StateSink['tables'];
  readonly gaps: readonly Gap[];
}

/** Looks from before midnight tell what changed in the first minutes. */
const LEAD = 600_000;
const STEP = 300_000;

/** How long a stretch is read at once at first: all of kube-state-metrics is a million samples an hour and more as JSON. */
const LONGEST: Readonly<Record<Way, number>> = { 'remote-read': 24 * HOUR, samples: HOUR, aggregate: 4 * HOUR };

/** Reads what kube-state-metrics said of [start, end), milliseconds. */
export async function readStates(from: StateSource, start: number, end: number): Promise<DayStates> {
  from.limits.newDay();
  let states = stateSink();
  // What is only of use where something else is missing is read in a second round.
  const first = STATE_METRICS.filter(({ name }) => states.wants(name));
  const whole = { start: start - LEAD, end: Math.min(end, from.until) };
  const direct = await readDirectly(from, queriesOf(first, from.matchers), whole);
  if (direct !== undefined) states = direct;
  const gaps = direct === undefined ? await readInPieces(from, queriesOf(first, from.matchers), whole, states) : [];
  const second = STATE_METRICS.filter((metric) => !first.includes(metric) && states.wants(metric.name));
  if (second.length > 0) gaps.push(...(await readInPieces(from, queriesOf(second, from.matchers), whole, states)));
  let tables: ReturnType<StateSink['tables']> | undefined;
  // All five tables come from one look at the day, but each is written by itself.
  return { tables: (period, source) => (tables ??= states.tables(period, source)), gaps };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** All at once, straight into the day's states; undefined where that is not to be had. */
async function readDirectly(
  { client, way, limits, signal }: StateSource,
  queries: readonly SeriesQuery[],
  { start, end }: Stretch,
): Promise<StateSink | undefined> {
  if (way !== 'remote-read' || end - start > limits.longest) return undefined;
  let states = stateSink();
  try {
    await remoteRead(client)({ queries, from: start, to: end }, () => (states = stateSink()).sink, signal);
    return states;
  } catch (error) {
    if (error instanceof UnreadEncoding || tooMuch(error, signal) !== undefined) return undefined;
    throw error;
  }
}

async function readInPieces(from: StateSource, queries: readonly SeriesQuery[], { start, end }: Stretch, states: StateSink): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const part of stretches(start, end, Math.min(LONGEST[from.way], from.limits.longest))) {
    const read = await readHalving(part, from.limits, {
      read: async (piece) => recorded(from, queries, piece),
      halves: halvesOf,
      tooMuch: (error) => tooMuch(error, from.signal),
      gap: (piece, failure) => unread(from.source, 'the states of pods, nodes and workloads', piece, failure),
    });
    for (const piece of read.results) piece.replay(states.sink);
    gaps.push(...read.gaps);
  }
  return gaps;
}

async function recorded({ client, way, signal }: StateSource, queries: readonly SeriesQuery[], { start, end }: Stretch): Promise<Recorded> {
  const take = async (read: Read): Promise<Recorded> => (await read({ queries, from: start, to: end }, () => new Recorded(), signal)).sink;
  if (way === 'aggregate') return take(steppedSamples(client, STEP));
  if (way === 'samples') return take(rawSamples(client));
  try {
    return await take(remoteRead(client));
  } catch (error) {
    if (!(error instanceof UnreadEncoding)) throw error;
    return take(rawSamples(client));
  }
}

const SHORTEST = HOUR / 4;

function halvesOf({ start, end }: Stretch): readonly [Stretch, Stretch] | undefined {
  if (end - start <= SHORTEST) return undefined;
  const middle = Math.round((start + end) / 2);
  return [
    { start, end: middle },
    { start: middle, end },
  ];
}

/** Metrics of which the same series are of use are asked for together. */
function queriesOf(metrics: readonly (typeof STATE_METRICS)[number][], matchers: readonly Matcher[]): SeriesQuery[] {
  const byMatchers = new Map<string, { readonly metrics: string[]; readonly matchers: readonly Matcher[] }>();
  for (const { name, only = {} } of metrics) {
    const own = Object.entries(only).map(([label, values]): Matcher => ({ type: '=~', name: label, value: values.join('|') }));
    const key = JSON.stringify(own);
    const query = byMatchers.get(key);
    if (query === undefined) byMatchers.set(key, { metrics: [name], matchers: [...own, ...matchers] });
    else query.metrics.push(name);
  }
  return [...byMatchers.values()];
}
