import { expect, test } from 'vitest';
import { detect } from '../../../src/collectors/prometheus/detect.ts';
import { testIo } from '../../io/test-io.ts';

test('PROMETHEUS_URL is referred to, not copied', async () => {
  expect(await detect(testIo({ env: { PROMETHEUS_URL: 'https://user:c4n4ry@prometheus.test' } }).io)).toEqual([
    { found: 'PROMETHEUS_URL in the environment', source: { kind: 'prometheus', url: '${PROMETHEUS_URL}' } },
  ]);
});

test('without PROMETHEUS_URL nothing is found', async () => {
  expect(await detect(testIo().io)).toEqual([]);
});
