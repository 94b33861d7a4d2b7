import type {
  GetCostAndUsageCommandInput,
  GetCostAndUsageComparisonsCommandInput,
  GetCostComparisonDriversCommandInput,
  GetCostForecastCommandInput,
  GetDimensionValuesCommandInput,
  GetReservationCoverageCommandInput,
  GetReservationUtilizationCommandInput,
  GetSavingsPlansCoverageCommandInput,
  GetSavingsPlansUtilizationDetailsCommandInput,
} from '@aws-sdk/client-cost-explorer';
import type { z } from 'zod';
import { UserError } from '../../io/errors.ts';
import type { Io } from '../../io/io.ts';
import { clientOptions, PATIENCE, type ClientOptions, type Patience } from '../aws-client.ts';
import { explain } from './explain.ts';
import * as schema from './schema.ts';
import type { CostExplorerSettings } from './settings.ts';
import type { Spending } from './spending.ts';

export interface Inputs {
  GetCostAndUsage: GetCostAndUsageCommandInput;
  GetDimensionValues: GetDimensionValuesCommandInput;
  GetCostForecast: GetCostForecastCommandInput;
  GetSavingsPlansUtilizationDetails: GetSavingsPlansUtilizationDetailsCommandInput;
  GetSavingsPlansCoverage: GetSavingsPlansCoverageCommandInput;
  GetReservationUtilization: GetReservationUtilizationCommandInput;
  GetReservationCoverage: GetReservationCoverageCommandInput;
  GetCostAndUsageComparisons: GetCostAndUsageComparisonsCommandInput;
  GetCostComparisonDrivers: GetCostComparisonDriversCommandInput;
}

export interface Answers {
  GetCostAndUsage: schema.CostAndUsage;
  GetDimensionValues: schema.DimensionValues;
  GetCostForecast: schema.CostForecast;
  GetSavingsPlansUtilizationDetails: schema.SavingsPlansUtilizationDetails;
  GetSavingsPlansCoverage: schema.SavingsPlansCoverage;
  GetReservationUtilization: schema.ReservationUtilization;
  GetReservationCoverage: schema.ReservationCoverage;
  GetCostAndUsageComparisons: schema.CostComparisons;
  GetCostComparisonDrivers: schema.CostDrivers;
}

export type Operation = keyof Inputs;

/** What is read, and no more: `policy.ts` and the docs name the same. */
const ANSWERS: { readonly [Name in Operation]: z.ZodType<Answers[Name]> } = {
  GetCostAndUsage: schema.CostAndUsage,
  GetDimensionValues: schema.DimensionValues,
  GetCostForecast: schema.CostForecast,
  GetSavingsPlansUtilizationDetails: schema.SavingsPlansUtilizationDetails,
  GetSavingsPlansCoverage: schema.SavingsPlansCoverage,
  GetReservationUtilization: schema.ReservationUtilization,
  GetReservationCoverage: schema.ReservationCoverage,
  GetCostAndUsageComparisons: schema.CostComparisons,
  GetCostComparisonDrivers: schema.CostDrivers,
};
export const OPERATIONS = Object.keys(ANSWERS) as readonly Operation[];

type Senders = { readonly [Name in Operation]: (input: Inputs[Name]) => Promise<unknown> };

/** Operations of Savings Plans call it otherwise. */
const TOKENS: Readonly<Partial<Record<Operation, 'NextToken'>>> = { GetSavingsPlansUtilizationDetails: 'NextToken', GetSavingsPlansCoverage: 'NextToken' };

export interface CostExplorer {
  /** All pages of an answer, or the first so many. The SDK has no paginator for most of these operations, and each page costs. @throws CostExplorerError, UserError */
  pages<Name extends Operation>(operation: Name, input: Inputs[Name], most?: number): Promise<Answers[Name][]>;
  close(): void;
}

/** A client that asks nothing yet: credentials are looked for when it does. */
export async function connect(
  settings: CostExplorerSettings,
  { env }: Pick<Io, 'env'>,
  spending: Spending,
  patience: Patience = PATIENCE,
): Promise<CostExplorer> {
  const senders = await open(optionsOf(settings, env, 'COST_EXPLORER', patience));
  return {
    close: () => senders.close(),
    async pages(operation, input, most = Number.POSITIVE_INFINITY) {
      const found: Answers[typeof operation][] = [];
      const seen = new Set<string>();
      for (let token: string | undefined; ;) {
        spending.count();
        const answer = await ask(senders.send, operation, token === undefined ? input : { ...input, [TOKENS[operation] ?? 'NextPageToken']: token });
        found.push(answer);
        token = tokenOf(answer);
        if (token === undefined || found.length >= most) return found;
        if (seen.has(token))
          throw new UserError(`AWS Cost Explorer sends the same page of ${operation} again and again`, 'run again later; what was read is kept');
        seen.add(token);
      }
    },
  };
}

async function ask<Name extends Operation>(send: Senders, operation: Name, input: Inputs[Name]): Promise<Answers[Name]> {
  try {
    return ANSWERS[operation].parse(await send[operation](input));
  } catch (error) {
    throw explain(error, operation);
  }
}

function tokenOf(answer: Answers[Operation]): string | undefined {
  const token = 'NextPageToken' in answer ? answer.NextPageToken : 'NextToken' in answer ? answer.NextToken : undefined;
  return token === '' ? undefined : token;
}

/** What a client of AWS is opened with. `service`: as in AWS_ENDPOINT_URL_COST_EXPLORER. */
export function optionsOf(
  { profile, region }: CostExplorerSettings,
  env: Io['env'],
  service: string,
  patience: Patience,
): ClientOptions & { readonly profile?: string } {
  const named = profile ?? (env['AWS_PROFILE'] || undefined);
  const options = clientOptions(named === undefined ? env : { ...env, AWS_PROFILE: named }, service, region, patience);
  return named === undefined ? options : { ...options, profile: named };
}

async function open(options: ReturnType<typeof optionsOf>): Promise<{ readonly send: Senders; readonly close: () => void }> {
  const sdk = await import('@aws-sdk/client-cost-explorer');
  const client = new sdk.CostExplorerClient(options);
  return {
    close: () => client.destroy(),
    send: {
      GetCostAndUsage: (input) => client.send(new sdk.GetCostAndUsageCommand(input)),
      GetDimensionValues: (input) => client.send(new sdk.GetDimensionValuesCommand(input)),
      GetCostForecast: (input) => client.send(new sdk.GetCostForecastCommand(input)),
      GetSavingsPlansUtilizationDetails: (input) => client.send(new sdk.GetSavingsPlansUtilizationDetailsCommand(input)),
      GetSavingsPlansCoverage: (input) => client.send(new sdk.GetSavingsPlansCoverageCommand(input)),
      GetReservationUtilization: (input) => client.send(new sdk.GetReservationUtilizationCommand(input)),
      GetReservationCoverage: (input) => client.send(new sdk.GetReservationCoverageCommand(input)),
      GetCostAndUsageComparisons: (input) => client.send(new sdk.GetCostAndUsageComparisonsCommand(input)),
      GetCostComparisonDrivers: (input) => client.send(new sdk.GetCostComparisonDriversCommand(input)),
    },
  };
}
