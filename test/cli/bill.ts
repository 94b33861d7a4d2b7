const HEADER = [
  'identity/LineItemId',
  'identity/TimeInterval',
  'bill/PayerAccountId',
  'bill/BillingPeriodStartDate',
  'bill/BillingPeriodEndDate',
  'lineItem/UsageAccountId',
  'lineItem/LineItemType',
  'lineItem/UsageStartDate',
  'lineItem/UsageEndDate',
  'lineItem/ProductCode',
  'lineItem/UsageType',
  'lineItem/CurrencyCode',
  'lineItem/UnblendedCost',
  'lineItem/ResourceId',
  'pricing/publicOnDemandCost',
  'resourceTags/user:team',
];

export interface BillLine {
  readonly cost: string;
  readonly type?: string;
  readonly product?: string;
  readonly day?: number;
  readonly team?: string;
  readonly currency?: string;
}

/** A whole month of a Cost and Usage Report as CSV: `lines`, and on the last day one line that costs nothing. */
export function billCsv(month: string, lines: readonly BillLine[]): string {
  const [year = 0, ofYear = 0] = month.split('-').map(Number);
  const next = new Date(Date.UTC(year, ofYear, 1)).toISOString().slice(0, 10);
  const days = new Date(Date.UTC(year, ofYear, 0)).getUTCDate();
  const rows = [...lines, { cost: '0', day: days }].map(
    ({ cost, type = 'Usage', product = 'AmazonEC2', day = 1, team = '', currency = 'USD' }: BillLine, at) => {
      const start = `${month}-${String(day).padStart(2, '0')}T05:00:00Z`;
      const end = start.replace('T05', 'T06');
      const bill = [`${month}-01T00:00:00Z`, `${next}T00:00:00Z`];
      return [
        `line-${at}`,
        `${start}/${end}`,
        '111111111111',
        ...bill,
        '222222222222',
        type,
        start,
        end,
        product,
        'Hours',
        currency,
        cost,
        `resource-${at}`,
        cost,
        team,
      ];
    },
  );
  return `${[HEADER, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
}

/** 100.25 in all. */
export const BILL = billCsv('2026-02', [
  { cost: '70.5', team: 'web' },
  { cost: '20.25', product: 'AmazonS3' },
  { cost: '9.5', type: 'Tax' },
]);

/** A line of a type that nobody knows: a report with a gap. */
export const BILL_WITH_GAP = billCsv('2026-02', [{ cost: '1' }, { cost: '2', type: 'Novelty' }]);
