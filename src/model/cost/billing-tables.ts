import type { ColumnType } from '../cluster/tables.ts';

/** What a provider says about a month beside its charges. Amounts are in `currency`; times are UTC; NULL is what is not known, or does not apply. */
export const BILLING_TABLES = {
  /** What commitments were bought, how much of them was used, and how much of the usage they cover. A row is a commitment, or (id NULL) all of a kind: of reservations all of a service, named in `scope`. */
  commitments: {
    /** FOCUS CommitmentDiscountType: `Savings Plan`, `Reserved Instance`. */
    type: 'VARCHAR',
    id: 'VARCHAR',
    account: 'VARCHAR',
    /** What it is for: a plan's type or an instance type with its region. */
    scope: 'VARCHAR',
    currency: 'VARCHAR',
    /** Amortized: what was committed, and how much of it was used. */
    committed: 'DOUBLE',
    used: 'DOUBLE',
    /** What its usage would have cost on demand, and what it cost less. */
    on_demand_equivalent: 'DOUBLE',
    net_savings: 'DOUBLE',
    /** Usage that commitments of the kind could have covered, and what of it they did; of Savings Plans `cost` (in `currency`), of reservations `hours`. */
    coverable: 'DOUBLE',
    covered: 'DOUBLE',
    coverage_unit: 'VARCHAR',
    ends: 'TIMESTAMP',
  },
  /** The provider's own forecast, as of the month in which it was asked. */
  forecasts: {
    period_start: 'TIMESTAMP',
    period_end: 'TIMESTAMP',
    /** `billed`, `effective`, ... */
    metric: 'VARCHAR',
    currency: 'VARCHAR',
    mean: 'DOUBLE',
    low: 'DOUBLE',
    high: 'DOUBLE',
    /** Of the interval, in percent. */
    level: 'DOUBLE',
  },
  /** The provider's own comparison of the month with the one before, and what drives the difference. */
  comparisons: {
    /** NULL: in all. */
    service: 'VARCHAR',
    /** What it is told of beside the service, as in `USAGE_TYPE=EUW1-BoxUsage:m6i.large`; NULL: all of the service. */
    selector: 'VARCHAR',
    /** `USAGE_CHANGE`, ...: as the provider calls it; NULL: the comparison itself. */
    driver: 'VARCHAR',
    /** What the provider calls this one driver of its kind. */
    driver_name: 'VARCHAR',
    metric: 'VARCHAR',
    currency: 'VARCHAR',
    previous: 'DOUBLE',
    current: 'DOUBLE',
    difference: 'DOUBLE',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnType>>>>;

export type BillingTable = keyof typeof BILLING_TABLES;

/** How many of the tables' names there are is known here alone. */
export function isBillingTable(table: string): table is BillingTable {
  return Object.hasOwn(BILLING_TABLES, table);
}
