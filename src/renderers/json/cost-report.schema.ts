import { z } from 'zod';
import { COST_METRICS, DIMENSIONS, SHARES } from '../../model/cost/cost-report.ts';
import { gap, money, month, period, source } from './facts.schema.ts';

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

const row = z.strictObject({
  provider: z.string().describe('FOCUS ProviderName'),
  service: z.string().describe("The provider's service; Tax and Credits for those"),
  account: name('FOCUS SubAccountId'),
  accountName: name('FOCUS SubAccountName'),
  region: name('FOCUS RegionId; null: global or none'),
  team: name('Team that owns it'),
  environment: name('Environment that it serves'),
  workload: name('Workload that it serves'),
  category: z.string().describe('FOCUS ChargeCategory; "Unused commitment" for usage that was paid for and not used'),
  share: z.enum(SHARES).describe('The line of the reconciliation that it belongs to'),
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
    schemaVersion: z.literal(1).describe('Version of this schema'),
    organisation: name('Whose bill it is; null where the configuration does not say'),
    generatedFrom: z.strictObject({
      snapshot: z.string().describe("Digest of the snapshot's tables: the same digest gives the same report"),
      sources: z.array(sourceFacts).describe('What was read'),
    }),
    gaps: z.array(gap).describe('What is not known'),
    period: period.describe('Whole months, [start, end), UTC'),
    previousPeriod: period.nullable().describe('As many months before; null where the snapshot does not hold all of them'),
    currency: z.string().describe('Currency of every amount, ISO 4217'),
    costMetric: z.enum(COST_METRICS).describe("Which of a charge's amounts the report adds up"),
    reconciliation,
    previousBill: money('The bill of the period before; null where there is none').nullable(),
    change,
    breakdowns: z.array(breakdown).describe('Each adds up to the bill'),
    rows: z.array(row).describe('The finest rows; each breakdown is a sum over them'),
    trend: z.array(trendPoint).describe('Cost a day and service, of both periods; adds up to both bills'),
  })
  .describe('What the month cost, and whose cost it is');
