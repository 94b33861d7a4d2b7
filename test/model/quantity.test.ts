import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBytes, parseCores, parseQuantity, quantityNumber } from '../../src/model/quantity.ts';

const value = (text: string): number | undefined => {
  const quantity = parseQuantity(text);
  return quantity === undefined ? undefined : quantityNumber(quantity);
};

describe('a quantity', () => {
  test.each([
    ['0', 0],
    ['100m', 0.1],
    ['0.1', 0.1],
    ['.5', 0.5],
    ['5.', 5],
    ['+1', 1],
    ['-1', -1],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1e+3', 1000],
    ['1E-3', 0.001],
    ['1k', 1e3],
    ['1M', 1e6],
    ['1G', 1e9],
    ['1T', 1e12],
    ['1P', 1e15],
    ['1E', 1e18],
    ['1Ki', 1024],
    ['1Mi', 1_048_576],
    ['1.5Gi', 1_610_612_736],
    ['1Ti', 1_099_511_627_776],
    ['1Pi', 1_125_899_906_842_624],
    ['1Ei', 1_152_921_504_606_846_976],
    ['7n', 7e-9],
    ['7u', 7e-6],
    ['128974848000m', 128_974_848],
    ['123456789n', 0.123456789],
  ])('%s', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '1K',
    '1ki',
    '1gi',
    '1Gib',
    '1GB',
    'm',
    '.',
    '-',
    '1.2.3',
    '1e',
    '1e3Ki',
    '1,5',
    'NaN',
    'Infinity',
    '0x10',
    '1e9999',
    '9'.repeat(65),
  ])('is not %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test('is the same in every form', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), (count) => {
        expect(value(`${count}`)).toBe(value(`${count}000m`));
        expect(value(`${count}`)).toBe(value(`${count}000000000n`));
        expect(value(`${count}Ki`)).toBe(Number(count * 1024n));
        expect(value(`${count}k`)).toBe(value(`${count}e3`));
      }),
    );
  });
});

describe('cores', () => {
  test('are the nearest number', () => {
    expect(parseCores('250m')).toBe(0.25);
    expect(parseCores('1')).toBe(1);
  });
  test.each(['-1', '-100m', '1e12', '1Ei', 'much'])('are not %s', (text) => {
    expect(parseCores(text)).toBeUndefined();
  });
});

describe('bytes', () => {
  test.each([
    ['512Mi', 536_870_912],
    ['1e9', 1_000_000_000],
    ['0.5', 1],
    ['1100m', 2],
    ['1.1Ki', 1127],
    ['0', 0],
  ])('of %s are whole, rounded up', (text, expected) => {
    expect(parseBytes(text)).toBe(expected);
  });
  test.each(['-1Gi', '1e30', '8Ei', '1e400', 'big'])('are not %s', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });
});
