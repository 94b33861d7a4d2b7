import { addDays, dayRange } from '../../../src/model/day.ts';
import type { DatedCharge } from '../../../src/model/cost/dated-charge.ts';
import { monthCosts, type MonthCost, type MonthFacts } from '../../../src/model/cost/months.ts';
import { money, type Day, type Month, type Timestamp } from '../../../src/model/facts.ts';
import { daysIn, monthOf } from '../../../src/model/month.ts';

/** Usage of EC2 on one day, as a part of a charge says; its month is that of the day. */
export function datedCharge(firstDay: string, cost: number, given: Partial<Omit<DatedCharge, 'cost' | 'firstDay'>> = {}): DatedCharge {
  return {
    month: monthOf(firstDay),
    provider: 'AWS',
    service: 'Amazon EC2',
    category: 'Usage',
    frequency: 'Usage-Based',
    isCorrection: false,
    endDay: addDays(firstDay as Day, 1),
    ...given,
    firstDay,
    cost: money(cost),
  };
}

/** A charge a day, of what `costOf` says of it. */
export function everyDay(first: string, last: string, costOf: (day: Day, at: number) => number): DatedCharge[] {
  return dayRange(first as Day, last as Day).map((day, at) => datedCharge(day, costOf(day, at)));
}

export function monthFactsOf(month: string, billed: number, given: Partial<Omit<MonthFacts, 'month'>> = {}): MonthFacts {
  const cost = billed.toFixed(12);
  return {
    source: 'cur',
    totals: [
      {
        provider: 'AWS',
        billingAccount: '111111111111',
        currency: 'USD',
        state: 'final',
        lines: 1,
        billed: cost,
        effective: cost,
        netEffective: cost,
        list: cost,
        contracted: cost,
      },
    ],
    lastUsage: `${month}-${daysIn(month as Month)}T23:00:00Z` as Timestamp,
    unknown: [],
    ...given,
    month: month as Month,
  };
}

/** The months of charges that are known by the end of a day. */
export function monthsOf(charges: readonly DatedCharge[], asOf: string): MonthCost[] {
  const known = charges.filter(({ firstDay }) => firstDay <= asOf);
  const facts = [...Map.groupBy(known, ({ month }) => month)].map(([month, of]) => {
    const last = `${month}-${daysIn(month)}`;
    const cost = of.reduce((sum, charge) => sum + charge.cost, 0);
    return monthFactsOf(month, cost, { lastUsage: `${asOf < last ? asOf : last}T23:00:00Z` as Timestamp });
  });
  return monthCosts(facts, { metric: 'effective', currency: 'USD', last: monthOf(asOf) });
}
