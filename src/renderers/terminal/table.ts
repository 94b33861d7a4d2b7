import type { Colors } from 'picocolors/types.js';
import { printable } from '../../io/printable.ts';
import type { Column, Table } from '../table.ts';
import { cut, width } from './width.ts';

const GAP = '  ';
/** The column of names is not made narrower while there are columns to leave out. */
const LEAST_NAME = 20;

/** The table within `limit` columns: what can be spared goes first, then names are cut. */
export function renderTable({ caption, columns, lines }: Table, limit: number, paint: Colors): string {
  const heading = columns.map((column) => printable(column.heading));
  const rows = lines.map(({ kind, cells }) => ({ kind, texts: cells.map(({ text }) => printable(text)) }));
  const widths = columns.map((_, at) => Math.max(...[heading, ...rows.map(({ texts }) => texts)].map((texts) => width(texts[at] ?? ''))));
  const [first = 0, ...others] = kept(columns, widths, limit);
  const rest = behind(others.map((at) => widths[at] ?? 0));
  const name = Math.min(widths[first] ?? 0, Math.max(4, limit - rest));
  const print = (texts: readonly string[]): string => {
    const figures = others.map((at) => padded(texts[at] ?? '', widths[at] ?? 0, columns[at]?.kind));
    // Where even the least does not fit, the line is cut, and shows it.
    return cut([padded(cut(texts[first] ?? '', name), name, 'text'), ...figures].join(GAP).trimEnd(), limit);
  };
  const body = rows.flatMap(({ kind, texts }) => {
    if (kind === 'total') return [paint.dim('─'.repeat(Math.min(limit, name + rest))), paint.bold(print(texts))];
    return kind === 'others' ? paint.dim(print(texts)) : print(texts);
  });
  return [paint.bold(cut(caption, limit)), paint.dim(print(heading)), ...body].join('\n');
}

/** Which columns fit, those with the highest `spare` left out first. */
function kept(columns: readonly Column[], widths: readonly number[], limit: number): readonly number[] {
  const order = columns.flatMap(({ spare }) => spare ?? []).toSorted((a, b) => b - a);
  let all = columns.map((_, at) => at);
  for (const least of order) {
    const [first = 0, ...others] = all;
    if (Math.min(widths[first] ?? 0, LEAST_NAME) + behind(others.map((at) => widths[at] ?? 0)) <= limit) return all;
    all = all.filter((at) => columns[at]?.spare !== least);
  }
  return all;
}

/** What columns take behind the first one, each with its gap. */
function behind(widths: readonly number[]): number {
  return widths.reduce((sum, next) => sum + GAP.length + next, 0);
}

function padded(text: string, columns: number, kind: Column['kind'] = 'text'): string {
  const padding = ' '.repeat(Math.max(0, columns - width(text)));
  return kind === 'text' ? text + padding : padding + text;
}
