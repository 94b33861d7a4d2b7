import { columnName } from '../../../src/collectors/cur/columns.ts';
import type { Dialect } from '../../../src/collectors/cur/dialect.ts';
import { conflictSql, distinctSql, fingerprintsSql } from '../../../src/collectors/cur/duplicates.ts';
import { groupSql } from '../../../src/collectors/cur/groups.ts';
import { presentColumns, selectLines, tagColumns, type LineTable } from '../../../src/collectors/cur/lines.ts';
import { withMaps } from '../../../src/collectors/cur/maps.ts';
import { ALL, ofMonth } from '../../../src/collectors/cur/month.ts';
import { profileOf, profileSql, anyNumbers } from '../../../src/collectors/cur/profile.ts';
import { monthsSql } from '../../../src/collectors/cur/survey.ts';
import type { SqlRow } from '../../../src/io/sql.ts';
import { monthOf } from '../../../src/model/month.ts';

/** What runs the queries: DuckDB, Trino, or Athena. */
export interface GoldenEngine {
  readonly dialect: Dialect;
  /** The golden bill, as the engine calls it. */
  readonly from: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: (select: string) => Promise<readonly SqlRow[]>;
}

type Value = string | number | null;

interface GoldenLine {
  readonly id: string | null;
  readonly interval?: string | null;
  readonly type?: string | null;
  readonly start: string;
  readonly end?: string;
  readonly currency?: string | null;
  readonly resource?: string | null;
  readonly cost: number | null;
  readonly usage?: string;
  readonly tags?: Readonly<Record<string, string>> | null;
  readonly bill?: string | null;
}

/** Few lines, each with something that engines may see differently. */
const LINES: readonly GoldenLine[] = [
  // Sums of decimals that no binary fraction is: as doubles they add up to 0.6000000000000001.
  { id: 'a1', start: '2026-10-05 00:00:00', cost: 0.1, usage: '0.1' },
  { id: 'a2', start: '2026-10-05 01:00:00', cost: 0.2, usage: '0.2' },
  { id: 'a3', start: '2026-10-05 23:00:00', cost: 0.3, usage: '0.3' },
  // The smallest that is kept, half of it, and less.
  { id: 'b1', start: '2026-10-06 00:00:00', cost: 1e-12, resource: 'tiny' },
  { id: 'b2', start: '2026-10-06 00:00:00', cost: 5e-13, resource: 'tiny' },
  { id: 'b3', start: '2026-10-06 00:00:00', cost: -5e-13, resource: 'tiny' },
  { id: 'b4', start: '2026-10-06 00:00:00', cost: 4e-13, resource: 'tiny' },
  // Where multiples of 1e-12 end and whole decimals begin; what engines write as 1.0E7.
  { id: 'c1', start: '2026-10-07 00:00:00', cost: 999.999999999999, resource: 'large' },
  { id: 'c2', start: '2026-10-07 00:00:00', cost: -1000, resource: 'large' },
  { id: 'c3', start: '2026-10-07 00:00:00', cost: 10000000, resource: 'large' },
  { id: 'c4', start: '2026-10-07 00:00:00', cost: 12345678.123456789, resource: 'large' },
  // So many at once that they are more than a 64-bit number of 1e-12.
  ...Array.from({ length: 40 }, (_, at): GoldenLine => ({ id: `d${at}`, start: '2026-10-08 00:00:00', cost: 999.5, resource: 'many' })),
  // NULL, '' and what is neither.
  { id: 'e1', start: '2026-10-09 00:00:00', cost: null, resource: 'unknown' },
  { id: 'e2', start: '2026-10-09 00:00:00', cost: 0, resource: 'unknown' },
  { id: 'e3', start: '2026-10-09 00:00:00', cost: 0, resource: '' },
  { id: 'e4', start: '2026-10-09 00:00:00', cost: 0, resource: null },
  { id: 'e5', start: '2026-10-09 00:00:00', cost: 0, type: '', resource: 'typeless' },
  { id: 'e6', start: '2026-10-09 00:00:00', cost: 0, type: null, resource: 'typeless' },
  // Texts with all that needs quoting, and that sorts and counts differently in bytes and letters.
  { id: 'f1', start: '2026-10-10 00:00:00', cost: 1, resource: `it's "quoted", {a=b}\\n`, tags: { 'user_it\'s "a" tag': `x='1'`, 'user_naïve🚢': 'ship 🚢' } },
  { id: 'f2', start: '2026-10-10 00:00:00', cost: 1, resource: 'line one\nline two\ttabbed', tags: { 'user_naïve🚢': '' } },
  { id: 'f3', start: '2026-10-10 00:00:00', cost: 1, resource: 'Ünïcödé', tags: {} },
  { id: 'f4', start: '2026-10-10 00:00:00', cost: 1, resource: 'ünïcödé', tags: null },
  // By the hour, for it belongs to a cluster.
  { id: 'g1', start: '2026-10-11 05:00:00', cost: 0.25, resource: 'node', tags: { aws_eks_cluster_name: 'production' } },
  { id: 'g2', start: '2026-10-11 05:59:59', cost: 0.25, resource: 'node', tags: { aws_eks_cluster_name: 'production' } },
  { id: 'g3', start: '2026-10-11 06:00:00', cost: 0.25, resource: 'node', tags: { aws_eks_cluster_name: 'production' } },
  // A line of a whole month, one of exactly a day, and one of a second more.
  { id: 'h1', start: '2026-10-01 00:00:00', end: '2026-10-31 23:59:59', cost: 30, type: 'RIFee', resource: 'fee' },
  { id: 'h2', start: '2026-10-12 00:00:00', end: '2026-10-13 00:00:00', cost: 1, resource: 'day' },
  { id: 'h3', start: '2026-10-12 00:00:00', end: '2026-10-13 00:00:01', cost: 1, resource: 'day' },
  // The same line twice, and lines without an id, which are none's duplicates.
  { id: 'i1', start: '2026-10-13 00:00:00', cost: 7, resource: 'twice' },
  { id: 'i1', start: '2026-10-13 00:00:00', cost: 7, resource: 'twice' },
  { id: null, start: '2026-10-13 00:00:00', cost: 7, resource: 'nameless' },
  { id: null, start: '2026-10-13 00:00:00', cost: 7, resource: 'nameless' },
  { id: '', start: '2026-10-13 00:00:00', cost: 7, resource: 'nameless' },
  // Ids and intervals that are the same text once they are put together.
  { id: 'j', interval: '12', start: '2026-10-14 00:00:00', cost: 1, resource: 'alike' },
  { id: 'j1', interval: '2', start: '2026-10-14 00:00:00', cost: 1, resource: 'alike' },
  { id: 'j12', interval: null, start: '2026-10-14 00:00:00', cost: 1, resource: 'alike' },
  // Other currencies, and none.
  { id: 'k1', start: '2026-10-15 00:00:00', cost: 2, currency: 'EUR', resource: 'money' },
  { id: 'k2', start: '2026-10-15 00:00:00', cost: 3, currency: '', resource: 'money' },
  { id: 'k3', start: '2026-10-15 00:00:00', cost: 4, currency: null, resource: 'money' },
  // A late line of September on October's bill, one of November's, and one whose bill is not said.
  { id: 'l1', start: '2026-09-30 23:00:00', cost: -5, type: 'Refund', resource: 'late' },
  { id: 'l2', start: '2026-11-01 00:00:00', cost: 6, bill: '2026-11-01 00:00:00', resource: 'next' },
  { id: 'l3', start: '2026-10-31 23:00:00', cost: 8, bill: null, resource: 'billless' },
];

/** The golden bill for DuckDB's COPY: a SELECT. Times of bills are text, as crawlers of CSV have them; tags are a map, as in report 2.0. */
export function goldenBill(): string {
  const rows = LINES.map(
    ({ id, interval, type = 'Usage', start, end, currency = 'USD', resource = 'i-1', cost, usage = '1', tags = null, bill = '2026-10-01T00:00:00Z' }) => {
      const until = end ?? new Date(Date.parse(`${start}Z`) + 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
      const map =
        tags === null
          ? 'cast(null as map(varchar, varchar))'
          : `map {${Object.entries(tags)
              .map(([key, value]) => `${literal(key)}: ${literal(value)}`)
              .join(', ')}}::map(varchar, varchar)`;
      const values = [id, interval === undefined ? `${start}/${until}` : interval, bill, type, currency, resource].map(literal);
      return `(${values.join(', ')}, timestamp '${start}', timestamp '${until}', ${cost === null ? 'null' : `${cost}`}::double, ${usage}::decimal(20,10), ${map})`;
    },
  );
  const columns =
    'identity_line_item_id, identity_time_interval, bill_billing_period_start_date, line_item_line_item_type, line_item_currency_code, line_item_resource_id, line_item_usage_start_date, line_item_usage_end_date, line_item_unblended_cost, line_item_usage_amount, resource_tags';
  return `select *, 'AmazonEC2' as line_item_product_code, 111111111111::bigint as line_item_usage_account_id from (values ${rows.join(', ')}) as line(${columns})`;
}

const literal = (value: Value): string => (value === null ? 'null::varchar' : `'${String(value).replaceAll("'", "''")}'`);

interface GoldenQuery {
  readonly name: string;
  /** As text, in one order: engines spell numbers and times differently. */
  readonly answer: (engine: GoldenEngine) => Promise<readonly string[]>;
  readonly expected: readonly string[];
}

const october = monthOf('2026-10');

async function tableOf({ dialect, from, columns, rows }: GoldenEngine): Promise<LineTable> {
  const own = Map.groupBy(
    columns.map(({ name, type }) => ({ header: name, type })),
    ({ header }) => columnName(header),
  );
  const table = { label: 'golden', from, columns: own };
  return { ...table, columns: await withMaps(dialect, table, rows) };
}

/** The lines of October, as the month is read, with the tags that they have. */
async function linesOf(engine: GoldenEngine): Promise<{ readonly lines: string; readonly tags: readonly string[] }> {
  const table = await tableOf(engine);
  const tags = tagColumns([table]);
  return { lines: ofMonth(selectLines(engine.dialect, [table], ALL, tags), october), tags };
}

/** The rows of a SELECT as text, in one order. Columns are named, for the queries have more and more of them. */
async function told({ rows }: GoldenEngine, select: string, columns: readonly string[]): Promise<string[]> {
  const found = await rows(select);
  return found.map((row) => columns.map((column) => tell(row[column])).join(' | ')).toSorted();
}

function tell(value: SqlRow[string] | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  return JSON.stringify(String(value).replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.0+$/, '$1')).slice(1, -1);
}

const GROUPED = [
  'type',
  'resource_id',
  'currency',
  'charge_start',
  'long_end',
  'lines',
  'last_usage',
  'unblended',
  'unblended_count',
  'quantity',
  'on_demand',
  'on_demand_count',
  'resource_tags_aws_eks_cluster_name',
  'resource_tags_user_it_s_a_tag',
  'resource_tags_user_naïve_',
];

const GROUPS: readonly string[] = [
  ' | typeless | USD | 2026-10-09 00:00:00 | NULL | 1 | 2026-10-09 00:00:00 | 0.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'NULL | typeless | USD | 2026-10-09 00:00:00 | NULL | 1 | 2026-10-09 00:00:00 | 0.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'RIFee | fee | USD | 2026-10-01 00:00:00 | 2026-10-31 23:59:59 | 1 | 2026-10-01 00:00:00 | 30.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Refund | late | USD | 2026-09-30 00:00:00 | NULL | 1 | 2026-09-30 23:00:00 | -5.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage |  | USD | 2026-10-09 00:00:00 | NULL | 1 | 2026-10-09 00:00:00 | 0.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | NULL | USD | 2026-10-09 00:00:00 | NULL | 1 | 2026-10-09 00:00:00 | 0.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | alike | USD | 2026-10-14 00:00:00 | NULL | 3 | 2026-10-14 00:00:00 | 3.000000000000 | 3 | 3.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | billless | USD | 2026-10-31 00:00:00 | NULL | 1 | 2026-10-31 23:00:00 | 8.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | day | USD | 2026-10-12 00:00:00 | 2026-10-13 00:00:01 | 1 | 2026-10-12 00:00:00 | 1.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | day | USD | 2026-10-12 00:00:00 | NULL | 1 | 2026-10-12 00:00:00 | 1.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | i-1 | USD | 2026-10-05 00:00:00 | NULL | 3 | 2026-10-05 23:00:00 | 0.600000000000 | 3 | 0.600000000000 | NULL | 0 | NULL | NULL | NULL',
  `Usage | it's \\"quoted\\", {a=b}\\\\n | USD | 2026-10-10 00:00:00 | NULL | 1 | 2026-10-10 00:00:00 | 1.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | x='1' | ship 🚢`,
  'Usage | large | USD | 2026-10-07 00:00:00 | NULL | 4 | 2026-10-07 00:00:00 | 22345678.123456789999 | 4 | 4.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | line one\\nline two\\ttabbed | USD | 2026-10-10 00:00:00 | NULL | 1 | 2026-10-10 00:00:00 | 1.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | ',
  'Usage | many | USD | 2026-10-08 00:00:00 | NULL | 40 | 2026-10-08 00:00:00 | 39980.000000000000 | 40 | 40.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | money |  | 2026-10-15 00:00:00 | NULL | 1 | 2026-10-15 00:00:00 | 3.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | money | EUR | 2026-10-15 00:00:00 | NULL | 1 | 2026-10-15 00:00:00 | 2.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | money | NULL | 2026-10-15 00:00:00 | NULL | 1 | 2026-10-15 00:00:00 | 4.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | nameless | USD | 2026-10-13 00:00:00 | NULL | 3 | 2026-10-13 00:00:00 | 21.000000000000 | 3 | 3.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | node | USD | 2026-10-11 05:00:00 | NULL | 2 | 2026-10-11 05:59:59 | 0.500000000000 | 2 | 2.000000000000 | NULL | 0 | production | NULL | NULL',
  'Usage | node | USD | 2026-10-11 06:00:00 | NULL | 1 | 2026-10-11 06:00:00 | 0.250000000000 | 1 | 1.000000000000 | NULL | 0 | production | NULL | NULL',
  'Usage | tiny | USD | 2026-10-06 00:00:00 | NULL | 4 | 2026-10-06 00:00:00 | 0.000000000001 | 4 | 4.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | twice | USD | 2026-10-13 00:00:00 | NULL | 2 | 2026-10-13 00:00:00 | 14.000000000000 | 2 | 2.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | unknown | USD | 2026-10-09 00:00:00 | NULL | 2 | 2026-10-09 00:00:00 | 0.000000000000 | 1 | 2.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | Ünïcödé | USD | 2026-10-10 00:00:00 | NULL | 1 | 2026-10-10 00:00:00 | 1.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
  'Usage | ünïcödé | USD | 2026-10-10 00:00:00 | NULL | 1 | 2026-10-10 00:00:00 | 1.000000000000 | 1 | 1.000000000000 | NULL | 0 | NULL | NULL | NULL',
];

/** One suite for all engines: their answers are the same, to the last digit. */
export const GOLDEN_QUERIES: readonly GoldenQuery[] = [
  {
    name: 'the months of a bill',
    answer: async (engine) =>
      told(engine, monthsSql(engine.dialect, selectLines(engine.dialect, [await tableOf(engine)], ['bill_start', 'usage_start'], [])), ['month']),
    expected: ['2026-10', '2026-11'],
  },
  {
    name: 'the keys of a map',
    answer: async (engine) => tagColumns([await tableOf(engine)]),
    expected: ['resource_tags_aws_eks_cluster_name', 'resource_tags_user_it_s_a_tag', 'resource_tags_user_naïve_'],
  },
  {
    name: 'a map, and texts with names, as JSON',
    answer: async (engine) => {
      const table = await tableOf(engine);
      const [map] = table.columns.get('resource_tags') ?? [];
      const read = engine.dialect.read('"resource_tags"', map?.type ?? '', 'map') ?? '';
      const object = engine.dialect.objectText(
        Array.from({ length: 300 }, (_, at) => [`it's "${at}"`, at < 2 ? '"line_item_resource_id"' : 'cast(null as varchar)']),
      );
      const lines = `select identity_line_item_id as id, ${engine.dialect.mapText(read)} as map, ${object} as object from ${engine.from}`;
      const rows = await engine.rows(`select * from (${lines}) where id like 'f%' or id in ('e3', 'g1') order by id`);
      // The same object may be spelled in several ways.
      const respelled = (json: unknown): string => JSON.stringify(JSON.parse(String(json)));
      return rows.map(({ id, map: tags, object: named }) => `${id} ${respelled(tags)} ${respelled(named)}`);
    },
    expected: [
      'e3 null {}',
      String.raw`f1 {"user_it's \"a\" tag":"x='1'","user_naïve🚢":"ship 🚢"} {"it's \"0\"":"it's \"quoted\", {a=b}\\n","it's \"1\"":"it's \"quoted\", {a=b}\\n"}`,
      String.raw`f2 {"user_naïve🚢":""} {"it's \"0\"":"line one\nline two\ttabbed","it's \"1\"":"line one\nline two\ttabbed"}`,
      String.raw`f3 {} {"it's \"0\"":"Ünïcödé","it's \"1\"":"Ünïcödé"}`,
      String.raw`f4 null {"it's \"0\"":"ünïcödé","it's \"1\"":"ünïcödé"}`,
      String.raw`g1 {"aws_eks_cluster_name":"production"} {"it's \"0\"":"node","it's \"1\"":"node"}`,
    ],
  },
  {
    name: 'lines and their fingerprints',
    answer: async (engine) => told(engine, fingerprintsSql(engine.dialect, (await linesOf(engine)).lines), ['lines', 'fingerprints']),
    expected: ['77 | 76'],
  },
  {
    name: 'lines that stand there once',
    answer: async (engine) => {
      const { lines, tags } = await linesOf(engine);
      return told(engine, `select count(*) as lines, count(line_id) as named from (${distinctSql(lines, tags)})`, ['lines', 'named']);
    },
    expected: ['79 | 76'],
  },
  {
    name: 'a line with two contents',
    answer: async (engine) => {
      const { lines, tags } = await linesOf(engine);
      const changed = `select * from (${lines}) union all select * from (${ofMonth(selectLines(engine.dialect, [await tableOf(engine)], ALL, tags).replaceAll('"line_item_resource_id"', `'other'`), october)}) where line_id = 'g1'`;
      return told(engine, conflictSql(distinctSql(changed, tags)), ['line_id', 'line_interval', 'found']);
    },
    expected: ['g1 | 2026-10-11 05:00:00/2026-10-11 06:00:00 | 2'],
  },
  {
    name: 'a look at types, currencies and numbers',
    answer: async (engine) =>
      told(engine, profileSql(engine.dialect, (await linesOf(engine)).lines, 'numbers'), [
        'of_currency',
        'line_type',
        'code',
        'billed',
        'lines',
        'unblended',
        'quantity',
        'on_demand',
      ]),
    expected: [
      '0 |  | NULL | 0.000000000000 | 2 | 2 | 2 | 0',
      '0 | RIFee | NULL | 30.000000000000 | 1 | 1 | 1 | 0',
      '0 | Refund | NULL | -5.000000000000 | 1 | 1 | 1 | 0',
      '0 | Usage | NULL | 22385720.473456790000 | 76 | 75 | 76 | 0',
      '1 | NULL | EUR | 2.000000000000 | 1 | 1 | 1 | 0',
      '1 | NULL | USD | 22385736.473456790000 | 77 | 76 | 77 | 0',
      '1 | NULL | XXX | 7.000000000000 | 2 | 2 | 2 | 0',
    ],
  },
  {
    name: 'the largest numbers',
    answer: async (engine) => {
      const { numbers } = profileOf(await engine.rows(profileSql(engine.dialect, (await linesOf(engine)).lines, 'numbers')), 'numbers');
      return [`unblended ${numbers.unblended.largest}`, `quantity ${numbers.quantity.largest}`, `on_demand ${numbers.on_demand.largest}`];
    },
    expected: ['unblended 12345678.12345679', 'quantity 1', 'on_demand 0'],
  },
  ...(['known', 'unknown'] as const).map((numbers): GoldenQuery => ({
    name: `groups with exact sums, of numbers that are ${numbers}`,
    answer: async (engine) => {
      const { lines, tags } = await linesOf(engine);
      const looked =
        numbers === 'known'
          ? profileOf(await engine.rows(profileSql(engine.dialect, lines, 'numbers')), 'numbers').numbers
          : anyNumbers(presentColumns([await tableOf(engine)]));
      return told(engine, groupSql(engine.dialect, { lines, tags, numbers: looked, constants: new Map() }), GROUPED);
    },
    expected: GROUPS,
  })),
];
