import type { Money } from '../../facts.ts';

/**
 * Why a bill changed. With N the quantity of a family of meters (normalised where they are sizes of instances), P its mean price, 0 the month before
 * and 1 the month of the report:
 * - `calendar`: a month with more days, for usage that is billed by time: N0 × (days1 / days0 - 1) × P0;
 * - `usage`: more of it at the old price: (N1 - N0) × P0, less `calendar`;
 * - `mix`: the same quantity, in other shares of types, sizes, storage classes, or spot: N1 × Σ (share1 - share0) × old price;
 * - `coverage`: the same quantity, another part of it paid by commitments, at their old prices; recurring fees of commitments; what nobody used of them;
 * - `price`: the new quantity at another price: Σ quantity1 × (price1 - price0); discounts that name no quantity;
 * - `new`, `gone`: families of which there was, or is, nothing;
 * - `tax`, `credit`, `correction` (of a bill that was invoiced before);
 * - `other`: one-time purchases and fees, and usage without a quantity.
 * So `usage` is at old prices and `price` at new quantities: with the months swapped the sum has the other sign, but usage and price share it differently.
 */
export const DRIVER_KINDS = ['usage', 'price', 'mix', 'coverage', 'calendar', 'new', 'gone', 'tax', 'credit', 'correction', 'other'] as const;
export type DriverKind = (typeof DRIVER_KINDS)[number];

/** What one service contributes to the change of the bill in one way. */
export interface Driver {
  /** As the report names it: `Tax` and `Credits` for those. */
  readonly service: string;
  readonly kind: DriverKind;
  /** Its part of the change: all drivers add up to it. */
  readonly amount: Money;
  /** The largest of what is behind it. */
  readonly causes: readonly DriverCause[];
  /** How many more there are, and what they amount to together: the causes and this are the driver. */
  readonly otherCauses: number;
  readonly otherAmount: Money;
}

/** A meter, or a family of them, behind a driver. */
export interface DriverCause {
  /** The meter as the bill has it, or as in `m instances`; of tax and credits the service that they are for; null: not told, or many small ones. */
  readonly meter: string | null;
  readonly account: string | null;
  readonly region: string | null;
  /** What it contributes in the way of its driver. */
  readonly amount: Money;
  /** All that it cost, before and now. */
  readonly previousCost: Money;
  readonly cost: Money;
  /** In `unit`; null where there is none, or none that can be added up. */
  readonly previousQuantity: number | null;
  readonly quantity: number | null;
  /** `normalised hours`: an hour of a small instance is one, of a large one four. */
  readonly unit: string | null;
}

/** What costs and quantities are compared by: charges of both months that are the same in all of these. */
export interface DriverCell {
  readonly provider: string;
  readonly service: string;
  readonly account: string | null;
  readonly region: string | null;
  /** FOCUS SkuMeter, else SkuId; null where there is neither, or where small ones were added up. */
  readonly meter: string | null;
  readonly sku: string | null;
  readonly operation: string | null;
  readonly unit: string | null;
  /** FOCUS ChargeCategory. */
  readonly category: string;
  /** FOCUS ChargeFrequency; null where the bill does not say. */
  readonly frequency: string | null;
  /** FOCUS PricingCategory: `Standard`, `Committed`, `Dynamic` (spot), ... */
  readonly pricing: string | null;
  readonly isCorrection: boolean;
  /** Commitment that nobody used. */
  readonly isUnused: boolean;
  /** It buys, or pays for, a commitment. */
  readonly isCommitment: boolean;
  readonly previousCost: Money;
  readonly cost: Money;
  /** null: not known. */
  readonly previousQuantity: number | null;
  readonly quantity: number | null;
  /** How many cells it is the sum of: above 1 where small ones were added up. */
  readonly cells: number;
}
