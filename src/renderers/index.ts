import type { RenderCostReport } from './types.ts';

/** One folder a medium; a medium is loaded when it is asked for. */
export const renderers = {
  terminal: async () => (await import('./terminal/cost-report.ts')).renderCostReport,
  markdown: async () => (await import('./markdown/cost-report.ts')).renderCostReport,
  html: async () => (await import('./html/cost-report.ts')).renderCostReport,
  csv: async () => (await import('./csv/cost-report.ts')).renderCostReport,
  json: async () => (await import('./json/cost-report.ts')).renderCostReport,
} as const satisfies Readonly<Record<string, () => Promise<RenderCostReport>>>;

export type Format = keyof typeof renderers;
