import type { BreakdownRow, CostReport } from '../../model/cost/cost-report.ts';
import { changePercent, counted, moneyFormat, percent } from '../numbers.ts';
import { describePeriod } from '../periods.ts';
import { describeName, NO_COMPARISON } from '../words.ts';
import { html, type Content, type Html } from './html.ts';

interface Tile {
  readonly label: string;
  readonly value: Content;
  readonly note: string;
  /** A name is set smaller than a number. */
  readonly named?: boolean;
}

/** The report in three or four figures. */
export function renderTiles(report: CostReport): Html {
  const tiles = [billTile(report), changeTile(report), ...driverTile(report), ...gapTile(report)];
  return html`<dl class="tiles">
    ${tiles.map(
      ({ label, value, note, named }) =>
        html`<div>
          <dt>${label}</dt>
          <dd class="${named === true ? 'figure named' : 'figure'}">${value}</dd>
          <dd class="note">${note}</dd>
        </div> `,
    )}
  </dl> `;
}

function billTile({ currency, period, reconciliation }: CostReport): Tile {
  return { label: 'Bill', value: moneyFormat(currency).amount(reconciliation.bill), note: describePeriod(period) };
}

function changeTile({ change, currency, previousBill, previousPeriod }: CostReport): Tile {
  if (change === null || previousPeriod === null) return { label: 'Change', value: 'unknown', note: NO_COMPARISON, named: true };
  const format = moneyFormat(currency);
  return {
    label: 'Change',
    value: format.change(change.amount),
    note: `${changePercent(change)} against ${describePeriod(previousPeriod)} (${format.amount(previousBill)})`,
  };
}

/** The service whose cost changed most, or without a period before the dearest one. */
function driverTile({ breakdowns, currency, previousPeriod }: CostReport): readonly Tile[] {
  const rows = breakdowns.find(({ by }) => by === 'service')?.rows ?? [];
  const weight = ({ change, cost }: BreakdownRow): number => (previousPeriod === null ? cost : Math.abs(change?.amount ?? 0));
  const [top] = rows.toSorted((a, b) => weight(b) - weight(a));
  if (top === undefined) return [];
  const value = describeName('service', top);
  const format = moneyFormat(currency);
  if (previousPeriod === null || top.change === null)
    return [{ label: 'Largest service', value, note: `${format.amount(top.cost)}, ${percent(top.share)} of the bill`, named: true }];
  return [{ label: 'Largest change', value, note: `${format.change(top.change.amount)} (${changePercent(top.change)})`, named: true }];
}

function gapTile({ gaps }: CostReport): readonly Tile[] {
  if (gaps.length === 0) return [];
  return [{ label: 'Not known', value: html`<a href="#gaps">${counted(gaps.length, 'gap')}</a>`, note: 'named below' }];
}
