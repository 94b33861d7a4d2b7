import type { SeriesSink } from '../series.ts';

/** Passes on samples that come in any order, and some twice, by their time and each time once: of two at one time the one that came later. */
export function mergeSamples(sink: SeriesSink, read: (into: SeriesSink) => void): void {
  const values = new Map<number, number>();
  read({
    begin() {},
    run(time, step, count, value) {
      for (let at = 0; at < count; at += 1) values.set(time + at * step, value);
    },
  });
  for (const time of Float64Array.from(values.keys()).toSorted()) sink.run(time, 0, 1, values.get(time) ?? Number.NaN);
}
