import type { Day } from '../../model/facts.ts';
import { units } from './amount.ts';
import type { CostAndUsage } from './schema.ts';

/** All costs in one request, for it costs the same. Quantities mean nothing across units, and are not asked for. */
export const METRICS = ['UnblendedCost', 'NetUnblendedCost', 'AmortizedCost', 'NetAmortizedCost'] as const;
export type Metric = (typeof METRICS)[number];

/** In units of 1e-12; undefined: not told. */
export type Amounts = Readonly<Record<Metric, bigint | undefined>>;

export function amountsOf(amount: (metric: Metric) => bigint | undefined): Amounts {
  return {
    UnblendedCost: amount('UnblendedCost'),
    NetUnblendedCost: amount('NetUnblendedCost'),
    AmortizedCost: amount('AmortizedCost'),
    NetAmortizedCost: amount('NetAmortizedCost'),
  };
}

/** A group of an answer. */
export interface Row {
  /** [start, end): a day, or a month. */
  readonly start: Day;
  readonly end: Day;
  readonly service: string;
  readonly recordType: string | null;
  readonly account: string | null;
  readonly usageType: string | null;
  readonly currency: string;
  readonly amounts: Amounts;
}

export interface Read {
  readonly rows: readonly Row[];
  /** Whether AWS calls any of it estimated. */
  readonly isEstimated: boolean;
  /** Amounts that are no numbers: what they belong to, and what stands there. */
  readonly unreadable: readonly { readonly object: string; readonly field: string; readonly value: string }[];
}

/** What the groups of a question are by. RECORD_TYPE is the second, always: fees, usage and taxes are different things. */
export type GroupedBy = 'service' | { readonly service: string };

/** The groups of all pages of an answer, whatever order they came in. */
export function readRows(pages: readonly CostAndUsage[], by: GroupedBy, account: string | null): Read {
  const rows: Row[] = [];
  const unreadable: { object: string; field: string; value: string }[] = [];
  let isEstimated = false;
  for (const { TimePeriod, Groups, Estimated } of pages.flatMap(({ ResultsByTime }) => ResultsByTime)) {
    isEstimated ||= Estimated === true;
    const [start, end] = [TimePeriod.Start.slice(0, 10) as Day, TimePeriod.End.slice(0, 10) as Day];
    for (const {
      Keys: [key = '', recordType = null],
      Metrics,
    } of Groups) {
      const amounts = amountsOf((metric) => {
        const value = Metrics[metric]?.Amount;
        const amount = value === undefined ? undefined : units(value);
        if (value !== undefined && amount === undefined) unreadable.push({ object: `${key} on ${start}`, field: metric, value });
        return amount;
      });
      rows.push({
        start,
        end,
        service: by === 'service' ? key : by.service,
        recordType,
        account,
        usageType: by === 'service' ? null : key,
        currency: METRICS.map((metric) => Metrics[metric]?.Unit).find((unit) => unit !== undefined) ?? 'XXX',
        amounts,
      });
    }
  }
  return { rows, isEstimated, unreadable };
}
