import { createHash } from 'node:crypto';
import { writeTableFile, type Cell } from '../../io/table-file.ts';
import type { Sql } from '../../io/sql.ts';
import { BILLING_TABLES, type BillingTable } from '../../model/cost/billing-tables.ts';
import type { BillingPart, Gap, Month } from '../../model/facts.ts';
import { monthPeriod } from '../../model/month.ts';
import type { Context } from '../types.ts';
import type { Answers, CostExplorer, Inputs, Operation } from './client.ts';
import { CostExplorerError } from './explain.ts';
import { isOver } from './months.ts';
import type { ReadBills } from './read-bills.ts';
import type { CostExplorerSettings } from './settings.ts';

export type BillingRow<Table extends BillingTable> = Readonly<Record<keyof (typeof BILLING_TABLES)[Table], Cell>>;

export interface Asking {
  readonly client: CostExplorer;
  readonly sql: Sql;
  readonly settings: CostExplorerSettings;
  readonly context: Context;
  readonly bills: ReadBills;
}

/** Asks; where that is not allowed, or there is nothing of the kind, the answer is none, and a gap says why. */
export type Ask = <Name extends Operation>(operation: Name, input: Inputs[Name], mostPages?: number) => Promise<readonly Answers[Name][]>;

/** A part of a month's table. What is said of a month that was over for two weeks is asked for once. `about`: what else the rows depend on. */
export function billingPart<Table extends BillingTable>(
  asking: Asking,
  table: Table,
  month: Month,
  about: readonly string[],
  rowsOf: (ask: Ask) => Promise<readonly BillingRow<Table>[]>,
): BillingPart {
  const { source, began } = asking.context;
  const isSettled = table !== 'forecasts' && isOver(month, began);
  return {
    table,
    source,
    month,
    identity: createHash('sha256')
      .update(JSON.stringify([1, table, month, isSettled ? 'over' : began.toISOString(), about]))
      .digest('hex'),
    isSettled,
    progress: () => undefined,
    write: async (file) => {
      const gaps: Gap[] = [];
      const rows = await rowsOf(asker(asking, month, gaps));
      return { rows: await writeTableFile(asking.sql, BILLING_TABLES[table], rows, file), capabilities: [], gaps };
    },
  };
}

/** What is not known without an answer. */
const UNKNOWN: Readonly<Partial<Record<Operation, string>>> = {
  GetCostForecast: 'the forecast of AWS',
  GetSavingsPlansUtilizationDetails: 'use of Savings Plans',
  GetSavingsPlansCoverage: 'what Savings Plans cover',
  GetReservationUtilization: 'use of reservations',
  GetReservationCoverage: 'what reservations cover',
  GetCostAndUsageComparisons: 'the comparison of AWS',
  GetCostComparisonDrivers: 'what AWS says drives the change',
};

function asker({ client, context: { source } }: Asking, month: Month, gaps: Gap[]): Ask {
  return async (operation, input, mostPages) => {
    try {
      return await client.pages(operation, input, mostPages);
    } catch (error) {
      if (!(error instanceof CostExplorerError) || error.failure === 'throttled' || error.failure === 'broken') throw error;
      const unknown = UNKNOWN[operation] ?? operation;
      if (error.failure === 'denied') gaps.push({ code: 'forbidden', source, what: `read ${unknown} (ce:${operation})` });
      // An account without commitments has no data on them, its first month none to be compared with: nothing is missing.
      else if (error.failure === 'none')
        gaps.push(...(HAVE_NONE.has(operation) ? [] : [{ code: 'missing-metric', source, metric: operation, unknown } as const]));
      else gaps.push({ code: 'unread-period', source, what: unknown, period: monthPeriod(month), reason: error.message });
      return [];
    }
  };
}

const HAVE_NONE: ReadonlySet<Operation> = new Set([
  'GetSavingsPlansUtilizationDetails',
  'GetSavingsPlansCoverage',
  'GetReservationUtilization',
  'GetReservationCoverage',
  'GetCostAndUsageComparisons',
  'GetCostComparisonDrivers',
]);
