import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectSources, type Collected } from '../../src/commands/collecting.ts';
import { UserError } from '../../src/io/errors.ts';
import type { Io } from '../../src/io/io.ts';
import { chargesOf, openSnapshot } from '../../src/snapshot/snapshot.ts';
import { billed, writeBill, writeCopies } from '../collectors/cur/small-bill.ts';
import { reportOf } from '../commands/reporting.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { filesBelow } from './folder.ts';

const MONTHS = [6, 7, 8, 9, 10] as const;

/** A file for each month of a bill, June to October 2026, and a clock in October. */
class Collecting {
  readonly given: TestIo;
  readonly bill: string;
  /** Files of the bill that the engine was asked to read, in this and earlier runs. */
  readonly opened: string[] = [];
  readonly io: Io;

  constructor(now = '2026-10-20T12:00:00Z') {
    this.given = testIo({ now: () => new Date(now) });
    this.bill = join(this.given.folder, 'bill');
    this.io = this.watched(this.given.io);
  }

  async writeBill(months: readonly number[] = MONTHS): Promise<this> {
    for (const month of months) await this.writeMonth(month, 1);
    return this;
  }

  async writeMonth(month: number, cost: number): Promise<void> {
    await writeBill(join(this.bill, `${month}.parquet`), [{ ...billed(2026, month), line_item_unblended_cost: cost }]);
    const time = new Date(Date.UTC(2026, 10, 1, 0, month, cost)); // a new identity, however quick the test
    utimesSync(join(this.bill, `${month}.parquet`), time, time);
  }

  /** Collects, and says which files were read, and how many parts were written and kept. */
  async collect(store = 'store', io = this.io): Promise<{ readonly read: readonly string[]; readonly written: number; readonly unchanged: number }> {
    this.opened.length = 0;
    const { written, unchanged } = await this.run(store, io);
    return { read: [...new Set(this.opened)].toSorted((a, b) => Number(a) - Number(b)), written, unchanged };
  }

  run(store: string, io: Io = this.io): Promise<Collected> {
    const sources = [{ kind: 'cur', path: this.bill } as const];
    return collectSources(sources, { window: { first: undefined, last: undefined } }, { folder: join(this.given.folder, store), isKept: true }, io);
  }

  path(...names: readonly string[]): string {
    return join(this.given.folder, ...names);
  }

  files(store = 'store'): Readonly<Record<string, string>> {
    return filesBelow(this.path(store));
  }

  watched(io: Io): Io {
    const note = (statement: string): void => {
      for (const [, month] of statement.matchAll(/\/bill\/(\d+)\.parquet/g)) if (month !== undefined) this.opened.push(month);
    };
    const watch = <T extends Awaited<ReturnType<Io['openSql']>>>(sql: T): T =>
      new Proxy(sql, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (typeof value !== 'function') return value;
          return (...args: readonly unknown[]): unknown => {
            if (typeof args[0] === 'string') note(args[0]);
            const result: unknown = Reflect.apply(value, target, args);
            return key === 'fork' && result instanceof Promise ? result.then((forked: T) => watch(forked)) : result;
          };
        },
      });
    return { ...io, openSql: async (options) => watch(await io.openSql(options)) };
  }
}

describe('a second collect', () => {
  test('reads again the open month and the last two closed ones', async () => {
    const store = await new Collecting().writeBill();
    expect(await store.collect()).toEqual({ read: ['6', '7', '8', '9', '10'], written: 5, unchanged: 0 });
    expect(await store.collect()).toEqual({ read: ['8', '9', '10'], written: 3, unchanged: 2 });
  });

  test('reads again what has changed, however old', async () => {
    const store = await new Collecting().writeBill();
    await store.collect();
    await store.writeMonth(6, 2);
    expect(await store.collect()).toEqual({ read: ['6', '8', '9', '10'], written: 4, unchanged: 1 });
    expect((await openSnapshot(store.path('store'), store.io.files).then(chargesOf)).map(({ facts }) => facts.totals[0]?.billed)).toEqual([
      '2.000000000000',
      ...Array.from({ length: 4 }, () => '1.000000000000'),
    ]);
  });

  test('reads a month that is new', async () => {
    const store = await new Collecting().writeBill([6, 7]);
    await store.collect();
    await store.writeMonth(5, 1);
    expect(await store.collect()).toEqual({ read: ['5'], written: 1, unchanged: 2 });
  });

  test('in a later month finds more of them settled', async () => {
    const store = await new Collecting().writeBill();
    await store.collect();
    expect(await store.collect('store', { ...store.io, now: () => new Date('2026-12-01T00:00:00Z') })).toEqual({ read: ['10'], written: 1, unchanged: 4 });
  });

  test('of the same bill leaves the same bytes', async () => {
    const store = await new Collecting().writeBill();
    await store.collect();
    const before = store.files();
    await store.collect();
    expect(store.files()).toEqual(before);
  });

  test('of a changed month removes the part that it replaces', async () => {
    const store = await new Collecting().writeBill();
    await store.collect();
    await store.writeMonth(10, 7);
    await store.collect();
    await store.collect('fresh');
    expect(store.files()).toEqual(store.files('fresh'));
  });
});

/** An io whose disk fails at the nth call of a method, and at all calls after: as if the machine had stopped there. */
function stopping(io: Io, at: number): Io {
  let calls = 0;
  const files = new Proxy(io.files, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const writes = ['replace', 'publish', 'create', 'remove', 'makeFolder'].includes(String(key));
      return async (...args: readonly unknown[]): Promise<unknown> => {
        if (writes) calls += 1;
        if (writes && calls > at) throw new Error('the machine stopped');
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { ...io, files };
}

describe('a run that stops', () => {
  test('between any two writes leaves a store that opens, and the next run ends with the same bytes', async () => {
    const store = await new Collecting().writeBill([9, 10]);
    await store.run('whole');
    const whole = store.files('whole');
    let stops = 0;
    for (let at = 0; ; at += 1) {
      const name = `cut-${at}`;
      const error = await store.run(name, stopping(store.given.io, at)).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) break;
      expect(error).toMatchObject({ message: 'the machine stopped' });
      stops += 1;
      await openSnapshot(store.path(name), store.io.files);
      rmSync(store.path(name, 'lock'), { force: true }); // its process would be dead
      await store.run(name);
      expect([at, store.files(name)]).toEqual([at, whole]);
    }
    expect(stops).toBeGreaterThan(10);
  });

  test('is gone on with: parts that it wrote are not read again', async () => {
    const store = await new Collecting().writeBill();
    const whole = await store.run('whole').then(() => store.files('whole'));
    const at = 12; // after some parts, before the last
    await expect(store.run('store', stopping(store.given.io, at))).rejects.toThrow('the machine stopped');
    rmSync(store.path('store', 'lock'));
    const { parts } = await openSnapshot(store.path('store'), store.io.files);
    expect(parts.length).toBeGreaterThan(0);
    expect(parts.length).toBeLessThan(5);
    const { read, unchanged } = await store.collect();
    expect([read, unchanged]).toEqual([['6', '7', '8', '9', '10'].slice(parts.length), parts.length]);
    expect(store.files()).toEqual(whole);
  });

  test('and a file that changed since is read again', async () => {
    const store = await new Collecting().writeBill();
    await expect(store.run('store', stopping(store.given.io, 12))).rejects.toThrow('the machine stopped');
    rmSync(store.path('store', 'lock'));
    await store.writeMonth(6, 2);
    expect((await store.collect()).read).toContain('6');
    await store.run('fresh');
    expect(store.files()).toEqual(store.files('fresh'));
  });

  test('with a journal that is damaged is begun again', async () => {
    const store = await new Collecting().writeBill([9, 10]);
    await store.run('store');
    const whole = store.files();
    writeFileSync(store.path('store', 'collecting.json'), '{"charges cur');
    await store.run('store');
    expect(store.files()).toEqual(whole);
  });
});

describe('a source that fails', () => {
  test('leaves the parts that were read before it', async () => {
    const store = await new Collecting().writeBill([6, 7]);
    writeFileSync(join(store.bill, '8.parquet'), 'no Parquet');
    await expect(store.run('store')).rejects.toThrow('8.parquet: the Parquet file is cut short or damaged');
    await store.writeMonth(8, 1);
    await store.run('store');
    await store.run('fresh');
    expect(store.files()).toEqual(store.files('fresh'));
  });

  test('beside one that does not becomes a gap', async () => {
    const store = await new Collecting().writeBill([9, 10]);
    const sources = [
      { kind: 'cur', name: 'first', path: store.bill },
      { kind: 'cur', name: 'second', path: store.path('none') },
    ] as const;
    const place = { folder: store.path('store'), isKept: true };
    const { gaps } = await collectSources(sources, { window: { first: undefined, last: undefined } }, place, store.io);
    expect(gaps).toEqual([
      {
        code: 'source-failed',
        source: 'second',
        reason: `${store.path('none')}: no such file or folder (check the path; it is taken from the folder you are in)`,
      },
    ]);
    expect((await openSnapshot(store.path('store'), store.io.files)).gaps).toEqual(gaps);
  });
});

describe('what is not ours', () => {
  test('in the folder of the store stays', async () => {
    const store = await new Collecting().writeBill([9, 10]);
    const foreign = [
      'README.md', 'scratch/notes.txt', 'charges/notes.parquet', 'charges/source=cur/month=2026-09/mine.parquet', 'charges/source=cur/mine/0123456789abcdef.parquet',
      'backup/charges/source=cur/month=2026-09/0123456789abcdef.parquet', 'manifest.json.bak', 'lockfile.tmp', '.hidden/x.tmp', 'other.tmp',
    ]; // prettier-ignore
    for (const name of foreign) store.given.write(`store/${name}`, name);
    await store.run('store');
    await store.run('store');
    expect(foreign.filter((name) => !existsSync(store.path('store', name)))).toEqual([]);
  });

  test('and cannot be followed is no hindrance', async () => {
    const store = await new Collecting().writeBill([10]);
    mkdirSync(store.path('store'));
    symlinkSync('/nowhere', store.path('store', 'dangling'));
    await store.run('store');
    expect(readdirSync(store.path('store'))).toContain('dangling');
  });
});

describe('what an interrupted run has left', () => {
  test('is swept: parts that nobody names, temporary files, scratch', async () => {
    const store = await new Collecting().writeBill([10]);
    await store.run('fresh');
    const leftovers = [
      'charges/source=cur/month=2026-10/0123456789abcdef.parquet', 'charges/source=cur/month=2026-01/0123456789abcdef.parquet', 'manifest.json.1-2-3.tmp',
      'collecting.json.1-2-3.tmp', 'lock.1-2-3.tmp', 'lock.77.1.claim', '.tonnage-scratch/half.parquet',
    ]; // prettier-ignore
    for (const name of leftovers) store.given.write(`store/${name}`, name);
    await store.run('store');
    expect(store.files()).toEqual(store.files('fresh'));
  });
});

describe('two at once', () => {
  test('the second waits, and both end with the same store', async () => {
    const store = await new Collecting().writeBill([9, 10]);
    await store.run('fresh');
    await Promise.all([store.run('store', store.given.io), store.run('store', store.given.io), store.run('store', store.given.io)]);
    expect(store.files()).toEqual(store.files('fresh'));
  });
});

describe('a full disk', () => {
  const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
  const noSpace = (path: string): Error => new UserError(`${path}: no space left on the disk`, 'free some space');

  test.each(['replace', 'publish', 'makeFolder'] as const)('at `%s` is one line, and nothing is lost', async (method) => {
    const store = await new Collecting().writeBill([9, 10]);
    await store.run('store');
    const before = store.files();
    await store.writeMonth(10, 7);
    const files = { ...store.given.io.files, [method]: async (path: string) => Promise.reject(noSpace(path)) };
    await expect(store.run('store', { ...store.given.io, files })).rejects.toThrow(/: no space left on the disk$/);
    expect((await openSnapshot(store.path('store'), store.io.files).then(chargesOf)).map(({ month }) => month)).toEqual(['2026-09', '2026-10']);
    expect(Object.keys(store.files())).toEqual(expect.arrayContaining(Object.keys(before).filter((name) => name.endsWith('.parquet'))));
    await store.run('store');
    await store.run('fresh');
    expect(store.files()).toEqual(store.files('fresh'));
  });

  test.skipIf(!isRoot)(
    'of a few KiB is one line with the path, and nothing is lost (needs root, to mount one)',
    async () => {
      const store = await new Collecting().writeBill([9]);
      const small = store.path('small');
      mkdirSync(small);
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', small]);
      onTestFinished(() => void execFileSync('/bin/umount', ['-l', small]));
      await store.run('small/store');
      const before = store.files('small/store');
      const { bill_billing_period_start_date: start } = billed(2026, 10);
      const period = { bill_billing_period_start_date: `timestamp '${start as string}'`, line_item_resource_id: 'md5(n::varchar)' };
      await writeCopies(join(store.bill, '10.parquet'), 20_000, period);
      const error = await store.run('small/store').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect(String(error)).toMatch(/^UserError: \/.*: no space left on the disk$/);
      expect(store.files('small/store')).toEqual({
        ...before,
        ...('collecting.json' in store.files('small/store') ? { 'collecting.json': expect.any(String) } : {}),
      });
    },
    20_000,
  );
});

describe('the folder of a store', () => {
  test.each(["it's a store", 'a"b', 'é 🚢', 'with [brackets]', 'a*?', 'source=x', 'month=2020-01', 'month=2020-01/source=y', '100% {x}', '-f'])(
    'may be %s',
    async (name) => {
      const store = await new Collecting().writeBill([9, 10]);
      await store.run(name);
      const { reconciliation, rows } = await reportOf({ cur: store.bill, store: store.path(name), offline: true, month: '2026-10' }, store.io);
      expect([reconciliation.bill, rows.map(({ cost, previousCost }) => [cost, previousCost])]).toEqual([1, [[1, 1]]]);
    },
  );

  test('may be a link', async () => {
    const store = await new Collecting().writeBill([9, 10]);
    mkdirSync(store.path('real'));
    symlinkSync(store.path('real'), store.path('store'));
    await store.run('store');
    await store.run('store');
    await store.run('fresh');
    expect(store.files('real')).toEqual(store.files('fresh'));
  });

  test('may be in a folder that is not there yet', async () => {
    const store = await new Collecting().writeBill([10]);
    await store.run('a/b/c');
    expect(readFileSync(store.path('a/b/c/manifest.json'), 'utf8')).toContain('"schemaVersion": 2');
  });

  test('that is a file is refused', async () => {
    const store = await new Collecting().writeBill([10]);
    store.given.write('store', 'a file');
    await expect(store.run('store')).rejects.toBeInstanceOf(UserError);
  });
});

test('sources of one bill with names of their own are stored apart', async () => {
  const store = await new Collecting().writeBill([10]);
  const sources = ['first', 'second.one', '2nd-one'].map((name) => ({ kind: 'cur', name, path: store.bill }) as const);
  await collectSources(sources, { window: { first: undefined, last: undefined } }, { folder: store.path('store'), isKept: true }, store.io);
  expect((await openSnapshot(store.path('store'), store.io.files)).parts.map(({ source }) => source)).toEqual(['2nd-one', 'first', 'second.one']);
});
