import { awsError, commonAwsError } from '../aws-errors.ts';
import { PATIENCE } from '../aws-client.ts';
import type { Check, Context } from '../types.ts';
import { optionsOf } from './client.ts';
import { statements } from './policy.ts';
import type { CostExplorerSettings } from './settings.ts';
import { priceOf, requestsFor } from './spending.ts';

/** What `doctor` says. It asks Cost Explorer nothing, for that costs: who we are is free. */
export async function* checkCostExplorer(settings: CostExplorerSettings, requests: number, { io }: Context): AsyncGenerator<Check> {
  yield await identity(settings, io.env);
  const actions = statements(settings).flatMap(({ Action }) => Action);
  const hint = 'Cost Explorer must be switched on, and has data a day later; members of an organisation see what its payer lets them see';
  yield { name: 'permissions', state: 'ok', detail: `it takes ${actions.join(', ')}; not tried, for each request costs`, hint };
  const needed = `a run from nothing sends ${requests} requests or more (${priceOf(requests)}); months that are over are read once`;
  if (requests <= requestsFor(settings.budget)) yield { name: 'budget', state: 'ok', detail: `${needed}; the budget covers it` };
  else
    yield {
      name: 'budget',
      state: 'warning',
      detail: `${needed}; the budget does not cover it`,
      hint: `collect with --yes, or set \`budget: ${(requests / 100).toFixed(2)}\` in this source`,
    };
}

async function identity(settings: CostExplorerSettings, env: Context['io']['env']): Promise<Check> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = new STSClient(optionsOf(settings, env, 'STS', { ...PATIENCE, attempts: 2 }));
  try {
    const { Account: account, Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
    return { name: 'credentials', state: 'ok', detail: `account ${account ?? 'unknown'}, as ${arn ?? 'unknown'}` };
  } catch (error) {
    const told = commonAwsError(error, 'AWS STS');
    if (told === undefined && awsError(error)?.status === undefined) throw error;
    const hint = told?.hint ?? 'set AWS_PROFILE, or `profile` in this source';
    return { name: 'credentials', state: 'failed', detail: told?.message ?? `AWS STS refuses them (${awsError(error)?.name})`, hint };
  } finally {
    client.destroy();
  }
}
