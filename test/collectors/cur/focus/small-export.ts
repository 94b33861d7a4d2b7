import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { name as quoted, text } from '../../../../src/io/sql.ts';
import { copyTo } from '../small-bill.ts';

/** A line of a FOCUS export. What is not given is as `usage` says; null is NULL. */
export type FocusCells = Readonly<Record<string, string | null>>;

export type Version = '1.0' | '1.1' | '1.2' | '1.3';

/** A day of usage in October 2026 that costs 1 USD, in the 43 columns of FOCUS 1.0. */
const usage: FocusCells = {
  AvailabilityZone: 'eu-west-1a',
  BilledCost: '1',
  BillingAccountId: '111111111111',
  BillingAccountName: 'Acme',
  BillingCurrency: 'USD',
  BillingPeriodEnd: '2026-11-01T00:00:00Z',
  BillingPeriodStart: '2026-10-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargeClass: null,
  ChargeDescription: '$1 a day',
  ChargeFrequency: 'Usage-Based',
  ChargePeriodEnd: '2026-10-06T00:00:00Z',
  ChargePeriodStart: '2026-10-05T00:00:00Z',
  CommitmentDiscountCategory: null,
  CommitmentDiscountId: null,
  CommitmentDiscountName: null,
  CommitmentDiscountStatus: null,
  CommitmentDiscountType: null,
  ConsumedQuantity: '24',
  ConsumedUnit: 'Hours',
  ContractedCost: '1',
  ContractedUnitPrice: '0.041666',
  EffectiveCost: '1',
  InvoiceIssuerName: 'AWS',
  ListCost: '1.5',
  ListUnitPrice: '0.0625',
  PricingCategory: 'Standard',
  PricingQuantity: '24',
  PricingUnit: 'Hours',
  ProviderName: 'AWS',
  PublisherName: 'AWS',
  RegionId: 'eu-west-1',
  RegionName: 'EU (Ireland)',
  ResourceId: 'i-1',
  ResourceName: null,
  ResourceType: null,
  ServiceCategory: 'Compute',
  ServiceName: 'Amazon Elastic Compute Cloud',
  SkuId: 'SKU1',
  SkuPriceId: 'RATE1',
  SubAccountId: '222222222222',
  SubAccountName: 'production',
  Tags: '{"team":"web"}',
};

/** What the versions add and AWS' own columns. */
const ADDED: Readonly<Record<Version, FocusCells>> = {
  '1.0': { x_ServiceCode: 'AmazonEC2', x_Operation: 'RunInstances', x_UsageType: 'EU-BoxUsage:m6i.large' },
  '1.1': { x_ServiceCode: 'AmazonEC2', x_Operation: 'RunInstances', SkuMeter: 'EU-BoxUsage:m6i.large', ServiceSubcategory: 'Virtual Machines' },
  '1.2': { x_ServiceCode: 'AmazonEC2', x_Operation: 'RunInstances', SkuMeter: 'EU-BoxUsage:m6i.large', BillingAccountType: 'Payer', InvoiceId: '1001' },
  '1.3': {
    x_ServiceCode: 'AmazonEC2',
    x_Operation: 'RunInstances',
    SkuMeter: 'EU-BoxUsage:m6i.large',
    InvoiceId: '1001',
    ServiceProviderName: 'Amazon Web Services',
    HostProviderName: 'Amazon Web Services',
    AllocatedMethodId: null,
    AllocatedResourceId: null,
    AllocatedResourceName: null,
    AllocatedTags: null,
  },
};

/** Columns that a version no longer needs. */
const REMOVED: Partial<Readonly<Record<Version, readonly string[]>>> = { '1.3': ['ProviderName', 'PublisherName'] };

export interface ExportForm {
  readonly version?: Version;
  readonly without?: readonly string[];
  /** SQL types in Parquet; text where nothing is said, timestamps for times and doubles for numbers. */
  readonly types?: Readonly<Record<string, string>>;
  /** How nothing is written in CSV. */
  readonly nothing?: string;
  readonly spelled?: (column: string) => string;
}

const TIME = /Period(Start|End)$/;
const NUMBER = /(Cost|Price|Quantity)$/;

/** The day of October 2026 on which a line is charged, or an hour of it. */
export function on(day: number, hour?: number): FocusCells {
  const time = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
  const start = Date.UTC(2026, 9, day, hour ?? 0);
  return { ChargePeriodStart: time(start), ChargePeriodEnd: time(start + (hour === undefined ? 86_400_000 : 3_600_000)) };
}

/** Writes a small export: Parquet or CSV (also .gz), by the ending of the path, which it returns. */
export async function writeExport(path: string, lines: readonly FocusCells[], form: ExportForm = {}): Promise<string> {
  const { version = '1.2', without = [], nothing = '' } = form;
  const spelled = form.spelled ?? ((column: string): string => column);
  const base = { ...usage, ...ADDED[version] };
  const columns = [...new Set([base, ...lines].flatMap((line) => Object.keys(line)))].filter(
    (column) => ![...without, ...(REMOVED[version] ?? [])].includes(column),
  );
  const rows = lines.map((line) => columns.map((column) => ({ ...base, ...line })[column] ?? null));
  mkdirSync(dirname(path), { recursive: true });
  if (!path.endsWith('.parquet')) {
    const cell = (value: string | null): string => (value === null ? nothing : /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    const csv = [columns.map(spelled), ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
    writeFileSync(path, path.endsWith('.gz') ? gzipSync(csv) : csv);
    return path;
  }
  const typeOf = (column: string): string => form.types?.[column] ?? (TIME.test(column) ? 'timestamp' : NUMBER.test(column) ? 'double' : 'varchar');
  const selected = columns.map((column, at) => `${convert(`c${at}`, typeOf(column))} as ${quoted(spelled(column))}`);
  const values = rows.map((row) => `(${row.map((value) => (value === null ? 'null::varchar' : text(value))).join(', ')})`);
  const none = `(${columns.map(() => 'null').join(', ')})`;
  const table = `(values ${values.length === 0 ? none : values.join(', ')}) as line(${columns.map((_, at) => `c${at}`).join(', ')})`;
  return copyTo(path, `select ${selected.join(', ')} from ${table}${rows.length === 0 ? ' where false' : ''}`);
}

function convert(column: string, type: string): string {
  return type === 'map' ? `cast(json_transform(${column}, '"MAP(VARCHAR,VARCHAR)"') as map(varchar, varchar))` : `cast(${column} as ${type})`;
}
