import type { CostReport } from '../../model/cost/cost-report.ts';
import { moneyFormat, percent } from '../numbers.ts';
import type { Section } from './section.ts';

/** What was committed, and what of it nobody used. */
export function commitmentsSection({ commitments, currency }: CostReport, most: number): Section[] {
  if (commitments.length === 0) return [];
  const { amount } = moneyFormat(currency);
  const shown = commitments.slice(0, most);
  const rest = commitments.length - shown.length;
  return [
    {
      id: 'commitments',
      note: rest > 0 ? `The dearest ${shown.length} of ${commitments.length}.` : null,
      sortedBy: null,
      table: {
        caption: 'Savings Plans and reservations',
        columns: [
          { heading: 'Commitment', kind: 'text' },
          { heading: 'Kind', kind: 'text', spare: 3 },
          { heading: 'Used', kind: 'number', spare: 2 },
          { heading: 'Unused', kind: 'number', spare: 1 },
          { heading: 'Utilization', kind: 'share' },
        ],
        lines: shown.map(({ id, type, used, unused, utilization }) => ({
          kind: 'row',
          cells: [
            { text: id === null ? 'not named' : shortName(id), nameless: id === null },
            { text: type ?? '' },
            { text: amount(used), value: used },
            { text: amount(unused), value: unused },
            { text: percent(utilization), value: utilization },
          ],
        })),
      },
    },
  ];
}

/** The last part of an ARN says which one it is. */
function shortName(id: string): string {
  return id.startsWith('arn:') ? (id.split(/[:/]/).at(-1) ?? id) : id;
}
