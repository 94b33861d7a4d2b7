import { expect, test } from 'vitest';
import { resourcesOf } from '../../../src/collectors/kubernetes/rows.ts';

const doubt = (): void => {
  throw new Error('nothing to doubt');
};

test('a limit without a request is the request too', () => {
  expect(resourcesOf({ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '250m' } }, doubt, 'a container')).toEqual({
    cpu_request_cores: 0.25,
    cpu_limit_cores: 1,
    memory_request_bytes: 2 ** 30,
    memory_limit_bytes: 2 ** 30,
  });
});

test('what is not said is not known', () => {
  expect(resourcesOf(undefined, doubt, 'a container')).toEqual({
    cpu_request_cores: null,
    cpu_limit_cores: null,
    memory_request_bytes: null,
    memory_limit_bytes: null,
  });
});
