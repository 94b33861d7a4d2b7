import { expect, test } from 'vitest';
import { changePercent, counted, moneyFormat, percent, withoutNoise } from '../../src/renderers/numbers.ts';

const { amount, change } = moneyFormat('USD');

test.each([
  [1234.5, '$1,234.50'],
  [-3, '-$3.00'],
  [0, '$0.00'],
  [-0, '$0.00'],
  [0.005, '$0.01'],
  [0.0049, '<$0.01'],
  [-0.001, '-<$0.01'],
  [null, 'unknown'],
])('prints the amount %s as %s', (value, text) => {
  expect(amount(value)).toBe(text);
});

test.each([
  [12, '+$12.00'],
  [-12, '-$12.00'],
  [0, '$0.00'],
  [0.001, '+<$0.01'],
  [null, 'unknown'],
])('prints the change %s as %s', (value, text) => {
  expect(change(value)).toBe(text);
});

test('prints two digits of every currency', () => {
  expect(moneyFormat('JPY').amount(1000)).toBe('¥1,000.00');
  expect(moneyFormat('EUR').amount(0.001)).toBe('<€0.01');
});

test('prints a currency that nobody knows behind the number', () => {
  expect(moneyFormat('beans').amount(-2)).toBe('-2.00 beans');
});

test.each([
  [0.1234, '12.3%'],
  [-0.042, '-4.2%'],
  [0, '0.0%'],
  [0.0001, '<0.1%'],
  [null, '–'],
])('prints the share %s as %s', (ratio, text) => {
  expect(percent(ratio)).toBe(text);
});

test.each([
  [{ amount: 5, ratio: 0.5 }, '+50.0%'],
  [{ amount: -5, ratio: -0.5 }, '-50.0%'],
  [{ amount: 5, ratio: null }, 'new'],
  [{ amount: 0, ratio: null }, '–'],
  [{ amount: 0, ratio: 0 }, '0.0%'],
  [null, 'unknown'],
])('prints the change %o as %s', (of, text) => {
  expect(changePercent(of)).toBe(text);
});

test('a credit that grows is a fall, whatever the sign of the ratio', () => {
  expect(changePercent({ amount: -50, ratio: 0.5 })).toBe('-50.0%');
});

test('counts one line and two lines', () => {
  expect([counted(1, 'line'), counted(2000, 'line')]).toEqual(['1 line', '2,000 lines']);
});

test('takes the noise of a sum for zero, and a small amount for what it is', () => {
  expect(withoutNoise(1e-10, 1000)).toBe(0);
  expect(withoutNoise(1e-4, 1000)).toBe(1e-4);
});
