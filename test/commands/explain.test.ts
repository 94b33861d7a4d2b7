import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeTableFile } from '../../src/io/table-file.ts';
import { CLUSTER_TABLES, type Row } from '../../src/model/cluster/tables.ts';
import type { CostExplanation } from '../../src/model/cost/cost-explanation.ts';
import type { Day } from '../../src/model/facts.ts';
import { StoreWriter } from '../../src/snapshot/writer.ts';
import { billed, writeBill } from '../collectors/cur/small-bill.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { reportOf, reportText } from './reporting.ts';

/** What a source saw of a volume's claim on a day. */
async function seeVolume({ io, folder }: TestIo, day: string): Promise<void> {
  const empty = Object.fromEntries(Object.keys(CLUSTER_TABLES.inventory).map((column) => [column, null])) as Row<'inventory'>;
  const row = { ...empty, kind: 'PersistentVolume', name: 'pv-1', provider_id: 'vol-1', detail: '{"claim":{"namespace":"web","name":"data"}}' };
  const sql = await io.openSql({ scratch: folder });
  const writer = await StoreWriter.open(join(folder, '.tonnage'), io);
  try {
    await writer.add({
      table: 'inventory',
      source: 'kubernetes',
      cluster: 'production',
      day: day as Day,
      slice: 'all',
      identity: day,
      progress: () => undefined,
      write: async (file) => {
        await writeTableFile(sql, CLUSTER_TABLES.inventory, [row], file);
        return { rows: 1, capabilities: [], gaps: [], observed: null, resolution: null, samples: 1 };
      },
    });
    await writer.finish([]);
  } finally {
    await writer.close();
    sql.close();
  }
}

/** A store with a volume's bills of two months, and a look at the cluster on one day. */
async function withVolume(day: string): Promise<TestIo> {
  const given = testIo();
  const volume = { line_item_resource_id: 'vol-1', line_item_usage_type: 'EU-EBS:VolumeUsage.gp3' };
  await writeBill(join(given.folder, 'bill/cur.parquet'), [
    { ...billed(2026, 9), ...volume, line_item_unblended_cost: 4 },
    { ...billed(2026, 10), ...volume, line_item_unblended_cost: 7 },
  ]);
  given.write('tonnage.yaml', 'sources: [{ kind: cur, path: bill }]');
  await reportOf({}, given.io);
  await seeVolume(given, day);
  given.write('tonnage.yaml', 'sources: [{ kind: cur, path: bill }, { kind: kubernetes, cluster: production }]');
  return given;
}

const namespaces = async ({ io }: TestIo, month: string): Promise<readonly unknown[]> => {
  const { breakdowns } = await reportOf({ month, offline: true }, io);
  return (breakdowns.find(({ by }) => by === 'namespace')?.rows ?? []).map(({ name, cost, previousCost }) => [name, cost, previousCost]);
};

test('a month is told alike in its own report and in the next one’s, whenever the cluster was looked at', async () => {
  const given = await withVolume('2026-10-20');
  expect(await namespaces(given, '2026-10')).toEqual([['production/web', 7, 4]]);
  expect(await namespaces(given, '2026-09')).toEqual([['production/web', 4, null]]);
});

test('a figure that hangs on what was seen in the month before is explained as it is reported', async () => {
  const given = await withVolume('2026-09-30');
  const asked = { month: '2026-10', offline: true };
  expect(await namespaces(given, '2026-10')).toEqual([['production/web', 7, 4]]);
  const explanation = JSON.parse(await reportText({ ...asked, explain: 'namespace.production/web', format: 'json' }, given.io)) as CostExplanation;
  expect([explanation.cost, explanation.figures.map(({ billCost }) => billCost)]).toEqual([7, [7]]);
});
