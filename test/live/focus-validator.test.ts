import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeDemoBill } from '../../fixtures/aws-bill/index.ts';
import { exportCharges } from '../../src/commands/export.ts';
import type { ExportOptions } from '../../src/commands/options.ts';
import { text } from '../../src/io/sql.ts';
import { checkFocus } from '../../src/snapshot/focus/check.ts';
import { query } from '../collectors/cur/small-bill.ts';
import { testIo } from '../io/test-io.ts';
import { SETUP } from './components/index.ts';
import { focusValidator } from './components/focus-validator.ts';
import { failedRules } from './focus-validator.ts';

/** Rules that a right dataset fails, each with the reason. */
const BROKEN_UPSTREAM = {
  'BilledCost-C-005-C':
    'wants no billed cost where provider and issuer of the invoice differ in their names: AWS and Amazon Web Services, Inc. The specification means third parties',
  'CapacityReservationStatus-C-004-C': 'its condition is not one that the model can state, so it wants a status of every charge (FOCUS_Spec #2393)',
  'CommitmentDiscountStatus-C-004-C': 'wants a status where there is no commitment: its condition is turned around',
  'EffectiveCost-C-005-C':
    'wants no effective cost of any purchase; the specification means purchases that cover later use, and a domain or a support plan does not',
  'InvoiceId-C-004-C': 'wants every InvoiceId to be null, without its condition (no invoice yet)',
  'InvoiceId-C-005-C': 'wants no InvoiceId to be null, without its condition: it contradicts the one before',
};

/** It finds no wrong product: its condition, that ChargeClass is not Correction, does not hold where that is null; and it reads text of digits as numbers. */
const OURS = ['ListCost-C-009-C', 'BilledCost-C-001-M'];

describe.skipIf(focusValidator.find() === undefined)(`exports by the validator of the FinOps Foundation (needs ${SETUP})`, () => {
  const { io, folder } = testIo();
  let cur: string;
  const exported = async (output: string, options: Partial<ExportOptions> = {}): Promise<string> => {
    await exportCharges({ cur, month: '2026-10', output, ...options }, io);
    return join(folder, output);
  };
  const ours = async (file: string): Promise<string[]> => {
    const sql = await io.openSql({ scratch: folder });
    try {
      return (await checkFocus(sql, file)).findings.map(({ id }) => id);
    } finally {
      sql.close();
    }
  };

  beforeAll(async () => {
    cur = (await writeDemoBill(folder, io)).path;
  }, 120_000);

  test('a month fails the rules alone that are broken upstream', async () => {
    const failed = await failedRules(await exported('october.parquet'), folder);
    // All of it is invoiced: of the two that contradict each other, one.
    expect(failed).toEqual(
      Object.keys(BROKEN_UPSTREAM)
        .filter((rule) => rule !== 'InvoiceId-C-005-C')
        .toSorted(),
    );
  }, 120_000);

  test('what workloads have of a month fails no others', async () => {
    const whole = await failedRules(join(folder, 'october.parquet'), folder);
    expect(await failedRules(await exported('allocated.parquet', { allocate: true }), folder)).toEqual(whole);
  }, 120_000);

  test('a broken file fails the same rules here and there', async () => {
    const file = join(folder, 'october.parquet');
    const broken = join(folder, 'broken.parquet');
    const changes = [
      `'Fee' as ChargeCategory`,
      'null::varchar as ServiceName',
      'ListCost + 1 as ListCost',
      'null::varchar as ConsumedUnit',
      'null::varchar as ResourceType',
      `'Sometimes' as ChargeFrequency`,
      `'usd' as PricingCurrency`,
      'BilledCost::varchar as BilledCost',
    ];
    await query(`copy (select * replace (${changes.join(', ')}) from read_parquet(${text(file)})) to ${text(broken)} (format parquet)`);
    const expected = [
      'ChargeCategory-C-003-M',
      'ChargeFrequency-C-003-M',
      'ConsumedUnit-C-006-C',
      'PricingCurrency-C-003-M',
      'ResourceType-C-005-C',
      'ServiceName-C-003-M',
    ];
    expect(existsSync(broken)).toBe(true);
    expect(await ours(broken)).toEqual(expect.arrayContaining([...expected, ...OURS]));
    expect(await failedRules(broken, folder)).toEqual(expect.arrayContaining(expected));
  }, 120_000);
});
