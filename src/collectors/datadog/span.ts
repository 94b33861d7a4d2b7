import type { Timestamp } from '../../model/facts.ts';

/** A stretch of time in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds since 1970 as text. */
export function timestamp(time: number): Timestamp {
  return new Date(time).toISOString().replace('.000Z', 'Z') as Timestamp;
}
