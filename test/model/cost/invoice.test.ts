import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { invoiceOf, type InvoiceCharge } from '../../../src/model/cost/invoice.ts';
import { money } from '../../../src/model/facts.ts';

type Given = Omit<Partial<InvoiceCharge>, 'billed'> & { readonly billed: number };

function charge({ billed, ...given }: Given): InvoiceCharge {
  return {
    issuer: 'Amazon Web Services EMEA SARL',
    invoice: 'EUINGB26-1',
    account: '111111111111',
    accountName: null,
    service: 'Amazon EC2',
    category: 'Usage',
    isTransfer: false,
    ...given,
    billed: money(billed),
  };
}

describe('an invoice', () => {
  test('has a row for each legal entity, invoice and account, dearest first', () => {
    const { rows, total } = invoiceOf([
      charge({ billed: 10 }),
      charge({ billed: 2, category: 'Tax', service: 'Tax' }),
      charge({ billed: -1, category: 'Credit' }),
      charge({ billed: 40, account: '222222222222' }),
      charge({ billed: 5, issuer: 'Elastic NV', invoice: null }),
    ]);
    expect(rows.map(({ issuer, account, charges, tax, credit, total: sum }) => [issuer.split(' ')[0], account, charges, tax, credit, sum])).toEqual([
      ['Amazon', '222222222222', 40, 0, 0, 40],
      ['Amazon', '111111111111', 10, 2, -1, 11],
      ['Elastic', '111111111111', 5, 0, 0, 5],
    ]);
    expect(total).toBe(56);
  });

  test('names what it prints elsewhere: data transfer and tax', () => {
    const { differences } = invoiceOf([charge({ billed: 10 }), charge({ billed: 3, isTransfer: true }), charge({ billed: 2, category: 'Tax' })]);
    expect(differences).toEqual([
      { kind: 'data-transfer', amount: 3 },
      { kind: 'tax', amount: 2 },
    ]);
  });

  test('rounds each service of an account to the cent, half away from zero', () => {
    const { differences, total } = invoiceOf([
      charge({ billed: 0.125 }),
      charge({ billed: 0.375, service: 'Amazon S3' }),
      charge({ billed: -0.125, category: 'Credit' }),
    ]);
    expect(total).toBe(0.375);
    expect(differences.map(({ kind, amount }) => [kind, amount.toFixed(4)])).toEqual([['rounding', '0.0050']]);
  });

  test('of one transfer under several services is rounded once', () => {
    const { differences } = invoiceOf([charge({ billed: 0.125, isTransfer: true }), charge({ billed: 0.125, isTransfer: true, service: 'Amazon S3' })]);
    expect(differences).toEqual([{ kind: 'data-transfer', amount: 0.25 }]);
  });
});

test('law: rows add up to the total', () => {
  const charges = fc.array(
    fc
      .record({
        billed: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        category: fc.constantFrom('Usage', 'Tax', 'Credit', 'Purchase'),
        account: fc.constantFrom('1', '2', null),
        service: fc.constantFrom('a', 'b'),
        isTransfer: fc.boolean(),
      })
      .map(charge),
  );
  fc.assert(
    fc.property(charges, (all) => {
      const { rows, total } = invoiceOf(all);
      const gross = all.reduce((sum, { billed }) => sum + Math.abs(billed), 0);
      const sum = rows.reduce((added, row) => added + row.charges + row.tax + row.credit, 0);
      expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-9 * Math.max(1, gross));
    }),
  );
});

test('half a cent is rounded up as a decimal number is, whatever its binary form is', () => {
  const { differences } = invoiceOf([charge({ billed: 1.005 })]);
  expect(differences.map(({ kind, amount }) => [kind, amount.toFixed(4)])).toEqual([['rounding', '0.0050']]);
});
