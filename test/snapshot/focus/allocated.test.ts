import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { text, type Sql, type SqlRow } from '../../../src/io/sql.ts';
import type { FocusVersion } from '../../../src/model/focus/columns.ts';
import { boundsOf, makeAllocatedParts } from '../../../src/snapshot/focus/allocated.ts';
import { checkFocus } from '../../../src/snapshot/focus/check.ts';
import { writeFocus } from '../../../src/snapshot/focus/write-focus.ts';
import { testIo } from '../../io/test-io.ts';
import { node, pod, withTables, type Charge, type Given } from '../allocation/given.ts';

const size = {
  cpu_capacity_cores: 2,
  cpu_allocatable_cores: 1.9,
  memory_capacity_bytes: 8 * 2 ** 30,
  memory_allocatable_bytes: 7 * 2 ** 30,
  pods_allocatable: 29,
  created: '2026-10-05T00:00:00Z',
  last_seen: '2026-10-05T23:00:00Z',
};
const CLUSTER: Omit<Given, 'charges'> = {
  nodes: [{ ...node('ip-1', 'i-1'), ...size, instance_type: 'm5.large', day: '2026-10-05' }],
  pods: [
    {
      ...pod('web-1', 'Deployment/web', { node: 'ip-1', pod_uid: 'u1', scheduled: size.created, created: size.created, last_seen: size.last_seen }),
      day: '2026-10-05',
    },
    {
      ...pod('api-1', 'Deployment/api', { node: 'ip-1', pod_uid: 'u2', scheduled: size.created, created: size.created, last_seen: size.last_seen }),
      day: '2026-10-05',
    },
  ],
};
const NODE: Charge = {
  BillingAccountId: '1',
  BillingPeriodStart: '2026-10-01 00:00:00',
  BillingPeriodEnd: '2026-11-01 00:00:00',
  ChargeDescription: 'an hour',
  ContractedCost: '0.7',
  EffectiveCost: '0.333333333333',
  BilledCost: '1.000000000001',
  ListCost: '2',
  PricingQuantity: '1',
  PricingUnit: 'Hrs',
  ConsumedQuantity: '1',
  ConsumedUnit: 'Hrs',
  ResourceId: 'i-1',
  ServiceCategory: 'Compute',
  SkuId: 'sku',
  SkuMeter: 'BoxUsage',
  SkuPriceId: 'price',
  x_InstanceType: 'm5.large',
  x_LineCount: 3,
};
const SPLIT = (name: string, uid: string): Charge => ({
  BilledCost: 0,
  EffectiveCost: 0,
  ResourceId: `arn:aws:eks:eu-west-1:111111111111:pod/production/web/${name}/${uid}`,
  x_RowRole: 'split',
  x_ParentResourceId: 'i-1',
  x_SplitCost: '0.1',
  x_UnusedCost: '0.05',
});
const COSTS = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost', 'PricingQuantity', 'ConsumedQuantity', 'x_LineCount'];

async function exported<T>(given: Given, version: FocusVersion, use: (sql: Sql, file: string) => Promise<T>): Promise<T> {
  return withTables(given, async (sql, query) => {
    const file = join(testIo().folder, 'focus.parquet');
    await makeAllocatedParts(sql, [{ ...query, metric: 'effective' }], { weights: 'aws-9to1', idle: 'separate' });
    await writeFocus(sql, query.files, file, { format: 'parquet', version, isAllocated: true });
    return use(sql, file);
  });
}

const rowsOf = (sql: Sql, file: string, what: string): Promise<readonly SqlRow[]> => sql.rows(`select ${what} from read_parquet(${text(file)}) order by all`);

test('a node is replaced by what workloads have of it, and its rules are kept', async () => {
  await exported(
    { ...CLUSTER, charges: [NODE, SPLIT('web-1', 'u1'), SPLIT('api-1', 'u2'), { ResourceId: 'bucket', BilledCost: 5, ServiceName: 'S3' }] },
    '1.3',
    async (sql, file) => {
      expect(await rowsOf(sql, file, 'AllocatedResourceId, AllocatedMethodId, ListUnitPrice::double as price, ResourceId')).toEqual([
        { AllocatedResourceId: 'production/web/Deployment/api', AllocatedMethodId: 'tonnage/split-cost', price: 2, ResourceId: 'i-1' },
        { AllocatedResourceId: 'production/web/Deployment/web', AllocatedMethodId: 'tonnage/split-cost', price: 2, ResourceId: 'i-1' },
        { AllocatedResourceId: null, AllocatedMethodId: 'tonnage/split-cost', price: 2, ResourceId: 'i-1' },
        { AllocatedResourceId: null, AllocatedMethodId: null, price: null, ResourceId: 'bucket' },
      ]);
      const rules = (await checkFocus(sql, file)).findings.map(({ id }) => id);
      expect(rules.filter((id) => /Allocated|ListCost-C-009|UnitPrice-C-011/.test(id))).toEqual([]);
    },
  );
});

test('in 1.2 what 1.3 has for it are columns of ours', async () => {
  await exported({ ...CLUSTER, charges: [NODE] }, '1.2', async (sql, file) => {
    const columns = (await sql.rows(`describe select * from read_parquet(${text(file)})`)).map(({ column_name: column }) => String(column));
    expect(columns.filter((column) => column.includes('Allocated'))).toEqual([
      'x_AllocatedMethodDetails',
      'x_AllocatedMethodId',
      'x_AllocatedResourceId',
      'x_AllocatedResourceName',
      'x_AllocatedTags',
    ]);
  });
});

test('the parts of each charge add up to it, in every cost and quantity, to the last digit', async () => {
  const amount = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }).map(
    (units) =>
      `${units < 0n ? '-' : ''}${String(units < 0n ? -units : units)
        .padStart(13, '0')
        .replace(/(\d{12})$/, '.$1')}`,
  );
  const charge = fc.record({ BilledCost: amount, EffectiveCost: amount, ListCost: amount, ContractedCost: amount, hour: fc.integer({ min: 0, max: 23 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(charge, { minLength: 1, maxLength: 8 }), async (some) => {
      const charges = some.map(({ hour, ...costs }, at): Charge => {
        const [start, end] = [`2026-10-05 ${String(hour).padStart(2, '0')}:00:00`, `2026-10-05 ${String(hour).padStart(2, '0')}:59:59`];
        return { ...NODE, ...costs, ChargeDescription: String(at), ChargePeriodStart: start, ChargePeriodEnd: end };
      });
      await exported({ ...CLUSTER, charges }, '1.3', async (sql, file) => {
        const sums = COSTS.map((column) => `sum(${column})::varchar as ${column}`).join(', ');
        const parts = await sql.rows(`select ChargeDescription, ${sums} from read_parquet(${text(file)}) group by 1 order by ChargeDescription`);
        const whole = charges.map((one, at) => ({
          ChargeDescription: String(at),
          ...Object.fromEntries(COSTS.map((column) => [column, Number(one[column as keyof Charge])])),
        }));
        expect(parts.map((row) => ({ ...row, ...Object.fromEntries(COSTS.map((column) => [column, Number(row[column])])) }))).toEqual(whole);
        expect((await checkFocus(sql, file)).findings.map(({ id }) => id)).not.toContain('AllocatedMethodDetails-sum');
      });
    }),
    { numRuns: 5 },
  );
});

test('whole parts are in order, and their sum is the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-12, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }), (shares) => {
      const bounds = boundsOf(shares);
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      expect([bounds[0], bounds.at(-1)]).toEqual([0, 1e15]);
    }),
  );
});
