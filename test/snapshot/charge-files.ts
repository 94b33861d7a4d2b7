import { join } from 'node:path';
import { text, type Sql } from '../../src/io/sql.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../../src/model/cost/charge.ts';
import { addDays } from '../../src/model/day.ts';
import type { Day, Month } from '../../src/model/facts.ts';
import { monthPeriod } from '../../src/model/month.ts';
import type { TestIo } from '../io/test-io.ts';

export type ChargeRow = Partial<Readonly<Record<ChargeColumn, string | number | boolean | null>>> & { readonly month?: string };

/** On-demand hours of a machine on the first of October 2026, which cost 1, as a part of a row says; it begins in the month that bills it. */
function chargeRow(given: ChargeRow = {}): Required<ChargeRow> {
  const month = given.month ?? '2026-10';
  const day = String(given.ChargePeriodStart ?? `${month}-01`).slice(0, 10);
  const nothing = Object.fromEntries(Object.keys(CHARGE_COLUMNS).map((column) => [column, null])) as Readonly<Record<ChargeColumn, null>>;
  return {
    ...nothing,
    BilledCost: given.EffectiveCost ?? 1,
    EffectiveCost: 1,
    BillingCurrency: 'USD',
    BillingPeriodStart: monthPeriod(month as Month).start,
    BillingPeriodEnd: monthPeriod(month as Month).end,
    ChargePeriodStart: day,
    ChargePeriodEnd: addDays(day as Day, 1),
    ChargeCategory: 'Usage',
    ChargeFrequency: 'Usage-Based',
    ProviderName: 'AWS',
    ServiceName: 'Amazon EC2',
    SubAccountId: '111111111111',
    RegionId: 'eu-west-1',
    SkuId: 'SKU',
    SkuMeter: 'BoxUsage:m6i.large',
    PricingCategory: 'Standard',
    PricingUnit: 'Hrs',
    PricingQuantity: 10,
    ConsumedUnit: 'Hrs',
    ConsumedQuantity: 10,
    Tags: '{}',
    x_LineItemType: 'Usage',
    x_Known: true,
    x_LineCount: 1,
    ...given,
    month,
  };
}

/** Writes a file of charges for each month, where the store would have it. */
export async function chargeFiles(sql: Sql, { io, folder }: TestIo, rows: readonly ChargeRow[]): Promise<string[]> {
  const months = [...Map.groupBy(rows.map(chargeRow), ({ month }) => month)];
  return Promise.all(
    months.map(async ([month, of]) => {
      const place = join(folder, 'charges', 'source=cur', `month=${month}`);
      await io.files.makeFolder(place);
      const file = join(place, '0123456789abcdef.parquet');
      const values = of.map(
        (row) =>
          `(${Object.keys(CHARGE_COLUMNS)
            .map((column) => literal(row[column as ChargeColumn]))
            .join(', ')})`,
      );
      const columns = Object.entries(CHARGE_COLUMNS).map(([column, type]) => `cast(${column} as ${type}) as ${column}`);
      await sql.run(
        `copy (select ${columns.join(', ')} from (values ${values.join(', ')}) as row(${Object.keys(CHARGE_COLUMNS).join(', ')})) to ${text(file)} (format parquet)`,
      );
      return file;
    }),
  );
}

const literal = (value: string | number | boolean | null): string => (typeof value === 'string' ? text(value) : String(value));
