import { BUCKET_SECONDS } from '../../model/usage/buckets.ts';
import { Owners } from './owners.ts';
import type { Doubt } from './rows.ts';

/** What an HPA says of the replicas of its target. */
export interface Scaling {
  readonly autoscaler: string | null;
  readonly autoscaler_min: number | null;
  readonly autoscaler_max: number | null;
  readonly autoscaler_desired: number | null;
}

export const UNSCALED: Scaling = { autoscaler: null, autoscaler_min: null, autoscaler_max: null, autoscaler_desired: null };

/** What is known while a cluster is looked at, beside the object at hand. */
export interface Look {
  /** When the run began, and the bucket of usage that this lies in. */
  readonly began: string;
  readonly bucket: { readonly since: string; readonly until: string };
  readonly owners: Owners;
  /** By `targetKey`. */
  readonly scalings: Map<string, Scaling>;
  /** Services that Ingresses lead to, as `namespace/name`. */
  readonly backends: Set<string>;
  readonly doubt: Doubt;
}

export const targetKey = (namespace: string, kind: string, name: string): string => `${namespace}/${kind}/${name}`;

export function beginLook(began: Date, doubt: Doubt): Look {
  const length = BUCKET_SECONDS * 1000;
  const since = Math.floor(began.getTime() / length) * length;
  const bucket = { since: new Date(since).toISOString(), until: new Date(since + length).toISOString() };
  return { began: began.toISOString(), bucket, owners: new Owners(), scalings: new Map(), backends: new Set(), doubt };
}
