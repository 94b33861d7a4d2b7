import { text, type Sql } from '../io/sql.ts';
import { commitmentOf, type Commitment } from '../model/cost/commitment.ts';
import { money } from '../model/facts.ts';
import { chargesTable, METRIC_COLUMNS, textOf, type CostQuery } from './charges.ts';

/** The commitments that the charges name, dearest first. */
export async function commitments(sql: Sql, { files, currency, metric }: Omit<CostQuery, 'tags'>): Promise<Commitment[]> {
  const amortized = METRIC_COLUMNS[metric === 'net-effective' ? 'net-effective' : 'effective'];
  const sumOf = (status: string): string => `coalesce(sum(${amortized}) filter (where CommitmentDiscountStatus = ${text(status)}), 0)`;
  const rows = await sql.rows(`
    select ProviderName as provider, CommitmentDiscountType as type, CommitmentDiscountId as id,
      max(SubAccountId) filter (where CommitmentDiscountStatus = 'Unused') as account, ${sumOf('Used')} as used, ${sumOf('Unused')} as unused
    from ${chargesTable(files)} where BillingCurrency = ${text(currency)} and CommitmentDiscountStatus is not null
    group by provider, type, id order by used + unused desc, provider, type, id`);
  return rows.map((row) =>
    commitmentOf({
      provider: String(row['provider']),
      type: textOf(row, 'type'),
      id: textOf(row, 'id'),
      account: textOf(row, 'account'),
      used: money(Number(row['used'])),
      unused: money(Number(row['unused'])),
    }),
  );
}
