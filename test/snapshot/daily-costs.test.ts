import { afterAll, describe, expect, test } from 'vitest';
import type { CostQuery } from '../../src/snapshot/charges.ts';
import { datedCharges, datedLines } from '../../src/snapshot/daily-costs.ts';
import { testIo } from '../io/test-io.ts';
import { chargeFiles, type ChargeRow } from './charge-files.ts';

const sql = await testIo().io.openSql({ scratch: testIo().folder });
afterAll(() => sql.close());

async function query(rows: readonly ChargeRow[]): Promise<CostQuery> {
  return { files: await chargeFiles(sql, testIo(), rows), metric: 'effective', currency: 'USD', tags: ['team'] };
}

describe('dated charges', () => {
  test('are by service, days and how they come again', async () => {
    const rows: ChargeRow[] = [
      { EffectiveCost: 1 },
      { EffectiveCost: 2 },
      { ChargeFrequency: 'Recurring', ChargeCategory: 'Purchase', ChargePeriodEnd: '2026-10-31 23:59:59', EffectiveCost: 30 },
      { ChargePeriodStart: '2026-09-11', ChargeClass: 'Correction', EffectiveCost: -4 },
    ];
    const charges = await datedCharges(sql, await query(rows));
    expect(
      charges.map(({ month, category, frequency, isCorrection, firstDay, endDay, cost }) => [month, category, frequency, isCorrection, firstDay, endDay, cost]),
    ).toEqual([
      ['2026-10', 'Purchase', 'Recurring', false, '2026-10-01', '2026-11-01', 30],
      ['2026-10', 'Usage', 'Usage-Based', false, '2026-10-01', '2026-10-02', 3],
      ['2026-10', 'Usage', 'Usage-Based', true, '2026-09-11', '2026-09-12', -4],
    ]);
  });

  test('can be told by their tags', async () => {
    const lines = await datedLines(
      sql,
      await query([{ Tags: '{"team":"search"}', EffectiveCost: 2 }, { EffectiveCost: 3 }, { EffectiveCost: 0, x_RowRole: 'split' }]),
    );
    expect(lines.map(({ tags, firstDay, cost }) => [tags, firstDay, cost])).toEqual([
      [{ team: 'search' }, '2026-10-01', 2],
      [{ team: null }, '2026-10-01', 3],
    ]);
  });
});
