import { describe, expect, test } from 'vitest';
import { lastCompleteDay, monthCosts, ofCurrency, type MonthFacts } from '../../../src/model/cost/months.ts';
import type { BillState, Month, Timestamp } from '../../../src/model/facts.ts';
import { monthFactsOf } from './dated-charges.ts';

const until = (facts: readonly MonthFacts[], last = '2026-10'): ReturnType<typeof monthCosts> =>
  monthCosts(facts, { metric: 'effective', currency: 'USD', last: last as Month });
const inState = (state: BillState): Pick<MonthFacts, 'totals'> => ({ totals: monthFactsOf('2026-10', 5).totals.map((total) => ({ ...total, state })) });

describe('the months', () => {
  test('are sums over sources, oldest first', () => {
    const facts = [monthFactsOf('2026-10', 2), monthFactsOf('2026-09', 1), monthFactsOf('2026-10', 3, { source: 'heroku' })];
    expect(until(facts).map(({ month, cost, sources }) => [month, cost, sources])).toEqual([
      ['2026-09', 1, ['cur']],
      ['2026-10', 5, ['cur', 'heroku']],
    ]);
  });

  test('are the last 24 that there are', () => {
    const facts = Array.from({ length: 40 }, (_, at) => monthFactsOf(`${2023 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`, at));
    const months = until(facts, '2026-03');
    expect([months.length, months[0]?.month, months.at(-1)?.month]).toEqual([24, '2024-04', '2026-03']);
  });

  test('are of one metric and one currency', () => {
    const [total] = monthFactsOf('2026-10', 5).totals;
    if (total === undefined) throw new Error('no total');
    const facts = [
      monthFactsOf('2026-10', 0, {
        totals: [
          { ...total, billed: '7' },
          { ...total, currency: 'EUR' },
        ],
      }),
    ];
    expect(monthCosts(facts, { metric: 'billed', currency: 'USD', last: '2026-10' as Month })[0]?.cost).toBe(7);
  });

  test.each<[BillState, BillState, BillState]>([
    ['final', 'final', 'final'],
    ['final', 'unknown', 'unknown'],
    ['unknown', 'preliminary', 'preliminary'],
  ])('of parts that are %s and %s are %s', (one, other, expected) => {
    expect(until([monthFactsOf('2026-10', 5, inState(one)), monthFactsOf('2026-10', 5, { source: 'b', ...inState(other) })])[0]?.state).toBe(expected);
  });

  test('that go on are preliminary, whatever their invoices say', () => {
    const [month] = until([monthFactsOf('2026-10', 5, { lastUsage: '2026-10-30T23:00:00Z' as Timestamp })]);
    expect([month?.state, month?.isWhole]).toEqual(['preliminary', false]);
  });

  test('are over where the source goes on in a later one: its usage just ended early', () => {
    const early = monthFactsOf('2026-09', 5, { lastUsage: '2026-09-10T23:00:00Z' as Timestamp });
    const months = until([early, monthFactsOf('2026-10', 5, { lastUsage: '2026-10-10T23:00:00Z' as Timestamp })]);
    expect(months.map(({ isWhole }) => isWhole)).toEqual([true, false]);
  });

  test('name a source that lacks them, and has some before and after', () => {
    const facts = ['2026-08', '2026-09', '2026-10'].map((month) => monthFactsOf(month, 1));
    const heroku = ['2026-08', '2026-10'].map((month) => monthFactsOf(month, 1, { source: 'heroku' }));
    expect(until([...facts, ...heroku]).map(({ missing }) => missing)).toEqual([[], ['heroku'], []]);
  });

  test('say where charges have no value in the metric', () => {
    expect(
      until([monthFactsOf('2026-09', 1, { unknown: ['list'] }), monthFactsOf('2026-10', 1, { unknown: ['effective'] })]).map((month) => month.isPartlyUnknown),
    ).toEqual([false, true]);
  });
});

describe('the last complete day', () => {
  const used = (month: string, lastUsage: string | null, source = 'cur', cost = 1): MonthFacts =>
    monthFactsOf(month, cost, { source, lastUsage: lastUsage as Timestamp | null });

  test.each([
    ['is that before the latest usage, in a month that goes on', [used('2026-10', '2026-10-12T05:00:00Z')], '2026-10-11'],
    ['is the last of a month whose usage reaches it', [used('2026-10', '2026-10-31T00:00:00Z')], '2026-10-31'],
    [
      'is that of the source that is furthest behind',
      [used('2026-10', '2026-10-12T05:00:00Z'), used('2026-10', '2026-10-09T00:00:00Z', 'heroku')],
      '2026-10-08',
    ],
    [
      'waits for no source that is little of the bill',
      [used('2026-10', '2026-10-12T05:00:00Z', 'cur', 95), used('2026-10', '2026-10-01T00:00:00Z', 'heroku', 5)],
      '2026-10-11',
    ],
    ['is of the newest month', [used('2026-09', '2026-09-30T23:00:00Z', 'heroku'), used('2026-10', '2026-10-12T05:00:00Z')], '2026-10-11'],
    ['is not there without usage', [used('2026-10', null)], null],
  ])('%s', (_name, facts, expected) => {
    expect(lastCompleteDay(facts)).toBe(expected);
  });
});

test('how far a bill goes is told by the charges of its own currency', () => {
  const [total] = monthFactsOf('2026-10', 5).totals;
  if (total === undefined) throw new Error('no total');
  const other = monthFactsOf('2026-11', 900, { lastUsage: '2026-11-02T00:00:00Z' as Timestamp, totals: [{ ...total, currency: 'EUR' }] });
  const facts = ofCurrency([monthFactsOf('2026-10', 5, { lastUsage: '2026-10-31T23:00:00Z' as Timestamp }), other], 'USD');
  expect([facts.length, lastCompleteDay(facts)]).toEqual([1, '2026-10-31']);
});
