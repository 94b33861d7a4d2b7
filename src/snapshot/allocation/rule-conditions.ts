import { text } from '../../io/sql.ts';
import type { SharedMatch } from '../../model/cost/allocation/shared-rules.ts';

/** What a rule asks of a charge that a line does not have; undefined: nothing. Never NULL. */
export function ruleCondition({ meter, resource }: SharedMatch, columns: { readonly meter: string; readonly resource: string }): string | undefined {
  const conditions = [...isLike(columns.meter, meter), ...isLike(columns.resource, resource)];
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}

function isLike(column: string, patterns: readonly string[] | undefined): string[] {
  if (patterns === undefined) return [];
  const like = (pattern: string): string => text(pattern.replaceAll(/[\\%_]/g, String.raw`\$&`).replaceAll('*', '%'));
  return [`coalesce(${patterns.map((pattern) => `${column} like ${like(pattern)} escape '\\'`).join(' or ')}, false)`];
}

/** The columns that a rule asks of, in the charges as the snapshot has them. */
export const OF_CHARGES = { meter: 'SkuMeter', resource: 'ResourceId' };
