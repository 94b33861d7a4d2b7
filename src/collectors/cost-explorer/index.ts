import type { BillingPart, ChargesPart } from '../../model/facts.ts';
import { PATIENCE, type Patience } from '../aws-client.ts';
import type { Collector, Window } from '../types.ts';
import { findAccounts, listed, NO_ACCOUNTS } from './accounts.ts';
import { billPart, type Accounts } from './bill-parts.ts';
import type { Asking } from './billing-part.ts';
import { checkCostExplorer } from './check.ts';
import { connect } from './client.ts';
import { commitmentsPart } from './commitments.ts';
import { comparisonsPart } from './comparisons.ts';
import { forecastPart } from './forecast.ts';
import { requestsOf, wantedPieces, type Piece } from './pieces.ts';
import { agree } from './plan.ts';
import { PURPOSES, statements } from './policy.ts';
import { ReadBills } from './read-bills.ts';
import type { CostExplorerSettings } from './settings.ts';
import { Spending } from './spending.ts';

/** @param patience for how long Cost Explorer may be silent */
export function costExplorerWith(patience: Patience): Collector<CostExplorerSettings> {
  return {
    policy: statements,

    permissions: Object.entries(PURPOSES).map(([operation, why]) => ({ what: `ce:${operation}`, why })),

    async *collect(settings, window, context) {
      const spending = new Spending();
      const client = await connect(settings, context.io, spending, patience);
      const sql = await context.io.openSql({ scratch: context.scratch });
      try {
        const parts = await plannedParts({ settings, context, client, sql, bills: new ReadBills() }, window, spending);
        for (const [index, part] of parts.entries()) yield { ...part, position: { at: index + 1, of: parts.length } };
      } finally {
        sql.close();
        client.close();
      }
    },

    async *check(settings, context) {
      const pieces = wantedPieces(settings, { first: undefined, last: undefined }, context.began);
      yield* checkCostExplorer(settings, costOf(pieces, settings, listed(settings.accounts)) + (hasToLearn(settings) ? 1 : 0), context);
    },
  };
}

/** AWS Cost Explorer: what the bill says where there is no Cost and Usage Report, and what AWS alone knows. Each request costs, so that none is sent unasked. */
export const costExplorer = costExplorerWith(PATIENCE);

/** All parts, those that the snapshot has among them, once the requests for the others are agreed to. */
async function plannedParts(asking: Asking, window: Window, spending: Spending): Promise<readonly (ChargesPart | BillingPart)[]> {
  const { settings, context, client } = asking;
  let accounts = listed(settings.accounts);
  const bill = { ...asking, accounts: () => accounts };
  const all = wantedPieces(settings, window, context.began).map((piece) => ({ piece, part: partOf(piece, bill) }));
  const missing = all.flatMap(({ piece, part }) => (context.isCurrent(part) ? [] : [piece]));
  const oldest = missing.find(({ table }) => table === 'charges');
  if (hasToLearn(settings) && oldest !== undefined) {
    const more = costOf(missing, settings, NO_ACCOUNTS);
    await agree(
      { requests: 1, further: more, purpose: `to learn which accounts there are, before ${more} and more for each account and month` },
      settings,
      context,
      spending,
    );
    accounts = await findAccounts(client, oldest.month, context);
  }
  if (missing.length > 0) await agree({ requests: costOf(missing, settings, accounts), purpose: purposeOf(missing) }, settings, context, spending);
  return all.map(({ part }) => part);
}

function partOf({ table, month }: Piece, bill: Parameters<typeof billPart>[0]): ChargesPart | BillingPart {
  switch (table) {
    case 'charges':
      return billPart(bill, month);
    case 'commitments':
      return commitmentsPart(bill, month);
    case 'comparisons':
      return comparisonsPart(bill, month);
    case 'forecasts':
      return forecastPart(bill);
  }
}

const hasToLearn = ({ bill, accounts }: CostExplorerSettings): boolean => bill && accounts === 'separate';

const costOf = (pieces: readonly Piece[], settings: CostExplorerSettings, { ids }: Accounts): number =>
  pieces.reduce((total, piece) => total + requestsOf(piece, settings, ids.length), 0);

function purposeOf(pieces: readonly Piece[]): string {
  const months = pieces.flatMap(({ table, month }) => (table === 'charges' ? [month] : []));
  const others = [...new Set(pieces.flatMap(({ table }) => (table === 'charges' ? [] : [table])))];
  const bill = months.length === 0 ? [] : [`the costs of ${months.length === 1 ? months[0] : `${months.length} months, ${months[0]} to ${months.at(-1)}`}`];
  return `for ${[...bill, ...others].join(', ')}`;
}
