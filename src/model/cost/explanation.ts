import { money, type Money, type Month } from '../facts.ts';
import { nameOf } from './breakdown.ts';
import type { CostLine } from './cost-line.ts';
import type { CostRow, Dimension, Share } from './cost-report.ts';
import { describeLine, type Ownership } from './rows.ts';

/** Which figure of a report: the whole bill, a part of its reconciliation, or a row of a breakdown. */
export interface Subject {
  readonly of: 'total' | Share | Dimension;
  readonly name: string | undefined;
}

/** Lines of a figure that are the same in all that the report shows. */
export interface ExplainedRow extends Omit<CostRow, 'previousCost' | 'change'> {
  readonly lines: readonly CostLine[];
}

/** What a figure is the sum of, dearest first. @returns none where the report has no such figure */
export function explainedRows(lines: readonly CostLine[], months: readonly Month[], ownership: Ownership, subject: Subject): ExplainedRow[] {
  const own = lines.filter(({ month }) => months.includes(month)).map((line) => ({ line, row: describeLine(line, ownership) }));
  const found = own.filter(({ row }) => isOf(row, subject));
  const groups = Map.groupBy(found, ({ row }) => JSON.stringify(Object.values(row)));
  const rows = [...groups].flatMap(([key, of]) => {
    const [first] = of;
    if (first === undefined) return [];
    const cost: Money = money(of.reduce((sum, { line }) => sum + line.cost, 0));
    return [{ key, row: { ...first.row, cost, lines: of.map(({ line }) => line) } }];
  });
  return rows.toSorted((a, b) => Math.abs(b.row.cost) - Math.abs(a.row.cost) || (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}

function isOf(row: ReturnType<typeof describeLine>, { of, name }: Subject): boolean {
  if (of === 'total') return true;
  if (isShare(of)) return row.share === of;
  return nameOf(row, of) === name;
}

function isShare(of: Subject['of']): of is Share {
  return of === 'allocated' || of === 'idle' || of === 'shared' || of === 'unattributed' || of === 'tax' || of === 'credit';
}
