import type { Money, Month } from '../facts.ts';

/** Charges of one month that are the same in everything a report shows. */
export interface CostLine {
  readonly month: Month;
  readonly provider: string;
  readonly service: string;
  readonly account: string | null;
  readonly accountName: string | null;
  readonly region: string | null;
  /** FOCUS ChargeCategory. */
  readonly category: string;
  /** Usage that was paid for in advance and that nobody used. */
  readonly unused: boolean;
  /** Whether the type of the bill's lines is one that the mapping knows. */
  readonly known: boolean;
  /** Values of the tags that rules ask for, by `tagKey`. */
  readonly tags: Readonly<Record<string, string | null>>;
  readonly cost: Money;
}

/** Charges of one service over one stretch of time. */
export interface ServiceCharge {
  readonly month: Month;
  readonly service: string;
  readonly category: string;
  /** YYYY-MM-DD of the first day, and of the day after the last. */
  readonly firstDay: string;
  readonly endDay: string;
  readonly cost: Money;
}

/** The name under which a report shows a charge: tax and credits on lines of their own, as the invoice has them. */
export function serviceOf({ service, category }: { readonly service: string; readonly category: string }): string {
  if (category === 'Tax') return 'Tax';
  if (category === 'Credit') return 'Credits';
  return service;
}
