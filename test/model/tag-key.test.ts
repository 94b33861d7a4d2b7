import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { snake, tagKey } from '../../src/model/tag-key.ts';

describe('tagKey', () => {
  test.each([
    ['team', 'team'],
    ['Team', 'team'],
    ['CostCenter', 'cost_center'],
    ['cost-center', 'cost_center'],
    ['cost_center', 'cost_center'],
    ['cost center', 'cost_center'],
    ['kubernetes.io/created-for/pvc/name', 'kubernetes_io_created_for_pvc_name'],
    ['app.kubernetes.io/name', 'app_kubernetes_io_name'],
    ['aws:eks:cluster-name', 'aws:eks_cluster_name'],
    ['aws:createdBy', 'aws:created_by'],
    ['équipe', 'équipe'],
    ['部门', '部门'],
  ])('spells %s as %s', (key, spelled) => {
    expect(tagKey(key)).toBe(spelled);
  });

  test('spells what it has spelled as it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (key) => tagKey(tagKey(key)) === tagKey(key)));
  });
});

describe('snake', () => {
  test.each([
    ['lineItem/UsageAmount', 'line_item_usage_amount'],
    ['reservation/ReservationARN', 'reservation_reservation_a_r_n'],
    ['savingsPlan/SavingsPlanARN', 'savings_plan_savings_plan_a_r_n'],
    ['identity/LineItemId', 'identity_line_item_id'],
    ['resourceTags/user:CostCenter', 'resource_tags_user_cost_center'],
    ['resourceTags/aws:createdBy', 'resource_tags_aws_created_by'],
    ['costCategory/Business Unit', 'cost_category_business_unit'],
    ['line_item_usage_amount', 'line_item_usage_amount'],
  ])('%s is %s, as AWS spells the column in Parquet', (header, column) => {
    expect(snake(header)).toBe(column);
  });
});
