import { expect, test } from 'vitest';
import { anyLike, anyOf, selector } from '../../../src/collectors/prometheus/selection.ts';

test('values are matched as they stand', () => {
  expect(anyOf('pod', ['a.b', 'c*'])).toEqual({ type: '=~', name: 'pod', value: String.raw`a\.b|c\*` });
});

test('a value that ends in * stands for all that begin so', () => {
  const matcher = anyLike('resource', ['cpu', 'nvidia_com_mig_*']);
  expect(selector({ metrics: ['kube_node_status_capacity'], matchers: [matcher] })).toBe(
    '{__name__="kube_node_status_capacity",resource=~"cpu|nvidia_com_mig_.*"}',
  );
});
