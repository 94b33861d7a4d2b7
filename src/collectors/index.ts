import type { SourceSettings } from './settings.ts';
import type { Collector } from './types.ts';

/** To add a source, write its folder, its line here, and its settings' line beside this in settings.ts. It is loaded on use, for vendor SDKs are slow to import. */
export const collectors = {
  'cost-explorer': async () => (await import('./cost-explorer/index.ts')).costExplorer,
  cur: async () => (await import('./cur/index.ts')).cur,
  datadog: async () => (await import('./datadog/index.ts')).datadog,
  kubernetes: async () => (await import('./kubernetes/index.ts')).kubernetes,
  'metrics-server': async () => (await import('./kubernetes/metrics-server.ts')).metricsServer,
  prometheus: async () => (await import('./prometheus/index.ts')).prometheus,
} as const;

export type SourceKind = keyof typeof collectors;

/** The collector of a source, to be given the settings of this source alone: those its own schema has checked. */
export async function loadCollector({ kind }: SourceSettings): Promise<Collector<SourceSettings>> {
  return collectors[kind]();
}
