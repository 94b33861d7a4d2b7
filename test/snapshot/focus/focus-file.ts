import { join } from 'node:path';
import { text, type Sql } from '../../../src/io/sql.ts';
import { focusColumns, type FocusColumn, type FocusVersion } from '../../../src/model/focus/columns.ts';
import { testIo } from '../../io/test-io.ts';

/** A SQL expression by column. */
type Cells = Readonly<Record<string, string>>;

/** A charge that keeps all rules: an hour of an instance. */
const CHARGE: Cells = {
  BilledCost: '1.5',
  BillingAccountId: `'1'`,
  BillingAccountName: `'Acme'`,
  BillingAccountType: `'Payer'`,
  BillingCurrency: `'USD'`,
  BillingPeriodEnd: `timestamptz '2026-11-01 00:00:00Z'`,
  BillingPeriodStart: `timestamptz '2026-10-01 00:00:00Z'`,
  ChargeCategory: `'Usage'`,
  ChargeDescription: `'an hour'`,
  ChargeFrequency: `'Usage-Based'`,
  ChargePeriodEnd: `timestamptz '2026-10-05 11:00:00Z'`,
  ChargePeriodStart: `timestamptz '2026-10-05 10:00:00Z'`,
  ConsumedQuantity: '1.0',
  ConsumedUnit: `'Hours'`,
  ContractedCost: '1.5',
  ContractedUnitPrice: '1.5',
  EffectiveCost: '1.5',
  HostProviderName: `'AWS'`,
  InvoiceIssuerName: `'AWS'`,
  ListCost: '2.0',
  ListUnitPrice: '2.0',
  PricingCategory: `'Standard'`,
  PricingCurrency: `'USD'`,
  PricingQuantity: '1.0',
  PricingUnit: `'Hours'`,
  ProviderName: `'AWS'`,
  PublisherName: `'AWS'`,
  ServiceCategory: `'Compute'`,
  ServiceName: `'EC2'`,
  ServiceProviderName: `'AWS'`,
  ServiceSubcategory: `'Virtual Machines'`,
  SkuId: `'sku'`,
  SkuMeter: `'BoxUsage'`,
  SkuPriceId: `'price'`,
  Tags: `'{"team":"web"}'`,
};

const TYPES: Readonly<Record<FocusColumn['type'], string>> = {
  decimal: 'decimal(38,12)',
  text: 'varchar',
  time: 'timestamptz',
  'key-value': 'varchar',
  json: 'varchar',
};

export interface FocusFile {
  readonly rows: readonly Cells[];
  readonly version?: FocusVersion;
  readonly without?: readonly string[];
  readonly format?: 'parquet' | 'csv';
  /** SQL types in place of those of FOCUS. */
  readonly types?: Cells;
}

/** A FOCUS file of charges that keep all rules, but for what the rows say, and an engine. */
export async function withFocusFile<T>(
  { rows, version = '1.2', without = [], format = 'parquet', types = {} }: FocusFile,
  use: (sql: Sql, file: string) => Promise<T>,
): Promise<T> {
  const { io, folder } = testIo();
  const sql = await io.openSql({ scratch: folder });
  try {
    const columns = focusColumns(version).filter(([column]) => !without.includes(column));
    const selects = rows.map(
      (row) =>
        `select ${columns.map(([column, { type }]) => `cast(${{ ...CHARGE, ...row }[column] ?? 'null'} as ${types[column] ?? TYPES[type]}) as ${column}`).join(', ')}`,
    );
    const file = join(folder, `focus.${format}`);
    const isTime = (column: string, type: string): boolean => type === 'time' && types[column] === undefined;
    const times = columns.filter(([column, { type }]) => isTime(column, type)).map(([column]) => `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}`);
    const all = format === 'csv' && times.length > 0 ? `* replace (${times.join(', ')})` : '*';
    await sql.run(`copy (select ${all} from (${selects.join(' union all ')})) to ${text(file)} (format ${format})`);
    return await use(sql, file);
  } finally {
    sql.close();
  }
}
