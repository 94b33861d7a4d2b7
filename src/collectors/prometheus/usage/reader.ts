import type { SourceId } from '../../../model/facts.ts';
import type { Client } from '../client.ts';
import { RequestFailed } from '../failure.ts';
import { readHalving, tooMuch, unread, type Halved, type Limits } from '../halving.ts';
import type { Way } from '../probe.ts';
import { UnreadEncoding } from '../remote-read/corrupt.ts';
import { remoteRead } from '../remote-read/read.ts';
import type { Matcher } from '../remote-read/request.ts';
import { rawSamples } from '../samples.ts';
import type { Read } from '../selection.ts';
import { aggregated } from './aggregate.ts';
import { LONGEST_INTERVAL, TooManyContainers, UsageFold } from './fold.ts';
import type { Folded } from './folded.ts';
import { CONTAINERS, USAGE_METRICS } from './metrics.ts';
import { CONTAINERS_AT_ONCE, halves, matcherOf, type Slice } from './slices.ts';

export interface UsageSource {
  readonly client: Client;
  readonly source: SourceId;
  readonly way: Way;
  /** What all series must have. */
  readonly matchers: readonly Matcher[];
  /** Nothing after this is asked for, in milliseconds. */
  readonly until: number;
  /** Seconds between scrapes, as far as known. */
  readonly interval: number;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly onSamples: (samples: number) => void;
}

/** What a cluster may grow by before a slice is cut, over what was counted. */
const GROWTH = 4;

/** Reads a slice in the way of the source: with one request, or where that is too much for the server with several. */
export async function readUsage(from: UsageSource, slice: Slice): Promise<Halved<Folded>> {
  return readHalving(slice, from.limits, {
    read: async (part) => {
      const result = await foldedBy(from, part);
      from.onSamples(result.samples);
      return result;
    },
    halves,
    tooMuch: (error) => (error instanceof TooManyContainers ? new RequestFailed('too-large', error.message) : tooMuch(error, from.signal)),
    gap: (part, failure) => unread(from.source, 'what containers used', part, failure),
  });
}

async function foldedBy(from: UsageSource, slice: Slice): Promise<Folded> {
  const { client, way, signal } = from;
  if (way === 'aggregate') return aggregated(client, { ...slice, matchers: [...from.matchers, ...matcherOf(slice.group)] }, from.interval, signal);
  if (way === 'samples') return folded(rawSamples(client), from, slice);
  try {
    return await folded(remoteRead(client), from, slice);
  } catch (error) {
    if (!(error instanceof UnreadEncoding)) throw error;
    return folded(rawSamples(client), from, slice);
  }
}

async function folded(read: Read, { matchers, until, signal }: UsageSource, { start, end, group }: Slice): Promise<Folded> {
  const selection = {
    queries: [{ metrics: Object.values(USAGE_METRICS), matchers: [...CONTAINERS, ...matchers, ...matcherOf(group)] }],
    // A counter's intervals reach over both ends.
    from: start - LONGEST_INTERVAL,
    to: Math.min(end + LONGEST_INTERVAL, until),
  };
  const { sink, leftOut } = await read(selection, () => new UsageFold(start, end, CONTAINERS_AT_ONCE * GROWTH), signal);
  const { samples, first, last, intervals, found } = sink;
  return { usage: sink.usage(), samples, first, last, intervals, found, unreadable: leftOut.unreadable };
}
