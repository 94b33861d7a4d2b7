import type { CostReport } from '../../model/cost/cost-report.ts';
import { moneyFormat } from '../numbers.ts';
import { describeMonth } from '../periods.ts';
import { BILL_STATES } from './bill-states.ts';
import type { Section } from './section.ts';

/** The bills that were added up, and what other sources say of them. */
export function billsSections({ bills, crossChecks, currency }: CostReport): Section[] {
  const { amount, change } = moneyFormat(currency);
  const counted: Section = {
    id: 'bills',
    note: null,
    sortedBy: null,
    table: {
      caption: 'Bills',
      columns: [
        { heading: 'Provider', kind: 'text' },
        { heading: 'Account', kind: 'text', spare: 2 },
        { heading: 'Month', kind: 'text', spare: 1 },
        { heading: 'Source', kind: 'text', spare: 3 },
        { heading: 'State', kind: 'text', spare: 4 },
        { heading: 'Cost', kind: 'number' },
      ],
      lines: bills.map(({ provider, account, month, source, state, cost }) => ({
        kind: 'row',
        cells: [
          { text: provider },
          { text: account ?? '' },
          { text: describeMonth(month) },
          { text: source },
          { text: BILL_STATES[state] },
          { text: amount(cost), value: cost },
        ],
      })),
    },
  };
  if (crossChecks.length === 0) return [counted];
  const compared: Section = {
    id: 'cross-checks',
    note: 'The same bills as another source tells them, as billed. They are compared, and not added.',
    sortedBy: null,
    table: {
      caption: 'Compared with other sources',
      columns: [
        { heading: 'Source', kind: 'text' },
        { heading: 'Month', kind: 'text', spare: 2 },
        { heading: 'Counted', kind: 'text', spare: 3 },
        { heading: 'It says', kind: 'number', spare: 1 },
        { heading: 'Counted says', kind: 'number', spare: 4 },
        { heading: 'Difference', kind: 'number' },
      ],
      lines: crossChecks.map(({ other, month, source, otherBilled, billed, difference }) => ({
        kind: 'row',
        cells: [
          { text: other },
          { text: describeMonth(month) },
          { text: source },
          { text: amount(otherBilled), value: otherBilled },
          { text: amount(billed), value: billed },
          { text: change(Math.abs(difference) <= Math.abs(billed) * 1e-9 ? 0 : difference), value: difference },
        ],
      })),
    },
  };
  return [counted, compared];
}
