import { ChunkedSeries } from '../../src/collectors/prometheus/remote-read/chunked-series.ts';
import { FrameReader } from '../../src/collectors/prometheus/remote-read/frames.ts';
import { readRequest } from '../../src/collectors/prometheus/remote-read/request.ts';
import type { SeriesSink } from '../../src/collectors/prometheus/series.ts';

/** Reads a metric in [begin, end] as streamed chunks, with the project's own decoder. */
export async function remoteRead(
  url: string,
  metric: string,
  begin: number,
  end: number,
): Promise<{ readonly series: number; readonly samples: number; readonly sum: number }> {
  const total = { series: 0, samples: 0, sum: 0 };
  const sink: SeriesSink = {
    begin: () => {
      total.series += 1;
    },
    run: (_time, _step, count, value) => {
      total.samples += count;
      total.sum += count * value;
    },
  };
  const series = new ChunkedSeries(sink, begin, end + 1);
  const frames = new FrameReader((bytes, from, to) => series.frame(bytes, from, to));
  const answer = await fetch(`${url}/api/v1/read`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'x-prometheus-remote-read-version': '0.1.0' },
    body: new Uint8Array(readRequest([{ start: begin, end, matchers: [{ type: '=', name: '__name__', value: metric }] }])),
  });
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('application/x-streamed-protobuf')) throw new Error(`${answer.status} ${type}`);
  for await (const chunk of answer.body ?? []) frames.push(chunk);
  frames.end();
  series.end();
  return total;
}
