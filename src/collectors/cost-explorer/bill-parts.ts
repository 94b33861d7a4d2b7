import { createHash } from 'node:crypto';
import type { BillState, ChargeFacts, ChargesPart, Gap, Month, Timestamp } from '../../model/facts.ts';
import { monthPeriod } from '../../model/month.ts';
import { writeChargeFile } from '../charge-file.ts';
import { chargesOf, controlTotals, gapsOf, lastUsage } from './bill.ts';
import type { Asking } from './billing-part.ts';
import type { Inputs } from './client.ts';
import { CostExplorerError } from './explain.ts';
import { granularityOf, intervalOf, isOver, openMonth } from './months.ts';
import { refine } from './refine.ts';
import { METRICS, readRows, type GroupedBy, type Read, type Row } from './rows.ts';

/** Accounts that costs are told apart by, with their names where they are known. */
export interface Accounts {
  readonly ids: readonly string[];
  readonly names: ReadonlyMap<string, string>;
  readonly gaps: readonly Gap[];
}

export interface Bill extends Asking {
  /** Known when the first part is written. */
  readonly accounts: () => Accounts;
}

/** How the store's list of inputs names what was read, so that the next run knows whether a month was final. */
const inputName = (month: Month, state: BillState): string => `GetCostAndUsage ${month} ${state}`;

/** The part of a month. */
export function billPart(bill: Bill, month: Month): ChargesPart {
  const { settings, context } = bill;
  const { began, source } = context;
  // What was final, two weeks after the month's end, is final for good; everything else is asked for again.
  const kept = context.known.find(({ name }) => name === inputName(month, 'final'));
  const isSettled = kept !== undefined && isOver(month, new Date(kept.modified));
  const asOf = isSettled ? kept.modified : (began.toISOString() as Timestamp);
  return {
    table: 'charges',
    source,
    month,
    identity: createHash('sha256')
      .update(JSON.stringify([1, month, asOf, settings.accounts, settings.usageTypes, settings.billingAccount ?? null]))
      .digest('hex'),
    isSettled,
    progress: () => undefined,
    write: (file) => writeMonth(bill, month, asOf, file),
  };
}

async function writeMonth(bill: Bill, month: Month, asOf: Timestamp, file: string): Promise<ChargeFacts> {
  const { sql, settings, context } = bill;
  const { began, source } = context;
  const billingAccount = settings.billingAccount ?? null;
  const { ids, names, gaps: unknownAccounts } = bill.accounts();
  const overall = await readOverall(bill, month);
  if ('gap' in overall) {
    await writeChargeFile(sql, [], file);
    return { rows: 0, capabilities: ['summary'], gaps: [overall.gap], inputs: [], totals: [], lines: 0, duplicates: 0, lastUsage: null };
  }
  bill.bills.add(month, overall.rows);
  const gaps: Gap[] = [...unknownAccounts, ...unreadable(overall, bill)];
  let { rows } = overall;
  const finer: Row[] = [];
  for (const account of ids) finer.push(...(await read(bill, month, 'service', account, gaps)));
  rows = refine(rows, finer, 'account');
  for (const service of settings.usageTypes) {
    const byType: Row[] = [];
    for (const account of ids.length === 0 ? [null] : ids) byType.push(...(await read(bill, month, { service }, account, gaps)));
    const isOf = (row: Row): boolean => row.service === service;
    rows = [...rows.filter((row) => !isOf(row)), ...refine(rows.filter(isOf), byType, 'usageType')];
  }
  const state = stateOf(month, began, overall.isEstimated);
  const told = { source, month, billingAccount, names };
  const charges = rows.flatMap((row) => chargesOf(row, told));
  await writeChargeFile(sql, charges, file);
  return {
    rows: charges.length,
    capabilities: ['summary', ...(ids.length > 0 ? ['accounts'] : []), ...(settings.usageTypes.length > 0 ? ['usage-types'] : [])],
    gaps: [...gaps, ...gapsOf(rows, told)],
    inputs: [{ name: inputName(month, state), bytes: 0, modified: asOf, months: [month] }],
    totals: controlTotals(overall.rows, state, billingAccount),
    lines: overall.rows.length,
    duplicates: 0,
    lastUsage: lastUsage(overall.rows),
  };
}

function stateOf(month: Month, began: Date, isEstimated: boolean): BillState {
  return isEstimated || month >= openMonth(began) ? 'preliminary' : 'final';
}

/** What all accounts cost: the sum that everything else must keep. A month that is not there any more is a gap; all else that goes wrong ends the run. */
async function readOverall(bill: Bill, month: Month): Promise<Read | { readonly gap: Gap }> {
  try {
    return await ask(bill, month, 'service', null);
  } catch (error) {
    const isGone = error instanceof CostExplorerError && (error.failure === 'expired' || error.failure === 'none' || isOld(error, month, bill));
    if (!isGone) throw error;
    return { gap: { code: 'unread-period', source: bill.context.source, what: 'the bill of AWS', period: monthPeriod(month), reason: error.message } };
  }
}

/** Months beyond 13 are refused where multi-year data is not switched on. */
const isOld = ({ failure }: CostExplorerError, month: Month, { context: { began } }: Bill): boolean =>
  failure === 'refused' && granularityOf(month, began) === 'MONTHLY';

/** Of an account or a service more finely. What must not be read is a gap, and its costs stay where they were: never 0. */
async function read(bill: Bill, month: Month, by: GroupedBy, account: string | null, gaps: Gap[]): Promise<readonly Row[]> {
  try {
    const found = await ask(bill, month, by, account);
    gaps.push(...unreadable(found, bill));
    return found.rows;
  } catch (error) {
    if (!(error instanceof CostExplorerError) || error.failure === 'throttled' || error.failure === 'broken') throw error;
    const what = `costs of ${account === null ? 'all accounts' : `account ${account}`}${by === 'service' ? '' : ` by usage type`} (ce:GetCostAndUsage)`;
    const { source } = bill.context;
    gaps.push(
      error.failure === 'denied'
        ? { code: 'forbidden', source, what: `read the ${what}` }
        : { code: 'unread-period', source, what, period: monthPeriod(month), reason: error.message },
    );
    return [];
  }
}

async function ask({ client, context }: Bill, month: Month, by: GroupedBy, account: string | null): Promise<Read> {
  return readRows(await client.pages('GetCostAndUsage', question(month, context.began, by, account)), by, account);
}

/** RECORD_TYPE is always the second key: without it fees, credits and taxes are added to usage unseen. */
function question(month: Month, began: Date, by: GroupedBy, account: string | null): Inputs['GetCostAndUsage'] {
  const filters = [
    ...(account === null ? [] : [{ Dimensions: { Key: 'LINKED_ACCOUNT' as const, Values: [account] } }]),
    ...(by === 'service' ? [] : [{ Dimensions: { Key: 'SERVICE' as const, Values: [by.service] } }]),
  ];
  const [first, second] = filters;
  return {
    TimePeriod: intervalOf(month, began),
    Granularity: granularityOf(month, began),
    Metrics: [...METRICS],
    GroupBy: [
      { Type: 'DIMENSION', Key: by === 'service' ? 'SERVICE' : 'USAGE_TYPE' },
      { Type: 'DIMENSION', Key: 'RECORD_TYPE' },
    ],
    ...(first === undefined ? {} : { Filter: second === undefined ? first : { And: [first, second] } }),
  };
}

function unreadable({ unreadable: found }: Read, { context: { source } }: Bill): Gap[] {
  return found.map((one) => ({ code: 'unreadable-value', source, ...one }));
}
