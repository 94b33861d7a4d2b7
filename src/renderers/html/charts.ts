import { total } from '../../model/cost/change.ts';
import type { CostReport } from '../../model/cost/cost-report.ts';
import { money, type Money } from '../../model/facts.ts';
import { heaviest } from '../fold.ts';
import { counted, isCurrencyCode, moneyFormat } from '../numbers.ts';
import { describeMonth, describePeriod } from '../periods.ts';
import { printable } from '../../io/printable.ts';
import type { Line, Table } from '../table.ts';
import { describeName } from '../words.ts';
import { html, type Html, nothing } from './html.ts';
import { renderTable } from './table.ts';
import { timelineOf, type Timeline } from './timeline.ts';

/** What the script in the page draws from. */
export interface ChartData {
  /** null where browsers would not know it. */
  readonly currency: string | null;
  readonly timeline: Timeline & { readonly periods: readonly string[] };
  readonly changes: readonly ServiceChange[];
  readonly months: Months;
}

/** What months cost, and what those to come will: one value for each of `names`, null where there is none. */
interface Months {
  readonly names: readonly string[];
  readonly costs: readonly (number | null)[];
  readonly forecast: readonly (number | null)[];
  /** Low and high. */
  readonly range: readonly (readonly [number, number] | null)[];
}

interface ServiceChange {
  readonly name: string;
  readonly amount: Money;
}

/** As many as the style sheet has colours, less the grey of the others. */
const MOST_SERIES = 6;
const MOST_CHANGES = 8;
/** Less is no bar that could be seen. */
const LEAST_CHANGE = 0.005;

export function chartData(report: CostReport): ChartData {
  const { currency, period, previousPeriod } = report;
  const periods = previousPeriod === null ? [period] : [previousPeriod, period];
  return {
    currency: isCurrencyCode(currency) ? currency : null,
    timeline: { ...timelineOf(report, MOST_SERIES), periods: periods.map(describePeriod) },
    changes: changesOf(report),
    months: monthsOf(report),
  };
}

/** A month that goes on has both: what it has cost, and what it will. */
function monthsOf({ months, forecast }: CostReport): Months {
  const names = [...new Set([...months, ...(forecast?.months ?? [])].map(({ month }) => month))].toSorted();
  const foreseen = new Map((forecast?.months ?? []).map((one) => [one.month, one]));
  const known = new Map(months.map(({ month, cost }) => [month, cost]));
  return {
    names,
    costs: names.map((month) => known.get(month) ?? null),
    forecast: names.map((month) => foreseen.get(month)?.cost ?? null),
    range: names.map((month) => {
      const { low = null, high = null } = foreseen.get(month) ?? {};
      return low === null || high === null ? null : [low, high];
    }),
  };
}

/** The services whose cost changed most, rises first, and the sum of the others. */
function changesOf({ breakdowns }: CostReport): readonly ServiceChange[] {
  const rows = breakdowns.find(({ by }) => by === 'service')?.rows ?? [];
  const all = rows.flatMap((row) => (row.change === null ? [] : [{ name: printable(describeName('service', row)), amount: row.change.amount }]));
  const changes = all.filter(({ amount }) => Math.abs(amount) >= LEAST_CHANGE);
  const named = changes.length <= MOST_CHANGES + 1 ? new Set(changes) : heaviest(changes, MOST_CHANGES, ({ amount }) => Math.abs(amount));
  const others = changes.filter((change) => !named.has(change));
  const rest = others.length === 0 ? [] : [{ name: counted(others.length, 'other'), amount: total(others.map(({ amount }) => amount)) }];
  return [...[...named].toSorted((a, b) => b.amount - a.amount), ...rest];
}

export function timelineChart({ timeline }: ChartData, currency: string, drawn: boolean): Html {
  const { series, times, periods } = timeline;
  if (series.length === 0) return nothing;
  const unit = unitOf(times);
  const label = `Stacked bars: cost by ${unit} and service, ${periods.join(' and ')}. The figures are in the table below it.`;
  const picture = html`<div class="chart"><canvas id="timeline" role="img" aria-label="${label}"></canvas></div>
    <ul class="legend">
      ${series.map(({ name }) => html`<li>${name}</li>`)}
    </ul>`;
  return html`<section aria-labelledby="timeline-heading">
    <h2 id="timeline-heading">Cost by ${unit}</h2>
    ${drawn ? picture : html`<p class="note">Charts are left out of this copy.</p>`}
    <details>
      <summary>The figures by ${unit}</summary>
      ${renderTable(timelineTable(timeline, currency))}
    </details>
  </section> `;
}

export function changesChart({ changes }: ChartData): Html {
  if (changes.length === 0) return nothing;
  return html`<section aria-labelledby="changes-heading">
    <h2 id="changes-heading">What changed</h2>
    <div class="chart changes">
      <canvas id="changes" role="img" aria-label="Bars: change of cost by service. The figures are in the table by service."></canvas>
    </div>
  </section> `;
}

/** Months and forecast, where there is more than a month to show. */
export function monthsChart({ months }: ChartData): Html {
  if (months.names.length < 3) return nothing;
  return html`<section aria-labelledby="months-heading">
    <h2 id="months-heading">Month by month</h2>
    <div class="chart months">
      <canvas
        id="months-chart"
        role="img"
        aria-label="Bars: cost by month, and the forecast of those to come with its interval. The figures are in the tables of months and of the forecast."
      ></canvas>
    </div>
  </section> `;
}

function timelineTable({ times, series }: Timeline, currency: string): Table {
  const { amount } = moneyFormat(currency);
  const unit = unitOf(times);
  const line = (kind: Line['kind'], name: string, costs: readonly Money[]): Line => ({
    kind,
    cells: [{ text: name }, ...[...costs, total(costs)].map((cost) => ({ text: amount(cost), value: cost }))],
  });
  return {
    caption: `Cost by ${unit}`,
    columns: [
      { heading: unit === 'day' ? 'Day' : 'Month', kind: 'text' },
      ...[...series.map(({ name }) => name), 'Total'].map((heading) => ({ heading, kind: 'number' as const })),
    ],
    lines: [
      ...times.map((time, at) =>
        line(
          'row',
          unit === 'day' ? time : describeMonth(time),
          series.map(({ costs }) => costs[at] ?? money(0)),
        ),
      ),
      line(
        'total',
        'Total',
        series.map(({ costs }) => total(costs)),
      ),
    ],
  };
}

function unitOf(times: readonly string[]): 'day' | 'month' {
  return times[0]?.length === 'YYYY-MM'.length ? 'month' : 'day';
}
