import type { Cell, Table } from '../table.ts';

/** The table without those columns of the headings that say nothing: nothing but what is unknown, empty or zero. */
export function withoutSilent(table: Table, headings: readonly string[]): Table {
  const kept = table.columns.flatMap(({ heading }, at) => (headings.includes(heading) && table.lines.every(({ cells }) => isSilent(cells[at])) ? [] : [at]));
  return {
    ...table,
    columns: table.columns.filter((_, at) => kept.includes(at)),
    lines: table.lines.map((line) => ({ ...line, cells: line.cells.filter((_, at) => kept.includes(at)) })),
  };
}

const isSilent = (cell: Cell | undefined): boolean => cell === undefined || cell.text === '' || cell.value === null || cell.value === 0;
