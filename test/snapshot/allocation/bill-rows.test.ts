import { describe, expect, test } from 'vitest';
import type { SharedRule } from '../../../src/model/cost/allocation/shared-rules.ts';
import type { CostLine } from '../../../src/model/cost/cost-line.ts';
import { allocate, allocatedLines } from '../../../src/snapshot/allocation/allocate.ts';
import { billRows, type BillRows } from '../../../src/snapshot/allocation/bill-rows.ts';
import { lineOf } from '../../../src/snapshot/charges.ts';
import { money } from '../../../src/model/facts.ts';
import { node, volume, withTables, type Given } from './given.ts';

const rules: SharedRule[] = [{ match: { meter: ['*NatGateway*'] }, method: 'even' }];

/** The rows behind the first line that is wanted, of a bill whose nodes are web's. */
const rowsOf = (given: Given, isWanted: (line: CostLine) => boolean, limit = 10): Promise<BillRows> =>
  withTables(given, async (sql, query) => {
    const { lines } = await allocatedLines(sql, query, rules, async (on) => {
      const rows = await on.rows(`select * exclude (cost, charge_start, charge_end), cost::double as cost from cluster_charges where role = 'node'`);
      const use = { cluster: 'production', namespace: 'web', workload: null, labels: {}, share: 'allocated', idle: null, method: 'requests' } as const;
      const uses = [
        { month: '2026-10', cluster: 'production', namespace: 'web', workload: null, labels: {}, cost: 1, cpuCoreHours: 1, memoryGibHours: 1, podHours: 1 },
      ];
      return { lines: rows.map((row) => lineOf(row, query.tags, money(Number(row['cost'])), use)), uses };
    });
    const line = lines.find(isWanted);
    if (line === undefined) throw new Error('no such line');
    return billRows(sql, query, line, rules, limit);
  });

const hour = (at: number): Given['charges'][number] => ({ ChargePeriodStart: `2026-10-05 0${at}:00:00`, ChargePeriodEnd: `2026-10-05 0${at + 1}:00:00` });
const node1 = { nodes: [node('ip-1', 'i-1')] };

describe('behind a line are', () => {
  test('the rows of its resource and price, from the first to the last', async () => {
    const row = {
      ServiceName: 'S3',
      ResourceId: 'bucket',
      SkuMeter: 'EU-Requests',
      ChargeDescription: '$1 a request',
      PricingQuantity: 2,
      PricingUnit: 'Requests',
    };
    const charges = [{ ...row, ...hour(1) }, { ...row, ...hour(2) }, { ...row, ...hour(3), ResourceId: 'other', BilledCost: 7 }, { ServiceName: 'RDS' }];
    expect(await rowsOf({ charges, ...node1 }, ({ service }) => service === 'S3')).toEqual({
      count: 2,
      cost: 9,
      rows: [
        {
          resource: 'other',
          meter: 'EU-Requests',
          description: '$1 a request',
          start: '2026-10-05T03:00:00Z',
          end: '2026-10-05T04:00:00Z',
          quantity: 2,
          unit: 'Requests',
          rows: 1,
          cost: 7,
          parts: 1,
        },
        {
          resource: 'bucket',
          meter: 'EU-Requests',
          description: '$1 a request',
          start: '2026-10-05T01:00:00Z',
          end: '2026-10-05T03:00:00Z',
          quantity: 4,
          unit: 'Requests',
          rows: 2,
          cost: 2,
          parts: 1,
        },
      ],
    });
  });

  test('no more rows than asked for, and the sum of all', async () => {
    const charges = [1, 2, 3].map((at) => ({ ServiceName: 'S3', ResourceId: `bucket-${at}`, BilledCost: at }));
    const { rows, count, cost } = await rowsOf({ charges, ...node1 }, () => true, 1);
    expect([rows.map(({ resource }) => resource), count, cost]).toEqual([['bucket-3'], 3, 6]);
  });

  test('of a workload’s volume, that volume alone', async () => {
    const mounts = ['a', 'b'].map((workload) => ({ namespace: 'web', workload_kind: 'Deployment', workload, scheduling: '{"claims":["media"]}' }));
    const given = {
      charges: [{ ResourceId: 'vol-1', BilledCost: 3 }, { ResourceId: 'vol-2' }],
      inventory: [volume('vol-1', 'web/media'), volume('vol-2', 'web/old')],
      workloads: mounts,
    };
    const { rows } = await rowsOf(given, ({ use }) => use?.workload === 'Deployment/a');
    expect(rows.map(({ resource, cost, parts }) => [resource, cost, parts])).toEqual([['vol-1', 3, 2]]);
  });

  test('of a line of nodes, their instances', async () => {
    const { rows } = await rowsOf({ charges: [{ ResourceId: 'i-1' }, { ResourceId: 'bucket' }], ...node1 }, ({ use }) => use !== null);
    expect(rows.map(({ resource }) => resource)).toEqual(['i-1']);
  });

  test('of nodes that nobody observed, their instances too, though they are shared', async () => {
    const controlPlane = { ResourceId: 'arn:aws:eks:eu-west-1:111111111111:cluster/production' };
    const rows = await withTables({ charges: [{ ResourceId: 'i-1', BilledCost: 5 }, controlPlane], ...node1 }, async (sql, query) => {
      const { lines } = await allocate(sql, query, { weights: 'aws-9to1', idle: 'separate', shared: [] });
      const line = lines.find(({ use }) => use?.method === 'unobserved');
      return line === undefined ? undefined : billRows(sql, query, line, [], 10);
    });
    expect(rows?.rows.map(({ resource, cost }) => [resource, cost])).toEqual([['i-1', 5]]);
  });

  test('of a shared line, what a rule shares', async () => {
    const charges = [{ ResourceId: 'i-1' }, { ResourceId: 'nat', SkuMeter: 'EU-NatGateway-Hours' }, { ResourceId: 'ip', SkuMeter: 'EU-ElasticIP' }];
    const { rows } = await rowsOf({ charges, ...node1 }, ({ use }) => use?.method === 'even');
    expect(rows.map(({ resource }) => resource)).toEqual(['nat']);
  });

  test('of a shared line without a rule, the control plane', async () => {
    const controlPlane = 'arn:aws:eks:eu-west-1:111111111111:cluster/production';
    const { rows } = await rowsOf(
      { charges: [{ ResourceId: 'i-1' }, { ResourceId: controlPlane, ServiceName: 'EKS' }], ...node1 },
      ({ use }) => use?.share === 'shared',
    );
    expect(rows.map(({ resource }) => resource)).toEqual([controlPlane]);
  });
});
