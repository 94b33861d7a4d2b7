import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DriverCell, DriverKind } from '../../../../src/model/cost/drivers/driver.ts';
import { drivers } from '../../../../src/model/cost/drivers/drivers.ts';
import type { Days } from '../../../../src/model/cost/drivers/effects.ts';
import { money, type Money } from '../../../../src/model/facts.ts';
import { driverCell, driverCells } from './driver-cells.ts';

const EQUAL: Days = { previous: 30, current: 30 };
const days = fc.record({ previous: fc.integer({ min: 1, max: 31 }), current: fc.integer({ min: 1, max: 31 }) });

function changeOf(cells: readonly DriverCell[]): Money {
  return money(cells.reduce((sum, { cost, previousCost }) => sum + cost - previousCost, 0));
}

/** Amounts by kind, to the hundredth of a cent, without kinds that are nothing. */
function kinds(cells: readonly DriverCell[], given: Days = EQUAL): Partial<Record<DriverKind, number>> {
  const found = drivers(cells, { amount: changeOf(cells), days: given });
  return Object.fromEntries(
    [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, of]) => [kind, Math.round(of.reduce((sum, { amount }) => sum + amount, 0) * 1e4) / 1e4]),
  );
}

const swapped = (cells: readonly DriverCell[]): DriverCell[] =>
  cells.map((cell) => ({ ...cell, cost: cell.previousCost, previousCost: cell.cost, quantity: cell.previousQuantity, previousQuantity: cell.quantity }));

describe('the change of a meter', () => {
  test('is usage at the old price, and price at the new quantity', () => {
    expect(kinds([driverCell({ meter: 'Requests', unit: 'Requests', previousQuantity: 100, previousCost: 10, quantity: 110, cost: 13.2 })])).toEqual({
      usage: 1,
      price: 2.2,
    });
  });

  test('is new where there was none, and gone where there is none', () => {
    const cells = [driverCell({ meter: 'A', quantity: 3, cost: 6 }), driverCell({ meter: 'B', previousQuantity: 3, previousCost: 9 })];
    expect(kinds(cells)).toEqual({ new: 6, gone: -9 });
  });

  test('is calendar as far as the month is longer, where it is billed by time', () => {
    const cells = [driverCell({ previousQuantity: 720, previousCost: 72, quantity: 744, cost: 74.4 })];
    expect(kinds(cells, { previous: 30, current: 31 })).toEqual({ calendar: 2.4 });
  });

  test('knows no calendar where it is billed by the month', () => {
    const cells = [driverCell({ meter: 'EBS:VolumeUsage.gp3', unit: 'GB-Mo', previousQuantity: 100, previousCost: 8, quantity: 110, cost: 8.8 })];
    expect(kinds(cells, { previous: 30, current: 31 })).toEqual({ usage: 0.8 });
  });

  test('is a price where a quantity that was free costs something', () => {
    expect(kinds([driverCell({ previousQuantity: 100, quantity: 200, cost: 5 })])).toEqual({ price: 5 });
  });

  test('is other where no quantity is known', () => {
    expect(kinds([driverCell({ previousQuantity: null, quantity: null, previousCost: 10, cost: 12 })])).toEqual({ other: 2 });
  });

  test('has discounts without a quantity as a price', () => {
    const use = driverCell({ pricing: 'Committed', previousQuantity: 100, previousCost: 10, quantity: 100, cost: 10 });
    expect(kinds([use, driverCell({ pricing: 'Standard', previousQuantity: null, quantity: null, previousCost: -1, cost: -3 })])).toEqual({ price: -2 });
  });
});

describe('within a family of meters', () => {
  test('a move to a cheaper type of the same size is mix', () => {
    const cells = [
      driverCell({ meter: 'EUW1-BoxUsage:m6i.large', previousQuantity: 100, previousCost: 10 }),
      driverCell({ meter: 'EUW1-BoxUsage:m7g.large', quantity: 100, cost: 8 }),
    ];
    expect(kinds(cells)).toEqual({ mix: -2 });
  });

  test('one xlarge for two of large is no change at all', () => {
    const cells = [
      driverCell({ meter: 'EUW1-BoxUsage:m6i.large', previousQuantity: 200, previousCost: 20 }),
      driverCell({ meter: 'EUW1-BoxUsage:m6i.xlarge', quantity: 100, cost: 20 }),
    ];
    expect(kinds(cells)).toEqual({});
  });

  test('a database has sizes as machines do, and one in several zones is of a family of its own', () => {
    const cells = [
      driverCell({ service: 'Amazon RDS', meter: 'InstanceUsage:db.r6g.xl', previousQuantity: 20, previousCost: 8 }),
      driverCell({ service: 'Amazon RDS', meter: 'InstanceUsage:db.r7g.2xl', quantity: 10, cost: 9 }),
      driverCell({ service: 'Amazon RDS', meter: 'Multi-AZUsage:db.r6g.xl', quantity: 10, cost: 8 }),
    ];
    expect(kinds(cells)).toEqual({ mix: 1, new: 8 });
  });

  test('a move to spot is mix, whatever its meter, unit and operation are called', () => {
    const cells = [
      driverCell({ meter: 'BoxUsage:m5.large', previousQuantity: 100, previousCost: 10, quantity: 50, cost: 5 }),
      driverCell({ meter: 'SpotUsage:m5.large', unit: null, operation: 'RunInstances:SV001', pricing: 'Dynamic', quantity: 50, cost: 2 }),
    ];
    expect(kinds(cells)).toEqual({ mix: -3 });
  });

  test('a move from on demand to a commitment is coverage', () => {
    const cells = [
      driverCell({ meter: 'BoxUsage:m5.large', previousQuantity: 100, previousCost: 10, quantity: 20, cost: 2 }),
      driverCell({ meter: 'HeavyUsage:m5.large', unit: null, pricing: 'Committed', quantity: 80, cost: 4.8 }),
    ];
    expect(kinds(cells)).toEqual({ coverage: -3.2 });
  });

  test('usage, mix, coverage and price are told apart at once', () => {
    const cells = [
      driverCell({ meter: 'BoxUsage:m5.large', previousQuantity: 100, previousCost: 100, quantity: 60, cost: 66 }),
      driverCell({ meter: 'BoxUsage:m5.large', pricing: 'Committed', previousQuantity: 100, previousCost: 60, quantity: 100, cost: 60 }),
      driverCell({ meter: 'BoxUsage:m7g.large', previousQuantity: 100, previousCost: 80, quantity: 240, cost: 192 }),
    ];
    // N 300 -> 400 at a mean of 0.8: 80. m5: 200/300 of 400 -> 160 at 0.8, m7g 100/300 of 400 -> 240 at 0.8: 0. m5 covered 0.5 -> 0.625 of 160 at -0.4: -8. Price: 60 x 0.1.
    expect(kinds(cells)).toEqual({ usage: 80, coverage: -8, price: 6 });
  });

  test('a new class of storage for an old one is mix', () => {
    const cells = [
      driverCell({ meter: 'EUW1-EBS:VolumeUsage.gp2', unit: 'GB-Mo', previousQuantity: 100, previousCost: 11 }),
      driverCell({ meter: 'EUW1-EBS:VolumeUsage.gp3', unit: 'GB-Mo', quantity: 100, cost: 8.8 }),
    ];
    expect(kinds(cells)).toEqual({ mix: -2.2 });
  });

  test('another series of machines is another family', () => {
    const cells = [
      driverCell({ meter: 'BoxUsage:m5.large', previousQuantity: 10, previousCost: 1 }),
      driverCell({ meter: 'BoxUsage:p4d.24xlarge', quantity: 10, cost: 320 }),
    ];
    expect(kinds(cells)).toEqual({ gone: -1, new: 320 });
  });

  test('a bill that leaves out a unit says the same', () => {
    const cells = [
      driverCell({ meter: 'Transfer', unit: 'GB', previousQuantity: 10, previousCost: 1, quantity: 20, cost: 2 }),
      driverCell({ meter: 'Transfer', unit: null, previousQuantity: 10, previousCost: 2, quantity: 0, cost: 0 }),
    ];
    expect(kinds(cells)).toEqual({ price: -1 });
  });

  test('quantities of different units are never added', () => {
    const cells = [
      driverCell({ meter: 'Transfer', unit: 'GB', previousQuantity: 10, previousCost: 1, quantity: 20, cost: 2 }),
      driverCell({ meter: 'Transfer', unit: 'Requests', previousQuantity: 1e6, previousCost: 1, quantity: 1e6, cost: 2 }),
    ];
    expect(kinds(cells)).toEqual({ usage: 1, price: 1 });
  });
});

describe('what is not metered', () => {
  test.each<[DriverKind, Partial<DriverCell>]>([
    ['tax', { category: 'Tax' }],
    ['credit', { category: 'Credit' }],
    ['correction', { isCorrection: true }],
    ['coverage', { isUnused: true, pricing: 'Committed' }],
    ['coverage', { category: 'Purchase', frequency: 'Recurring', isCommitment: true }],
    ['other', { category: 'Purchase', frequency: 'One-Time', isCommitment: true }],
    ['other', { category: 'Purchase', frequency: 'Recurring' }],
    ['other', { category: 'Usage', frequency: 'One-Time' }],
    ['other', { category: 'Adjustment' }],
    ['other', { meter: null, cells: 312 }],
  ])('is %s as a whole: %o', (kind, given) => {
    expect(kinds([driverCell({ ...given, previousCost: money(3), cost: money(10), previousQuantity: 1, quantity: 5 })])).toEqual({ [kind]: 7 });
  });
});

describe('a driver', () => {
  test('names its largest causes, and counts the others', () => {
    const cells = [1, 2, 3, 4, 5, 6, 7].map((size) => driverCell({ service: 'Amazon S3', meter: `Meter-${size}`, quantity: 1, cost: size }));
    const [first, ...others] = drivers(cells, { amount: money(28), days: EQUAL });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ service: 'Amazon S3', kind: 'new', amount: 28, otherCauses: 2, otherAmount: 3 });
    expect(first?.causes.map(({ meter, amount }) => [meter, amount])).toEqual([
      ['Meter-7', 7],
      ['Meter-6', 6],
      ['Meter-5', 5],
      ['Meter-4', 4],
      ['Meter-3', 3],
    ]);
  });

  test('says what a cause cost, and how much of it there was', () => {
    const [first] = drivers([driverCell({ meter: 'BoxUsage:m5.xlarge', previousQuantity: 10, previousCost: 2, quantity: 20, cost: 4 })], {
      amount: money(2),
      days: EQUAL,
    });
    expect(first?.causes).toEqual([
      {
        meter: 'BoxUsage:m5.xlarge',
        account: '111111111111',
        region: 'eu-west-1',
        amount: 2,
        previousCost: 2,
        cost: 4,
        previousQuantity: 80,
        quantity: 160,
        unit: 'normalised hours',
      },
    ]);
  });

  test('of a price names the type whose price it is, and of usage the family', () => {
    const cells = [
      driverCell({ meter: 'BoxUsage:m6i.large', previousQuantity: 10, previousCost: 1, quantity: 20, cost: 2 }),
      driverCell({ meter: 'SpotUsage:m6i.large', pricing: 'Dynamic', previousQuantity: 10, previousCost: 0.4, quantity: 20, cost: 1.2 }),
    ];
    const found = drivers(cells, { amount: money(1.8), days: EQUAL });
    expect(found.map(({ kind, causes }) => [kind, causes.map(({ meter, cost }) => [meter, cost])])).toEqual([
      ['usage', [['m instances', 3.2]]],
      ['price', [['SpotUsage:m6i.large', 1.2]]],
    ]);
  });

  test('of tax names the services that are taxed', () => {
    const [tax] = drivers([driverCell({ category: 'Tax', meter: null, cost: 3 })], { amount: money(3), days: EQUAL });
    expect([tax?.service, tax?.causes[0]?.meter]).toEqual(['Tax', 'Amazon EC2']);
  });

  test('that misses a part of the change is a bug', () => {
    expect(() => drivers([driverCell({ cost: 5, quantity: 1 })], { amount: money(5.01), days: EQUAL })).toThrow('drivers add up to 5, not to 5.01');
  });
});

describe('for any two months', () => {
  const near = (sum: number, expected: number, cells: readonly DriverCell[]): void => {
    const gross = cells.reduce((total, { cost, previousCost }) => total + Math.abs(cost) + Math.abs(previousCost), 1e-3);
    expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-9 * gross);
  };

  test('the drivers add up to the change, and their causes to the drivers', () => {
    fc.assert(
      fc.property(driverCells, days, (cells, given) => {
        const found = drivers(cells, { amount: changeOf(cells), days: given });
        near(
          found.reduce((sum, { amount }) => sum + amount, 0),
          changeOf(cells),
          cells,
        );
        for (const { amount, causes, otherAmount } of found) near(causes.reduce((sum, cause) => sum + cause.amount, 0) + otherAmount, amount, cells);
      }),
    );
  });

  test('that are equal, there is no driver', () => {
    fc.assert(
      fc.property(driverCells, (cells) => {
        const same = cells.map((cell) => ({ ...cell, previousCost: cell.cost, previousQuantity: cell.quantity }));
        expect(drivers(same, { amount: money(0), days: EQUAL }).map(({ amount }) => Math.abs(amount) < 1e-6)).not.toContain(false);
      }),
    );
  });

  test('that change places, the sum of what usage, price and calendar say has the other sign, and each other kind too', () => {
    const known = driverCells.map((cells) => cells.filter(({ quantity, previousQuantity }) => quantity !== null && previousQuantity !== null));
    const metered = new Set<DriverKind>(['usage', 'price', 'mix', 'coverage', 'calendar']);
    const sums = (cells: readonly DriverCell[], given: Days): Map<string, number> => {
      const result = new Map<string, number>();
      for (const { kind, amount } of drivers(cells, { amount: changeOf(cells), days: given })) {
        const name = metered.has(kind) ? 'metered' : kind === 'gone' ? 'new' : kind;
        result.set(name, (result.get(name) ?? 0) + amount);
      }
      return result;
    };
    fc.assert(
      fc.property(known, days, (cells, { previous, current }) => {
        const there = sums(cells, { previous, current });
        const back = sums(swapped(cells), { previous: current, current: previous });
        for (const kind of new Set([...there.keys(), ...back.keys()])) near(back.get(kind) ?? 0, -(there.get(kind) ?? 0), cells);
      }),
    );
  });

  test('the order of the charges is no matter', () => {
    const shuffled = driverCells.chain((cells) => fc.tuple(fc.constant(cells), fc.shuffledSubarray(cells, { minLength: cells.length })));
    const byKind = (cells: readonly DriverCell[]): Map<string, number> =>
      new Map(drivers(cells, { amount: changeOf(cells), days: EQUAL }).map(({ service, kind, amount }) => [`${service} ${kind}`, amount]));
    fc.assert(
      fc.property(shuffled, ([cells, others]) => {
        const [some, same] = [byKind(cells), byKind(others)];
        for (const name of new Set([...some.keys(), ...same.keys()])) near(some.get(name) ?? 0, same.get(name) ?? 0, cells);
      }),
    );
  });
});
