import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { trino as dialect } from '../../src/collectors/cur/dialects/trino.ts';
import { allRows } from '../../src/collectors/cur/engines/remote-engine.ts';
import { openDuckDb } from '../../src/io/duckdb.ts';
import { interrupt } from '../../src/io/interruption.ts';
import { text, type Sql } from '../../src/io/sql.ts';
import { monthOf } from '../../src/model/month.ts';
import { writeDemoBill } from '../../fixtures/aws-bill/index.ts';
import { GOLDEN_QUERIES, goldenBill } from '../collectors/cur/golden-queries.ts';
import { writeBill } from '../collectors/cur/small-bill.ts';
import { dataFile, describeData } from '../data.ts';
import { testIo } from '../io/test-io.ts';
import { trinoPrograms } from './components/trino.ts';
import { startAthenaShim, type AthenaShim } from './engines/athena-shim.ts';
import { collectFrom, comparable, identitiesOf } from './engines/collected.ts';
import { ioFor, openEngine, settingsOf, type Servers } from './engines/open.ts';
import { makeTable, type TablePartition } from './engines/tables.ts';
import { startTrino, type TrinoServer } from './servers/trino.ts';

const ENGINES = ['trino', 'athena'] as const;

describe.skipIf(trinoPrograms() === undefined)('with Trino, by its own protocol and by Athena’s', () => {
  let trino: TrinoServer;
  let shim: AthenaShim;
  let servers: Servers;
  let sql: Sql;
  const { io, folder } = testIo();
  const month = { first: monthOf('2026-10'), last: monthOf('2026-10') };

  beforeAll(async () => {
    trino = await startTrino();
    shim = await startAthenaShim(trino.url);
    servers = { trino: trino.url, athena: shim.url };
    sql = await openDuckDb({ scratch: folder });
  });

  afterAll(async () => {
    sql?.close();
    await shim?.close();
    await trino?.close();
  });

  const inOctober = (...files: readonly string[]): TablePartition[] => [{ values: { billing_period: '2026-10' }, files }];

  describe('the golden queries', () => {
    beforeAll(async () => {
      const file = join(folder, 'golden.parquet');
      await sql.run(`copy (${goldenBill()}) to ${text(file)} (format parquet)`);
      await makeTable(trino, sql, 'golden', [{ values: {}, files: [file] }]);
    });

    test.each(ENGINES.flatMap((name) => GOLDEN_QUERIES.map((query) => ({ engine: name, ...query }))))(
      '$engine: $name',
      async ({ engine: name, answer, expected }) => {
        const engine = await openEngine(name, servers);
        const columns = await engine.describe({ catalog: name === 'trino' ? 'hive' : undefined, schema: 'cur', table: 'golden' });
        expect(
          await answer({
            dialect,
            from: '"cur"."golden"'.replace(/^/, name === 'trino' ? '"hive".' : ''),
            columns,
            rows: async (select) => allRows(engine, select),
          }),
        ).toEqual(expected);
      },
    );

    test.each(ENGINES)('%s gives the charges that DuckDB gives of the whole bill', async (name) => {
      const fromFile = await collectFrom({ kind: 'cur', path: join(folder, 'golden.parquet') }, ioFor(servers));
      const fromTable = await collectFrom(settingsOf(name, 'golden', servers), ioFor(servers));

      expect(fromTable.map(comparable)).toEqual(fromFile.map(comparable));
      expect(fromTable.map(({ month: of, bytes }, at) => [of, bytes.equals(fromFile[at]?.bytes ?? Buffer.of())])).toEqual([
        ['2026-10', true],
        ['2026-11', true],
      ]);
    });
  });

  describe('the demo company’s bill', () => {
    let path: string;
    let files: string[];

    beforeAll(async () => {
      ({ path } = await writeDemoBill(folder, io));
      const names = await readdir(path, { recursive: true });
      files = names
        .filter((name) => name.includes('year=2026/') && /month=(9|10)\//.test(name))
        .map((name) => join(path, name))
        .toSorted();
      const of = (number: string): string[] => files.filter((file) => file.includes(`month=${number}/`));
      await makeTable(trino, sql, 'by_period', [...inOctober(...of('10')), { values: { billing_period: '2026-09' }, files: of('9') }]);
      await makeTable(trino, sql, 'by_month', [
        { values: { year: '2026', month: '10' }, files: of('10') },
        { values: { year: '2026', month: '9' }, files: of('9') },
      ]);
      await makeTable(trino, sql, 'unpartitioned', [{ values: {}, files }]);
    });

    test.each([
      ['trino', 'by_period'],
      ['trino', 'by_month'],
      ['trino', 'unpartitioned'],
      ['athena', 'by_period'],
    ] as const)('%s gives of the table %s the bytes that DuckDB gives of its files', async (name, table) => {
      const window = { first: monthOf('2026-09'), last: monthOf('2026-10') };
      const fromFiles = await collectFrom({ kind: 'cur', path }, ioFor(servers), window);
      const fromTable = await collectFrom(settingsOf(name, table, servers), ioFor(servers), window);

      expect(fromTable.map(comparable)).toEqual(fromFiles.map(comparable));
      expect(fromTable.map(({ month: of, bytes }, at) => [of, bytes.equals(fromFiles[at]?.bytes ?? Buffer.of())])).toEqual([
        ['2026-09', true],
        ['2026-10', true],
      ]);
    });

    test('only groups and counts leave the engine, and no month is read but the one that is asked for', async () => {
      const before = new Set((await queryStats(trino.url)).map(({ id }) => id));

      const [october] = await collectFrom(settingsOf('trino', 'by_period', servers), ioFor(servers), month);

      const stats = (await queryStats(trino.url)).filter(({ id }) => !before.has(id));
      expect(october?.facts.lines).toBe(66_922);
      // The groups are fewer than the charges, of which some are parts of commitments that nobody used.
      expect(stats.reduce((sum, { left }) => sum + left, 0)).toBeLessThan((october?.facts.rows ?? 0) + 1000);
      expect(Math.max(...stats.map(({ read }) => read))).toBeLessThanOrEqual(66_922 * 2);
    });

    test('a month stays the same until its files change', async () => {
      await makeTable(trino, sql, 'changing', inOctober(...files.filter((file) => file.includes('month=10/'))));
      const identityOf = async (): Promise<string | undefined> => (await identitiesOf(settingsOf('trino', 'changing', servers), ioFor(servers)))[0];
      const before = await identityOf();
      expect(await identityOf()).toBe(before);

      const [, second = ''] = files.filter((file) => file.includes('month=10/'));
      await mkdir(join(trino.files, 'changing/billing_period=2026-10'), { recursive: true });
      const kept = join(
        trino.files,
        'changing/billing_period=2026-10',
        (await readdir(join(trino.files, 'changing/billing_period=2026-10'))).toSorted().at(-1) ?? '',
      );
      await copyFile(second, kept);

      expect(await identityOf()).not.toBe(before);
    });
  });

  describe('a bill', () => {
    test.each(ENGINES)('%s: whose file was delivered twice is counted once', async (name) => {
      const file = await writeBill(join(folder, `twice-${name}/a.parquet`), [{}, { line_item_resource_id: 'i-2' }]);
      await copyFile(file, join(folder, `twice-${name}/b.parquet`));
      await makeTable(trino, sql, `twice_${name}`, inOctober(file, file));

      const fromFiles = await collectFrom({ kind: 'cur', path: join(folder, `twice-${name}`) }, ioFor(servers));
      const fromTable = await collectFrom(settingsOf(name, `twice_${name}`, servers), ioFor(servers));

      expect(fromTable.map(({ facts }) => [facts.lines, facts.duplicates])).toEqual([[2, 2]]);
      expect(fromTable.map(comparable)).toEqual(fromFiles.map(comparable));
    });

    test('of which two deliveries lie in one partition is refused', async () => {
      const older = await writeBill(join(folder, 'older.parquet'), [{ identity_line_item_id: 'one', line_item_unblended_cost: 1 }]);
      const newer = await writeBill(join(folder, 'newer.parquet'), [{ identity_line_item_id: 'one', line_item_unblended_cost: 2 }]);
      await makeTable(trino, sql, 'two_deliveries', inOctober(older, newer));

      await expect(collectFrom(settingsOf('trino', 'two_deliveries', servers), ioFor(servers))).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringMatching(/^line one of .* stands in the bill 2 times with different contents$/),
      });
    });

    test('whose partition holds another month is refused', async () => {
      const file = await writeBill(join(folder, 'october.parquet'), [{}]);
      await makeTable(trino, sql, 'wrong_partition', [{ values: { billing_period: '2026-09' }, files: [file] }]);

      await expect(collectFrom(settingsOf('trino', 'wrong_partition', servers), ioFor(servers))).rejects.toMatchObject({
        message: 'hive.cur.wrong_partition: the partition of 2026-09 holds lines of 2026-10',
      });
    });

    test('of which an older file lacks a column has NULL there', async () => {
      const older = await writeBill(join(folder, 'narrow/older.parquet'), [{ line_item_resource_id: 'i-old' }], { without: ['pricing_public_on_demand_cost'] });
      const newer = await writeBill(join(folder, 'narrow/newer.parquet'), [{ identity_line_item_id: 'new' }]);
      await makeTable(trino, sql, 'narrow', inOctober(newer, older));

      const fromFiles = await collectFrom({ kind: 'cur', path: join(folder, 'narrow') }, ioFor(servers));
      const fromTable = await collectFrom(settingsOf('trino', 'narrow', servers), ioFor(servers));

      expect(fromTable.map(comparable)).toEqual(fromFiles.map(comparable));
      expect(fromTable[0]?.facts.gaps).toMatchObject([{ code: 'unknown-cost', metric: 'list', lines: 1 }]);
    });

    test('of a hundred tags, in columns and in a map, gives the bytes that DuckDB gives', async () => {
      const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`resource_tags_user_tag_${at}`, at % 7 === 0 ? `ship 🚢 "${at}"` : '']));
      const file = join(folder, 'hundred/columns.parquet');
      await writeBill(file, [{ ...many, resource_tags_user_tag_1: 'one' }, { ...many, resource_tags_user_tag_1: '🚀' }, many]);
      await sql.run(
        `copy (select * exclude (${Object.keys(many).join(', ')}), map_from_entries([(('user_' || n::varchar || '🚢'), 'ü' || n::varchar) for n in range(60)]) as resource_tags from read_parquet(${text(file)})) to ${text(join(folder, 'hundred-map.parquet'))} (format parquet)`,
      );
      for (const [table, path] of [
        ['hundred_columns', file],
        ['hundred_map', join(folder, 'hundred-map.parquet')],
      ] as const) {
        await makeTable(trino, sql, table, inOctober(path));
        const fromFiles = await collectFrom({ kind: 'cur', path }, ioFor(servers));
        const fromTable = await collectFrom(settingsOf('trino', table, servers), ioFor(servers));
        expect(fromTable.map(comparable)).toEqual(fromFiles.map(comparable));
        expect(fromTable.map(({ bytes }) => bytes)).toEqual(fromFiles.map(({ bytes }) => bytes));
      }
    });

    test.each(ENGINES)('%s: a table that is not there is one line', async (name) => {
      await expect(collectFrom(settingsOf(name, 'nowhere', servers), ioFor(servers))).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringMatching(/does not exist|not.?found/i),
      });
    });

    test('a table that is no bill is one line', async () => {
      await sql.run(`copy (select 1 as one) to ${text(join(folder, 'one.parquet'))} (format parquet)`);
      await makeTable(trino, sql, 'no_bill', [{ values: {}, files: [join(folder, 'one.parquet')] }]);

      await expect(collectFrom(settingsOf('trino', 'no_bill', servers), ioFor(servers))).rejects.toMatchObject({
        message: expect.stringMatching(/^hive\.cur\.no_bill: neither an AWS Cost and Usage Report nor a FOCUS export: there is no column/),
      });
    });
  });

  describeData('a real bill (real data)', () => {
    test('of October 2018 gives the bytes and the sums that DuckDB gives', async () => {
      const path = dataFile('billing/aws-cur-2018-10.snappy.parquet');
      await makeTable(trino, sql, 'october_2018', [{ values: { year: '2018', month: '10' }, files: [path] }]);

      const fromFiles = await collectFrom({ kind: 'cur', path }, ioFor(servers));
      const fromTable = await collectFrom(settingsOf('trino', 'october_2018', servers), ioFor(servers));

      expect(fromTable.map(({ facts: { lines, totals } }) => [lines, Number(totals[0]?.billed).toFixed(4), Number(totals[0]?.effective).toFixed(4)])).toEqual([
        [119_307, '4064.4831', '4195.9571'],
      ]);
      expect(fromTable.map(comparable)).toEqual(fromFiles.map(comparable));
      expect(fromTable.map(({ bytes }, at) => bytes.equals(fromFiles[at]?.bytes ?? Buffer.of()))).toEqual([true]);
    });
  });

  describe('a query', () => {
    const MUCH = `select array_agg(rpad(cast(n as varchar), 1000000, 'x')) as much from unnest(sequence(1, 2000)) as t(n)`;
    const LONG =
      'select count(distinct a.n * b.n + c.n) as much from unnest(sequence(1, 9000)) as a(n) cross join unnest(sequence(1, 9000)) as b(n) cross join unnest(sequence(1, 9000)) as c(n)';

    test.each([
      ['trino', /^Trino at .*: the query failed: EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit/],
      ['athena', /^Athena in eu-west-1: the query failed: EXCEEDED_LOCAL_MEMORY_LIMIT/],
    ] as const)('%s: that takes more memory than there is, is one line', async (name, message) => {
      const engine = await openEngine(name, servers);

      await expect(allRows(engine, MUCH)).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(message) });
    });

    test.each(ENGINES)('%s: that is no SQL is one line', async (name) => {
      await expect(allRows(await openEngine(name, servers), 'selec 1')).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringMatching(/SYNTAX_ERROR: line 1:1: mismatched input 'selec'/),
      });
    });

    test('that an administrator stops is one line', async () => {
      const engine = await openEngine('trino', servers);
      const asked = allRows(engine, `${LONG} /* to be killed */`).catch((error: unknown) => error);
      const id = await until(async () => (await queries(`query like '%to be killed%' and query not like '%runtime%' and state = 'RUNNING'`))[0]?.['query_id']);
      await trino.run(`call system.runtime.kill_query(query_id => '${String(id)}', message => 'maintenance')`);

      expect(await asked).toMatchObject({ name: 'UserError', message: expect.stringMatching(/ADMINISTRATIVELY_KILLED: .*maintenance/) });
    });

    test.each(ENGINES)('%s: does not outlive a run that is interrupted', async (name) => {
      const engine = await openEngine(name, servers);
      const asked = allRows(engine, `${LONG} /* interrupted ${name} */`).catch((error: unknown) => error);
      const which = `query like '%interrupted ${name}%' and query not like '%runtime%'`;
      await until(async () => (await queries(`${which} and state = 'RUNNING'`))[0]);

      await interrupt();

      expect(await until(async () => (await queries(`${which} and state = 'FAILED'`))[0])).toMatchObject({ error_code: 'USER_CANCELED' });
      expect(await asked).toMatchObject({ name: 'UserError' });
      await engine.close();
    });

    test('that reads more than its workgroup allows is one line', async () => {
      const file = await writeBill(join(folder, 'cut.parquet'), [{}]);
      await makeTable(trino, sql, 'cut_off', inOctober(file));
      const tight = await startAthenaShim(trino.url, { cutoff: 10 });
      try {
        const there = { ...servers, athena: tight.url };
        await expect(collectFrom(settingsOf('athena', 'cut_off', there), ioFor(there))).rejects.toMatchObject({
          message: expect.stringMatching(/more than the 10 bytes that its workgroup allows/),
        });
      } finally {
        await tight.close();
      }
    });
  });

  test('Athena’s answers of thousands of rows come in pages', async () => {
    const rows = await allRows(await openEngine('athena', servers), `select n, cast(n as varchar) as t from unnest(sequence(1, 3500)) as s(n) order by n`);

    expect(rows).toHaveLength(3500);
    expect(rows.at(-1)).toEqual({ n: 3500, t: '3500' });
    expect(shim.actions.filter((action) => action === 'GetQueryResults').length).toBeGreaterThanOrEqual(4);
  });

  /** What Trino itself says of queries. */
  async function queries(where: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return allRows(await openEngine('trino', servers), `select query_id, state, error_code, query from system.runtime.queries where ${where}`);
  }
});

interface QueryStats {
  readonly id: string;
  /** Rows that it has read from files, and rows that it has answered. */
  readonly read: number;
  readonly left: number;
}

const Queries = z.array(z.object({ queryId: z.string() }));
const Query = z.object({ queryId: z.string(), queryStats: z.object({ physicalInputPositions: z.number(), outputPositions: z.number() }) });

async function queryStats(url: string): Promise<readonly QueryStats[]> {
  const ask = async (path: string): Promise<unknown> => (await fetch(`${url}/v1/query${path}`, { headers: { 'x-trino-user': 'test' } })).json();
  const all = await Promise.all(Queries.parse(await ask('')).map(async ({ queryId }) => Query.parse(await ask(`/${queryId}`))));
  return all.map(({ queryId, queryStats: { physicalInputPositions: read, outputPositions: left } }) => ({ id: queryId, read, left }));
}

async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const found = await find();
    if (found !== undefined && found !== null) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('it did not come about');
}
