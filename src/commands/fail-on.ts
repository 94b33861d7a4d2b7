import { UserError } from '../io/errors.ts';
import { holds, parseCondition, unanswered, type Condition } from '../model/cost/condition.ts';
import type { CostReport } from '../model/cost/cost-report.ts';
import type { Outcome } from './outcome.ts';

/** Reads `--fail-on`. @throws UserError pointing at what is wrong with it */
export function readCondition(text: string | undefined): Condition | undefined {
  if (text === undefined) return undefined;
  const condition = parseCondition(text);
  if ('error' in condition)
    throw new UserError(
      `--fail-on ${text}: ${condition.error} (at character ${condition.at + 1})`,
      "as in --fail-on 'total > 12000' or 'team.search.change > 10%'",
    );
  return condition;
}

/** @throws UserError where the report cannot tell: a budget that is not checked must not look as if it were kept */
export function checkCondition(condition: Condition | undefined, report: CostReport): Outcome | undefined {
  if (condition === undefined) return undefined;
  const held = holds(condition, report);
  if (held === 'unknown') {
    throw new UserError(
      `--fail-on: the report does not have ${unanswered(condition, report).join(', ')}`,
      'check the name, and whether there is a month before to compare with',
    );
  }
  return held ? 'condition-met' : undefined;
}
