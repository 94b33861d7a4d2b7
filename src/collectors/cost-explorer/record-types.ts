/**
 * What each RECORD_TYPE ("charge type" in the console) is in FOCUS. The API spells most of them as the report of costs does (`SavingsPlanNegation`), some as the
 * console does (`Upfront`, `Recurring`): only letters count. What they cost amortized is AWS' own figure.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/ce-filtering.html (charge types)
 */
export interface RecordType {
  readonly category: 'Usage' | 'Purchase' | 'Tax' | 'Credit' | 'Adjustment';
  readonly frequency: 'Usage-Based' | 'Recurring' | 'One-Time';
  readonly commitment?: 'Savings Plan' | 'Reserved Instance';
  /** It is usage that the commitment pays for; else a fee, of which what is amortized is what nobody used. */
  readonly isCovered?: true;
}

const usage = { category: 'Usage', frequency: 'Usage-Based' } as const;
const discount = usage;
const once = { category: 'Purchase', frequency: 'One-Time' } as const;
const [plan, reservation] = ['Savings Plan', 'Reserved Instance'] as const;
const upfront: RecordType = { ...once, commitment: reservation };
const recurring: RecordType = { category: 'Purchase', frequency: 'Recurring', commitment: reservation };
const reserved: RecordType = { ...usage, commitment: reservation, isCovered: true };

const TYPES: Readonly<Record<string, RecordType>> = {
  usage,
  discountedusage: reserved,
  reservationappliedusage: reserved,
  savingsplancoveredusage: { ...usage, commitment: plan, isCovered: true },
  savingsplannegation: { ...usage, commitment: plan, isCovered: true },
  savingsplanrecurringfee: { category: 'Purchase', frequency: 'Recurring', commitment: plan },
  savingsplanupfrontfee: { ...once, commitment: plan },
  rifee: recurring,
  recurring,
  recurringreservationfee: recurring,
  upfront,
  upfrontreservationfee: upfront,
  fee: once,
  support: once,
  supportfee: once,
  other: once,
  otheroutofcyclecharges: once,
  refund: { category: 'Usage', frequency: 'One-Time' },
  credit: { category: 'Credit', frequency: 'One-Time' },
  tax: { category: 'Tax', frequency: 'Usage-Based' },
  discount,
  bundleddiscount: discount,
  edpdiscount: discount,
  enterprisediscountprogramdiscount: discount,
  privateratediscount: discount,
  rivolumediscount: discount,
  sppdiscount: discount,
  solutionproviderprogramdiscount: discount,
  distributordiscount: discount,
};

/** A type that AWS has added since, or none at all: kept at what it costs, attributed to nobody, and named as a gap. */
export const UNKNOWN: RecordType = { category: 'Adjustment', frequency: 'Usage-Based' };

export function recordType(name: string | null): RecordType | undefined {
  return name === null ? undefined : TYPES[name.toLowerCase().replaceAll(/[^a-z]/g, '')];
}
