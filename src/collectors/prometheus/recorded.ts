import type { Labels, SeriesSink } from './series.ts';

/** Holds what a request gave until all of it has come: one that fails on its way leaves no trace. */
export class Recorded implements SeriesSink {
  readonly #series: { readonly labels: Labels; readonly runs: number[] }[] = [];

  begin(labels: Labels): void {
    this.#series.push({ labels, runs: [] });
  }

  run(time: number, step: number, count: number, value: number): void {
    this.#series.at(-1)?.runs.push(time, step, count, value);
  }

  replay(into: SeriesSink): void {
    for (const { labels, runs } of this.#series) {
      into.begin(labels);
      for (let at = 0; at < runs.length; at += 4) into.run(runs[at] ?? 0, runs[at + 1] ?? 0, runs[at + 2] ?? 0, runs[at + 3] ?? 0);
    }
  }
}
