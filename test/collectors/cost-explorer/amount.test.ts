import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, units } from '../../../src/collectors/cost-explorer/amount.ts';

const exact = (text: string): string | undefined => {
  const amount = units(text);
  return amount === undefined ? undefined : decimal(amount);
};

test('amounts are taken digit by digit, never as binary fractions', () => {
  expect(exact('0.0551724144')).toBe('0.055172414400');
  expect(exact('12345678901234567.0123456789')).toBe('12345678901234567.012345678900');
  expect(exact('-3')).toBe('-3.000000000000');
});

test('powers of ten are read, as AWS writes what is tiny', () => {
  expect(exact('3.17E-8')).toBe('0.000000031700');
  expect(exact('-1.2e3')).toBe('-1200.000000000000');
});

test('what is finer than the snapshot is rounded half away from zero', () => {
  expect(exact('0.0000000000005')).toBe('0.000000000001');
  expect(exact('-0.0000000000005')).toBe('-0.000000000001');
  expect(exact('0.0000000000004')).toBe('0.000000000000');
});

test('what is no number is not 0', () => {
  for (const text of ['', 'N/A', '1,000', '-', '.', '0x10']) expect(units(text)).toBeUndefined();
});

test('what is printed is read as the same', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (amount) => units(decimal(amount)) === amount));
});
