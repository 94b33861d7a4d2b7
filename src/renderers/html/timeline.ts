import type { CostReport, TrendPoint } from '../../model/cost/cost-report.ts';
import { money, type Money } from '../../model/facts.ts';
import { heaviest } from '../fold.ts';
import { counted } from '../numbers.ts';
import { printable } from '../../io/printable.ts';

/** Cost over time, stacked by service, of both periods. */
export interface Timeline {
  /** Days (`YYYY-MM-DD`) or, where these would be too many to tell apart, months (`YYYY-MM`). */
  readonly times: readonly string[];
  /** How many of `times` belong to the period before. */
  readonly before: number;
  /** Dearest first, the others last; one cost for each of `times`. They add up to the trend. */
  readonly series: readonly Series[];
}

interface Series {
  readonly name: string;
  readonly costs: readonly Money[];
}

const MOST_DAYS = 130;
const DAY = 86_400_000;

/** The `most` services that weigh most in the period, and the others as one. */
export function timelineOf({ trend, period, previousPeriod }: CostReport, most: number): Timeline {
  const days = daysBetween(previousPeriod?.start ?? period.start, period.end);
  const digits = days.length > MOST_DAYS ? 'YYYY-MM'.length : 'YYYY-MM-DD'.length;
  const times = [...new Set(days.map((day) => day.slice(0, digits)))];
  const start = period.start.slice(0, digits);
  const costs = totals(
    trend.filter(({ day }) => day.slice(0, digits) >= start),
    ({ service }) => service,
  );
  const costOf = (service: string): number => costs.get(service) ?? 0;
  const services = [...new Set(trend.map(({ service }) => service))];
  const named = services.length <= most + 1 ? new Set(services) : heaviest(services, most, (service) => Math.abs(costOf(service)));
  const seriesOf = (name: string, points: readonly TrendPoint[]): Series => {
    const byTime = totals(points, ({ day }) => day.slice(0, digits));
    return { name: printable(name), costs: times.map((time) => byTime.get(time) ?? money(0)) };
  };
  const series = [...named]
    .toSorted((a, b) => costOf(b) - costOf(a))
    .map((name) =>
      seriesOf(
        name,
        trend.filter(({ service }) => service === name),
      ),
    );
  const others = services.length - named.size;
  if (others > 0)
    series.push(
      seriesOf(
        counted(others, 'other'),
        trend.filter(({ service }) => !named.has(service)),
      ),
    );
  return { times, before: times.filter((time) => time < start).length, series };
}

function daysBetween(start: string, end: string): readonly string[] {
  const first = Date.parse(start);
  return Array.from({ length: Math.ceil((Date.parse(end) - first) / DAY) }, (_, at) => new Date(first + at * DAY).toISOString().slice(0, 10));
}

/** The trend holds every charge: a key without a point cost nothing. */
function totals(points: readonly TrendPoint[], keyOf: (point: TrendPoint) => string): ReadonlyMap<string, Money> {
  const costs = new Map<string, Money>();
  for (const point of points) costs.set(keyOf(point), money((costs.get(keyOf(point)) ?? 0) + point.cost));
  return costs;
}
