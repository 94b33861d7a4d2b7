import type { ClusterFacts, Gap, Seconds } from '../../model/facts.ts';
import type { Found } from './cluster-reader.ts';
import type { Series } from './series.ts';
import { timestamp, type Span } from './span.ts';

/** What a part is made of while it is written. */
export class Findings {
  readonly gaps: Gap[] = [];
  readonly capabilities = new Set<string>();
  #first = Infinity;
  #last = -Infinity;
  #samples = 0;

  /** Takes note of an answer, and hands its series on. `within`: where a margin was asked for, the day itself. */
  add({ series, gaps }: Pick<Found, 'series' | 'gaps'>, step: number, within: Span): readonly Series[] {
    this.gaps.push(...gaps);
    for (const { times } of series) {
      this.#samples += times.length;
      this.#first = Math.min(this.#first, times[0] ?? Infinity);
      this.#last = Math.max(this.#last, (times.at(-1) ?? -Infinity) + step * 1000);
    }
    this.#first = Math.max(this.#first, within.from);
    this.#last = Math.min(this.#last, within.to);
    return series;
  }

  facts(rows: number, resolution: number): ClusterFacts {
    const observed = this.#first < this.#last ? { start: timestamp(this.#first), end: timestamp(this.#last) } : null;
    const gaps = [...new Map(this.gaps.map((gap) => [JSON.stringify(gap), gap])).values()];
    return { rows, gaps, capabilities: [...this.capabilities].toSorted(), observed, resolution: resolution as Seconds, samples: this.#samples };
  }
}
