import type { Gap, SourceId } from '../model/facts.ts';

/** In seconds. Less is how long answers take. */
const MOST = 60;

/** Whether a source's clock is known to be wrong, or this machine's. `seconds`: the source's less this machine's; undefined where it does not tell its time. */
export function isSkewed(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Math.abs(seconds) >= MOST;
}

/** The gap that such clocks are. */
export function skewGaps(source: SourceId, seconds: number | undefined): Gap[] {
  return isSkewed(seconds) ? [{ code: 'clock-skew', source, seconds }] : [];
}
