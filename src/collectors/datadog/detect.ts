import type { Detect } from '../types.ts';

/** Both keys are needed; only that they are set is looked at. */
export const detect: Detect = async ({ env }) => {
  if (!env['DD_API_KEY'] || !env['DD_APP_KEY']) return [];
  const site = env['DD_SITE'] ? { site: '${DD_SITE}' } : {};
  return [{ found: 'DD_API_KEY and DD_APP_KEY in the environment', source: { kind: 'datadog', ...site } }];
};
