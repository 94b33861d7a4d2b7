import { z } from 'zod';
import { query, queryRange } from './api.ts';
import type { Client } from './client.ts';
import { RequestFailed } from './failure.ts';
import { selector, type Read, type SeriesQuery, type Stretch } from './selection.ts';
import type { Labels, SeriesSink } from './series.ts';
import type { LeftOut } from './remote-read/xor.ts';

/** Reads the samples as queries give them: an instant query of a range selector. Exact as well, but dear: some 25 bytes of JSON a sample. */
export function rawSamples(client: Client): Read {
  return reader((series, { start, end }, signal) =>
    // Up to version 2 a range has both its ends in it, from 3 on the later one alone.
    query(client, `${selector(series)}[${end - start}ms]`, end - 1, signal),
  );
}

/** Reads the values at steps: what was, five minutes back at most. For servers that give no samples. */
export function steppedSamples(client: Client, step: number): Read {
  return reader((series, { start, end }, signal) =>
    queryRange(client, selector(series), { start: Math.ceil(start / step) * step, end: end - 1, step }, signal),
  );
}

function reader(answer: (series: SeriesQuery, stretch: Stretch, signal: AbortSignal | undefined) => Promise<unknown>): Read {
  return async (selection, makeSink, signal) => {
    const sink = makeSink();
    const leftOut: LeftOut = { stale: 0, unreadable: 0 };
    for (const series of selection.queries) {
      const stretch = series.within ?? { start: selection.from, end: selection.to };
      for (const { metric, values } of matrixOf(await answer(series, stretch, signal))) {
        sink.begin(metric);
        feed(values, sink, stretch, leftOut);
      }
    }
    return { sink, leftOut };
  };
}

/** A series of an answer. The values are as they came, for there are millions. */
interface Series {
  readonly metric: Labels;
  readonly values: readonly unknown[];
}

const Matrix = z.object({ resultType: z.literal('matrix'), result: z.array(z.custom<{ metric: unknown; values: unknown }>(isObject)) });
const Metric = z.record(z.string(), z.string());

/** The series of an answer, one after another. @throws RequestFailed where it is no matrix */
export function* matrixOf(data: unknown): Iterable<Series> {
  const matrix = Matrix.safeParse(data);
  if (!matrix.success) throw noMatrix();
  for (const { metric, values } of matrix.data.result) {
    const labels = Metric.safeParse(metric);
    // Native histograms come as `histograms`, and nothing that is read is one.
    if (labels.success && values === undefined) continue;
    if (!labels.success || !Array.isArray(values)) throw noMatrix();
    yield { metric: labels.data, values };
  }
}

/** Time (milliseconds) and value of a sample, `[1700000000.5, "1.25"]`. @throws RequestFailed */
export function sampleOf(value: unknown): readonly [time: number, value: number] {
  if (!Array.isArray(value) || typeof value[0] !== 'number' || typeof value[1] !== 'string') throw noMatrix();
  return [Math.round(value[0] * 1000), numberOf(value[1])];
}

/** Go writes infinities as `+Inf`. */
function numberOf(text: string): number {
  return /Inf/.test(text) ? Number.NaN : Number(text);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

const noMatrix = (): RequestFailed => new RequestFailed('no-json', 'does not answer as Prometheus does');

/** Passes samples on, equal ones at even steps as one run. */
function feed(values: readonly unknown[], sink: SeriesSink, { start: from, end: to }: Stretch, leftOut: LeftOut): void {
  let start = 0;
  let step = 0;
  let count = 0;
  let held = 0;
  for (const one of values) {
    const [time, value] = sampleOf(one);
    if (time < from || time >= to) continue;
    if (!Number.isFinite(value)) {
      leftOut.unreadable += 1;
      continue;
    }
    if (count > 0 && value === held && (count === 1 || time === start + step * count)) {
      if (count === 1) step = time - start;
      count += 1;
      continue;
    }
    if (count > 0) sink.run(start, step, count, held);
    [start, step, count, held] = [time, 0, 1, value];
  }
  if (count > 0) sink.run(start, step, count, held);
}
