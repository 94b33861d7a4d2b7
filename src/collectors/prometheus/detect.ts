import type { Detect } from '../types.ts';

/** The address stays in the environment: it may hold a password. */
export const detect: Detect = async ({ env }) => {
  if (!env['PROMETHEUS_URL']) return [];
  return [{ found: 'PROMETHEUS_URL in the environment', source: { kind: 'prometheus', url: '${PROMETHEUS_URL}' } }];
};
