import { z } from 'zod';
import { IDLE_KINDS } from '../../model/cost/cost-line.ts';
import { COST_METRICS, DIMENSIONS, SHARES } from '../../model/cost/cost-report.ts';
import { allocationGaps } from './allocation-gaps.schema.ts';
import { allocation } from './allocation.schema.ts';
import { bill, commitment, crossCheck, invoice, state } from './bills.schema.ts';
import { gap, money, month, period, source } from './facts.schema.ts';
import { anomaly, correction, driver, driverCheck, forecast, monthCost } from './time.schema.ts';

const change = z
  .strictObject({
    amount: money('Cost less earlier cost'),
    ratio: z.number().nullable().describe('Amount as a share of the earlier cost; null where that was 0'),
  })
  .nullable()
  .describe('null where there is no period before');

const costs = {
  cost: money('Cost in the period'),
  previousCost: money('Cost in the period before; null where there is none').nullable(),
  change,
};

const name = (description: string) => z.string().nullable().describe(description);

const reconciliation = z
  .strictObject({
    allocated: money('Has an owner'),
    idle: money('Paid for, not used'),
    shared: money('Serves several owners'),
    unattributed: money('No owner is known'),
    tax: money('Taxes'),
    credit: money('Credits and refunds, negative'),
    bill: money("The bill's own sum, taken before anything was mapped, grouped or allocated"),
    residual: money('What the rows do not explain: 0 within 1e-9 of the bill'),
  })
  .describe('allocated + idle + shared + unattributed + tax + credit + residual = bill');

export const row = z.strictObject({
  provider: z.string().describe('FOCUS ProviderName'),
  service: z.string().describe("The provider's service; Tax and Credits for those"),
  account: name('FOCUS SubAccountId'),
  accountName: name('FOCUS SubAccountName'),
  region: name('FOCUS RegionId; null: global or none'),
  team: name('Team that owns it'),
  environment: name('Environment that it serves'),
  cluster: name('Cluster that it is for'),
  namespace: name('Namespace that it serves'),
  workload: name('Workload that it serves, as in Deployment/api'),
  category: z
    .string()
    .describe('FOCUS ChargeCategory; "Unused commitment" for usage that was paid for and not used, "Correction" for what corrects an earlier bill'),
  share: z.enum(SHARES).describe('The line of the reconciliation that it belongs to'),
  idle: z.enum(IDLE_KINDS).nullable().describe('What kind of idle capacity of a cluster; null: none'),
  method: name('How its part of a charge of a cluster was found: split-cost, requests, volume, ...; null: it is a whole charge'),
  ...costs,
});

const breakdown = z.strictObject({
  by: z.enum(DIMENSIONS).describe('The dimension'),
  rows: z
    .array(
      z.strictObject({
        name: name('null: the charges that have no such name'),
        title: name("A longer name where there is one (an account's)"),
        share: z.number().nullable().describe('Part of the bill; null where the bill is 0'),
        ...costs,
      }),
    )
    .describe('Dearest first'),
});

const trendPoint = z.strictObject({
  day: z.iso.date().describe('YYYY-MM-DD, UTC'),
  service: z.string().describe("The provider's service"),
  cost: money('Cost of the day'),
});

const ownership = z.strictObject({
  owned: money('Of teams'),
  unowned: money('Of nobody; tax and credits are left out'),
  ratio: z.number().nullable().describe('owned / (owned + unowned)'),
  largest: z
    .array(
      row.pick({
        provider: true,
        service: true,
        account: true,
        accountName: true,
        region: true,
        category: true,
        cluster: true,
        namespace: true,
        workload: true,
        cost: true,
      }),
    )
    .describe('What nobody owns, dearest first'),
});

const sourceFacts = z.strictObject({
  source,
  month,
  lines: z.int().nonnegative().describe('Lines of the bill that were read'),
  duplicates: z.int().nonnegative().describe('Lines left out because the same line stood in the bill twice'),
  capabilities: z.array(z.string()).describe('What the bill can answer: resource-ids, savings-plans, ...'),
});

/** The published schema of a cost report (`tonnage schema report`). */
export const costReportSchema = z
  .strictObject({
    kind: z.literal('CostReport').describe('What this document is'),
    schemaVersion: z.literal(2).describe('Version of this schema'),
    organisation: name('Whose bill it is; null where the configuration does not say'),
    generatedFrom: z.strictObject({
      snapshot: z.string().describe("Digest of the snapshot's tables: the same digest gives the same report"),
      sources: z.array(sourceFacts).describe('What was read'),
    }),
    gaps: z.array(z.union([gap, ...allocationGaps])).describe('What is not known'),
    period: period.describe('Whole months, [start, end), UTC'),
    previousPeriod: period.nullable().describe('As many months before; null where the snapshot does not hold all of them'),
    currency: z.string().describe('Currency of every amount, ISO 4217'),
    costMetric: z.enum(COST_METRICS).describe("Which of a charge's amounts the report adds up"),
    state,
    bills: z.array(bill).describe('What is added up: the bill of each provider, account and month once'),
    crossChecks: z.array(crossCheck).describe('The same bills as another source tells them: compared, not added'),
    reconciliation,
    previousBill: money('The bill of the period before; null where there is none').nullable(),
    change,
    drivers: z.array(driver).describe('Why the bill changed: they add up to the change'),
    driverCheck: driverCheck.nullable().describe('The same of the bill of AWS, as AWS itself tells it; null where it was not asked'),
    breakdowns: z.array(breakdown).describe('Each adds up to the bill'),
    rows: z.array(row).describe('The finest rows; each breakdown is a sum over them'),
    months: z.array(monthCost).describe('Up to 24 months, oldest first'),
    forecast: forecast.nullable().describe('The bills to come; null where there is nothing to build on'),
    anomalies: z.array(anomaly).describe('Where daily costs left their level in the period, dearest first'),
    corrections: z.array(correction).describe("What the period's bills correct of earlier ones: part of their sum"),
    allocation: allocation.nullable().describe('How the cost of clusters was split over workloads; null: there is no cluster'),
    ownership: ownership.nullable().describe('null: no teams are configured'),
    commitments: z.array(commitment).describe('Savings Plans and reservations, dearest first'),
    invoice,
    trend: z.array(trendPoint).describe('Cost a day and service, of both periods; adds up to both bills'),
  })
  .describe('What the month cost, and whose cost it is');
