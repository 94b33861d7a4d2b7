import { expect, test } from 'vitest';
import { collect, ioFor, rowsOf } from './collected.ts';
import { refusal, serve, type Answer } from './server.ts';

const MARCH = { first: undefined, last: undefined };

async function collected(also: string, answers: Readonly<Record<string, Answer>>, given: object = {}) {
  const server = await serve(({ operation }) => answers[operation] ?? refusal('DataUnavailableException', 'none'));
  const at = ioFor(server.url);
  const parts = await collect({ bill: false, history: 2, also: [also], ...given }, at, {}, MARCH);
  return { server, parts, rows: (select: string) => rowsOf(parts, select, at) };
}

test('the forecast is asked for by month, from today to the end of the third month, with its interval', async () => {
  const { server, parts, rows } = await collected('forecast', {
    GetCostForecast: {
      Total: { Amount: '30', Unit: 'USD' },
      ForecastResultsByTime: [
        { TimePeriod: { Start: '2026-03-20', End: '2026-04-01' }, MeanValue: '10', PredictionIntervalLowerBound: '8', PredictionIntervalUpperBound: '12' },
        { TimePeriod: { Start: '2026-04-01', End: '2026-05-01' }, MeanValue: '20' },
      ],
    },
  });
  expect(server.asked.map(({ input }) => input)).toEqual(
    ['UNBLENDED_COST', 'AMORTIZED_COST'].map((Metric) => ({
      TimePeriod: { Start: '2026-03-20', End: '2026-07-01' },
      Metric,
      Granularity: 'MONTHLY',
      PredictionIntervalLevel: 80,
    })),
  );
  expect(parts.map(({ part }) => part)).toMatchObject([{ table: 'forecasts', month: '2026-03' }]);
  expect(await rows(`metric, strftime(period_start, '%m-%d') as starts, mean, low, high, level, currency`)).toEqual([
    { metric: 'billed', starts: '03-20', mean: 10, low: 8, high: 12, level: 80, currency: 'USD' },
    { metric: 'billed', starts: '04-01', mean: 20, low: null, high: null, level: 80, currency: 'USD' },
    { metric: 'effective', starts: '03-20', mean: 10, low: 8, high: 12, level: 80, currency: 'USD' },
    { metric: 'effective', starts: '04-01', mean: 20, low: null, high: null, level: 80, currency: 'USD' },
  ]);
});

test('where there is no forecast a gap says so', async () => {
  const { parts } = await collected('forecast', {});
  expect(parts[0]?.facts).toEqual({
    rows: 0,
    capabilities: [],
    gaps: Array.from({ length: 2 }, () => ({ code: 'missing-metric', source: 'cost-explorer', metric: 'GetCostForecast', unknown: 'the forecast of AWS' })),
  });
});

const PLAN = {
  SavingsPlanArn: 'arn:aws:savingsplans::111111111111:savingsplan/one',
  Attributes: {
    AccountId: '111111111111',
    SavingsPlansType: 'EC2InstanceSavingsPlans',
    InstanceFamily: 'm6i',
    Region: 'eu-west-1',
    EndDateTime: '2027-01-31T12:00:00.000Z',
  },
  Utilization: { TotalCommitment: '744', UsedCommitment: '700.5', UnusedCommitment: '43.5', UtilizationPercentage: '94.15' },
  Savings: { NetSavings: '250', OnDemandCostEquivalent: '994' },
};

test('Savings Plans: a row each, and one of all with what they cover', async () => {
  const { rows, server } = await collected(
    'commitments',
    {
      GetSavingsPlansUtilizationDetails: {
        SavingsPlansUtilizationDetails: [PLAN],
        Total: { Utilization: PLAN.Utilization, Savings: PLAN.Savings },
        TimePeriod: {},
      },
      GetSavingsPlansCoverage: { SavingsPlansCoverages: [{ Coverage: { SpendCoveredBySavingsPlans: '994', OnDemandCost: '6', TotalCost: '1000' } }] },
    },
    { history: 1, reservations: [] },
  );
  expect(server.asked.map(({ operation, input }) => [operation, input.TimePeriod, input.Granularity])).toEqual([
    ['GetSavingsPlansUtilizationDetails', { Start: '2026-03-01', End: '2026-03-20' }, undefined],
    ['GetSavingsPlansCoverage', { Start: '2026-03-01', End: '2026-03-20' }, 'MONTHLY'],
  ]);
  expect(await rows('id, scope, committed, used, net_savings, coverable, covered, coverage_unit, cast(ends as varchar) as ends')).toEqual([
    {
      id: 'arn:aws:savingsplans::111111111111:savingsplan/one',
      scope: 'EC2InstanceSavingsPlans, m6i, eu-west-1',
      committed: 744,
      used: 700.5,
      net_savings: 250,
      coverable: null,
      covered: null,
      coverage_unit: null,
      ends: '2027-01-31 12:00:00',
    },
    { id: null, scope: null, committed: 744, used: 700.5, net_savings: 250, coverable: 1000, covered: 994, coverage_unit: 'cost', ends: null },
  ]);
});

test('reservations: what was paid for and not used is told by its cost; each service is asked for by name', async () => {
  const use = {
    PurchasedHours: '744',
    TotalActualHours: '700',
    OnDemandCostOfRIHoursUsed: '140',
    NetRISavings: '40',
    TotalAmortizedFee: '100',
    RICostForUnusedHours: '6',
  };
  const { rows, server } = await collected(
    'commitments',
    {
      GetReservationUtilization: {
        UtilizationsByTime: [
          {
            Groups: [
              {
                Key: 'SUBSCRIPTION_ID',
                Value: '99',
                Attributes: { instanceType: 'm6i.xlarge', region: 'eu-west-1', reservationARN: 'arn:ri' },
                Utilization: use,
              },
            ],
          },
        ],
        Total: use,
      },
      GetReservationCoverage: { CoveragesByTime: [], Total: { CoverageHours: { ReservedHours: '700', TotalRunningHours: '1000' } } },
    },
    { history: 1, reservations: ['Amazon Elastic Compute Cloud - Compute'] },
  );
  expect(server.asked.at(2)?.input).toEqual({
    TimePeriod: { Start: '2026-03-01', End: '2026-03-20' },
    GroupBy: [{ Type: 'DIMENSION', Key: 'SUBSCRIPTION_ID' }],
    Filter: { Dimensions: { Key: 'SERVICE', Values: ['Amazon Elastic Compute Cloud - Compute'] } },
  });
  expect(await rows('id, scope, committed, used, coverable, covered, coverage_unit')).toEqual([
    {
      id: 'arn:ri',
      scope: 'Amazon Elastic Compute Cloud - Compute, m6i.xlarge, eu-west-1',
      committed: 100,
      used: 94,
      coverable: null,
      covered: null,
      coverage_unit: null,
    },
    { id: null, scope: 'Amazon Elastic Compute Cloud - Compute', committed: 100, used: 94, coverable: 1000, covered: 700, coverage_unit: 'hours' },
  ]);
});

test('an account without commitments has no rows, and nothing is missing', async () => {
  const { parts } = await collected('commitments', {}, { history: 1 });
  expect(parts[0]?.facts).toEqual({ rows: 0, capabilities: [], gaps: [] });
});

test('not allowed to see commitments: a gap for each action, and the run goes on', async () => {
  const denied = refusal('AccessDeniedException');
  const { parts } = await collected(
    'commitments',
    { GetSavingsPlansUtilizationDetails: denied, GetSavingsPlansCoverage: denied },
    { history: 1, reservations: [] },
  );
  expect(parts[0]?.facts.gaps).toEqual([
    { code: 'forbidden', source: 'cost-explorer', what: 'read use of Savings Plans (ce:GetSavingsPlansUtilizationDetails)' },
    { code: 'forbidden', source: 'cost-explorer', what: 'read what Savings Plans cover (ce:GetSavingsPlansCoverage)' },
  ]);
});

const compared = (before: string, after: string, difference: string) => ({
  AmortizedCost: { BaselineTimePeriodAmount: before, ComparisonTimePeriodAmount: after, Difference: difference, Unit: 'USD' },
});

test('closed months are compared with the one before, with what drives the change', async () => {
  const selector = { And: [{ Dimensions: { Key: 'SERVICE', Values: ['AWS Lambda'] } }, { Dimensions: { Key: 'USAGE_TYPE', Values: ['EU-Request'] } }] };
  const { rows, server, parts } = await collected('comparisons', {
    GetCostAndUsageComparisons: {
      CostAndUsageComparisons: [{ CostAndUsageSelector: { Dimensions: { Key: 'SERVICE', Values: ['AWS Lambda'] } }, Metrics: compared('4', '6', '2') }],
      TotalCostAndUsage: compared('10', '12', '2'),
    },
    GetCostComparisonDrivers: {
      CostComparisonDrivers: [
        {
          CostSelector: selector,
          Metrics: compared('4', '6', '2'),
          CostDrivers: [{ Type: 'USAGE_CHANGE', Name: 'EU-Request', Metrics: compared('4', '6', '2') }],
        },
      ],
    },
  });
  expect(parts.map(({ part }) => ('month' in part ? part.month : ''))).toEqual(['2026-02']);
  expect(server.asked[0]?.input).toEqual({
    BaselineTimePeriod: { Start: '2026-01-01', End: '2026-02-01' },
    ComparisonTimePeriod: { Start: '2026-02-01', End: '2026-03-01' },
    MetricForComparison: 'AmortizedCost',
    GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
    MaxResults: 2000,
  });
  expect(await rows('service, selector, driver, driver_name, metric, difference')).toEqual([
    { service: 'AWS Lambda', selector: 'USAGE_TYPE=EU-Request', driver: 'USAGE_CHANGE', driver_name: 'EU-Request', metric: 'effective', difference: 2 },
    { service: 'AWS Lambda', selector: 'USAGE_TYPE=EU-Request', driver: null, driver_name: null, metric: 'effective', difference: 2 },
    { service: 'AWS Lambda', selector: null, driver: null, driver_name: null, metric: 'effective', difference: 2 },
    { service: null, selector: null, driver: null, driver_name: null, metric: 'effective', difference: 2 },
  ]);
});

test('of hundreds of drivers the first thirty are read: each page of ten costs', async () => {
  const page = { CostComparisonDrivers: Array.from({ length: 10 }, (_, at) => ({ Metrics: compared('0', `${at}`, `${at}`) })) };
  let pages = 0;
  const { server, parts } = await collected('comparisons', {
    GetCostAndUsageComparisons: { TotalCostAndUsage: compared('0', '45', '45') },
    GetCostComparisonDrivers: (response) => response.end(JSON.stringify({ ...page, NextPageToken: String((pages += 1)) })),
  });
  expect(server.asked.filter(({ operation }) => operation === 'GetCostComparisonDrivers').length).toBe(3);
  expect(parts[0]?.facts.rows).toBe(31);
});

test('on the first of a month nothing of it is over: commitments are told of the month before', async () => {
  const server = await serve(() => refusal('DataUnavailableException'));
  const parts = await collect({ bill: false, history: 2, also: ['commitments'] }, ioFor(server.url, new Date('2026-03-01T08:00:00Z')));
  expect(parts.map(({ part }) => ('month' in part ? part.month : ''))).toEqual(['2026-02']);
});

test('the first month of an account has none to be compared with: nothing is asked, and nothing is missing', async () => {
  const server = await serve(({ operation }) => (operation === 'GetCostAndUsage' ? { ResultsByTime: [] } : refusal('DataUnavailableException')));
  const parts = await collect({ history: 3, also: ['comparisons'] }, ioFor(server.url));
  expect(new Set(server.asked.map(({ operation }) => operation))).toEqual(new Set(['GetCostAndUsage']));
  expect(parts.flatMap(({ facts }) => facts.gaps)).toEqual([]);
});
