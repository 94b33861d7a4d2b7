import type { Line, Table } from '../table.ts';
import { escape } from './escape.ts';

/** A GitHub pipe table, without its caption. */
export function renderTable({ columns, lines }: Table): string {
  return [
    row(columns.map(({ heading }) => escape(heading))),
    row(columns.map(({ kind }) => (kind === 'text' ? '---' : '---:'))),
    ...lines.map(({ kind, cells }) => row(cells.map(({ text }) => emphasised(kind, escape(text))))),
  ].join('\n');
}

function emphasised(kind: Line['kind'], text: string): string {
  return kind === 'total' && text !== '' ? `**${text}**` : text;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
