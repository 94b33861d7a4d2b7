/**
 * What each type of line is in FOCUS, and where its costs stand.
 * Types: https://docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html (lineItem/LineItemType).
 * Amortisation: the CASE of AWS' Cloud Intelligence Dashboards, stated again. A fee that covers later use costs 0 when it is paid, and has
 * no list price of its own: the usage that it covers has both.
 */
export interface LineItemType {
  readonly category: 'Usage' | 'Purchase' | 'Tax' | 'Credit';
  readonly frequency: 'Usage-Based' | 'Recurring' | 'One-Time';
  /** `unless-...`: 0 if the line pays (or pays back) such a commitment, else what was billed. */
  readonly effective: 'billed' | 'reservation' | 'savings-plan' | 'unless-reservation' | 'unless-commitment' | 'none';
  readonly list: 'on-demand' | 'billed' | 'none';
  /** At negotiated prices, before commitments. */
  readonly contracted: 'on-demand' | 'billed' | 'none';
  /** The part of a commitment that nobody used, kept as a charge of its own. */
  readonly unused?: 'reservation' | 'savings-plan';
  /** Usage that a commitment pays for. */
  readonly committed?: true;
}

const discount = { category: 'Usage', frequency: 'Usage-Based', effective: 'billed', list: 'none', contracted: 'billed' } as const;
const commitmentFee = { category: 'Purchase', effective: 'none', list: 'none', contracted: 'none' } as const;
const billed = { effective: 'billed', list: 'billed', contracted: 'billed' } as const;
const usage = { category: 'Usage', frequency: 'Usage-Based', list: 'on-demand' } as const;

export const LINE_ITEM_TYPES: Readonly<Record<string, LineItemType>> = {
  Usage: { ...usage, effective: 'billed', contracted: 'billed' },
  DiscountedUsage: { ...usage, effective: 'reservation', contracted: 'on-demand', committed: true },
  SavingsPlanCoveredUsage: { ...usage, effective: 'savings-plan', contracted: 'billed', committed: true },
  SavingsPlanNegation: { ...usage, effective: 'none', list: 'none', contracted: 'none', committed: true },
  SavingsPlanRecurringFee: { ...commitmentFee, frequency: 'Recurring', unused: 'savings-plan' },
  SavingsPlanUpfrontFee: { ...commitmentFee, frequency: 'One-Time' },
  RIFee: { ...commitmentFee, frequency: 'Recurring', unused: 'reservation' },
  Fee: { ...billed, category: 'Purchase', frequency: 'One-Time', effective: 'unless-reservation' },
  Refund: { ...billed, category: 'Usage', frequency: 'One-Time', effective: 'unless-commitment' },
  Tax: { ...billed, category: 'Tax', frequency: 'Usage-Based' },
  Credit: { ...billed, category: 'Credit', frequency: 'One-Time' },
  Discount: discount,
  BundledDiscount: discount,
  EdpDiscount: discount,
  PrivateRateDiscount: discount,
  RiVolumeDiscount: discount,
  SppDiscount: discount,
  DistributorDiscount: discount,
};

/** Lines that take a negotiated or a bundled discount off what other lines cost. */
export const DISCOUNTS: readonly string[] = Object.keys(LINE_ITEM_TYPES).filter((type) => LINE_ITEM_TYPES[type] === discount);

/** A type that AWS has added since: kept at what was billed, attributed to nobody, and named as a gap. */
export const UNKNOWN_TYPE: Omit<LineItemType, 'category'> & { readonly category: 'Adjustment' } = {
  ...billed,
  category: 'Adjustment',
  frequency: 'Usage-Based',
};
