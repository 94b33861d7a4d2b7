import type { Colors } from 'picocolors/types.js';
import { printable } from '../../io/printable.ts';
import { width, wrap } from './width.ts';

/** What `doctor` found of one thing. */
export interface CheckLine {
  readonly of: string;
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

const MARKS = { ok: 'ok', warning: 'warning', failed: 'FAILED' } as const;
const GAP = '  ';
/** Narrower than this, a detail is no longer read. */
const LEAST_DETAIL = 30;

/** A table of checks, each with its detail and what to do on lines of their own where it takes several. */
export function renderChecks(checks: readonly CheckLine[], limit: number, paint: Colors): string {
  const rows = checks.map(({ of, name, state, detail, hint }) => ({ state, of: printable(of), name: printable(name), detail: printable(detail), hint }));
  const widths = [MARKS.warning.length, widest(rows.map(({ of }) => of)), widest(rows.map(({ name }) => name))] as const;
  const indent = widths.reduce((sum, next) => sum + next + GAP.length, 0);
  const columns = Math.max(LEAST_DETAIL, limit - indent);
  const lines = rows.flatMap(({ state, of, name, detail, hint }) => {
    const [first = '', ...others] = wrap(detail, columns);
    const todo = hint === undefined ? [] : wrap(`-> ${printable(hint)}`, columns);
    return [
      [color(state, paint)(pad(MARKS[state], widths[0])), pad(of, widths[1]), pad(name, widths[2]), first].join(GAP).trimEnd(),
      ...others.map((line) => ' '.repeat(indent) + line),
      ...todo.map((line) => ' '.repeat(indent) + paint.bold(line)),
    ];
  });
  return lines.join('\n');
}

function color(state: CheckLine['state'], paint: Colors): (text: string) => string {
  if (state === 'ok') return paint.green;
  return state === 'warning' ? paint.yellow : paint.red;
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(width));
const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)));
