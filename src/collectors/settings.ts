import type { z } from 'zod';
import { CostExplorerSettings } from './cost-explorer/settings.ts';
import { CurSettings } from './cur/settings.ts';
import { DatadogSettings } from './datadog/settings.ts';
import type { SourceKind } from './index.ts';
import { KubernetesSettings, MetricsServerSettings } from './kubernetes/settings.ts';
import { PrometheusSettings } from './prometheus/settings.ts';

/** The schema of each kind of entry under `sources`. Apart from the collectors, so that a run without a configuration loads no schema. */
export const sourceSettings = {
  'cost-explorer': CostExplorerSettings,
  cur: CurSettings,
  datadog: DatadogSettings,
  kubernetes: KubernetesSettings,
  'metrics-server': MetricsServerSettings,
  prometheus: PrometheusSettings,
} as const satisfies Readonly<Record<SourceKind, z.ZodType>>;

/** An entry under `sources`, of any kind. */
export type SourceSettings = z.output<(typeof sourceSettings)[SourceKind]>;
