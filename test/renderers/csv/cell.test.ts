import { expect, test } from 'vitest';
import { textCell } from '../../../src/renderers/csv/cell.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\ttab', '  =1', '＝1'])('%j is no formula any more', (text) => {
  expect(textCell(text)).toBe(`'${text}`);
});

test.each(['plain', 'a=b', '', '1-2', 'two\nlines', null])('%j stays as it is', (text) => {
  expect(textCell(text)).toBe(text);
});
