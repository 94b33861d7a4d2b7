import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { collectSources } from '../../src/commands/collecting.ts';
import { openSnapshot } from '../../src/snapshot/snapshot.ts';
import { billed, copyTo, writeBill } from '../collectors/cur/small-bill.ts';
import { testIo } from '../io/test-io.ts';
import { filesBelow } from './folder.ts';

const { io, folder } = testIo({ now: () => new Date() });
const bill = join(folder, 'bill');
const path = (name: string): string => join(folder, name);
let whole: Readonly<Record<string, string>> = {};
/** How long a run takes from the first file that it writes, in milliseconds. */
let took = 0;

function start(store: string): ChildProcess {
  const main = resolve(import.meta.dirname, '../../src/main.ts');
  return spawn(process.execPath, [main, 'collect', '--cur', bill, '--store', path(store)], { stdio: 'ignore' });
}

async function begun(store: string): Promise<void> {
  while (!existsSync(join(path(store), 'lock'))) await sleep(2);
}

const finish = (store: string): Promise<unknown> =>
  collectSources([{ kind: 'cur', path: bill }], { first: undefined, last: undefined }, { folder: path(store), isKept: true }, io);

beforeAll(async () => {
  const one = await writeBill(path('one.parquet'), [{}]);
  for (const month of [7, 8, 9, 10]) {
    const start_ = `timestamp '${String(billed(2026, month)['bill_billing_period_start_date'])}'`;
    await copyTo(
      join(bill, `${month}.parquet`),
      `select * replace (${start_} as bill_billing_period_start_date, ${start_} + to_hours((n % 700)::integer) as line_item_usage_start_date,
         ${start_} + to_hours((n % 700)::integer + 1) as line_item_usage_end_date, n::varchar as identity_line_item_id, 'i-' || n % 97 as line_item_resource_id,
         n / 7.0 as line_item_unblended_cost) from read_parquet('${one}') cross join range(60000) as line(n)`,
    );
  }
  const child = start('whole');
  await begun('whole');
  const since = performance.now();
  await once(child, 'exit');
  took = performance.now() - since;
  whole = filesBelow(path('whole'));
}, 30_000);

describe('a collect that is killed', () => {
  test.each([0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9])('after %f of its time leaves a store that opens, and the next ends with the same bytes', async (part) => {
    const store = `killed-${part}`;
    const child = start(store);
    await begun(store);
    await sleep(part * took);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { parts } = await openSnapshot(path(store), io.files);
    expect(parts.every(({ file, bytes }) => existsSync(join(path(store), file)) && bytes > 0)).toBe(true);
    await finish(store);
    expect(filesBelow(path(store))).toEqual(whole);
  });
});

test('several that find the lock of one that was killed take turns, and all end well', async () => {
  const killed = start('several');
  await begun('several');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(join(path('several'), 'lock'))).toBe(true);
  const ends = await Promise.all([1, 2, 3].map(async () => once(start('several'), 'exit')));
  expect([ends.map(([code]) => code as unknown), filesBelow(path('several'))]).toEqual([[0, 0, 0], whole]);
});
