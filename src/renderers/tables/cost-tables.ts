import { SHARES, type Breakdown, type Change, type CostReport, type SourceFacts } from '../../model/cost/cost-report.ts';
import { money, type Money, type Period } from '../../model/facts.ts';
import { fold } from '../fold.ts';
import { changePercent, count, counted, moneyFormat, percent, signedRatio, UNKNOWN, withoutNoise } from '../numbers.ts';
import { describeMonth, describePeriod } from '../periods.ts';
import type { Cell, Column, Line, Table } from '../table.ts';
import { describeName, HEADINGS, NOUNS, SHARE_WORDS } from '../words.ts';

/** Every part of the bill, also those that are zero, down to the bill itself. */
export function reconciliationTable({ reconciliation, currency }: CostReport): Table {
  const { amount } = moneyFormat(currency);
  const { bill } = reconciliation;
  const line = (kind: Line['kind'], name: string, value: number, meaning: string): Line => ({
    kind,
    cells: [{ text: name }, { text: amount(value), value }, shareCell(bill === 0 ? null : value / bill), { text: meaning }],
  });
  return {
    caption: 'How the bill adds up',
    columns: [
      { heading: 'Part', kind: 'text' },
      { heading: 'Amount', kind: 'number' },
      { heading: 'Share', kind: 'number', spare: 1 },
      { heading: 'What it is', kind: 'text', spare: 2 },
    ],
    lines: [
      ...([...SHARES, 'residual'] as const).map((part) =>
        line('row', SHARE_WORDS[part].name, withoutNoise(reconciliation[part], bill), SHARE_WORDS[part].meaning),
      ),
      line('total', 'Bill', bill, "the bill's own sum"),
    ],
  };
}

/** A breakdown as at most `most` named rows, the others in one, and the bill as their total. */
export function breakdownTable(report: CostReport, { by, rows }: Breakdown, most: number): Table {
  const { previousPeriod, previousBill, change, reconciliation } = report;
  const folded = fold(rows, most);
  const figures = figuresOf(report);
  const lines: Line[] = folded.rows.map((row) => ({
    kind: 'row',
    cells: [{ text: describeName(by, row), nameless: row.name === null }, ...figures(row)],
  }));
  if (folded.others !== null) lines.push({ kind: 'others', cells: [{ text: counted(folded.others.count, 'other') }, ...figures(folded.others)] });
  const whole = { cost: reconciliation.bill, previousCost: previousBill, change, share: reconciliation.bill === 0 ? null : 1 };
  lines.push({ kind: 'total', cells: [{ text: 'Total' }, ...figures(whole)] });
  return { caption: HEADINGS[by], columns: [{ heading: NOUNS[by], kind: 'text' }, ...figureColumns(previousPeriod)], lines };
}

export function sourcesTable(sources: readonly SourceFacts[]): Table {
  return {
    caption: 'Sources',
    columns: [
      { heading: 'Source', kind: 'text' },
      { heading: 'Month', kind: 'text', spare: 1 },
      { heading: 'Lines read', kind: 'number', spare: 2 },
      { heading: 'Duplicates left out', kind: 'number', spare: 3 },
    ],
    lines: sources.map(({ source, month, lines, duplicates }) => ({
      kind: 'row',
      cells: [{ text: source }, { text: describeMonth(month) }, { text: count(lines), value: lines }, { text: count(duplicates), value: duplicates }],
    })),
  };
}

interface Figures {
  readonly cost: Money;
  readonly previousCost: Money | null;
  readonly change: Change | null;
  readonly share: number | null;
}

function figureColumns(previousPeriod: Period | null): readonly Column[] {
  const columns: readonly Column[] = [
    { heading: 'Cost', kind: 'number' },
    { heading: 'Share', kind: 'share', spare: 2 },
  ];
  if (previousPeriod === null) return columns;
  return [
    ...columns,
    { heading: describePeriod(previousPeriod), kind: 'number', spare: 4 },
    { heading: 'Change', kind: 'number', spare: 1 },
    { heading: 'Change %', kind: 'number', spare: 3 },
  ];
}

function figuresOf({ currency, previousPeriod }: CostReport): (figures: Figures) => readonly Cell[] {
  const { amount, change: signed } = moneyFormat(currency);
  return ({ cost, previousCost, share, ...figures }) => {
    const cells = [{ text: amount(cost), value: cost }, shareCell(share)];
    if (previousPeriod === null) return cells;
    const change = previousCost === null ? figures.change : steady(figures.change, Math.max(Math.abs(cost), Math.abs(previousCost)));
    return [
      ...cells,
      { text: amount(previousCost), value: previousCost },
      { text: change === null ? UNKNOWN : signed(change.amount), value: change?.amount ?? null },
      { text: changePercent(change), value: change === null ? null : signedRatio(change) },
    ];
  };
}

/** A cost that stayed the same has not changed by the noise of its sum. */
function steady(change: Change | null, scale: number): Change | null {
  return change !== null && withoutNoise(change.amount, scale) === 0 ? { amount: money(0), ratio: change.ratio === null ? null : 0 } : change;
}

function shareCell(share: number | null): Cell {
  return { text: percent(share), value: share };
}
