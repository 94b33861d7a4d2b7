import { money, type Money } from '../facts.ts';

/** What was billed in cash, by all that an invoice tells apart. */
export interface InvoiceCharge {
  /** FOCUS InvoiceIssuerName: the legal entity. */
  readonly issuer: string;
  readonly invoice: string | null;
  readonly account: string | null;
  readonly accountName: string | null;
  readonly service: string;
  /** FOCUS ChargeCategory. */
  readonly category: string;
  /** Data that was moved: the bill's lines have it under the service that moved it, the printed invoice under a heading of its own. */
  readonly isTransfer: boolean;
  readonly billed: Money;
}

/** The bill as it is paid: cash, by legal entity and account. */
export interface Invoice {
  readonly total: Money;
  readonly rows: readonly InvoiceRow[];
  /** Where the printed invoice and the bill's lines differ, and by how much; the total is the same but for `rounding`. */
  readonly differences: readonly InvoiceDifference[];
}

interface InvoiceRow {
  readonly issuer: string;
  /** null: there is none yet. */
  readonly invoice: string | null;
  readonly account: string | null;
  readonly accountName: string | null;
  readonly charges: Money;
  readonly tax: Money;
  readonly credit: Money;
  readonly total: Money;
}

/**
 * - `data-transfer`: what the invoice lists as Data Transfer, and the lines under the services that moved it;
 * - `tax`: what the lines have as charges of their own, and the invoice beside each service;
 * - `rounding`: the invoice rounds each service of an account to the cent: the sum of these less the sum of the lines.
 */
export interface InvoiceDifference {
  readonly kind: 'data-transfer' | 'tax' | 'rounding';
  readonly amount: Money;
}

/** Less is the noise of a sum. */
const NOISE = 1e-9;
/** Decimal digits that a sum of binary numbers surely has. */
const DIGITS = 14;

/** The invoice of these charges. Its rows add up to `total`. */
export function invoiceOf(charges: readonly InvoiceCharge[]): Invoice {
  const groups = Map.groupBy(charges, ({ issuer, invoice, account }) => JSON.stringify([issuer, invoice, account]));
  const rows = [...groups.values()].map((of): InvoiceRow => {
    const [first] = of;
    if (first === undefined) throw new Error('a group is never empty');
    const { issuer, invoice, account, accountName } = first;
    const tax = sum(of.filter(({ category }) => category === 'Tax'));
    const credit = sum(of.filter(({ category }) => category === 'Credit'));
    const rest = sum(of.filter(({ category }) => category !== 'Tax' && category !== 'Credit'));
    return { issuer, invoice, account, accountName, charges: rest, tax, credit, total: money(rest + tax + credit) };
  });
  const differences: readonly InvoiceDifference[] = [
    { kind: 'data-transfer', amount: sum(charges.filter(({ isTransfer }) => isTransfer)) },
    { kind: 'tax', amount: sum(charges.filter(({ category }) => category === 'Tax')) },
    { kind: 'rounding', amount: rounding(charges) },
  ];
  return {
    total: sum(charges),
    rows: rows.toSorted((a, b) => b.total - a.total || order(a, b)),
    differences: differences.filter(({ amount }) => Math.abs(amount) > NOISE),
  };
}

/** The sum of an invoice's lines, each rounded to the cent, less that of the bill's. */
function rounding(charges: readonly InvoiceCharge[]): Money {
  const lines = Map.groupBy(charges, ({ issuer, invoice, account, service, category, isTransfer }) =>
    JSON.stringify([issuer, invoice, account, isTransfer ? null : service, category]),
  );
  return money([...lines.values()].reduce((difference, of) => difference + (cents(sum(of)) - sum(of)), 0));
}

/** Half a cent away from zero, as an invoice rounds: of 1.005 too, which as a binary number is a little less than that. */
function cents(amount: number): number {
  const decimal = Number((Math.abs(amount) * 100).toPrecision(DIGITS));
  return (Math.sign(amount) * Math.round(decimal)) / 100;
}

function sum(charges: readonly InvoiceCharge[]): Money {
  return money(charges.reduce((total, { billed }) => total + billed, 0));
}

function order(a: InvoiceRow, b: InvoiceRow): number {
  const [first, second] = [a, b].map(({ issuer, invoice, account }) => JSON.stringify([issuer, account, invoice]));
  return first !== undefined && second !== undefined && first < second ? -1 : 1;
}
