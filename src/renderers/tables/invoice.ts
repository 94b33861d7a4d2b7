import type { CostReport } from '../../model/cost/cost-report.ts';
import type { InvoiceDifference } from '../../model/cost/invoice.ts';
import { moneyFormat, type MoneyFormat } from '../numbers.ts';
import type { Section } from './section.ts';

/** The bill as it is paid, and why a printed invoice looks another way. */
export function invoiceSection({ invoice, currency }: CostReport): Section[] {
  if (invoice.rows.length === 0) return [];
  const format = moneyFormat(currency);
  const { amount } = format;
  const sum = (of: 'charges' | 'tax' | 'credit'): number => invoice.rows.reduce((total, row) => total + row[of], 0);
  const figures = (charges: number, tax: number, credit: number, total: number): { readonly text: string; readonly value: number }[] =>
    [charges, tax, credit, total].map((value) => ({ text: amount(value), value }));
  return [
    {
      id: 'invoice',
      note: ['In cash, whatever the report’s cost metric.', ...invoice.differences.map((difference) => describe(difference, format))].join(' '),
      sortedBy: null,
      table: {
        caption: 'As invoiced',
        columns: [
          { heading: 'Legal entity', kind: 'text' },
          { heading: 'Account', kind: 'text', spare: 1 },
          { heading: 'Invoice', kind: 'text', spare: 5 },
          { heading: 'Charges', kind: 'number', spare: 4 },
          { heading: 'Tax', kind: 'number', spare: 2 },
          { heading: 'Credit', kind: 'number', spare: 3 },
          { heading: 'Total', kind: 'number' },
        ],
        lines: [
          ...invoice.rows.map(({ issuer, account, accountName, invoice: id, charges, tax, credit, total }) => ({
            kind: 'row' as const,
            cells: [{ text: issuer }, { text: accountName ?? account ?? '' }, { text: id ?? 'none yet' }, ...figures(charges, tax, credit, total)],
          })),
          {
            kind: 'total',
            cells: [{ text: 'Total' }, { text: '' }, { text: '' }, ...figures(sum('charges'), sum('tax'), sum('credit'), invoice.total)],
          },
        ],
      },
    },
  ];
}

function describe({ kind, amount: of }: InvoiceDifference, { amount, change }: MoneyFormat): string {
  if (kind === 'data-transfer') return `${amount(of)} of data transfer stands under the services that moved it; a printed invoice may list it by itself.`;
  if (kind === 'tax') return `${amount(of)} of tax is charged on lines of its own; an invoice prints it beside each service.`;
  return `Rounded to the cent by service and account, as an invoice is, it differs by ${change(of)}.`;
}
