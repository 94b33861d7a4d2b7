import type { Labels } from '../series.ts';
import type { Slot } from './metric.ts';
import { seriesOf, type Subject } from './store.ts';
import { timeline, type Run } from './timeline.ts';

/** The day that is read, in milliseconds: what was seen before it is known, but is not of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Said {
  readonly labels: Labels;
  readonly runs: readonly Run[];
  readonly last: number;
}

/** All that is said of a subject in one slot until the end of the day: what was said last stands last. */
export function said(subject: Subject, slot: Slot, { end }: Span): Said[] {
  return seriesOf(subject, slot)
    .flatMap(({ labels, runs }) => {
      const line = timeline(runs, end);
      const last = line.at(-1)?.last;
      return last === undefined ? [] : [{ labels, runs: line, last, text: JSON.stringify(labels) }];
    })
    .toSorted((a, b) => a.last - b.last || (a.text < b.text ? -1 : 1));
}

/** The labels that were seen last. */
export function lastLabels(subject: Subject, slot: Slot, span: Span): Labels | undefined {
  return said(subject, slot, span).at(-1)?.labels;
}

/** What a number was, all its series together. */
export function numbers(subject: Subject, slot: Slot, { end }: Span, where: Labels = {}): Run[] {
  return timeline(
    seriesOf(subject, slot)
      .filter(({ labels }) => Object.entries(where).every(([name, value]) => labels[name] === value))
      .flatMap(({ runs }) => runs),
    end,
  );
}

/** The number that was seen last. */
export function lastNumber(subject: Subject, slot: Slot, span: Span, where?: Labels): number | null {
  return numbers(subject, slot, span, where).at(-1)?.value ?? null;
}

/** When a subject was first and last seen until the end of the day; cAdvisor, which goes on to see what is gone, is not asked. */
export function sight(subject: Subject, { end }: Span): Span | undefined {
  let [start, last] = [Infinity, -Infinity];
  for (const [slot, series] of subject.slots) {
    const runs = slot === 'oom' ? [] : series.flatMap((one) => one.runs);
    for (let at = 0; at + 1 < runs.length; at += 3) {
      const [first = end, until = end] = [runs[at], runs[at + 1]];
      if (first < end) [start, last] = [Math.min(start, first), Math.max(last, Math.min(until, end - 1))];
    }
  }
  return last < start ? undefined : { start, end: last };
}

export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A time that the source gives in seconds since 1970. */
export const isoSeconds = (seconds: number | null): string | null => (seconds === null ? null : isoTime(seconds * 1000));

/** Labels as they were before `label_` was put before them, as a JSON object; null where there are none. Other characters than letters and digits are `_`. */
export function labelsJson(labels: Labels | undefined): string | null {
  const entries = Object.entries(labels ?? {}).flatMap(([name, value]) => (name.startsWith('label_') ? [[name.slice('label_'.length), value] as const] : []));
  return entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries));
}
