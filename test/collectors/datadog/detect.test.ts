import { expect, test } from 'vitest';
import { detect } from '../../../src/collectors/datadog/detect.ts';
import { testIo } from '../../io/test-io.ts';

test('both keys together are found and not told', async () => {
  expect(await detect(testIo({ env: { DD_API_KEY: 'c4n4ry', DD_APP_KEY: 'c4n4ry' } }).io)).toEqual([
    { found: 'DD_API_KEY and DD_APP_KEY in the environment', source: { kind: 'datadog' } },
  ]);
});

test('DD_SITE is referred to', async () => {
  const [found] = await detect(testIo({ env: { DD_API_KEY: 'a', DD_APP_KEY: 'b', DD_SITE: 'datadoghq.eu' } }).io);
  expect(found?.source).toEqual({ kind: 'datadog', site: '${DD_SITE}' });
});

test('one key alone is nothing', async () => {
  expect(await detect(testIo({ env: { DD_API_KEY: 'a' } }).io)).toEqual([]);
});
