import { describe, expect, test } from 'vitest';
import { countedMonths, type ToldMonth } from '../../../src/model/cost/same-bill.ts';
import type { ControlTotal, Month } from '../../../src/model/facts.ts';

function total(billed: string, given: Partial<ControlTotal> = {}): ControlTotal {
  const rest = { effective: billed, netEffective: billed, list: billed, contracted: billed };
  return { provider: 'AWS', billingAccount: '111111111111', currency: 'USD', state: 'final', lines: 1, billed, ...rest, ...given };
}

function told(source: string, capabilities: readonly string[], totals: readonly ControlTotal[], month = '2026-10'): ToldMonth {
  return { source, month: month as Month, capabilities, totals };
}

const names = (months: readonly ToldMonth[]): string[] => months.map(({ source, month }) => `${source} ${month}`);

describe('a bill that one source tells', () => {
  test('counts', () => {
    const all = [told('cur', ['line-ids'], [total('5')]), told('datadog', [], [total('3', { provider: 'Datadog' })])];
    expect(countedMonths(all)).toEqual({ counted: all, crossChecks: [], conflicts: [] });
  });

  test('counts each month', () => {
    const all = [told('cur', [], [total('5')], '2026-09'), told('cur', [], [total('6')])];
    expect(names(countedMonths(all).counted)).toEqual(['cur 2026-09', 'cur 2026-10']);
  });
});

describe('a bill that two sources tell', () => {
  test('counts once, from the one that tells resources', () => {
    const { counted, crossChecks, conflicts } = countedMonths([
      told('cost-explorer', ['summary'], [total('99.5')]),
      told('cur', ['line-ids', 'resource-ids'], [total('100')]),
    ]);
    expect(names(counted)).toEqual(['cur 2026-10']);
    expect(conflicts).toEqual([]);
    expect(crossChecks).toEqual([
      {
        month: '2026-10',
        provider: 'AWS',
        billingAccount: '111111111111',
        currency: 'USD',
        source: 'cur',
        billed: 100,
        other: 'cost-explorer',
        otherBilled: 99.5,
        difference: -0.5,
      },
    ]);
  });

  test('counts from the one that splits the cost of pods', () => {
    const { counted } = countedMonths([told('a', ['resource-ids'], [total('100')]), told('b', ['resource-ids', 'split-costs'], [total('100.5')])]);
    expect(names(counted)).toEqual(['b 2026-10']);
  });

  test('by a summary is the same bill, however much has come in since', () => {
    const { crossChecks, conflicts } = countedMonths([told('cur', ['resource-ids'], [total('100')]), told('cost-explorer', ['summary'], [total('150')])]);
    expect([crossChecks.map(({ difference }) => difference), conflicts]).toEqual([[50], []]);
  });

  test('may be of an account that one of them does not name', () => {
    const all = [told('cur', ['resource-ids'], [total('100')]), told('cost-explorer', ['summary'], [total('100', { billingAccount: null })])];
    expect(names(countedMonths(all).counted)).toEqual(['cur 2026-10']);
  });

  test('with sums that are not those of one bill is a question for the user', () => {
    const { conflicts } = countedMonths([told('a', ['resource-ids'], [total('100')]), told('b', ['resource-ids'], [total('40')])]);
    expect(conflicts).toEqual([{ month: '2026-10', provider: 'AWS', billingAccount: '111111111111', sources: ['a', 'b'], billed: [100, 40] }]);
  });

  test('of which the second has an account more is a question too: leaving it out would lose that', () => {
    const second = told('b', ['resource-ids'], [total('100'), total('7', { billingAccount: '222222222222' })]);
    expect(countedMonths([told('a', ['resource-ids', 'line-ids'], [total('100')]), second]).conflicts).toHaveLength(1);
  });
});

test('bills of two accounts, or in two currencies, are two bills', () => {
  const all = [
    told('a', [], [total('100')]),
    told('b', [], [total('100', { billingAccount: '222222222222' })]),
    told('c', [], [total('100', { currency: 'EUR' })]),
  ];
  expect(countedMonths(all).counted).toEqual(all);
});

test('what counts does not hang on the order of the sources', () => {
  const all = [told('b', ['resource-ids'], [total('100')]), told('a', ['resource-ids'], [total('100')]), told('c', ['summary'], [total('100')])];
  for (const order of [all, all.toReversed()]) expect(names(countedMonths(order).counted)).toEqual(['a 2026-10']);
});
