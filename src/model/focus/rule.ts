import type { FocusName, FocusVersion } from './columns.ts';

/** A requirement of FOCUS that a dataset alone can show to be broken. */
export interface FocusRule {
  /** As in the requirements model of FOCUS 1.2 where it has one that says the same (`BilledCost-C-003-M`), else ours: a column and a word. */
  readonly id: string;
  readonly column: FocusName;
  readonly keyword: 'MUST' | 'SHOULD';
  readonly requirement: string;
  /** Columns that it reads: it is not checked where one of them is not there. */
  readonly reads: readonly FocusName[];
  readonly since?: FocusVersion;
  readonly check: FocusCheck;
}

/**
 * - `presence`: the column is there;
 * - `type`: a value that is not of the column's type;
 * - `row`: SQL that is true for a row that breaks it, over columns in their own types;
 * - `one-of`: rows with the same `key` have different values of the column;
 * - `ratio`: allocated ratios of an origin charge that do not add up to 1.
 */
type FocusCheck =
  | { readonly kind: 'presence' }
  | { readonly kind: 'type' }
  | { readonly kind: 'row'; readonly violation: string }
  | { readonly kind: 'one-of'; readonly key: FocusName }
  | { readonly kind: 'ratio' };
