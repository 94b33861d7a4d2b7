import type { Month } from '../../model/facts.ts';
import { addMonths } from '../../model/month.ts';
import type { Context } from '../types.ts';
import type { Accounts } from './bill-parts.ts';
import type { CostExplorer, Inputs } from './client.ts';
import { CostExplorerError } from './explain.ts';
import { intervalOf, openMonth, wholeMonth } from './months.ts';
import { attribute } from './number.ts';
import { DAILY_MONTHS, type CostExplorerSettings } from './settings.ts';

export const NO_ACCOUNTS: Accounts = { ids: [], names: new Map(), gaps: [] };

/** The accounts that the settings name. */
export function listed(accounts: CostExplorerSettings['accounts']): Accounts {
  return typeof accounts === 'string' ? NO_ACCOUNTS : { ...NO_ACCOUNTS, ids: [...new Set(accounts)].toSorted() };
}

function accountsQuestion(first: Month, began: Date): Inputs['GetDimensionValues'] {
  const oldest = addMonths(openMonth(began), 1 - DAILY_MONTHS);
  const { Start } = wholeMonth(first < oldest ? oldest : first);
  return { TimePeriod: { Start, End: intervalOf(openMonth(began), began).End }, Dimension: 'LINKED_ACCOUNT', Context: 'COST_AND_USAGE' };
}

/** The accounts that cost something since a month. Where that must not be asked for, costs are told of all accounts together, and a gap says so. */
export async function findAccounts(client: CostExplorer, first: Month, { source, began }: Context): Promise<Accounts> {
  try {
    const pages = await client.pages('GetDimensionValues', accountsQuestion(first, began));
    const found = pages.flatMap(({ DimensionValues }) => DimensionValues);
    return {
      ids: [...new Set(found.map(({ Value }) => Value))].toSorted(),
      names: new Map(
        found.flatMap(({ Value, Attributes }) => {
          const name = attribute(Attributes, 'description');
          return name === null ? [] : [[Value, name] as const];
        }),
      ),
      gaps: [],
    };
  } catch (error) {
    if (!(error instanceof CostExplorerError) || error.failure !== 'denied') throw error;
    return { ...NO_ACCOUNTS, gaps: [{ code: 'forbidden', source, what: 'list the accounts (ce:GetDimensionValues): costs are told of all together' }] };
  }
}
