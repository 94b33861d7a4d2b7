import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatedCharge } from '../../../../src/model/cost/dated-charge.ts';
import { forecast } from '../../../../src/model/cost/forecast/forecast.ts';
import type { ForecastMonth } from '../../../../src/model/cost/forecast/forecast-report.ts';
import { addDays } from '../../../../src/model/day.ts';
import type { Day, Month } from '../../../../src/model/facts.ts';
import { addMonths, daysIn, monthRange } from '../../../../src/model/month.ts';
import { normal, random } from '../anomalies/noise.ts';
import { datedCharge, everyDay, monthsOf } from '../dated-charges.ts';

function foreseen(charges: readonly DatedCharge[], asOf: string): readonly ForecastMonth[] {
  return forecast({ charges, months: monthsOf(charges, asOf), asOf: asOf as Day })?.months ?? [];
}

/** Costs to the cent, by month. */
const costs = (months: readonly ForecastMonth[]): readonly (readonly [string, number])[] =>
  months.map(({ month, cost }) => [month, Math.round(cost * 100) / 100]);

const flat = (first: string, last: string): DatedCharge[] => everyDay(first, last, () => 10);
const billOf = (charges: readonly DatedCharge[], month: string): number =>
  charges.filter((charge) => charge.month === month).reduce((sum, { cost }) => sum + cost, 0);

describe('the forecast', () => {
  test('is of the month that goes on and the three after it, each of its own length', () => {
    expect(costs(foreseen(flat('2026-01-01', '2026-10-12'), '2026-10-12'))).toEqual([
      ['2026-10', 310],
      ['2026-11', 300],
      ['2026-12', 310],
      ['2027-01', 310],
    ]);
  });

  test('is of the next three months alone, where none goes on', () => {
    const months = foreseen(flat('2026-01-01', '2026-10-31'), '2026-10-31');
    expect(months.map(({ month, soFar }) => [month, soFar])).toEqual([
      ['2026-11', null],
      ['2026-12', null],
      ['2027-01', null],
    ]);
  });

  test('says what the month has cost so far, and is never below it', () => {
    const [month] = foreseen(flat('2026-01-01', '2026-10-12'), '2026-10-12');
    expect([month?.soFar, (month?.low ?? 0) >= 120]).toEqual([120, true]);
  });

  test('looks at no charge after the last complete day', () => {
    const charges = [...flat('2026-01-01', '2026-10-12'), datedCharge('2026-10-13', 0.5)];
    expect(costs(foreseen(charges, '2026-10-12'))[0]).toEqual(['2026-10', 310]);
  });

  test('is tested on no month whose charges it was not given', () => {
    const all = flat('2026-01-01', '2026-10-12');
    const given = all.filter(({ month }) => month >= '2026-07');
    const [month] = forecast({ charges: given, months: monthsOf(all, '2026-10-12'), asOf: '2026-10-12' as Day })?.months ?? [];
    expect([month?.tested, Math.round((month?.error ?? Number.NaN) * 1e6)]).toEqual([2, 0]);
  });

  test('is not there without three days', () => {
    expect(forecast({ charges: flat('2026-10-01', '2026-10-02'), months: [], asOf: '2026-10-02' as Day })).toBeNull();
  });

  test('is not there where nothing is known yet: that is no forecast of nothing', () => {
    const charges = [datedCharge('2026-10-05', 80)];
    expect(forecast({ charges, months: monthsOf(charges, '2026-10-04'), asOf: '2026-10-04' as Day })).toBeNull();
  });

  test('of bills that were never below nothing does not reach below it, however wide it is', () => {
    const charges = everyDay('2026-01-01', '2026-08-31', (day) => 10 ** Number(day.slice(5, 7)));
    for (const { low } of foreseen(charges, '2026-08-31')) expect(low).toBeGreaterThanOrEqual(0);
  });

  test('is compared with the last month as that was, also where it was a credit', () => {
    const [month] = foreseen(
      everyDay('2026-05-01', '2026-10-31', () => -3),
      '2026-10-31',
    );
    expect([month?.cost, month?.naive]).toEqual([-90, -93]);
  });

  test('of a month that is over takes it as the last one, though a small source lags behind', () => {
    const charges = flat('2026-08-01', '2026-10-31');
    const months = monthsOf(charges, '2026-10-31').map((one) => (one.month === '2026-10' ? { ...one, isWhole: false } : one));
    const [month] = forecast({ charges, months, asOf: '2026-10-31' as Day })?.months ?? [];
    expect([month?.month, month?.naive]).toEqual(['2026-11', 310]);
  });

  test('builds on days alone in the first month, and says that it cannot know its error', () => {
    const [month] = foreseen(flat('2026-10-03', '2026-10-12'), '2026-10-12');
    expect(month).toMatchObject({
      cost: 290,
      method: 'run-rate',
      error: null,
      tested: 0,
      low: null,
      high: null,
      naive: null,
      naiveError: null,
      worseThanNaive: false,
    });
  });

  test('cannot know its error with two whole months, and can with three', () => {
    const errors = (first: string): readonly (number | boolean | null | undefined)[] => {
      const [month] = foreseen(flat(first, '2026-10-12'), '2026-10-12');
      return [month?.tested, month?.error, month?.low === null];
    };
    expect(errors('2026-08-01')).toEqual([1, null, true]);
    const [tested, error, isUnknown] = errors('2026-07-01');
    expect([tested, isUnknown]).toEqual([2, false]);
    expect(error).toBeCloseTo(0, 9);
  });
});

describe('what comes once a month', () => {
  const fee = (month: string, cost: number, given: Partial<DatedCharge> = {}): DatedCharge =>
    datedCharge(`${month}-01`, cost, { category: 'Purchase', frequency: 'Recurring', endDay: `${addMonths(month as Month, 1)}-01`, service: 'Plan', ...given });
  const months = ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10'];
  const usage = flat('2026-06-01', '2026-10-12');

  test('is a flat price: expected once, and not by the day', () => {
    expect(costs(foreseen([...usage, ...months.map((month) => fee(month, 50))], '2026-10-12')).slice(0, 2)).toEqual([
      ['2026-10', 360],
      ['2026-11', 350],
    ]);
  });

  test('is expected in the month that goes on, also before it has come', () => {
    expect(costs(foreseen([...usage, ...months.slice(0, 4).map((month) => fee(month, 50))], '2026-10-12'))[0]).toEqual(['2026-10', 360]);
  });

  test('is expected as a fee only if each of the last three months had it', () => {
    const once = { frequency: 'One-Time', endDay: '2026-10-02' };
    const support = months.map((month) => fee(month, 50, { ...once, service: 'Support' }));
    const upfront = fee('2026-10', 5000, { ...once, service: 'Savings Plan' });
    expect(costs(foreseen([...usage, ...support, upfront], '2026-10-12')).slice(0, 2)).toEqual([
      ['2026-10', 5360],
      ['2026-11', 350],
    ]);
  });

  test('is known by its day where the bill has it as usage', () => {
    const zones = months.map((month) => datedCharge(`${month}-01`, 60, { service: 'Amazon Route 53' }));
    expect(costs(foreseen([...usage, ...zones], '2026-10-12')).slice(0, 2)).toEqual([
      ['2026-10', 370],
      ['2026-11', 360],
    ]);
  });

  test('may be a credit: one that came once is not repeated, nor is a correction', () => {
    const credit = datedCharge('2026-10-01', -40, { category: 'Credit', frequency: 'One-Time' });
    const correction = datedCharge('2026-09-11', -8, { month: '2026-10' as Month, isCorrection: true });
    expect(costs(foreseen([...usage, credit, correction], '2026-10-12')).slice(0, 2)).toEqual([
      ['2026-10', 262],
      ['2026-11', 300],
    ]);
  });

  test('is tax as a part of all else, however much of it is known', () => {
    const tax = months
      .slice(0, 4)
      .map((month) => datedCharge(`${month}-01`, daysIn(month as Month) * 2, { category: 'Tax', endDay: `${addMonths(month as Month, 1)}-01` }));
    const soFar = datedCharge('2026-10-01', 24, { category: 'Tax', endDay: '2026-11-01' });
    expect(costs(foreseen([...usage, ...tax, soFar], '2026-10-12')).slice(0, 2)).toEqual([
      ['2026-10', 372],
      ['2026-11', 360],
    ]);
  });

  test('of a provider that has not told the month yet is expected as before', () => {
    const heroku = everyDay('2026-06-01', '2026-09-30', () => 4).map((charge) => ({ ...charge, provider: 'Heroku' }));
    expect(costs(foreseen([...usage, ...heroku], '2026-10-12'))[0]).toEqual(['2026-10', 434]);
  });

  test('of a provider that ended is not', () => {
    const heroku = everyDay('2026-06-01', '2026-08-15', () => 4).map((charge) => ({ ...charge, provider: 'Heroku' }));
    expect(costs(foreseen([...usage, ...heroku], '2026-10-12'))[0]).toEqual(['2026-10', 310]);
  });
});

/** A year and a half of days with seeded noise of 5 %. */
function company(seed: number, shape: (at: number, day: Day) => number): DatedCharge[] {
  const draw = normal(random(seed));
  return everyDay('2025-04-01', '2026-10-31', (day, at) => shape(at, day) * (1 + 0.05 * draw()));
}

const isWeekend = (day: Day): boolean => [0, 6].includes(new Date(day).getUTCDay());

describe('the choice of a method', () => {
  test('knows weekdays where they matter', () => {
    const [month] = foreseen(
      company(1, (_, day) => (isWeekend(day) ? 20 : 100)),
      '2026-10-12',
    );
    expect(month?.method).toBe('weekday');
    expect(month?.error).toBeLessThan(0.02);
  });

  test('follows growth, better than "same as last month"', () => {
    const [, november] = foreseen(
      company(1, (at) => 100 * 1.05 ** (at / 30)),
      '2026-10-12',
    );
    expect(november?.method).toBe('trend');
    expect(november?.error).toBeLessThan(0.06);
    expect(november?.naiveError).toBeGreaterThan(0.08);
  });

  test('that has done worse than "same as last month" gives way to it, and says both', () => {
    // The last week of each month is dear: whatever is extrapolated by the day from its last day, is wrong.
    const charges = company(1, (_, day) => (Number(day.slice(8)) > 24 ? 500 : 20));
    const worse = foreseen(charges, '2026-09-26').filter(({ worseThanNaive }) => worseThanNaive);
    expect(worse.length).toBeGreaterThan(0);
    for (const { method, cost, naive, error, naiveError } of worse) {
      expect([method, cost]).toEqual(['last-month', naive]);
      expect(error ?? Number.NaN).toBeGreaterThan(naiveError ?? Number.NaN);
    }
  });

  test('is measured on past months alone: a month that is not over changes no error', () => {
    const charges = company(3, () => 100);
    const dearer = charges.map((charge) => (charge.month === '2026-10' ? { ...charge, cost: (charge.cost * 3) as DatedCharge['cost'] } : charge));
    const errors = (of: readonly DatedCharge[]): readonly (number | null)[] => foreseen(of, '2026-10-12').map(({ error }) => error);
    expect(errors(dearer)).toEqual(errors(charges));
  });
});

test('the interval of 80 % holds the bill in about that part of seeded companies', () => {
  const seeds = Array.from({ length: 40 }, (_, at) => at + 1);
  const outcomes = seeds.flatMap((seed) => {
    const draw = normal(random(seed * 77));
    // Months differ by chance, with a deviation of 10 %, on top of what days do.
    const levels = new Map(monthRange('2025-04' as Month, '2026-10' as Month).map((month) => [month, Math.exp(0.1 * draw())]));
    const charges = company(seed, (_, day) => 100 * (levels.get(day.slice(0, 7) as Month) ?? 1));
    const [month] = foreseen(charges, '2026-09-30');
    const bill = billOf(charges, '2026-10');
    return month === undefined || month.low === null || month.high === null ? [] : [month.low <= bill && bill <= month.high];
  });
  const held = outcomes.filter(Boolean).length / outcomes.length;
  expect(outcomes.length).toBe(40);
  expect(held).toBeGreaterThan(0.7);
  expect(held).toBeLessThan(0.92);
});

test('for any charges the forecast is a number within its interval, and the order of charges is no matter', () => {
  const any = fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 250 }),
      cost: fc.integer({ min: -1000, max: 100_000 }),
      service: fc.constantFrom('A', 'B'),
      provider: fc.constantFrom('AWS', 'Heroku'),
      category: fc.constantFrom('Usage', 'Usage', 'Purchase', 'Tax', 'Credit'),
      frequency: fc.constantFrom('Usage-Based', 'Recurring', 'One-Time', null),
      length: fc.constantFrom(1, 1, 1, 31),
      isCorrection: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(any, (given) => {
      const charges = given.map(({ day, cost, length, ...rest }) => {
        const first = addDays('2026-01-01' as Day, day);
        return datedCharge(first, cost / 100, { ...rest, endDay: addDays(first, length) });
      });
      const asOf = '2026-08-20';
      const months = foreseen(charges, asOf);
      for (const { cost, low, high } of months) {
        expect(Number.isFinite(cost)).toBe(true);
        if (low !== null && high !== null) expect(low <= cost + 1e-9 && cost <= high + 1e-9).toBe(true);
      }
      const others = foreseen(charges.toReversed(), asOf);
      expect(others.map(({ month, method }) => [month, method])).toEqual(months.map(({ month, method }) => [month, method]));
      for (const [at, { cost }] of months.entries()) expect(others[at]?.cost).toBeCloseTo(cost, 6);
    }),
  );
});
