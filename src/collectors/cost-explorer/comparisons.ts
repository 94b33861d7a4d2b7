import type { BillingPart, Month } from '../../model/facts.ts';
import { addMonths } from '../../model/month.ts';
import { billingPart, type Asking, type BillingRow } from './billing-part.ts';
import type { Inputs } from './client.ts';
import { wholeMonth } from './months.ts';
import { number } from './number.ts';
import type { Compared, CostComparisons, CostDrivers, Selector } from './schema.ts';

type Row = BillingRow<'comparisons'>;

/** Compared is what a report shows unless it is asked otherwise. */
const METRIC = { asked: 'AmortizedCost', name: 'effective' } as const;

/** What a page may hold at most, for pages cost. */
const MOST = { services: 2000, drivers: 10 } as const;
/** Pages of drivers that are read: a page is of 10, and a large account has hundreds of them. */
const DRIVER_PAGES = 3;

/** A closed month beside the one before it, as AWS compares them, and what AWS says drives the change. */
export function comparisonsPart(asking: Asking, month: Month): BillingPart {
  return billingPart(asking, 'comparisons', month, [], async (ask) => {
    if ([month, addMonths(month, -1)].some((one) => asking.bills.isEmpty(one))) return [];
    const compared = await ask('GetCostAndUsageComparisons', comparisonQuestion(month));
    return [...comparisonRows(compared), ...driverRows(await ask('GetCostComparisonDrivers', driverQuestion(month), DRIVER_PAGES))];
  });
}

/** Both must be exactly one calendar month. */
const periods = (month: Month) => ({
  BaselineTimePeriod: wholeMonth(addMonths(month, -1)),
  ComparisonTimePeriod: wholeMonth(month),
  MetricForComparison: METRIC.asked,
});

const comparisonQuestion = (month: Month): Inputs['GetCostAndUsageComparisons'] => ({
  ...periods(month),
  GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
  MaxResults: MOST.services,
});

/** SERVICE and USAGE_TYPE are always told. */
const driverQuestion = (month: Month): Inputs['GetCostComparisonDrivers'] => ({ ...periods(month), MaxResults: MOST.drivers });

function comparisonRows(pages: readonly CostComparisons[]): Row[] {
  const services = pages.flatMap(({ CostAndUsageComparisons }) =>
    CostAndUsageComparisons.map(({ CostAndUsageSelector, Metrics }) => row(Metrics, CostAndUsageSelector, null)),
  );
  // Each page repeats the total.
  const total = pages.map(({ TotalCostAndUsage }) => row(TotalCostAndUsage, undefined, null)).slice(-1);
  return [...services, ...total].flatMap((found) => found ?? []);
}

function driverRows(pages: readonly CostDrivers[]): Row[] {
  return pages
    .flatMap(({ CostComparisonDrivers }) => CostComparisonDrivers)
    .flatMap(({ CostSelector, Metrics, CostDrivers: drivers }) => [
      row(Metrics, CostSelector, null),
      ...drivers.map(({ Type, Name, Metrics: of }) => row(of, CostSelector, Type ?? Name ?? 'unnamed', Name)),
    ])
    .flatMap((found) => found ?? []);
}

function row(metrics: Compared, selector: Selector | undefined, driver: string | null, name?: string): Row | undefined {
  const found = metrics[METRIC.asked];
  if (found === undefined) return undefined;
  const dimensions = [selector?.Dimensions, ...(selector?.And ?? []).map(({ Dimensions }) => Dimensions)].filter((one) => one !== undefined);
  const service = dimensions.find(({ Key }) => Key === 'SERVICE');
  const others = dimensions.filter((one) => one !== service).map(({ Key, Values }) => `${Key ?? ''}=${Values.join('|')}`);
  return {
    service: service?.Values.join(', ') ?? null,
    selector: others.toSorted().join(', ') || null,
    driver,
    driver_name: name ?? null,
    metric: METRIC.name,
    currency: found.Unit ?? null,
    previous: number(found.BaselineTimePeriodAmount),
    current: number(found.ComparisonTimePeriodAmount),
    difference: number(found.Difference),
  };
}
