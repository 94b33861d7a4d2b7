import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { collectSources } from '../../src/commands/collecting.ts';
import { openSnapshot } from '../../src/snapshot/snapshot.ts';
import { billed, writeCopies } from '../collectors/cur/small-bill.ts';
import { testIo } from '../io/test-io.ts';
import { filesBelow } from './folder.ts';

const { io, folder } = testIo({ now: () => new Date() });
const bill = join(folder, 'bill');
const path = (name: string): string => join(folder, name);
let whole: Readonly<Record<string, string>> = {};
/** How long a run takes from the first file that it writes, in milliseconds. */
let took = 0;

interface Run {
  readonly child: ChildProcess;
  /** Its exit code; null if it was killed. */
  readonly ended: Promise<number | null>;
}

/** Starts a collect, and waits until it has the store. */
async function start(store: string): Promise<Run> {
  const main = resolve(import.meta.dirname, '../../src/main.ts');
  const child = spawn(process.execPath, [main, 'collect', '--cur', bill, '--store', path(store)], { stdio: 'ignore' });
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  while (!existsSync(join(path(store), 'lock')) && child.exitCode === null) await sleep(2);
  return { child, ended };
}

const finish = (store: string): Promise<unknown> =>
  collectSources([{ kind: 'cur', path: bill }], { window: { first: undefined, last: undefined } }, { folder: path(store), isKept: true }, io);

beforeAll(async () => {
  for (const month of [7, 8, 9, 10]) {
    const begin = `timestamp '${billed(2026, month)['bill_billing_period_start_date'] as string}'`;
    await writeCopies(join(bill, `${month}.parquet`), 15_000, {
      bill_billing_period_start_date: begin,
      line_item_usage_start_date: `${begin} + to_hours((n % 700)::integer)`,
      line_item_usage_end_date: `${begin} + to_hours((n % 700)::integer + 1)`,
      identity_line_item_id: 'n::varchar',
      line_item_resource_id: `'i-' || n % 97`,
      line_item_unblended_cost: 'n / 77.0',
    });
  }
  const { ended } = await start('whole');
  const since = performance.now();
  await ended;
  took = performance.now() - since;
  whole = filesBelow(path('whole'));
}, 30_000);

describe('a collect that is killed', () => {
  test.each([0, 0.2, 0.4, 0.6, 0.8])('after %f of its time leaves a store that opens, and the next ends with the same bytes', async (part) => {
    const store = `killed-${part}`;
    const { child, ended } = await start(store);
    await sleep(part * took);
    child.kill('SIGKILL');
    await ended;
    const { parts } = await openSnapshot(path(store), io.files);
    expect(parts.every(({ file, bytes }) => existsSync(join(path(store), file)) && bytes > 0)).toBe(true);
    await finish(store);
    expect(filesBelow(path(store))).toEqual(whole);
  });
});

test('several that find the lock of one that was killed take turns, and all end well', async () => {
  const killed = await start('several');
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(existsSync(join(path('several'), 'lock'))).toBe(true);
  const runs = await Promise.all([1, 2, 3].map(async () => start('several')));
  expect([await Promise.all(runs.map(async ({ ended }) => ended)), filesBelow(path('several'))]).toEqual([[0, 0, 0], whole]);
});
