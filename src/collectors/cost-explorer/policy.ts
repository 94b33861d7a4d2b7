import type { PolicyStatement } from '../aws-policy.ts';
import { OPERATIONS, type Operation } from './client.ts';
import type { CostExplorerSettings } from './settings.ts';

/** What each request is for. */
export const PURPOSES: Readonly<Record<Operation, string>> = {
  GetCostAndUsage: 'costs by day, service and type of charge',
  GetDimensionValues: 'which accounts there are, where costs are told apart by all of them',
  GetCostForecast: 'AWS’ own forecast',
  GetSavingsPlansUtilizationDetails: 'how much of each Savings Plan is used',
  GetSavingsPlansCoverage: 'how much of the usage Savings Plans cover',
  GetReservationUtilization: 'how much of each reservation is used',
  GetReservationCoverage: 'how much of the usage reservations cover',
  GetCostAndUsageComparisons: 'the change from month to month, by service',
  GetCostComparisonDrivers: 'what drives the change from month to month',
};

/** The operations that a source needs, as it is configured. */
function operationsOf({ bill, accounts, also }: Pick<CostExplorerSettings, 'bill' | 'accounts' | 'also'>): Operation[] {
  const wanted: Readonly<Record<Operation, boolean>> = {
    GetCostAndUsage: bill,
    GetDimensionValues: bill && accounts === 'separate',
    GetCostForecast: also.includes('forecast'),
    GetSavingsPlansUtilizationDetails: also.includes('commitments'),
    GetSavingsPlansCoverage: also.includes('commitments'),
    GetReservationUtilization: also.includes('commitments'),
    GetReservationCoverage: also.includes('commitments'),
    GetCostAndUsageComparisons: also.includes('comparisons'),
    GetCostComparisonDrivers: also.includes('comparisons'),
  };
  return OPERATIONS.filter((operation) => wanted[operation]);
}

/** The least that it takes. Cost Explorer knows no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscostexplorerservice.html */
export function statements(settings: Pick<CostExplorerSettings, 'bill' | 'accounts' | 'also'>): readonly PolicyStatement[] {
  const actions = operationsOf(settings).map((operation) => `ce:${operation}`);
  return actions.length === 0 ? [] : [{ Sid: 'ReadCostExplorer', Effect: 'Allow', Action: actions, Resource: ['*'] }];
}
