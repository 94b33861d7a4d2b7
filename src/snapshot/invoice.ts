import { text, type Sql } from '../io/sql.ts';
import type { ChargeColumn } from '../model/cost/charge.ts';
import type { InvoiceCharge } from '../model/cost/invoice.ts';
import { money } from '../model/facts.ts';
import { chargesTable, textOf, type CostQuery } from './charges.ts';

/** What the query below reads beside what every report does. */
export const INVOICE_COLUMNS = ['x_ProductFamily', 'CommitmentDiscountType'] as const satisfies readonly ChargeColumn[];

/**
 * What moves data is billed by its bytes, and its meter says so: `DataTransfer-Out-Bytes`, `EUW1-EUC1-AWS-Out-Bytes`, `DataTransfer-Regional-Bytes`.
 * https://docs.aws.amazon.com/cur/latest/userguide/cur-data-transfers-charges.html
 */
const TRANSFER = `coalesce(x_ProductFamily = 'Data Transfer' or regexp_matches(SkuMeter, '(DataTransfer|AWS)-[A-Za-z]*-?(In|Out|Regional)?-?Bytes$|DataTransfer-'), false)`;

/** What was billed, by all that an invoice tells apart; in one order. */
export async function invoiceCharges(sql: Sql, { files, currency }: Pick<CostQuery, 'files' | 'currency'>): Promise<InvoiceCharge[]> {
  const rows = await sql.rows(`
    select coalesce(InvoiceIssuerName, ProviderName) as issuer, InvoiceId as invoice, SubAccountId as account, max(SubAccountName) as account_name,
      ServiceName as service, ChargeCategory as category, ${TRANSFER} as is_transfer, sum(BilledCost) as billed
    from ${chargesTable(files)} where BillingCurrency = ${text(currency)} and BilledCost <> 0
    group by issuer, invoice, account, service, category, is_transfer order by issuer, invoice, account, service, category, is_transfer`);
  return rows.map((row) => ({
    issuer: String(row['issuer']),
    invoice: textOf(row, 'invoice'),
    account: textOf(row, 'account'),
    accountName: textOf(row, 'account_name'),
    service: String(row['service']),
    category: String(row['category']),
    isTransfer: row['is_transfer'] === true,
    billed: money(Number(row['billed'])),
  }));
}
