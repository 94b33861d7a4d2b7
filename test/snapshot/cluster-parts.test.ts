import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dayPeriod } from '../../src/model/day.ts';
import { WHOLE_DAY, type ClusterPart, type Day, type Gap } from '../../src/model/facts.ts';
import { clusterParts, openSnapshot } from '../../src/snapshot/snapshot.ts';
import { StoreWriter } from '../../src/snapshot/writer.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { filesBelow } from './folder.ts';

function part(day: string, content: string, more: Partial<ClusterPart> = {}): ClusterPart {
  return {
    table: 'usage',
    source: 'metrics',
    cluster: 'production',
    day: day as Day,
    slice: WHOLE_DAY,
    identity: content,
    progress: () => undefined,
    write: async (file) => {
      writeFileSync(file, content);
      return { rows: 1, capabilities: [], gaps: [], observed: null, resolution: null, samples: 1 };
    },
    ...more,
  };
}

/** A store beside a clock that can be set. */
function storeAt(begin: string): { readonly given: TestIo; readonly folder: string; now: string; open: () => Promise<StoreWriter> } {
  const given = testIo({ now: () => new Date(store.now) });
  const folder = join(given.folder, 'store');
  const store = { given, folder, now: begin, open: () => StoreWriter.open(folder, given.io) };
  return store;
}

/** Whether a later run at that time takes the part of 2026-11-01 as it is. */
async function isCurrentAt(now: string, identity = 'a'): Promise<boolean> {
  const store = storeAt('2026-11-01T12:00:00Z');
  const first = await store.open();
  await first.add(part('2026-11-01', 'a'));
  await first.finish([]);
  await first.close();
  store.now = now;
  const second = await store.open();
  const current = second.isCurrent(part('2026-11-01', identity));
  await second.close();
  return current;
}

describe('a part of a cluster', () => {
  test('lies in the folder of its table, cluster, source and day, and is found again', async () => {
    const { given, folder, open } = storeAt('2026-11-02T12:00:00Z');
    const writer = await open();
    await writer.add(part('2026-11-02', 'b'));
    await writer.add(part('2026-11-01', 'a'));
    await writer.finish([]);
    await writer.close();
    expect(Object.keys(filesBelow(folder)).filter((name) => name.endsWith('.parquet'))).toEqual([
      'usage/cluster=production/source=metrics/day=2026-11-01/ca978112ca1bbdca.parquet',
      'usage/cluster=production/source=metrics/day=2026-11-02/3e23e8160039594a.parquet',
    ]);
    const snapshot = await openSnapshot(folder, given.io.files);
    expect(clusterParts(snapshot, 'usage').map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-02']);
    expect(clusterParts(snapshot, 'events')).toEqual([]);
  });

  test('in several slices keeps a file that another slice has too', async () => {
    const { folder, open } = storeAt('2026-11-01T12:00:00Z');
    const writer = await open();
    await writer.add(part('2026-11-01', 'same', { slice: 'T00:00' }));
    await writer.add(part('2026-11-01', 'same', { slice: 'T01:00' }));
    await writer.add(part('2026-11-01', 'other', { slice: 'T01:00' }));
    await writer.finish([]);
    await writer.close();
    expect(Object.keys(filesBelow(folder)).filter((name) => name.endsWith('.parquet'))).toHaveLength(2);
  });
});

describe('a day is read again', () => {
  test('until some hours after its end, for late samples come', async () => {
    expect(await isCurrentAt('2026-11-01T23:00:00Z')).toBe(false);
    expect(await isCurrentAt('2026-11-02T05:59:00Z')).toBe(false);
    expect(await isCurrentAt('2026-11-02T06:00:00Z')).toBe(true);
  });

  test('as long as a stretch of it could not be read', async () => {
    const store = storeAt('2026-11-03T12:00:00Z');
    const gaps = [{ code: 'unread-period', source: 'metrics', what: 'use', period: dayPeriod('2026-11-01' as Day), reason: 'it timed out' } as const];
    const facts = { rows: 0, capabilities: [], observed: null, resolution: null, samples: 0 };
    const write = (gapsOf: readonly Gap[]) => async (file: string) => {
      writeFileSync(file, 'a');
      return { ...facts, gaps: gapsOf };
    };
    for (const found of [gaps, []] as const) {
      const writer = await store.open();
      expect(writer.isCurrent(part('2026-11-01', 'a'))).toBe(false);
      await writer.add(part('2026-11-01', 'a', { write: write([...found]) }));
      await writer.finish([]);
      await writer.close();
    }
    const last = await store.open();
    expect(last.isCurrent(part('2026-11-01', 'a'))).toBe(true);
    await last.close();
  });

  test('whenever what it is made from is another', async () => {
    expect(await isCurrentAt('2026-12-01T00:00:00Z', 'b')).toBe(false);
  });
});

describe('a run that goes on where another was cut off', () => {
  test('began when that one did, and has its parts', async () => {
    const store = storeAt('2026-11-01T12:00:00Z');
    const first = await store.open();
    await first.add(part('2026-11-01', 'a'));
    await first.close(); // without finish
    store.now = '2026-11-01T12:40:00Z';
    const second = await store.open();
    expect(second.began).toEqual(new Date('2026-11-01T12:00:00Z'));
    expect(second.isCurrent(part('2026-11-01', 'a'))).toBe(true);
    await second.finish([]);
    await second.close();
    const third = await store.open();
    expect(third.began).toEqual(new Date('2026-11-01T12:40:00Z'));
    await third.close();
  });

  test('is a new one after a day', async () => {
    const store = storeAt('2026-11-01T12:00:00Z');
    const first = await store.open();
    await first.add(part('2026-11-01', 'a'));
    await first.close();
    store.now = '2026-11-02T12:00:00Z';
    const second = await store.open();
    expect(second.began).toEqual(new Date('2026-11-02T12:00:00Z'));
    expect(second.isCurrent(part('2026-11-02', 'a'))).toBe(false);
    await second.close();
  });
});
