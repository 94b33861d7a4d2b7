import type { UnownedCost } from '../../model/cost/ownership.ts';
import type { CostReport } from '../../model/cost/cost-report.ts';
import type { Money } from '../../model/facts.ts';
import { moneyFormat, percent } from '../numbers.ts';
import type { Section } from './section.ts';

/** What nobody owns, dearest first. */
export function ownershipSection({ ownership, currency }: CostReport): Section[] {
  if (ownership === null) return [];
  const { owned, unowned, ratio, largest } = ownership;
  const { amount } = moneyFormat(currency);
  const note =
    ratio === null
      ? nothingToDivide(owned, unowned, amount)
      : `Teams own ${percent(ratio)} of what can be owned: ${amount(owned)}; ${amount(unowned)} is nobody’s. What is idle or shared counts too; tax and credits do not.`;
  return [
    {
      id: 'ownership',
      note,
      sortedBy: 'Cost',
      table: {
        caption: largest.length === 0 ? 'Who owns it' : 'Owned by nobody',
        columns: [
          { heading: 'What', kind: 'text' },
          { heading: 'Account', kind: 'text', spare: 2 },
          { heading: 'Region', kind: 'text', spare: 3 },
          { heading: 'Cost', kind: 'number' },
          { heading: 'Share', kind: 'share', spare: 1 },
        ],
        lines: largest.map((row) => ({
          kind: 'row',
          cells: [
            { text: describeUnowned(row) },
            { text: row.accountName ?? row.account ?? '' },
            { text: row.region ?? '' },
            { text: amount(row.cost), value: row.cost },
            { text: percent(unowned === 0 ? null : row.cost / unowned), value: unowned === 0 ? null : row.cost / unowned },
          ],
        })),
      },
    },
  ];
}

/** Refunds may make either of them negative: then neither is a part of their sum. */
function nothingToDivide(owned: Money, unowned: Money, amount: (cost: Money) => string): string {
  return owned === 0 && unowned === 0 ? 'There is nothing to own.' : `Teams own ${amount(owned)}; ${amount(unowned)} is nobody’s.`;
}

function describeUnowned({ service, category, cluster, namespace, workload }: UnownedCost): string {
  const place = [cluster, namespace, workload].filter((name) => name !== null).join('/');
  const what = category === 'Usage' ? service : `${service}, ${category.toLowerCase()}`;
  // The place first: of a name that is cut, this is what tells rows apart.
  return place === '' ? what : `${place}: ${what}`;
}
