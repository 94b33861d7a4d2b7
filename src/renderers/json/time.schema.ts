import { z } from 'zod';
import { DRIVER_KINDS } from '../../model/cost/drivers/driver.ts';
import { FORECAST_METHODS } from '../../model/cost/forecast/forecast-report.ts';
import { state } from './bills.schema.ts';
import { money, month, source } from './facts.schema.ts';

const name = (description: string) => z.string().nullable().describe(description);
const share = (description: string) => z.number().nullable().describe(description);
const day = (description: string) => z.iso.date().describe(description);

const driverCause = z.strictObject({
  meter: name('The meter as the bill has it, or a family of instances; null: many small ones'),
  account: name('FOCUS SubAccountId'),
  region: name('FOCUS RegionId'),
  amount: money('What it contributes in the way of its driver'),
  previousCost: money('All that it cost before'),
  cost: money('All that it costs'),
  previousQuantity: share('In unit; null where there is none'),
  quantity: share('In unit; null where there is none'),
  unit: name('normalised hours: an hour of a small instance is one, of a large one four'),
});

export const driver = z.strictObject({
  service: z.string().describe("The provider's service; Tax and Credits for those"),
  kind: z.enum(DRIVER_KINDS).describe('In what way it changes the bill'),
  amount: money('Its part of the change'),
  causes: z.array(driverCause).describe('The largest of what is behind it'),
  otherCauses: z.int().nonnegative().describe('How many more there are'),
  otherAmount: money('What these amount to'),
});

export const driverCheck = z.strictObject({
  provider: money("The change as the provider's comparison has it; null: it does not say").nullable(),
  ours: money('The sum of the drivers'),
  difference: money('ours - provider').nullable(),
  providerDrivers: money("What the provider's own drivers add up to: it names the largest only"),
  byDriver: z
    .array(z.strictObject({ driver: z.string().describe('As the provider calls it'), amount: money('What it contributes') }))
    .describe('Its drivers by type, largest first'),
});

export const monthCost = z.strictObject({
  month,
  cost: money('The bill of the month'),
  state,
  isWhole: z.boolean().describe('Whether usage of every source that has any reaches the last day'),
  sources: z.array(source).describe('What it is the sum of'),
  missing: z.array(source).describe('Sources that have months before and after, and not this one'),
  isPartlyUnknown: z.boolean().describe('Some charges have no known value in the cost metric'),
});

const forecastMonth = z.strictObject({
  month,
  soFar: money('What it has cost by asOf; null for a month that has not begun').nullable(),
  cost: money('The whole month'),
  low: money('The month costs between low and high with a probability of level; null where errors are not known').nullable(),
  high: money('See low').nullable(),
  level: z.number().describe('Probability of the interval'),
  method: z.enum(FORECAST_METHODS).describe('How cost was found'),
  error: share("Median of |forecast - bill| / |bill| on the user's own past months, foreseen from as far away; null: too few months"),
  tested: z.int().nonnegative().describe('Months that the error was measured on'),
  naive: money('The same as last month').nullable(),
  naiveError: share('The error of that, on the same months'),
  worseThanNaive: z.boolean().describe('The error was larger than that of "the same as last month", which therefore stands in cost'),
});

export const forecast = z.strictObject({
  asOf: day('The last day whose costs it builds on'),
  months: z.array(forecastMonth).describe('The month that goes on, if one does, and the three after it'),
});

export const anomaly = z.strictObject({
  by: z.enum(['service', 'team', 'workload']).describe('What the series is of'),
  name: z.string().describe('Which one'),
  kind: z.enum(['rise', 'drop', 'new', 'gone', 'spike']).describe('A new level, or a day or two that stand out'),
  began: day('The first day of it'),
  ended: z.iso.date().nullable().describe('The last day of it; null where it goes on'),
  expectedPerDay: money('What a day would cost by the level before'),
  actualPerDay: money('What a day cost'),
  extra: money('Actual less expected, over all of its days so far'),
  score: z.number().describe('How many times as large as the noise; from 5 on it counts'),
  confidence: z.enum(['high', 'medium']).describe('high: a score of 8 and more'),
});

export const correction = z.strictObject({
  month,
  service: z.string().describe('FOCUS ServiceName'),
  corrects: month.nullable().describe('The month that it is for; null where the bill does not say'),
  amount: money('What it adds to the bill, or takes from it'),
});
