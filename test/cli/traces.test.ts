import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { testIo } from '../io/test-io.ts';
import { BILL, billCsv } from './bill.ts';
import { environment, main, node, tonnage, tracesIn } from './tonnage.ts';

describe('a report of a bill that is named by a flag leaves nothing behind', () => {
  test.each([
    ['when it is done', ['report', '--cur', 'bill.csv']],
    ['when the bill is damaged', ['report', '--cur', 'damaged.csv']],
    ['when there is no such month', ['report', '--cur', 'bill.csv', '--month', '2020-01']],
    ['when --fail-on ends it', ['report', '--cur', 'bill.csv', '--fail-on', 'total > 1']],
    ['when it is an export', ['export', '--cur', 'bill.csv']],
    ['when it is a check', ['doctor', '--cur', 'bill.csv']],
  ])('%s', async (_, args) => {
    const given = testIo();
    const temporary = testIo().folder;
    given.write('bill.csv', BILL);
    given.write('damaged.csv', BILL.replace(',70.5,', ',seventy,'));
    await tonnage(args, { cwd: given.folder, env: { TMPDIR: temporary } });
    await tonnage(args, { cwd: given.folder, env: { TMPDIR: temporary } });
    expect(readdirSync(given.folder).toSorted()).toEqual(['bill.csv', 'damaged.csv']);
    expect(tracesIn(temporary)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a collect that is interrupted', () => {
  test.each([0, 150, 400])('leaves a store that the next one ends as if nothing had happened (SIGINT after %i ms)', async (delay) => {
    const given = testIo();
    for (const month of ['2026-01', '2026-02'])
      given.write(
        `bills/${month}.csv`,
        billCsv(
          month,
          Array.from({ length: 3000 }, () => ({ cost: '1.5' })),
        ),
      );
    await interrupted(['collect', '--cur', 'bills', '--store', 'store'], given.folder, delay);
    // A store that opens, whatever is in it yet.
    expect((await tonnage(['doctor', '--cur', 'bills', '--store', 'store'], { cwd: given.folder })).status).toBe(0);
    expect((await tonnage(['collect', '--cur', 'bills', '--store', 'store'], { cwd: given.folder })).status).toBe(0);
    expect((await tonnage(['collect', '--cur', 'bills', '--store', 'fresh'], { cwd: given.folder })).status).toBe(0);
    const names = (store: string): readonly string[] => readdirSync(join(given.folder, store), { recursive: true }).map(String).toSorted();
    expect(names('store')).toEqual(names('fresh'));
    const manifest = (store: string): string => readFileSync(join(given.folder, store, 'manifest.json'), 'utf8');
    expect(manifest('store')).toBe(manifest('fresh'));
  });
});

/** Runs until the store is taken, and so many milliseconds longer. */
async function interrupted(args: readonly string[], cwd: string, delay: number): Promise<void> {
  const child = spawn(node, [main, ...args], { cwd, env: environment({ cwd }), stdio: 'ignore' });
  const ended = new Promise((done) => child.on('close', done));
  while (child.exitCode === null && !existsSync(join(cwd, 'store', 'lock'))) await sleep(5);
  await sleep(delay);
  child.kill('SIGINT');
  await ended;
}
