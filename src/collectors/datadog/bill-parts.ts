import { createHash } from 'node:crypto';
import { name, text, type Sql } from '../../io/sql.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../../model/cost/charge.ts';
import type { ChargeFacts, ChargesPart, Month, SourceId } from '../../model/facts.ts';
import { addMonths, monthOf, monthPeriod, monthRange } from '../../model/month.ts';
import type { Window } from '../types.ts';
import { mapBill, usageEnd, type Charge, type MonthOfCharges } from './bill.ts';
import type { Datadog } from './client.ts';
import { DatadogError } from './explain.ts';
import type { CostAnswer } from './schema.ts';

/** Months before the open one that are read where none is asked for: those that still change, and as far as estimates go. */
const CLOSED = 2;

export interface Bill {
  readonly client: Datadog;
  readonly source: SourceId;
  readonly sql: Sql;
  readonly began: Date;
}

/** Months to read the bill of, oldest first. */
export function billMonths({ first, last }: Window, began: Date): Month[] {
  const open = monthOf(began.toISOString());
  const end = last === undefined || last > open ? open : last;
  return monthRange(first ?? addMonths(end, -CLOSED), end);
}

const UNREAD = { code: 'unread-period', what: 'the bill of Datadog' } as const;

/** The parts of Datadog's own bill. Where it cannot be read, one part that says so: a cluster is read nevertheless. */
export async function* billParts(bill: Bill, window: Window): AsyncGenerator<ChargesPart> {
  const months = billMonths(window, bill.began);
  const newest = months.at(-1);
  if (newest === undefined) return;
  try {
    const asked = await costOf(bill, newest);
    for (const month of months) yield part(bill, month, async () => (month === newest ? asked : costOf(bill, month)));
  } catch (error) {
    if (!(error instanceof DatadogError) || error.status < 400 || error.status === 401 || error.status === 429 || error.status >= 500) throw error;
    const what = 'read the bill of Datadog (usage_read and billing_read, in the parent organisation)';
    const { source } = bill;
    const gap =
      error.status === 403
        ? ({ code: 'forbidden', source, what } as const)
        : ({ ...UNREAD, source, period: monthPeriod(newest), reason: error.message } as const);
    yield part(bill, newest, async () => undefined, gap);
  }
}

/** The open month as it is estimated; another as it was invoiced, which takes until the 16th of the next, and until then as estimated. */
async function costOf({ client, began }: Bill, month: Month): Promise<CostAnswer> {
  const open = monthOf(began.toISOString());
  if (month < open) {
    const invoiced = await client.cost('historical', month);
    if (invoiced.data.length > 0 || month < addMonths(open, -CLOSED)) return invoiced;
  }
  return client.cost('estimated', month);
}

function part({ source, sql, began, client }: Bill, month: Month, ask: () => Promise<CostAnswer | undefined>, gap?: ChargeFacts['gaps'][number]): ChargesPart {
  const isOpen = month === monthOf(began.toISOString());
  return {
    table: 'charges',
    source,
    month,
    identity: createHash('sha256')
      .update(JSON.stringify([1, client.host, month, isOpen ? began.toISOString() : 'over']))
      .digest('hex'),
    progress: () => undefined,
    write: async (file) => {
      const answer = await ask();
      const mapped = answer === undefined ? NOTHING : mapBill(answer, month, source, usageEnd(month, began));
      await writeCharges(sql, mapped.charges, file);
      return {
        rows: mapped.charges.length,
        capabilities: [],
        gaps: [...mapped.gaps, ...(gap === undefined ? [] : [gap])],
        inputs: [],
        totals: mapped.totals,
        lines: mapped.lines,
        duplicates: 0,
        lastUsage: mapped.lastUsage,
      };
    },
  };
}

const NOTHING: MonthOfCharges = { charges: [], totals: [], gaps: [], lines: 0, lastUsage: null };

async function writeCharges(sql: Sql, charges: readonly Charge[], file: string): Promise<void> {
  const columns = Object.keys(CHARGE_COLUMNS) as ChargeColumn[];
  await sql.run(`create or replace temp table datadog_charges (${columns.map((column) => `${name(column)} VARCHAR`).join(', ')})`);
  const values = columns.map((column) => ({ type: 'VARCHAR', values: charges.map((charge) => charge[column] ?? null) }) as const);
  await sql.append('datadog_charges', values, charges.length);
  const cast = columns.map((column) => `cast(${name(column)} as ${CHARGE_COLUMNS[column]}) as ${name(column)}`).join(', ');
  await sql.run(`copy (select ${cast} from datadog_charges order by all) to ${text(file)} (format parquet, compression zstd)`);
  await sql.run('drop table datadog_charges');
}
