import { expect, test } from 'vitest';
import type { Table } from '../../../src/renderers/table.ts';
import { withoutSilent } from '../../../src/renderers/tables/silent-columns.ts';

const column = (heading: string): Table['columns'][number] => ({ heading, kind: 'number' });
const table = (low: readonly (number | null)[]): Table => ({
  caption: 'Forecast',
  columns: [column('Month'), column('Low'), column('Likely')],
  lines: low.map((value) => ({
    kind: 'row',
    cells: [{ text: 'October' }, { text: value === null ? 'unknown' : `$${value}`, value }, { text: '$0.00', value: 0 }],
  })),
});
const headings = ({ columns }: Table): string[] => columns.map(({ heading }) => heading);

test('a column of which nothing is known in any line is left out', () => {
  const { columns, lines } = withoutSilent(table([null, null]), ['Low']);
  expect(columns.map(({ heading }) => heading)).toEqual(['Month', 'Likely']);
  expect(lines.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
    ['October', '$0.00'],
    ['October', '$0.00'],
  ]);
});

test('a column that one line says something in stays', () => {
  expect(headings(withoutSilent(table([null, 5]), ['Low']))).toEqual(['Month', 'Low', 'Likely']);
});

test('a column that is not named stays, whatever it says', () => {
  expect(headings(withoutSilent(table([null]), ['Low']))).toContain('Likely');
});
