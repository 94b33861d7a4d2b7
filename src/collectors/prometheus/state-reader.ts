import type { Gap, SourceId } from '../../model/facts.ts';
import type { Client } from './client.ts';
import { periodOf, readHalving, tooMuch, unread, type Limits } from './halving.ts';
import type { Way } from './probe.ts';
import { Recorded } from './recorded.ts';
import { UnreadEncoding } from './remote-read/corrupt.ts';
import { remoteRead } from './remote-read/read.ts';
import type { Matcher } from './remote-read/request.ts';
import { rawSamples, steppedSamples } from './samples.ts';
import type { Read, SeriesQuery, Stretch } from './selection.ts';
import { firstLook, secondLook, type Piece } from './state-queries.ts';
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

const STEP = 300_000;

/** How long a stretch is read at once at first: what a thousand pods do in an hour is a third of a million samples as JSON. */
const LONGEST: Readonly<Record<Way, number>> = { 'remote-read': 25 * HOUR, samples: HOUR, aggregate: 4 * HOUR };

/** Reads what kube-state-metrics said of [start, end), milliseconds: with one request, and a second one for pods that were not there all day. */
export async function readStates(from: StateSource, start: number, end: number): Promise<DayStates> {
  from.limits.newDay();
  let states = stateSink();
  // What is only of use where something else is missing is read in a second round.
  const first = STATE_METRICS.filter(({ name }) => states.wants(name));
  const day = { start, end: Math.min(end, from.until) };
  const looks = firstLook(first, from.matchers, day);
  const direct = await readDirectly(from, looks);
  if (direct !== undefined) states = direct;
  const gaps = direct === undefined ? await readInPieces(from, looks, states) : [];
  const ofPods = first.filter(({ read = 'course' }) => read !== 'course');
  const more = STATE_METRICS.filter((metric) => !first.includes(metric) && states.wants(metric.name));
  gaps.push(...(await readInPieces(from, secondLook({ ofPods, more }, states.unsettled(periodOf(start, end)), from.matchers, day), states)));
  let tables: ReturnType<StateSink['tables']> | undefined;
  // All five tables come from one look at the day, but each is written by itself.
  return { tables: (period, source) => (tables ??= states.tables(period, source)), gaps };
}

/** All at once, straight into the day's states; undefined where that is not to be had. */
async function readDirectly({ client, way, limits, signal }: StateSource, pieces: readonly Piece[]): Promise<StateSink | undefined> {
  const { start, end } = spanOf(pieces);
  if (way !== 'remote-read' || end - start > limits.longest) return undefined;
  let states = stateSink();
  try {
    await remoteRead(client)({ queries: timed(pieces), from: start, to: end }, () => (states = stateSink()).sink, signal);
    return states;
  } catch (error) {
    if (error instanceof UnreadEncoding || tooMuch(error, signal) !== undefined) return undefined;
    throw error;
  }
}

const timed = (pieces: readonly Piece[]): SeriesQuery[] =>
  pieces.flatMap(({ queries, start, end }) => queries.map((query) => ({ ...query, within: { start, end } })));

const spanOf = (pieces: readonly Piece[]): Stretch => ({
  start: Math.min(...pieces.map(({ start }) => start)),
  end: Math.max(...pieces.map(({ end }) => end)),
});

async function readInPieces(from: StateSource, pieces: readonly Piece[], states: StateSink): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const { queries, ...piece } of pieces) {
    for (const part of stretches(piece.start, piece.end, Math.min(LONGEST[from.way], from.limits.longest))) {
      const read = await readHalving(part, from.limits, {
        read: async (half) => recorded(from, queries, half),
        halves: halvesOf,
        tooMuch: (error) => tooMuch(error, from.signal),
        gap: (half, failure) => unread(from.source, 'the states of pods, nodes and workloads', half, failure),
      });
      for (const half of read.results) half.replay(states.sink);
      gaps.push(...read.gaps);
    }
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
