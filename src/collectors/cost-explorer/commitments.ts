import type { BillingPart, Month } from '../../model/facts.ts';
import { billingPart, type Asking, type BillingRow } from './billing-part.ts';
import type { Inputs } from './client.ts';
import { intervalSoFar, type Interval } from './months.ts';
import { attribute, instant, number } from './number.ts';
import type { PlanUse, ReservationCoverage, ReservationUse, ReservationUtilization, SavingsPlansCoverage, SavingsPlansUtilizationDetails } from './schema.ts';

type Row = BillingRow<'commitments'>;

const EMPTY = {
  id: null,
  account: null,
  scope: null,
  currency: null,
  committed: null,
  used: null,
  on_demand_equivalent: null,
  net_savings: null,
  coverable: null,
  covered: null,
  coverage_unit: null,
  ends: null,
} as const;

const PLANS = { ...EMPTY, type: 'Savings Plan' } as const;
const RESERVED = { ...EMPTY, type: 'Reserved Instance' } as const;

/** Savings Plans as one, and the reservations of each service that is asked for. */
export function commitmentsPart(asking: Asking, month: Month): BillingPart {
  const { bills, settings } = asking;
  const { reservations } = settings;
  return billingPart(asking, 'commitments', month, reservations, async (ask) => {
    const period = intervalSoFar(month, asking.context.began);
    if (period === undefined) return [];
    const rows: Row[] = [];
    if (bills.mayHave(month, 'Savings Plan')) {
      const plans = await ask('GetSavingsPlansUtilizationDetails', planQuestion(period));
      rows.push(...planRows(plans, await ask('GetSavingsPlansCoverage', planCoverageQuestion(period))));
    }
    for (const service of reservations) {
      if (!bills.mayHave(month, 'Reserved Instance', service)) continue;
      const used = await ask('GetReservationUtilization', reservationQuestion(period, service));
      rows.push(...reservationRows(used, await ask('GetReservationCoverage', reservationCoverageQuestion(period, service)), service));
    }
    return rows;
  });
}

const byService = (service: string) => ({ Filter: { Dimensions: { Key: 'SERVICE' as const, Values: [service] } } });

const planQuestion = (TimePeriod: Interval): Inputs['GetSavingsPlansUtilizationDetails'] => ({ TimePeriod });

const planCoverageQuestion = (TimePeriod: Interval): Inputs['GetSavingsPlansCoverage'] => ({
  TimePeriod,
  Granularity: 'MONTHLY',
  Metrics: ['SpendCoveredBySavingsPlans'],
});

// Without a filter both answer for EC2 alone. Granularity may not stand beside GroupBy.
const reservationQuestion = (TimePeriod: Interval, service: string): Inputs['GetReservationUtilization'] => ({
  TimePeriod,
  GroupBy: [{ Type: 'DIMENSION', Key: 'SUBSCRIPTION_ID' }],
  ...byService(service),
});

const reservationCoverageQuestion = (TimePeriod: Interval, service: string): Inputs['GetReservationCoverage'] => ({
  TimePeriod,
  Granularity: 'MONTHLY',
  Metrics: ['Hour'],
  ...byService(service),
});

/** A row for each plan, and one for all: its coverage is that of all plans together. None without a plan. */
function planRows(used: readonly SavingsPlansUtilizationDetails[], covered: readonly SavingsPlansCoverage[]): Row[] {
  const plans = used.flatMap(({ SavingsPlansUtilizationDetails: details }) => details);
  const coverage = covered.flatMap(({ SavingsPlansCoverages }) => SavingsPlansCoverages.flatMap(({ Coverage }) => Coverage ?? []));
  const rows = plans.map(({ SavingsPlanArn: arn, Attributes: about, ...use }): Row => ({
    ...PLANS,
    id: arn ?? attribute(about, 'SavingsPlanArn', 'SavingsPlansId'),
    account: attribute(about, 'AccountId', 'LinkedAccount'),
    scope: [attribute(about, 'SavingsPlansType', 'Type'), attribute(about, 'InstanceFamily'), attribute(about, 'Region')].filter(Boolean).join(', ') || null,
    ...planUse(use),
    ends: instant(attribute(about, 'EndDateTime', 'EndTime', 'End')),
  }));
  if (plans.length === 0) return [];
  const total = used.map(({ Total }) => Total).findLast((found) => found !== undefined);
  const coverable = sum(coverage.map((of) => number(of.TotalCost) ?? plus(number(of.OnDemandCost), number(of.SpendCoveredBySavingsPlans))));
  return [
    ...rows,
    {
      ...PLANS,
      ...(total === undefined ? {} : planUse(total)),
      coverable,
      covered: sum(coverage.map((of) => number(of.SpendCoveredBySavingsPlans))),
      coverage_unit: coverage.length === 0 ? null : 'cost',
    },
  ];
}

function planUse({ Utilization: utilization, Savings: savings }: PlanUse): Pick<Row, 'committed' | 'used' | 'on_demand_equivalent' | 'net_savings'> {
  return {
    committed: number(utilization?.TotalCommitment),
    used: number(utilization?.UsedCommitment),
    on_demand_equivalent: number(savings?.OnDemandCostEquivalent),
    net_savings: number(savings?.NetSavings),
  };
}

/** A row for each reservation, and one for all of the service: its coverage is of all its instances. None without a reservation. */
function reservationRows(used: readonly ReservationUtilization[], covered: readonly ReservationCoverage[], service: string): Row[] {
  const groups = used.flatMap(({ UtilizationsByTime }) => UtilizationsByTime.flatMap(({ Groups }) => Groups));
  const hours = covered.map(({ Total }) => Total?.CoverageHours).findLast((found) => found !== undefined);
  const running = number(hours?.TotalRunningHours);
  const rows = groups.map(({ Value: id, Attributes: about, Utilization: use }): Row => ({
    ...RESERVED,
    id: attribute(about, 'reservationARN', 'leaseId', 'subscriptionId') ?? id ?? null,
    account: attribute(about, 'accountId'),
    scope: [service, attribute(about, 'instanceType'), attribute(about, 'region')].filter(Boolean).join(', '),
    ...(use === undefined ? {} : reservationUse(use)),
    ends: instant(attribute(about, 'endDateTime')),
  }));
  if (rows.length === 0) return [];
  const total = used.map(({ Total }) => Total).findLast((found) => found !== undefined);
  return [
    ...rows,
    {
      ...RESERVED,
      scope: service,
      ...(total === undefined ? {} : reservationUse(total)),
      coverable: running,
      covered: number(hours?.ReservedHours),
      coverage_unit: running === null ? null : 'hours',
    },
  ];
}

/** What of the amortized fee was used: all of it but what the unused hours cost. */
function reservationUse(use: ReservationUse): Pick<Row, 'committed' | 'used' | 'on_demand_equivalent' | 'net_savings'> {
  const [fee, unused] = [number(use.TotalAmortizedFee), number(use.RICostForUnusedHours)];
  return {
    committed: fee,
    used: fee === null || unused === null ? null : fee - unused,
    on_demand_equivalent: number(use.OnDemandCostOfRIHoursUsed),
    net_savings: number(use.NetRISavings),
  };
}

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

/** null where there is none, or one is not known. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : known.reduce((total, value) => total + value, 0);
}
