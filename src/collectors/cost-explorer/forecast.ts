import { dayOf } from '../../model/day.ts';
import type { BillingPart } from '../../model/facts.ts';
import { addMonths } from '../../model/month.ts';
import { billingPart, type Asking, type BillingRow } from './billing-part.ts';
import type { Inputs } from './client.ts';
import { openMonth, wholeMonth } from './months.ts';
import { number } from './number.ts';
import type { CostForecast } from './schema.ts';

/** Of the interval, in percent. */
const LEVEL = 80;
/** Months after the current one. */
const AHEAD = 3;

/** A request forecasts one metric. */
const METRICS = { UNBLENDED_COST: 'billed', AMORTIZED_COST: 'effective' } as const;
type ForecastMetric = keyof typeof METRICS;

/** What AWS expects of the current month and the next three, as of the run. */
export function forecastPart(asking: Asking): BillingPart {
  const { began } = asking.context;
  const metrics = Object.keys(METRICS) as ForecastMetric[];
  return billingPart(asking, 'forecasts', openMonth(began), [], async (ask) => {
    const rows: BillingRow<'forecasts'>[] = [];
    for (const metric of metrics)
      for (const answer of await ask('GetCostForecast', forecastQuestion(metric, began))) rows.push(...forecastRows(answer, metric));
    return rows;
  });
}

function forecastQuestion(metric: ForecastMetric, began: Date): Inputs['GetCostForecast'] {
  // It must begin today: not later, and earlier is no forecast.
  return {
    TimePeriod: { Start: dayOf(began), End: wholeMonth(addMonths(openMonth(began), AHEAD)).End },
    Metric: metric,
    Granularity: 'MONTHLY',
    PredictionIntervalLevel: LEVEL,
  };
}

function forecastRows({ Total, ForecastResultsByTime }: CostForecast, metric: ForecastMetric): BillingRow<'forecasts'>[] {
  return ForecastResultsByTime.map(({ TimePeriod: { Start, End }, MeanValue, PredictionIntervalLowerBound: low, PredictionIntervalUpperBound: high }) => ({
    period_start: `${Start.slice(0, 10)}T00:00:00Z`,
    period_end: `${End.slice(0, 10)}T00:00:00Z`,
    metric: METRICS[metric],
    currency: Total?.Unit ?? null,
    mean: number(MeanValue),
    low: number(low),
    high: number(high),
    level: LEVEL,
  }));
}
