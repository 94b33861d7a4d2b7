import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Io } from '../../src/io/io.ts';
import { lock } from '../../src/snapshot/lock.ts';
import { testIo } from '../io/test-io.ts';

/** The id of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly began: string;
  readonly since: string;
}

function holder(given: Partial<Holder>): string {
  return JSON.stringify({ pid: process.pid, host: hostname(), began: '1', since: '2026-03-01T00:00:00Z', ...given } satisfies Holder);
}

describe('a store that is free', () => {
  test('is taken, and says by whom', async () => {
    const { io, folder } = testIo();
    const unlock = await lock(folder, io);
    expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid, host: hostname(), since: '2026-03-15T12:00:00.000Z' });
    await unlock();
  });

  test('is free again after, and nothing is left', async () => {
    const { io, folder } = testIo();
    await (
      await lock(folder, io)
    )();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a store that is taken', () => {
  test('is waited for, and the one that waits says for whom', async () => {
    const { io, folder, err } = testIo();
    const unlock = await lock(folder, io);
    const second = lock(folder, io);
    await sleep(50);
    await unlock();
    await (
      await second
    )();
    expect(err()).toBe(`waiting for process ${process.pid} on ${hostname()} (since 2026-03-15T12:00:00.000Z), which is collecting into ${folder}\n`);
  });

  test('is not waited for without end: the answer names the holder and the file', async () => {
    const { io, folder } = testIo();
    await lock(folder, io);
    await expect(lock(folder, io, 0)).rejects.toMatchObject({
      name: 'UserError',
      message: `${folder}: process ${process.pid} on ${hostname()} (since 2026-03-15T12:00:00.000Z) is collecting into it`,
      hint: `wait for it to end; if it cannot be running any more, remove ${join(folder, 'lock')}`,
    });
  });

  test('on another machine is not taken over, whatever runs here', async () => {
    const { io, folder, write } = testIo();
    const path = write('lock', holder({ pid: deadPid(), host: 'elsewhere' }));
    await expect(lock(folder, io, 0)).rejects.toThrow('on elsewhere');
    expect(existsSync(path)).toBe(true);
  });

  test.each(['', 'not JSON', '{"pid": "x"}'])('by a lock that says %j is not taken over', async (text) => {
    const { io, folder, write } = testIo();
    write('lock', text);
    await expect(lock(folder, io, 0)).rejects.toThrow('another process is collecting into it');
  });
});

describe('the lock of a process that is gone', () => {
  test('is taken over at once', async () => {
    const { io, folder, write, err } = testIo();
    write('lock', holder({ pid: deadPid() }));
    const unlock = await lock(folder, io, 0);
    expect([JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')).pid, err()]).toEqual([process.pid, '']);
    await unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('is taken over where a later process has its id (Linux)', async () => {
    const { io, folder, write } = testIo();
    write('lock', holder({ began: 'long ago' }));
    await (
      await lock(folder, io, 0)
    )();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is taken over by one of several at once', async () => {
    const { io, folder, write } = testIo();
    write('lock', holder({ pid: deadPid() }));
    let inside = 0;
    let most = 0;
    const each = Array.from({ length: 6 }, async () => {
      const unlock = await lock(folder, io);
      inside += 1;
      most = Math.max(most, inside);
      await sleep(5);
      inside -= 1;
      await unlock();
    });
    await Promise.all(each);
    expect([most, readdirSync(folder)]).toEqual([1, []]);
  });

  test('is taken over after one that tried was killed in between', async () => {
    const { io, folder, write } = testIo();
    const pid = deadPid();
    write('lock', holder({ pid }));
    write(`lock.${pid}.1.claim`, holder({ pid: deadPid() }));
    const unlock = await lock(folder, io, 1000);
    await unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is not waited for without end where another takes it over and never ends', async () => {
    const { io, folder, write } = testIo();
    const pid = deadPid();
    write('lock', holder({ pid }));
    write(`lock.${pid}.1.claim`, holder({ host: 'elsewhere' }));
    await expect(lock(folder, io, 200)).rejects.toThrow('is collecting into it');
  });
});

test('one that waits is not thrown out by one that cleans up', async () => {
  const { io, folder } = testIo();
  const unlock = await lock(folder, io);
  const { files } = io;
  let swept = false;
  const create: Io['files']['create'] = async (path, text) => {
    if (swept) return files.create(path, text);
    swept = true; // as if its temporary file had been removed under its hands
    writeFileSync(`${folder}/other`, '');
    return files.create(join(folder, 'gone', 'lock'), text).catch(async (error: unknown) => {
      throw error;
    });
  };
  const second = lock(folder, { ...io, files: { ...files, create } });
  await sleep(20);
  await unlock();
  await (
    await second
  )();
});
