import { expect, test } from 'vitest';
import { cut, width, wrap } from '../../../src/renderers/terminal/width.ts';

test.each([
  ['plain', 5],
  ['Zürich – €5…', 12],
  ['東京', 4],
  ['👩‍👩‍👧', 2],
  ['é', 1],
])('%s takes %i columns', (text, columns) => {
  expect(width(text)).toBe(columns);
});

test('cuts with an ellipsis and never through a character', () => {
  expect(cut('Amazon Elastic', 8)).toBe('Amazon…');
  expect(cut('東京のサービス', 8)).toBe('東京の…');
  expect(cut('a👩‍👩‍👧b', 3)).toBe('a…');
  expect(cut('short', 5)).toBe('short');
});

test('breaks between words, and a long word where it must', () => {
  expect(wrap('the bill adds up', 9)).toEqual(['the bill', 'adds up']);
  expect(wrap('a 0123456789', 4)).toEqual(['a', '0123', '4567', '89']);
});
