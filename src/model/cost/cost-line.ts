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
  /** FOCUS ChargeClass: it corrects a bill that was invoiced before. */
  readonly isCorrection: boolean;
  /** Name of the load balancer that it is for. */
  readonly loadBalancer: string | null;
  /** What of a cluster it pays for; null: it is not known to be of one. */
  readonly use: ClusterUse | null;
  /** Values of the tags that rules ask for, by `tagKey`. */
  readonly tags: Readonly<Record<string, string | null>>;
  readonly cost: Money;
}

/** What of a cluster a part of a charge pays for. */
export interface ClusterUse {
  readonly cluster: string;
  /** null: nobody's (`idle`), or several workloads' (`shared`). */
  readonly namespace: string | null;
  /** As in `Deployment/api`; null: none, or not known which of the namespace. */
  readonly workload: string | null;
  /** Labels of the workload's pods that rules ask for. */
  readonly labels: Readonly<Record<string, string | null>>;
  readonly share: 'allocated' | 'idle' | 'shared';
  /** What kind of idle it is. */
  readonly idle: IdleKind | null;
  /** How it was found: `split-cost` (the bill's own rows), `requests` (max of request and use), `volume`, `load-balancer`, `proportional`, `even`, ... */
  readonly method: string;
}

/**
 * - `system-reserved`: a node's capacity that its kubelet keeps from pods (capacity less allocatable);
 * - `unallocatable`: allocatable, but no pod could be put there: what is left of the other resource, or of the number of pods;
 * - `schedulable`: pods that fit could have run there.
 */
export const IDLE_KINDS = ['system-reserved', 'unallocatable', 'schedulable'] as const;
export type IdleKind = (typeof IDLE_KINDS)[number];

/** Charges of one service over one stretch of time. */
export interface ServiceCharge {
  readonly month: Month;
  readonly service: string;
  readonly category: string;
  /** It corrects a bill that was invoiced before; undefined: not known. */
  readonly isCorrection?: boolean;
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
