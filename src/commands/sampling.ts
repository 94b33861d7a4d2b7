import type { Sampling } from '../collectors/types.ts';
import { UserError } from '../io/errors.ts';
import type { CollectOptions } from './options.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Kubelets measure every 10 to 15 seconds, and metrics-server passes on what it has: looking more often sees the same again. */
const LEAST = 10;

/**
 * What `--sample` and `--for` ask for, in seconds.
 * @throws UserError for one without the other, or what is no duration
 */
export function samplingOf({ sample, for: during }: CollectOptions): Sampling | undefined {
  if (sample === undefined && during === undefined) return undefined;
  if (sample === undefined || during === undefined) throw new UserError('--sample and --for go together', 'as in --sample 15s --for 24h');
  const asked = { every: seconds('--sample', sample), during: seconds('--for', during) };
  if (asked.every < LEAST) throw new UserError(`--sample ${sample}: more often than a cluster measures`, `at least ${LEAST}s, as in --sample 15s`);
  if (asked.during < asked.every) throw new UserError(`--for ${during} is shorter than --sample ${sample}`, 'as in --sample 15s --for 24h');
  return asked;
}

function seconds(flag: string, text: string): number {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const of = unit === undefined ? undefined : UNITS[unit];
  if (of === undefined || Number(number) === 0) throw new UserError(`${flag} ${text}: expected a duration`, 'a number and s, m, h or d, as in 15s or 24h');
  return Number(number) * of;
}
