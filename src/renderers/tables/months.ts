import type { CostReport } from '../../model/cost/cost-report.ts';
import type { ForecastMethod, ForecastMonth } from '../../model/cost/forecast/forecast-report.ts';
import { moneyFormat, percent } from '../numbers.ts';
import { describeMonth } from '../periods.ts';
import { BILL_STATES } from './bill-states.ts';
import type { Section } from './section.ts';
import { withoutSilent } from './silent-columns.ts';

/** The months that there are. */
export function monthsSection({ months, currency }: CostReport): Section[] {
  if (months.length < 2) return [];
  const { amount } = moneyFormat(currency);
  return [
    {
      id: 'months',
      note: months.some(({ missing }) => missing.length > 0) ? 'A month that lacks a source is not the whole bill.' : null,
      sortedBy: null,
      table: {
        caption: 'Months',
        columns: [
          { heading: 'Month', kind: 'text' },
          { heading: 'Cost', kind: 'number' },
          { heading: 'State', kind: 'text', spare: 1 },
        ],
        lines: months.map(({ month, cost, state, isWhole, missing, isPartlyUnknown }) => ({
          kind: 'row',
          cells: [
            { text: describeMonth(month) },
            { text: amount(cost), value: cost },
            {
              text: [
                isWhole ? BILL_STATES[state] : 'not complete yet',
                ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
                ...(isPartlyUnknown ? ['some charges have no such cost'] : []),
              ].join('; '),
            },
          ],
        })),
      },
    },
  ];
}

const METHODS: Readonly<Record<ForecastMethod, string>> = {
  weekday: 'the last four weeks by weekday',
  'run-rate': 'the last 28 days',
  'month-rate': 'as much a day as last month',
  'last-week': 'the last seven days',
  'damped-trend': 'a trend that flattens out',
  trend: 'a trend',
  'last-month': 'the same as last month',
};

/** The months to come, with how far such forecasts were off. */
export function forecastSection({ forecast, currency }: CostReport): Section[] {
  if (forecast === null) return [];
  const { amount } = moneyFormat(currency);
  return [
    {
      id: 'forecast',
      note: describeErrors(forecast.months, forecast.asOf),
      sortedBy: null,
      table: withoutSilent(
        {
          caption: 'Forecast',
          columns: [
            { heading: 'Month', kind: 'text' },
            { heading: 'So far', kind: 'number', spare: 4 },
            { heading: 'Low', kind: 'number', spare: 2 },
            { heading: 'Likely', kind: 'number' },
            { heading: 'High', kind: 'number', spare: 1 },
            { heading: 'Error so far', kind: 'number', spare: 3 },
            { heading: 'By', kind: 'text', spare: 5 },
          ],
          lines: forecast.months.map(({ month, soFar, low, cost, high, error, method }) => ({
            kind: 'row',
            cells: [
              { text: describeMonth(month) },
              { text: soFar === null ? '' : amount(soFar), value: soFar },
              { text: amount(low), value: low },
              { text: amount(cost), value: cost },
              { text: amount(high), value: high },
              { text: error === null ? 'unknown' : percent(error), value: error },
              { text: METHODS[method] },
            ],
          })),
        },
        ['So far', 'Low', 'High', 'Error so far'],
      ),
    },
  ];
}

function describeErrors(months: readonly ForecastMonth[], asOf: string): string {
  const [first] = months;
  const head = `From costs up to ${asOf}.`;
  if (first === undefined) return head;
  const tested = Math.max(...months.map((month) => month.tested));
  if (months.every(({ error }) => error === null)) return `${head} There are too few whole months to say how far such a forecast is off, and so no interval.`;
  const worse = months.some(({ worseThanNaive }) => worseThanNaive)
    ? ' Where a forecast has done worse than “the same as last month”, that is what stands here; the error is that of the forecast.'
    : '';
  return `${head} Low to high holds ${percent(first.level).replace('.0%', '%')} of the time, by the errors on ${tested} past months (median).${worse}`;
}
