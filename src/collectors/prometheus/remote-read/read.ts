import type { Client } from '../client.ts';
import { RequestFailed } from '../failure.ts';
import { nameMatcher, type Read, type Selection } from '../selection.ts';
import { ChunkedSeries } from './chunked-series.ts';
import { CorruptStream } from './corrupt.ts';
import { FrameReader } from './frames.ts';
import { readRequest, type ReadQuery } from './request.ts';

const STREAMED = 'application/x-streamed-protobuf';

/** Reads the samples as the server stores them: `remote_read`, with streamed XOR chunks. */
export function remoteRead(client: Client, onBytes: (bytes: number) => void = () => {}): Read {
  return async (selection, makeSink, signal) => {
    const request = {
      path: '/api/v1/read',
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-read-version': '0.1.0',
        accept: STREAMED,
      },
      body: readRequest(queriesOf(selection)),
      signal,
    } as const;
    return client.retrying(
      () =>
        client.read(request, async ({ header, body }) => {
          const type = header('content-type') ?? '';
          if (!type.startsWith(STREAMED))
            throw new RequestFailed(type.includes('html') ? 'web-page' : 'no-json', `does not stream chunks (it answers with ${type})`);
          const sink = makeSink();
          const series = new ChunkedSeries(
            sink,
            selection.from,
            selection.to,
            selection.queries.map(({ within }) => within),
          );
          const frames = new FrameReader((bytes, start, end) => series.frame(bytes, start, end));
          await believed(async () => {
            for await (const bytes of body as AsyncIterable<Uint8Array>) {
              onBytes(bytes.length);
              frames.push(bytes);
            }
            frames.end();
            series.end();
          });
          return { sink, leftOut: series.leftOut };
        }),
      signal,
    );
  };
}

/** All of the selection is one request. */
function queriesOf({ queries, from, to }: Selection): ReadQuery[] {
  return queries.map(({ metrics, matchers, within: { start, end } = { start: from, end: to } }) => ({
    start,
    end: end - 1,
    matchers: [nameMatcher(metrics), ...matchers],
  }));
}

/** What a damaged stream throws: a look-ahead beyond the buffer is damage as well. */
async function believed(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof CorruptStream) throw new RequestFailed('cut', error.message);
    throw error;
  }
}
