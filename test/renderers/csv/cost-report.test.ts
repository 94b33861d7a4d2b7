import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDuckDb } from '../../../src/io/duckdb.ts';
import { text as literal } from '../../../src/io/sql.ts';
import { textCell } from '../../../src/renderers/csv/cell.ts';
import { renderCostReport } from '../../../src/renderers/csv/cost-report.ts';
import { NASTY, nastyReport, sampleReport, withoutPrevious } from '../sample-report.ts';

const HEADER =
  'period_start,period_end,cost_metric,currency,provider,service,account,account_name,region,team,environment,cluster,namespace,workload,category,share,idle,method,cost,previous_cost,change';

test('prints the finest rows with whole numbers, and nothing where there is nothing', () => {
  const report = sampleReport([
    { service: 'AmazonEC2', region: 'eu-west-1', team: 'a, b', cost: 1.123456789, previousCost: 3 },
    { service: '=1+1', cost: -4, share: 'credit' },
  ]);
  expect(renderCostReport({ ...report, rows: report.rows.map((row) => ({ ...row, change: null })) })).toBe(
    [
      HEADER,
      '2018-10-01T00:00:00Z,2018-11-01T00:00:00Z,effective,USD,AWS,AmazonEC2,111111111111,Production,eu-west-1,"a, b",,,,,Usage,allocated,,,1.123456789,3,',
      "2018-10-01T00:00:00Z,2018-11-01T00:00:00Z,effective,USD,AWS,'=1+1,111111111111,Production,,,,,,,Usage,credit,,,-4,0,",
      '',
    ].join('\r\n'),
  );
});

test('leaves earlier costs empty where there is no period before', () => {
  expect(
    parsed(renderCostReport(withoutPrevious(sampleReport())))
      .slice(1)[0]
      ?.slice(-2),
  ).toEqual(['', '']);
});

test('a report without rows is a header', () => {
  expect(renderCostReport(sampleReport([]))).toBe(`${HEADER}\r\n`);
});

test('adds up to the bill', () => {
  const costs = parsed(renderCostReport(sampleReport()))
    .slice(1)
    .map((cells) => Number(cells[18]));
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(sampleReport().reconciliation.bill, 9);
});

test('is read back by an engine as it was written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tonnage-csv-'));
  const sql = await openDuckDb({ scratch: folder });
  try {
    const file = join(folder, 'report.csv');
    await writeFile(file, renderCostReport(nastyReport()));
    const rows = await sql.rows(`select service, cost from read_csv(${literal(file)}, header = true, all_varchar = true) order by cost::double`);
    expect(rows).toEqual(NASTY.map((name, at) => ({ service: textCell(name), cost: `${10 + at}` })));
  } finally {
    sql.close();
    await rm(folder, { recursive: true });
  }
});

test('law: parses back to the same rows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.double({ noNaN: true, noDefaultInfinity: true }))), (rows) => {
      const lines = parsed(renderCostReport(sampleReport(rows.map(([service, cost]) => ({ service, cost }))))).slice(1);
      expect(lines.map((cells) => [cells[5], Number(cells[18])])).toEqual(rows.map(([service, cost]) => [textCell(service), cost + 0]));
    }),
  );
});

/** RFC 4180, to the letter: lines end with CRLF, quotes are doubled. */
function parsed(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    record.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}
