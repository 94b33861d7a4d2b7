import type { BreakdownRow, CostMetric, CostReport, Dimension, Share } from '../model/cost/cost-report.ts';
import { changePercent, moneyFormat } from './numbers.ts';
import { describePeriod } from './periods.ts';

const METRICS: Readonly<Record<CostMetric, string>> = {
  billed: 'as billed (unblended; FOCUS BilledCost)',
  effective: 'amortized, before negotiated discounts',
  'net-effective': 'amortized, after all discounts (FOCUS EffectiveCost)',
  list: 'list (FOCUS ListCost)',
  contracted: 'contracted (FOCUS ContractedCost)',
};

export const HEADINGS: Readonly<Record<Dimension, string>> = {
  provider: 'By provider',
  cluster: 'By cluster',
  namespace: 'By namespace',
  workload: 'By workload',
  service: 'By service',
  account: 'By account',
  region: 'By region',
  team: 'By team',
  environment: 'By environment',
  category: 'By kind of charge',
};

/** The heading of the column of names. */
export const NOUNS: Readonly<Record<Dimension, string>> = {
  provider: 'Provider',
  cluster: 'Cluster',
  namespace: 'Namespace',
  workload: 'Workload',
  service: 'Service',
  account: 'Account',
  region: 'Region',
  team: 'Team',
  environment: 'Environment',
  category: 'Kind of charge',
};

/** What a row without a name is called. */
const NAMELESS: Readonly<Record<Dimension, string>> = {
  provider: 'no provider',
  cluster: 'no cluster',
  namespace: 'no namespace',
  workload: 'no workload',
  service: 'no service',
  account: 'no account',
  region: 'global or none',
  team: 'no team',
  environment: 'no environment',
  category: 'no kind',
};

export const SHARE_WORDS: Readonly<Record<Share | 'residual', { readonly name: string; readonly meaning: string }>> = {
  allocated: { name: 'Allocated', meaning: 'has an owner' },
  idle: { name: 'Idle', meaning: 'paid for, not used' },
  shared: { name: 'Shared', meaning: 'serves several owners' },
  unattributed: { name: 'Unattributed', meaning: 'no owner is known' },
  tax: { name: 'Tax', meaning: 'taxes on the bill' },
  credit: { name: 'Credit', meaning: 'credits' },
  residual: { name: 'Residual', meaning: 'in none of the rows' },
};

export function describeName(by: Dimension, { name, title }: Pick<BreakdownRow, 'name' | 'title'>): string {
  if (name === null) return NAMELESS[by];
  return title === null || title === name ? name : `${title} (${name})`;
}

export function describeTitle({ organisation, period }: CostReport): string {
  return `Cloud cost${organisation === null ? '' : ` of ${organisation}`}, ${describePeriod(period)}`;
}

/** Which amounts these are: every report says so. */
export function describeMetric({ costMetric, currency }: CostReport): string {
  return `Cost is ${METRICS[costMetric]}, in ${currency}`;
}

export function describeBill(report: CostReport): string {
  const { amount, change } = moneyFormat(report.currency);
  const bill = `The bill is ${amount(report.reconciliation.bill)}`;
  const state = report.state === 'preliminary' ? ` ${PRELIMINARY}` : '';
  if (report.previousPeriod === null || report.previousBill === null || report.change === null) return `${bill}. ${NO_COMPARISON}${state}`;
  const before = `${describePeriod(report.previousPeriod)} (${amount(report.previousBill)})`;
  return `${bill}: ${change(report.change.amount)} (${changePercent(report.change)}) against ${before}.${state}`;
}

const PRELIMINARY = 'It is preliminary: not all of it is invoiced yet.';

export const NO_COMPARISON = 'There is no comparison: the snapshot does not hold all of the period before.';

export const ROUNDING = 'Amounts are added up first and rounded when printed.';
