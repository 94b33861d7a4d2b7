import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckDb } from '../src/io/duckdb.ts';
import { text } from '../src/io/sql.ts';
import { largeBill } from './large-bill.ts';
import { largeCluster, storeOf, WORKLOADS } from './large-cluster.ts';

/** The month of a large company with a cluster of 1,000 pods: its configuration, and what asks for it. */
export interface WholeBill {
  readonly folder: string;
  readonly bill: string;
  readonly collect: readonly string[];
  readonly report: readonly string[];
  /** @throws Error if the report does not have the cluster */
  readonly check: () => Promise<void>;
}

/** Makes the bill (kept in `cache`) and a store with the cluster in `folder`. */
export async function wholeBill(lines: number, folder: string, cache: string): Promise<WholeBill> {
  const bill = await largeBill(lines, cache);
  await rm(storeOf(folder), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await largeCluster(storeOf(folder), folder);
  const cur = `{ kind: cur, path: ${JSON.stringify(bill)} }`;
  await writeFile(join(folder, 'cur.yaml'), `sources: [${cur}]\n`);
  await writeFile(
    join(folder, 'both.yaml'),
    `sources: [${cur}, { kind: kubernetes, cluster: production }]\nteams: [{ team: first, match: { namespace: ns-0 } }, { team: web, match: { tag: { team: web } } }]\n`,
  );
  const output = join(folder, 'report.json');
  return {
    folder,
    bill,
    collect: ['collect', '-c', join(folder, 'cur.yaml'), '--store', storeOf(folder)],
    report: ['report', '-c', join(folder, 'both.yaml'), '--store', storeOf(folder), '--offline', '-f', 'json', '-o', output],
    check: async () => {
      const report: unknown = JSON.parse(await readFile(output, 'utf8'));
      const { allocation, breakdowns } = report as {
        allocation: { clusters: { cluster: string; allocated: number; observed: number }[] };
        breakdowns: { by: string; rows: { name: string | null }[] }[];
      };
      const cluster = allocation.clusters.find((one) => one.cluster === 'production');
      const workloads = breakdowns.find(({ by }) => by === 'workload')?.rows.filter(({ name }) => name !== null) ?? [];
      if (cluster === undefined || !(cluster.allocated > 0) || cluster.observed !== 1 || workloads.length !== WORKLOADS)
        throw new Error(`the report has ${workloads.length} workloads, and the cluster ${JSON.stringify(cluster)}`);
    },
  };
}

/** A store with a year of small bills: what a report of one month costs that shows them all. */
export async function yearOfBills(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const sql = await openDuckDb({ scratch: folder });
  try {
    for (let month = 1; month <= 12; month += 1) {
      const start = `timestamp '2026-${String(month).padStart(2, '0')}-01'`;
      await sql.run(`copy (select 'l' || r || '-' || h as identity_line_item_id, strftime(ts, '%Y-%m-%dT%H:00:00Z') || '/' || strftime(ts + interval 1 hour, '%Y-%m-%dT%H:00:00Z') as identity_time_interval,
        '1' as bill_invoice_id, '100000000000' as bill_payer_account_id, ${start} as bill_billing_period_start_date, ${start} + interval 1 month as bill_billing_period_end_date,
        (100000000000 + r % 8)::varchar as line_item_usage_account_id, 'Usage' as line_item_line_item_type, ts as line_item_usage_start_date, ts + interval 1 hour as line_item_usage_end_date,
        'Amazon' || (r % 20) as line_item_product_code, 'EU-Usage:' || (r % 50) as line_item_usage_type, 'i-' || r as line_item_resource_id, 1.0::double as line_item_usage_amount,
        'USD' as line_item_currency_code, (0.01 + (r % 97) * 0.001)::double as line_item_unblended_cost, case when r % 3 = 0 then 'web' else '' end as resource_tags_user_team
        from range(400) as resources(r), (select h, ${start} + interval 1 hour * h as ts from range(744) as hours(h)) where ts < ${start} + interval 1 month)
        to ${text(join(folder, `${month}.parquet`))} (format parquet)`);
    }
  } finally {
    sql.close();
  }
  await writeFile(join(folder, 'tonnage.yaml'), 'sources: [{ kind: cur, path: . }]\nteams: [{ team: web, match: { tag: { team: web } } }]\n');
  return folder;
}
