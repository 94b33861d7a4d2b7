import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decimal, units } from '../../../src/collectors/cost-explorer/amount.ts';
import type { CostAndUsage } from '../../../src/collectors/cost-explorer/schema.ts';
import type { Month } from '../../../src/model/facts.ts';
import { dataFile, describeData } from '../../data.ts';
import { chargeFacts, collect, ioFor, rowsOf } from './collected.ts';
import { serve } from './server.ts';

describeData('an answer of Cost Explorer that was recorded (real data)', () => {
  const recorded = JSON.parse(readFileSync(dataFile('billing/cost-explorer-get-cost-and-usage.json'), 'utf8')) as CostAndUsage;
  const days = recorded.ResultsByTime;

  /** Serves the days that are asked for, as they were recorded: by service alone, and with one cost. */
  const recording = () =>
    serve(({ input: { TimePeriod } }) => ({
      ResultsByTime: days.filter((day) => day.TimePeriod.Start >= TimePeriod.Start && day.TimePeriod.Start < TimePeriod.End),
    }));

  test('its 86 days and 33 services come out to the last digit', { timeout: 60_000 }, async () => {
    const server = await recording();
    const at = ioFor(server.url, new Date('2024-12-20T12:00:00Z'));
    const collected = await collect({ history: 14 }, at);
    const rows = await rowsOf(collected, `strftime(ChargePeriodStart, '%Y-%m-%d') as day, ServiceName as service, cast(BilledCost as varchar) as cost`, at);
    const expected = days.flatMap(({ TimePeriod, Groups }) =>
      Groups.map(({ Keys: [service = ''], Metrics }) => ({
        day: TimePeriod.Start,
        service,
        cost: decimal(units(Metrics['UnblendedCost']?.Amount ?? '') ?? 0n),
      })),
    );
    const inOrder = (some: readonly object[]): string[] => some.map((row) => JSON.stringify(row)).toSorted();
    expect(inOrder(rows)).toEqual(inOrder(expected));
    expect(new Set(rows.map(({ day }) => day)).size).toBe(86);
    expect(new Set(rows.map(({ service }) => service)).size).toBe(33);
    const totals = collected.flatMap((one) => chargeFacts(one).totals);
    const exact = days.flatMap(({ Groups }) => Groups).reduce((sum, { Metrics }) => sum + (units(Metrics['UnblendedCost']?.Amount ?? '') ?? 0n), 0n);
    expect(decimal(totals.reduce((sum, { billed }) => sum + (units(billed) ?? 0n), 0n))).toBe(decimal(exact));
  });

  test('what was not asked for when it was recorded is unknown, and not 0', async () => {
    const server = await recording();
    const at = ioFor(server.url, new Date('2024-12-20T12:00:00Z'));
    const collected = await collect({}, at, {}, { first: '2024-02' as Month, last: '2024-02' as Month });
    expect(await rowsOf(collected, 'count(EffectiveCost) as effective, count(ListCost) as list, bool_or(x_Known) as known', at)).toEqual([
      { effective: '0', list: '0', known: false },
    ]);
    const [february] = collected;
    const codes = february?.facts.gaps.map((gap) => (gap.code === 'unknown-cost' ? `${gap.code} ${gap.metric}` : gap.code));
    expect(codes).toEqual(['unknown-line-type', 'unknown-cost effective', 'unknown-cost netEffective', 'unknown-cost list', 'unknown-cost contracted']);
  });
});
