import { ALLOCATION_RULES } from './allocation-rules.ts';
import { CHARGE_RULES } from './charge-rules.ts';
import { COLUMN_RULES } from './column-rules.ts';
import type { FocusVersion } from './columns.ts';
import type { FocusRule } from './rule.ts';

/** All rules of a version: those of columns, of charges, and of what is split. */
export function focusRules(version: FocusVersion): readonly FocusRule[] {
  return [...COLUMN_RULES, ...CHARGE_RULES, ...ALLOCATION_RULES].filter(({ since }) => since === undefined || since <= version);
}
