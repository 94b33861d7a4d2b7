import type { Anomaly, AnomalyKind } from '../../model/cost/anomalies/anomaly.ts';
import type { CostReport } from '../../model/cost/cost-report.ts';
import { moneyFormat } from '../numbers.ts';
import { describeMonth } from '../periods.ts';
import type { Section } from './section.ts';

const KINDS: Readonly<Record<AnomalyKind, string>> = { rise: 'costs more', drop: 'costs less', new: 'new', gone: 'gone', spike: 'spike' };

/** Where daily costs left their level, and since when. */
export function anomaliesSection({ anomalies, currency }: CostReport, most: number): Section[] {
  if (anomalies.length === 0) return [];
  const { amount, change } = moneyFormat(currency);
  const shown = anomalies.slice(0, most);
  return [
    {
      id: 'anomalies',
      note: `Days that are unlike those before${shown.length < anomalies.length ? `; the largest ${shown.length} of ${anomalies.length}` : ''}. Fees of the month, tax and credits are not looked at.`,
      sortedBy: null,
      table: {
        caption: 'Anomalies',
        columns: [
          { heading: 'What', kind: 'text' },
          { heading: 'How', kind: 'text', spare: 3 },
          { heading: 'Since', kind: 'text', spare: 1 },
          { heading: 'A day before', kind: 'number', spare: 5 },
          { heading: 'A day now', kind: 'number', spare: 4 },
          { heading: 'So far', kind: 'number' },
          { heading: 'Confidence', kind: 'text', spare: 2 },
        ],
        lines: shown.map(({ by, name, kind, began, ended, expectedPerDay, actualPerDay, extra, confidence }) => ({
          kind: 'row',
          cells: [
            { text: by === 'service' ? name : `${by} ${name}` },
            { text: KINDS[kind] },
            { text: stretch({ began, ended }) },
            { text: amount(expectedPerDay), value: expectedPerDay },
            { text: amount(actualPerDay), value: actualPerDay },
            { text: change(extra), value: extra },
            { text: confidence },
          ],
        })),
      },
    },
  ];
}

function stretch({ began, ended }: Pick<Anomaly, 'began' | 'ended'>): string {
  if (ended === null || ended === began) return began;
  return `${began} to ${ended}`;
}

/** What this period's bills correct of earlier ones. */
export function correctionsSection({ corrections, currency }: CostReport, most: number): Section[] {
  if (corrections.length === 0) return [];
  const { change } = moneyFormat(currency);
  const total = corrections.reduce((sum, { amount }) => sum + amount, 0);
  const shown = corrections.length <= most + 1 ? corrections : corrections.slice(0, most);
  const rest = corrections.slice(shown.length);
  const restAmount = rest.reduce((sum, { amount }) => sum + amount, 0);
  return [
    {
      id: 'corrections',
      note: 'They are part of this bill, and of no day of it.',
      sortedBy: null,
      table: {
        caption: 'Corrections of earlier bills',
        columns: [
          { heading: 'Service', kind: 'text' },
          { heading: 'Billed in', kind: 'text', spare: 2 },
          { heading: 'For', kind: 'text', spare: 1 },
          { heading: 'Amount', kind: 'number' },
        ],
        lines: [
          ...shown.map(({ service, month, corrects, amount }) => ({
            kind: 'row' as const,
            cells: [
              { text: service },
              { text: describeMonth(month) },
              { text: corrects === null ? 'an earlier month' : describeMonth(corrects) },
              { text: change(amount), value: amount },
            ],
          })),
          ...(rest.length === 0
            ? []
            : [
                {
                  kind: 'others' as const,
                  cells: [{ text: `${rest.length} others` }, { text: '' }, { text: '' }, { text: change(restAmount), value: restAmount }],
                },
              ]),
          { kind: 'total', cells: [{ text: 'Total' }, { text: '' }, { text: '' }, { text: change(total), value: total }] },
        ],
      },
    },
  ];
}
