import { z } from 'zod';
import { money, month, source } from './facts.schema.ts';

const name = (description: string) => z.string().nullable().describe(description);

export const state = z.enum(['final', 'preliminary', 'unknown']).describe('preliminary: not all of it has an invoice yet; unknown: the source does not say');

export const bill = z.strictObject({
  source,
  month,
  provider: z.string().describe('FOCUS ProviderName'),
  account: name('FOCUS BillingAccountId'),
  state,
  cost: money('What it adds up to'),
});

export const crossCheck = z.strictObject({
  month,
  provider: z.string().describe('FOCUS ProviderName'),
  billingAccount: name('FOCUS BillingAccountId'),
  currency: z.string().describe('ISO 4217'),
  source: z.string().describe('The source that counts'),
  billed: money('What it says, as billed'),
  other: z.string().describe('The source that is compared'),
  otherBilled: money('What that says, as billed'),
  difference: money('otherBilled - billed'),
});

export const commitment = z.strictObject({
  provider: z.string().describe('FOCUS ProviderName'),
  type: name('FOCUS CommitmentDiscountType'),
  id: name('FOCUS CommitmentDiscountId'),
  account: name('Who pays for what nobody uses'),
  used: money('Amortized: what usage took of it'),
  unused: money('Amortized: what nobody used'),
  utilization: z.number().nullable().describe('used / (used + unused)'),
});

const invoiceRow = z.strictObject({
  issuer: z.string().describe('FOCUS InvoiceIssuerName'),
  invoice: name('FOCUS InvoiceId; null: none yet'),
  account: name('FOCUS SubAccountId'),
  accountName: name('FOCUS SubAccountName'),
  charges: money('All but tax and credits'),
  tax: money('Taxes'),
  credit: money('Credits'),
  total: money('charges + tax + credit'),
});

const difference = z.strictObject({
  kind: z.enum(['data-transfer', 'tax', 'rounding']).describe('What it is about'),
  amount: money('How much'),
});

export const invoice = z
  .strictObject({
    total: money('What is to be paid'),
    rows: z.array(invoiceRow).describe('Dearest first'),
    differences: z.array(difference).describe('Why a printed invoice looks another way'),
  })
  .describe('In cash, by legal entity and account, whatever the cost metric');
