import type { CostMetric } from '../model/cost/cost-report.ts';

/** AWS's own words for two of the metrics. */
const ALIASES = { unblended: 'billed', amortized: 'effective' } as const satisfies Readonly<Record<string, CostMetric>>;

export type CostName = CostMetric | keyof typeof ALIASES;

/** The metric that `--cost` names. */
export function costMetric(name: CostName): CostMetric {
  return name === 'unblended' || name === 'amortized' ? ALIASES[name] : name;
}
