import { dirname } from 'node:path';
import { mkdirSync } from 'node:fs';
import { afterAll } from 'vitest';
import { openDuckDb } from '../../../src/io/duckdb.ts';
import { diskFiles } from '../../../src/io/files.ts';
import { name as quoted, text, type Sql, type SqlRow } from '../../../src/io/sql.ts';

/** A line of a bill, by the columns of the Parquet form. What is not given is as `line` says; null is NULL. */
export type Cells = Readonly<Record<string, Cell>>;

/** An object is a map: MAP in Parquet, JSON in CSV. */
type Cell = string | number | null | Readonly<Record<string, string>>;

const TIMES: readonly string[] = ['bill_billing_period_start_date', 'bill_billing_period_end_date', 'line_item_usage_start_date', 'line_item_usage_end_date'];
const NUMBERS: readonly string[] = [
  'line_item_usage_amount',
  'line_item_unblended_cost',
  'line_item_net_unblended_cost',
  'pricing_public_on_demand_cost',
  'reservation_effective_cost',
  'reservation_net_effective_cost',
  'reservation_unused_amortized_upfront_fee_for_billing_period',
  'reservation_net_unused_amortized_upfront_fee_for_billing_period',
  'reservation_unused_recurring_fee',
  'reservation_net_unused_recurring_fee',
  'savings_plan_savings_plan_effective_cost',
  'savings_plan_net_savings_plan_effective_cost',
  'savings_plan_total_commitment_to_date',
  'savings_plan_used_commitment',
  'savings_plan_amortized_upfront_commitment_for_billing_period',
  'savings_plan_net_amortized_upfront_commitment_for_billing_period',
  'savings_plan_recurring_commitment_for_billing_period',
  'savings_plan_net_recurring_commitment_for_billing_period',
  'split_line_item_split_usage',
  'split_line_item_reserved_usage',
  'split_line_item_split_cost',
  'split_line_item_unused_cost',
];

/** An hour of usage in October 2026 that costs 1 USD; its id is its place in the bill. */
const usage: Cells = {
  identity_line_item_id: null,
  identity_time_interval: null,
  bill_invoice_id: '1001',
  bill_invoicing_entity: 'Amazon Web Services, Inc.',
  bill_billing_entity: 'AWS',
  bill_payer_account_id: '111111111111',
  bill_billing_period_start_date: '2026-10-01 00:00:00',
  bill_billing_period_end_date: '2026-11-01 00:00:00',
  line_item_usage_account_id: '111111111111',
  line_item_line_item_type: 'Usage',
  line_item_usage_start_date: '2026-10-05 10:00:00',
  line_item_usage_end_date: '2026-10-05 11:00:00',
  line_item_product_code: 'AmazonEC2',
  line_item_usage_type: 'EU-BoxUsage:m6i.large',
  line_item_operation: 'RunInstances',
  line_item_availability_zone: 'eu-west-1a',
  line_item_resource_id: 'i-1',
  line_item_usage_amount: 1,
  line_item_currency_code: 'USD',
  line_item_unblended_cost: 1,
  line_item_line_item_description: '$1 an hour',
  product_product_name: 'Amazon Elastic Compute Cloud',
  product_region_code: 'eu-west-1',
  product_sku: 'SKU1',
  pricing_public_on_demand_cost: 1,
  pricing_unit: 'Hrs',
  reservation_reservation_a_r_n: '',
  reservation_effective_cost: 0,
  reservation_unused_amortized_upfront_fee_for_billing_period: 0,
  reservation_unused_recurring_fee: 0,
  savings_plan_savings_plan_a_r_n: '',
  savings_plan_savings_plan_effective_cost: 0,
  savings_plan_total_commitment_to_date: 0,
  savings_plan_used_commitment: 0,
};

export interface BillFormat {
  /** Columns that the report lacks. */
  readonly without?: readonly string[];
  /** SQL types that differ from those that AWS writes. */
  readonly types?: Readonly<Record<string, string>>;
  readonly compression?: 'snappy' | 'gzip' | 'zstd';
  /** Headers as AWS spells them in CSV. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A whole line from a part of one; its id is made of its place where it has none. */
function line(cells: Cells, place: number): Cells {
  const own = { ...usage, ...cells };
  const stamp = (time: Cell | undefined): string => `${isMap(time) ? '' : String(time).replace(' ', 'T')}Z`;
  const interval = `${stamp(own['line_item_usage_start_date'])}/${stamp(own['line_item_usage_end_date'])}`;
  return { ...own, identity_line_item_id: 'line' + place, identity_time_interval: interval, ...cells };
}

/** The day and hour of October 2026 on which a line is used. */
export function at(day: number, hour = 0): Cells {
  const time = (of: number): string => new Date(Date.UTC(2026, 9, day, of)).toISOString().slice(0, 19).replace('T', ' ');
  return { line_item_usage_start_date: time(hour), line_item_usage_end_date: time(hour + 1) };
}

/** The billing period of a month, and usage on its first hour. */
export function billed(year: number, month: number): Cells {
  const day = (of: number): string => new Date(Date.UTC(year, of - 1, 1)).toISOString().slice(0, 19).replace('T', ' ');
  const start = day(month);
  return {
    bill_billing_period_start_date: start,
    bill_billing_period_end_date: day(month + 1),
    line_item_usage_start_date: start,
    line_item_usage_end_date: `${start.slice(0, 11)}01:00:00`,
  };
}

/** Writes a small bill: Parquet, or CSV (also .gz), by the ending of the path, which it returns. */
export async function writeBill(path: string, lines: readonly Cells[], format: BillFormat = {}): Promise<string> {
  const whole = lines.map(line);
  const columns = [...new Set([usage, ...whole].flatMap((cells) => Object.keys(cells)))].filter((column) => !format.without?.includes(column));
  const maps = new Set(columns.filter((column) => whole.some((cells) => isMap(cells[column]))));
  const isText = !path.endsWith('.parquet');
  const select = columns.map(
    (column) =>
      `cast(${quoted(column)} as ${format.types?.[column] ?? (maps.has(column) && !isText ? 'map(varchar, varchar)' : typeOf(column))}) as ${quoted(format.headers?.[column] ?? column)}`,
  );
  const rows = whole.map((cells) => `(${columns.map((column) => literal(cells[column], isText)).join(', ')})`);
  const none = `(${columns.map(() => 'null').join(', ')})`;
  const values = `(values ${rows.length === 0 ? none : rows.join(', ')}) as line(${columns.map(quoted).join(', ')})`;
  mkdirSync(dirname(path), { recursive: true });
  await query(`copy (select ${select.join(', ')} from ${values}${rows.length === 0 ? ' where false' : ''}) to ${text(path)} (${optionsOf(path, format)})`);
  return path;
}

function optionsOf(path: string, { compression = 'snappy' }: BillFormat): string {
  if (path.endsWith('.parquet')) return `format parquet, compression ${compression}`;
  return `format csv, header true, timestampformat '%Y-%m-%dT%H:%M:%SZ'`;
}

function typeOf(column: string): string {
  if (TIMES.includes(column)) return 'timestamp';
  return NUMBERS.includes(column) ? 'double' : 'varchar';
}

function isMap(value: Cell | undefined): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null;
}

function literal(value: Cell | undefined, isText: boolean): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'number') return `${value}::double`;
  if (!isMap(value)) return text(value);
  if (isText) return text(JSON.stringify(value));
  const [keys, values] = [Object.keys(value), Object.values(value)].map((texts) => `[${texts.map(text).join(', ')}]::varchar[]`);
  return `map(${keys}, ${values})`;
}

let engine: Promise<Sql> | undefined;
let scratch = '';
afterAll(async () => {
  (await engine)?.close();
  if (scratch !== '') await diskFiles.remove(scratch);
});

/** Runs one statement in an engine of the test file's own. */
export async function query(statement: string): Promise<readonly SqlRow[]> {
  engine ??= open();
  return (await engine).rows(statement);
}

async function open(): Promise<Sql> {
  scratch = await diskFiles.scratch();
  return openDuckDb({ scratch });
}

/** Writes what a query gives as one file, by its ending. */
export async function copyTo(path: string, select: string, format: BillFormat = {}): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  await query(`copy (${select}) to ${text(path)} (${optionsOf(path, format)})`);
  return path;
}

/** Writes a large bill: so many copies of a line, with expressions of their number `n` in some columns. */
export async function writeCopies(path: string, count: number, columns: Readonly<Record<string, string>>, format: BillFormat = {}): Promise<string> {
  const one = await writeBill(`${path}.one.parquet`, [{}]);
  const replaced = Object.entries(columns).map(([column, expression]) => `${expression} as ${quoted(column)}`);
  await copyTo(path, `select * replace (${replaced.join(', ')}) from read_parquet(${text(one)}) cross join range(${count}) as line(n)`, format);
  await diskFiles.remove(one);
  return path;
}
