import { describe, expect, test } from 'vitest';
import { fitPrices, type TypePrice } from '../../../../src/model/cost/allocation/weights.ts';

const type = (instanceType: string, cores: number, gib: number, price: number, more: Partial<TypePrice> = {}): TypePrice => {
  const hours = more.hours ?? 100;
  return { instanceType, cores, gib, gpus: 0, ...more, hours, cost: price * hours };
};

const M5 = type('m5.xlarge', 4, 16, 0.192);
const R5 = type('r5.xlarge', 4, 32, 0.252);

describe('prices fitted to instance types', () => {
  test('are exact for two types', () => {
    expect(fitPrices([M5, R5])).toEqual({ cpu: expect.closeTo(0.033, 9), memory: expect.closeTo(0.00375, 9), gpu: 0, types: 2, error: expect.closeTo(0, 9) });
  });

  test('come nearest to the types that ran most', () => {
    const c5 = type('c5.xlarge', 4, 8, 0.17, { hours: 1 });
    const fitted = fitPrices([M5, R5, c5]);
    expect(fitted).toMatchObject({ types: 3, cpu: expect.closeTo(0.033, 3), memory: expect.closeTo(0.00375, 4) });
    expect(typeof fitted === 'string' ? 0 : fitted.error).toBeGreaterThan(0);
  });

  test('have a GPU at what its types cost beyond cores and memory', () => {
    const g4 = type('g4dn.xlarge', 4, 16, 0.526, { gpus: 1 });
    expect(fitPrices([M5, R5, g4])).toMatchObject({ gpu: expect.closeTo(0.526 - 0.192, 9), types: 2 });
  });

  test('cannot be told from one type, nor from types of about one ratio', () => {
    expect(fitPrices([])).toBe('one-type');
    expect(fitPrices([M5, type('g4dn.xlarge', 4, 16, 0.526, { gpus: 1 })])).toBe('one-type');
    expect(fitPrices([M5, type('m5.4xlarge', 16, 62.9, 0.768)])).toBe('collinear');
  });

  test('are none where one of the two would be free', () => {
    expect(fitPrices([M5, type('r5.xlarge', 4, 32, 0.19)])).toBe('not-positive');
  });
});
