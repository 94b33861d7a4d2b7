import type { CostLine } from './cost-line.ts';
import type { Share } from './cost-report.ts';

/**
 * What part of the bill a charge is. Each charge is exactly one:
 * - `tax` and `credit` by its category;
 * - `unattributed`: of a type nobody knows, or, where teams are configured, of no team;
 * - `idle`: paid for and used by nobody (unused commitments, what is left of nodes);
 * - `shared`: serves several workloads, also where each has been given its part;
 * - `allocated`: all else. Without teams the account is the owner.
 */
export function shareOf(line: CostLine, team: string | null, hasTeams: boolean): Share {
  if (line.category === 'Tax') return 'tax';
  if (line.category === 'Credit') return 'credit';
  if (!line.known) return 'unattributed';
  if (line.unused || line.use?.share === 'idle') return 'idle';
  if (line.use?.share === 'shared') return 'shared';
  return hasTeams && team === null ? 'unattributed' : 'allocated';
}
