import { z } from 'zod';
import { COST_METRICS } from '../../model/cost/cost-report.ts';
import { row } from './cost-report.schema.ts';
import { money, period } from './facts.schema.ts';

const name = (description: string) => z.string().nullable().describe(description);

const node = z.strictObject({
  instance: z.string().describe('Id of the instance'),
  node: name('Name of the node; null: no source knows it'),
  hours: z.number().describe('Hours in which the workload had a part of it'),
  nodeCost: money('What the node cost in these'),
  coreHours: z.number().describe('What the workload had: max(request, use) over the hours'),
  gibHours: z.number().describe('The same of memory'),
  cost: money('What that is of the cost of the node: the sum of the six parts below'),
  cpuCost: money('For CPU'),
  memoryCost: money('For memory'),
  gpuCost: money('For GPUs'),
  splitCost: money("By the bill's own split"),
  idleCost: money('Its part of what nobody used, where that is given to pods'),
  extrapolatedCost: money('For hours that nobody observed'),
});

const billRow = z.strictObject({
  resource: name('FOCUS ResourceId'),
  meter: name('FOCUS SkuMeter'),
  description: name('FOCUS ChargeDescription'),
  start: z.string().describe('From (ISO 8601)'),
  end: z.string().describe('To (ISO 8601)'),
  quantity: z.number().nullable().describe('FOCUS PricingQuantity'),
  unit: name('FOCUS PricingUnit'),
  rows: z.number().describe('How many rows of the bill it is'),
  cost: money('All of it'),
  parts: z.number().describe('Among how many users it is shared evenly'),
});

const figure = row.omit({ previousCost: true, change: true }).extend({
  nodes: z.array(node).describe('Where it is a part of what nodes cost: the nodes that it is mostly of. All of the workload, whatever the charge'),
  bill: z.array(billRow).describe('Rows of the bill behind it, dearest first; of a part of a charge the rows that were split, whole'),
  billRows: z.number().describe('How many there are'),
  billCost: money('What all of them cost'),
});

/** The published schema of an explanation (`tonnage schema explanation`). */
export const costExplanationSchema = z
  .strictObject({
    kind: z.literal('CostExplanation').describe('What this document is'),
    schemaVersion: z.literal(1).describe('Version of this schema'),
    what: z.string().describe('The figure, as it was asked'),
    period: period.describe('Whole months, [start, end), UTC'),
    currency: z.string().describe('Currency of every amount, ISO 4217'),
    costMetric: z.enum(COST_METRICS).describe("Which of a charge's amounts are added up"),
    cost: money('The figure'),
    figures: z.array(figure).describe('What it is the sum of, with othersCost: dearest first'),
    others: z.number().describe('Rows that are not told one by one'),
    othersCost: money('What these cost'),
  })
  .describe('A figure of a report, down to the rows of the bill');
