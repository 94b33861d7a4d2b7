import { changeOf, total } from '../../src/model/cost/change.ts';
import type { Breakdown, BreakdownRow, CostReport, CostRow, Dimension, TrendPoint } from '../../src/model/cost/cost-report.ts';
import type { DriverCause } from '../../src/model/cost/drivers/driver.ts';
import { money, type Day, type Gap, type Money, type Month, type Period, type Timestamp } from '../../src/model/facts.ts';
import { addMonths, month, monthPeriod } from '../../src/model/month.ts';

export type SampleRow = Partial<Omit<CostRow, 'cost' | 'previousCost' | 'change'>> & { readonly cost: number; readonly previousCost?: number };

/** A report of October 2018 beside September, whose parts add up. Its numbers are whole cents, so that sums are exact. */
export function sampleReport(rows: readonly SampleRow[] = SAMPLE_ROWS, changes: Partial<CostReport> = {}): CostReport {
  const full = rows.map(rowOf);
  const sumOf = (share: CostRow['share']): Money => total(full.filter((row) => row.share === share).map(({ cost }) => cost));
  const bill = total(full.map(({ cost }) => cost));
  const previousBill = total(full.flatMap(({ previousCost }) => previousCost ?? []));
  return {
    kind: 'CostReport',
    schemaVersion: 2,
    organisation: 'Acme',
    generatedFrom: {
      snapshot: '5f1d7a84db00d2fce00b31a7fc73224f',
      sources: [{ source: 'cur', month: monthNamed('2018-10'), lines: 43_150, duplicates: 2, capabilities: ['resource-ids'] }],
    },
    gaps: [],
    period: monthPeriod(monthNamed('2018-10')),
    previousPeriod: monthPeriod(monthNamed('2018-09')),
    currency: 'USD',
    costMetric: 'effective',
    state: 'final',
    bills: [{ source: 'cur', month: monthNamed('2018-10'), provider: 'AWS', account: '111111111111', state: 'final', cost: bill }],
    crossChecks: [],
    reconciliation: {
      bill,
      allocated: sumOf('allocated'),
      idle: sumOf('idle'),
      shared: sumOf('shared'),
      unattributed: sumOf('unattributed'),
      tax: sumOf('tax'),
      credit: sumOf('credit'),
      residual: money(0),
    },
    previousBill,
    change: changeOf(bill, previousBill),
    breakdowns: (['service', 'account', 'region', 'team'] as const).map((by) => breakdown(by, full, bill)),
    rows: full,
    drivers: [],
    driverCheck: null,
    months: [],
    forecast: null,
    anomalies: [],
    corrections: [],
    allocation: null,
    ownership: null,
    commitments: [],
    invoice: { total: money(0), rows: [], differences: [] },
    trend: trendOf(full),
    ...changes,
  };
}

/** The same report where the snapshot holds no month before. */
export function withoutPrevious(report: CostReport): CostReport {
  const bare = { previousCost: null, change: null };
  return {
    ...report,
    previousPeriod: null,
    previousBill: null,
    change: null,
    breakdowns: report.breakdowns.map(({ by, rows }) => ({ by, rows: rows.map((row) => ({ ...row, ...bare })) })),
    rows: report.rows.map((row) => ({ ...row, ...bare })),
    trend: report.trend.filter(({ day }) => day.startsWith('2018-10')),
  };
}

const SAMPLE_ROWS: readonly SampleRow[] = [
  { service: 'Amazon Elastic Compute Cloud', region: 'eu-west-1', team: 'search', cost: 5120.55, previousCost: 4300.1 },
  {
    service: 'Amazon Elastic Compute Cloud',
    region: 'us-east-1',
    team: 'web',
    cost: 1830.2,
    previousCost: 1795.4,
    account: '222222222222',
    accountName: 'Staging',
  },
  { service: 'Amazon Relational Database Service', region: 'eu-west-1', team: 'search', cost: 1410, previousCost: 1410, share: 'shared' },
  { service: 'AmazonCloudWatch', cost: 0.001, previousCost: 0.002, share: 'unattributed' },
  { service: 'Savings Plans for AWS Compute usage', category: 'Unused commitment', cost: 240.25, previousCost: 0, share: 'idle' },
  { service: 'Tax', category: 'Tax', cost: 1290.12, previousCost: 1126.33, share: 'tax' },
  { service: 'Credits', category: 'Credit', cost: -400, previousCost: -75.5, share: 'credit' },
];

/** What a vendor's tag, account or resource may be called. */
export const NASTY = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  `' onmouseover='alert(1)`,
  '=HYPERLINK("https://example.com","x")',
  '  @SUM(1+1)',
  '-2+3',
  'a|b`c`*d*_e_[f](g)\\',
  'two\r\nlines',
  '\u001b[31mred\u001b[0m\u0007',
  '\u202egnp.exe',
  '🎉 party 👩‍👩‍👧',
  '東京のサービス',
  '</table></td>&amp;',
] as const;

export const NASTY_GAPS: readonly Gap[] = [
  { code: 'unknown-line-type', source: 'cur', month: monthNamed('2018-10'), lineType: '<b>Fee|x</b>', lines: 1, cost: money(12.5), currency: 'USD' },
  { code: 'unknown-cost', source: 'cur', month: monthNamed('2018-10'), metric: 'list', lines: 1234, billed: money(0.001), currency: 'USD' },
  { code: 'other-currency', source: 'cur', month: monthNamed('2018-10'), currency: 'EUR', lines: 3 },
  { code: 'source-failed', source: 'heroku', reason: '\u001b[31m401 Unauthorized\nask the owner' },
];

export function nastyReport(): CostReport {
  const rows = NASTY.map((name, at) => ({
    service: name,
    account: name,
    accountName: name,
    region: name,
    team: name,
    environment: name,
    workload: name,
    cost: 10 + at,
    previousCost: 5,
  }));
  return sampleReport(rows, { organisation: NASTY[0], gaps: NASTY_GAPS, ...everySection(NASTY) });
}

/** All that a report can have, with these names in it. */
function everySection(names: readonly string[]): Partial<CostReport> {
  const october = monthNamed('2018-10');
  const day = '2018-10-12' as Day;
  return {
    state: 'preliminary',
    bills: names.map((name) => ({ source: name, month: october, provider: name, account: name, state: 'preliminary', cost: money(1) })),
    crossChecks: names.map((name) => ({
      month: october,
      provider: name,
      billingAccount: name,
      currency: 'USD',
      source: name,
      billed: money(2),
      other: name,
      otherBilled: money(1.5),
      difference: money(-0.5),
    })),
    drivers: names.map((name) => ({ service: name, kind: 'usage', amount: money(3), causes: [causeOf(name)], otherCauses: 0, otherAmount: money(0) })),
    driverCheck: {
      provider: money(30),
      ours: money(39),
      difference: money(9),
      providerDrivers: money(20),
      byDriver: names.map((driver) => ({ driver, amount: money(1) })),
    },
    months: names.map((name) => ({ month: october, cost: money(1), state: 'unknown', isWhole: true, sources: [name], missing: [name], isPartlyUnknown: true })),
    forecast: {
      asOf: day,
      months: [
        {
          month: october,
          soFar: money(10),
          cost: money(30),
          low: money(25),
          high: money(35),
          level: 0.8,
          method: 'last-month',
          error: 0.12,
          tested: 4,
          naive: money(30),
          naiveError: 0.1,
          worseThanNaive: true,
        },
      ],
    },
    anomalies: names.map((name) => ({
      by: 'workload',
      name,
      kind: 'rise',
      began: day,
      ended: null,
      expectedPerDay: money(1),
      actualPerDay: money(2),
      extra: money(12),
      score: 9,
      confidence: 'high',
    })),
    corrections: names.map((service) => ({ month: october, service, corrects: null, amount: money(-1) })),
    allocation: {
      weights: 'aws-9to1',
      idle: 'separate',
      instead: 'one-type',
      clusters: names.map((cluster) => ({
        cluster,
        cost: money(10),
        allocated: money(5),
        shared: money(1),
        idle: { 'system-reserved': money(1), unallocatable: money(1), schedulable: money(1) },
        otherIdle: money(1),
        observed: 0.5,
      })),
      sensitivity: names.map((name) => ({ cluster: name, namespace: name, costs: { 'aws-9to1': money(3), opencost: money(2), fitted: null } })),
      unread: names,
      unobservedBefore: names,
    },
    ownership: {
      owned: money(1),
      unowned: money(13),
      ratio: 1 / 14,
      largest: names.map((name) => ({
        provider: name,
        service: name,
        account: name,
        accountName: name,
        region: name,
        category: name,
        cluster: name,
        namespace: name,
        workload: name,
        cost: money(1),
      })),
    },
    commitments: names.map((name) => ({ provider: name, type: name, id: name, account: name, used: money(1), unused: money(1), utilization: 0.5 })),
    invoice: {
      total: money(13),
      rows: names.map((name) => ({
        issuer: name,
        invoice: name,
        account: name,
        accountName: name,
        charges: money(1),
        tax: money(0.5),
        credit: money(-0.5),
        total: money(1),
      })),
      differences: [
        { kind: 'data-transfer', amount: money(1) },
        { kind: 'tax', amount: money(6.5) },
        { kind: 'rounding', amount: money(0.01) },
      ],
    },
  };
}

function causeOf(meter: string): DriverCause {
  return { meter, account: null, region: null, amount: money(3), previousCost: money(1), cost: money(4), previousQuantity: 10, quantity: 40, unit: 'Hrs' };
}

export function manyServices(count: number): CostReport {
  return sampleReport(
    Array.from({ length: count }, (_, at) => ({
      service: `Service ${String(at + 1).padStart(2, '0')}`,
      cost: (count - at) * 1.25,
      previousCost: (at + 1) * 0.5,
    })),
  );
}

export function monthNamed(text: string): Month {
  const found = month(text);
  if (found === undefined) throw new Error(`no month: ${text}`);
  return found;
}

/** So many whole months. */
export function monthsFrom(first: Month, count: number): Period {
  return { start: monthPeriod(first).start, end: monthPeriod(addMonths(first, count - 1)).end };
}

/** A period of any two instants. */
export function period(start: string, end: string): Period {
  return { start: timestamp(start), end: timestamp(end) };
}

export function breakdownOf(report: CostReport, by: Dimension): Breakdown {
  const found = report.breakdowns.find((each) => each.by === by);
  if (found === undefined) throw new Error(`no breakdown by ${by}`);
  return found;
}

function timestamp(text: string): Timestamp {
  return new Date(text).toISOString() as Timestamp;
}

function rowOf({ cost, previousCost = 0, ...row }: SampleRow): CostRow {
  return {
    provider: 'AWS',
    service: 'Amazon Simple Storage Service',
    account: '111111111111',
    accountName: 'Production',
    region: null,
    team: null,
    environment: null,
    cluster: null,
    namespace: null,
    workload: null,
    category: 'Usage',
    share: 'allocated',
    idle: null,
    method: null,
    ...row,
    cost: money(cost),
    previousCost: money(previousCost),
    change: changeOf(money(cost), money(previousCost)),
  };
}

function breakdown(by: Dimension, rows: readonly CostRow[], bill: number): Breakdown {
  const groups = Map.groupBy(rows, (row) => row[by]);
  const sums = [...groups].map(([name, group]): BreakdownRow => {
    const cost = total(group.map((row) => row.cost));
    const previousCost = total(group.flatMap((row) => row.previousCost ?? []));
    const title = by === 'account' ? (group[0]?.accountName ?? null) : null;
    return { name, title, cost, previousCost, change: changeOf(money(cost), money(previousCost)), share: bill === 0 ? null : cost / bill };
  });
  return { by, rows: sums.toSorted((a, b) => b.cost - a.cost) };
}

/** A day's cost wavers, and the days add up to the month. */
function trendOf(rows: readonly CostRow[]): readonly TrendPoint[] {
  return rows.flatMap((row) => [...monthDays('2018-09', 30, row.service, row.previousCost ?? 0), ...monthDays('2018-10', 31, row.service, row.cost)]);
}

function monthDays(of: string, count: number, service: string, cost: number): readonly TrendPoint[] {
  if (cost === 0) return [];
  const weights = Array.from({ length: count }, (_, day) => 10 + Math.sin(day * 0.9 + service.length) * 2 + ((day + 1) % 7 < 2 ? -3 : 0));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, day) => ({ day: `${of}-${String(day + 1).padStart(2, '0')}`, service, cost: money((cost * weight) / whole) }));
}
