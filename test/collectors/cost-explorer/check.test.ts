import { expect, test } from 'vitest';
import { startCostExplorer } from '../../../fixtures/cost-explorer/server.ts';
import { OPERATIONS } from '../../../src/collectors/cost-explorer/client.ts';
import { statements } from '../../../src/collectors/cost-explorer/policy.ts';
import type { Check } from '../../../src/collectors/types.ts';
import { collector, contextOf, ioFor, NOW, SECRET, settingsOf } from './collected.ts';

async function checks(
  given: Readonly<Record<string, unknown>>,
  accessKeyId = 'demo',
): Promise<{ readonly checks: Check[]; readonly asked: readonly string[] }> {
  const server = await startCostExplorer({ now: NOW, accessKeyId });
  try {
    const found: Check[] = [];
    for await (const check of collector.check(settingsOf(given), await contextOf(ioFor(server.url)))) found.push(check);
    return { checks: found, asked: server.asked };
  } finally {
    await server.close();
  }
}

test('it says who asks, what it takes and what a run would cost, and spends nothing', async () => {
  const { checks: found, asked } = await checks({});
  expect(found.map(({ name, state }) => `${name}: ${state}`)).toEqual(['credentials: ok', 'permissions: ok', 'budget: warning']);
  expect(found[0]?.detail).toBe('account 111111111111, as arn:aws:iam::111111111111:user/tonnage');
  expect(found[2]).toEqual({
    name: 'budget',
    state: 'warning',
    detail: 'a run from nothing sends 36 requests or more ($0.36); months that are over are read once; the budget does not cover it',
    hint: 'collect with --yes, or set `budget: 0.36` in this source',
  });
  expect(asked).toEqual([]);
});

test('a budget that covers a run is in order', async () => {
  expect((await checks({ budget: 1 })).checks[2]).toMatchObject({ state: 'ok' });
});

test('credentials that AWS does not know fail, and are not repeated', async () => {
  const { checks: found } = await checks({}, 'another');
  expect(found[0]).toMatchObject({ name: 'credentials', state: 'failed', detail: 'AWS STS: AWS does not know these credentials' });
  expect(JSON.stringify(found)).not.toContain(SECRET);
});

test('the policy allows what is asked for, and no more', () => {
  expect(statements(settingsOf({ also: [] }))).toEqual([{ Sid: 'ReadCostExplorer', Effect: 'Allow', Action: ['ce:GetCostAndUsage'], Resource: ['*'] }]);
  expect(statements(settingsOf({ bill: false, also: ['forecast'] }))[0]?.Action).toEqual(['ce:GetCostForecast']);
  expect(statements(settingsOf({ accounts: 'separate' }))[0]?.Action).toEqual(OPERATIONS.map((operation) => `ce:${operation}`));
});
