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
    expect(conflicts).toEqual([{ month: '2026-10', provider: 'AWS', billingAccount: '111111111111', sources: ['a', 'b'], billed: [100, 40], more: null }]);
  });

  test('of which the second has an account more is a question too: leaving it out would lose that', () => {
    const second = told('b', ['resource-ids'], [total('100'), total('7', { billingAccount: '222222222222' })]);
    const { conflicts } = countedMonths([told('a', ['resource-ids', 'line-ids'], [total('100')]), second]);
    expect(conflicts).toMatchObject([{ billed: [100, 100], more: { provider: 'AWS', billingAccount: '222222222222' } }]);
  });
});

describe('a source that does not name its account', () => {
  const nobody = { billingAccount: null } as const;
  const two = [total('10'), total('20', { billingAccount: '222222222222' })];

  test.each([
    ['a finer one', ['resource-ids', 'split-costs'], ['resource-ids']],
    ['a coarser one', ['resource-ids'], ['resource-ids', 'split-costs']],
    ['a summary', ['summary'], ['resource-ids']],
  ])('(%s) is compared with all accounts of the other, in one sum', (_, own, others) => {
    const { counted, crossChecks, conflicts } = countedMonths([told('a', own, [total('30', nobody)]), told('b', others, two)]);
    expect([counted.length, conflicts]).toEqual([1, []]);
    expect(crossChecks).toMatchObject([{ billed: 30, otherBilled: 30, difference: 0, billingAccount: null }]);
  });

  test('is compared with both of two others, or with the one whose bill it is', () => {
    const others = two.map((of, at) => told(`cur${at}`, ['resource-ids'], [of]));
    const both = countedMonths([...others, told('ce', ['summary'], [total('30', nobody)])]);
    expect([both.counted.length, both.crossChecks.map(({ billed }) => billed), both.conflicts]).toEqual([2, [30], []]);
    const one = countedMonths([...others, told('ce', ['summary'], [total('20', nobody)])]);
    expect(one.crossChecks).toMatchObject([{ source: 'cur1', billed: 20, difference: 0 }]);
  });

  test('may be of another one: where a done bill differs, that is a question, not money that is dropped', () => {
    const all = [told('a', ['summary'], [total('10', nobody)]), told('b', ['summary'], [total('20', nobody)])];
    expect(countedMonths(all).conflicts).toMatchObject([{ billed: [10, 20] }]);
    const open = [
      told('a', ['resource-ids'], [total('10', { state: 'preliminary' })]),
      told('b', ['summary'], [total('12', { ...nobody, state: 'preliminary' })]),
    ];
    expect(countedMonths(open).conflicts).toEqual([]);
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
