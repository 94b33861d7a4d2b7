import type { Gap, SourceId } from '../../model/facts.ts';
import type { Refused, Series } from './series.ts';
import { timestamp, type Span } from './span.ts';

/** What came of a question for a window. */
export interface Asked {
  readonly metric: string | undefined;
  readonly series: readonly Series[];
  readonly refused: readonly Refused[];
  readonly unread: readonly (Span & { readonly metric: string; readonly reason: string })[];
}

/** What of it a day must be told. */
export function askedGaps({ refused, unread, metric = '' }: Asked, source: SourceId, { from, to }: Span): Gap[] {
  const senseless = refused.filter(({ time }) => time >= from && time < to);
  const untold = unread.filter((span) => span.from < to && span.to > from);
  return [
    ...senseless.map(({ tags, value }): Gap => ({ code: 'unreadable-value', source, object: objectOf(tags), field: metric, value: String(value) })),
    ...untold.map(({ metric: what, reason, ...span }): Gap => {
      const period = { start: timestamp(Math.max(from, span.from)), end: timestamp(Math.min(to, span.to)) };
      return { code: 'unread-period', source, what, period, reason };
    }),
  ];
}

function objectOf(tags: Series['tags']): string {
  return [tags['kube_namespace'], tags['pod_name'] ?? tags['node'], tags['kube_container_name']].filter((part) => part !== undefined).join('/');
}
