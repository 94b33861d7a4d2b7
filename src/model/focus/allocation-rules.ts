import type { FocusRule } from './rule.ts';

/** Of charges that a data generator has split: https://focus.finops.org/focus-specification/v1-3/ (AllocatedMethodDetails, AllocatedMethodId, AllocatedResourceId, AllocatedTags) */
const IS_ALLOCATED = 'AllocatedMethodId is not null';

const rule = (id: string, column: FocusRule['column'], requirement: string, violation: string, keyword: FocusRule['keyword'] = 'MUST'): FocusRule => ({
  id,
  column,
  keyword,
  requirement,
  reads: [column, 'AllocatedMethodId'],
  since: '1.3',
  check: { kind: 'row', violation },
});

export const ALLOCATION_RULES: readonly FocusRule[] = [
  rule(
    'AllocatedResourceId-method',
    'AllocatedResourceId',
    'is null for charges that are not split',
    `AllocatedResourceId is not null and not (${IS_ALLOCATED})`,
  ),
  rule(
    'AllocatedResourceName-method',
    'AllocatedResourceName',
    'is null for charges that are not split',
    `AllocatedResourceName is not null and not (${IS_ALLOCATED})`,
  ),
  rule('AllocatedTags-method', 'AllocatedTags', 'is null for charges that are not split', `AllocatedTags is not null and not (${IS_ALLOCATED})`),
  rule(
    'AllocatedMethodDetails-method',
    'AllocatedMethodDetails',
    'is null for charges that are not split',
    `AllocatedMethodDetails is not null and not (${IS_ALLOCATED})`,
  ),
  rule(
    'AllocatedMethodDetails-filled',
    'AllocatedMethodDetails',
    'is not null for charges that are split',
    `AllocatedMethodDetails is null and ${IS_ALLOCATED}`,
    'SHOULD',
  ),
  rule(
    'AllocatedMethodDetails-elements',
    'AllocatedMethodDetails',
    'has a list Elements, each with an AllocatedRatio, and a UsageUnit where there is a UsageQuantity',
    `AllocatedMethodDetails is not null and (coalesce(json_array_length(AllocatedMethodDetails, '$.Elements'), 0) = 0
      or len(json_extract_string(AllocatedMethodDetails, '$.Elements[*].AllocatedRatio')) <> json_array_length(AllocatedMethodDetails, '$.Elements')
      or len(json_extract_string(AllocatedMethodDetails, '$.Elements[*].UsageUnit')) < len(json_extract_string(AllocatedMethodDetails, '$.Elements[*].UsageQuantity')))`,
  ),
  {
    id: 'AllocatedMethodDetails-sum',
    column: 'AllocatedMethodDetails',
    keyword: 'MUST',
    requirement: 'AllocatedRatio adds up to 1 over the parts of a charge',
    reads: ['AllocatedMethodDetails', 'AllocatedMethodId'],
    since: '1.3',
    check: { kind: 'ratio' },
  },
];
