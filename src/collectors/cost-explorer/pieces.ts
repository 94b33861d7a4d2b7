import type { BillingTable } from '../../model/cost/billing-tables.ts';
import type { Month } from '../../model/facts.ts';
import { addMonths } from '../../model/month.ts';
import type { Window } from '../types.ts';
import { billMonths, granularityOf, intervalSoFar, openMonth } from './months.ts';
import type { CostExplorerSettings } from './settings.ts';

/** What a part will be, before it is one. */
export interface Piece {
  readonly table: 'charges' | BillingTable;
  readonly month: Month;
}

/** Months whose commitments and comparisons are read in one run: the newest. Those of earlier runs stay in the snapshot. */
const NEWEST = 2;

/** All that is wanted of the window, whether the snapshot has it or not. */
export function wantedPieces({ bill, history, also }: CostExplorerSettings, window: Window, began: Date): Piece[] {
  const months = billMonths(window, began, history);
  const open = openMonth(began);
  const isDaily = (month: Month): boolean => granularityOf(month, began) === 'DAILY';
  const begun = months.filter((month) => isDaily(month) && intervalSoFar(month, began) !== undefined);
  const closed = months.filter((month) => month < open && isDaily(addMonths(month, -1)));
  return [
    ...(bill ? months.map((month) => ({ table: 'charges', month }) as const) : []),
    ...(also.includes('commitments') ? begun.slice(-NEWEST) : []).map((month) => ({ table: 'commitments', month }) as const),
    ...(also.includes('comparisons') ? closed.slice(-NEWEST) : []).map((month) => ({ table: 'comparisons', month }) as const),
    ...(also.includes('forecast') && months.includes(open) ? [{ table: 'forecasts', month: open } as const] : []),
  ];
}

/** Requests that a piece takes if each answer has one page. `accounts`: how many costs are told apart by. */
export function requestsOf({ table }: Piece, { usageTypes, reservations }: CostExplorerSettings, accounts: number): number {
  switch (table) {
    case 'charges':
      return 1 + accounts + usageTypes.length * Math.max(1, accounts);
    case 'commitments':
      return 2 + 2 * reservations.length;
    case 'comparisons':
    case 'forecasts':
      return 2;
  }
}
