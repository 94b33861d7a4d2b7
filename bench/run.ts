// Speed and memory as ratios to a bare reference in the same run. `npm run bench`, or `npm run bench -- 2000000` for fewer lines.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { largeBill } from './large-bill.ts';
import { compare, measure, type Measurement } from './measure.ts';
import { wholeBill, yearOfBills } from './whole-bill.ts';

interface Comparison {
  readonly ours: Measurement;
  readonly bare: Measurement;
}

const root = resolve(import.meta.dirname, '..');
const tonnage = join(root, 'bin/tonnage.js');
const realMonth = join(process.env['TONNAGE_DATA'] ?? join(root, '../shared/data'), 'billing/aws-cur-2018-10.snappy.parquet');
const lines = Number(process.argv[2] ?? 20_000_000);
const scratch = await mkdtemp(join(tmpdir(), 'tonnage-bench-'));

const node = (...args: string[]): Promise<Measurement> => measure(process.execPath, args, scratch);
const bare = (name: string, ...args: string[]): Promise<Measurement> => node(join(import.meta.dirname, name), ...args);

const both = (a: Measurement, b: Measurement): Measurement => ({
  seconds: a.seconds + b.seconds,
  peak: Math.max(a.peak ?? Number.NaN, b.peak ?? Number.NaN),
  cpu: (a.cpu ?? Number.NaN) + (b.cpu ?? Number.NaN),
});

/** The same by CPU time, which other programs on the machine change less. */
const byCpu = ({ ours, bare: reference }: Comparison): Comparison => ({
  ours: { ...ours, seconds: ours.cpu ?? Number.NaN },
  bare: { ...reference, seconds: reference.cpu ?? Number.NaN },
});

function print(what: string, { ours, bare: reference }: Comparison, bar: number): void {
  const ratio = ours.seconds / reference.seconds;
  const memory = Number.isFinite(ours.peak) && Number.isFinite(reference.peak) ? `, ${ours.peak} MiB against ${reference.peak} MiB` : '';
  console.log(
    `${ratio <= bar ? 'met   ' : 'MISSED'}  ${what}: ${ratio.toFixed(2)}x (at most ${bar}x): ${ours.seconds.toFixed(2)} s against ${reference.seconds.toFixed(2)} s${memory}`,
  );
}

try {
  for (const flag of ['--help', '--version'])
    print(
      `tonnage ${flag} / node -e 0`,
      await compare(
        15,
        () => node(tonnage, flag),
        () => node('-e', '0'),
      ),
      2,
    );
  if (existsSync(realMonth)) {
    const report = (): Promise<Measurement> => node(tonnage, 'report', '--cur', realMonth, '-f', 'json');
    print('report of a real month / DuckDB and one sum', await compare(9, report, () => bare('bare-sum.mjs', realMonth)), 2.5);
  } else console.log(`skipped  report of a real month: ${realMonth} is not there (TONNAGE_DATA)`);

  const bill = await largeBill(lines, join(root, '.cache/bench'));
  await writeFile(join(scratch, 'tonnage.yaml'), `sources: [{ kind: cur, path: ${JSON.stringify(bill)} }]\n`);
  const group = (): Promise<Measurement> => bare('bare-group.mjs', bill, scratch);
  const collectAndReport = async (): Promise<Measurement> => {
    await rm(join(scratch, '.tonnage'), { recursive: true, force: true });
    const collected = await node(tonnage, 'collect');
    const reported = await node(tonnage, 'report', '-f', 'json');
    return both(collected, reported);
  };
  print(`collect and report of ${lines.toLocaleString('en')} lines / one query`, await compare(3, collectAndReport, group), 2);
  print(
    `report --cur of ${lines.toLocaleString('en')} lines / one query`,
    await compare(3, () => node(tonnage, 'report', '--cur', bill, '-f', 'json'), group),
    2,
  );

  const whole = await wholeBill(lines, join(scratch, 'whole'), join(root, '.cache/bench'));
  const wayOf = async (): Promise<Measurement> => {
    await rm(join(scratch, 'whole/.tonnage/charges'), { recursive: true, force: true });
    const collected = await node(tonnage, ...whole.collect);
    const reported = await node(tonnage, ...whole.report);
    await whole.check();
    return both(collected, reported);
  };
  const what = `the whole bill of ${lines.toLocaleString('en')} lines with the pods of a cluster`;
  for (const [name, of] of [
    ['each column once', () => bare('bare-scan.mjs', whole.bill)],
    ['one query', () => bare('bare-group.mjs', whole.bill, scratch)],
  ] as const) {
    const compared = await compare(3, wayOf, of);
    print(`${what} / ${name}, by CPU time`, byCpu(compared), 3);
    print(`${what} / ${name}`, compared, 3);
    console.log(
      `${compared.ours.peak !== undefined && compared.ours.peak < 1536 ? 'met   ' : 'MISSED'}  its memory: ${compared.ours.peak} MiB (less than 1,536)`,
    );
  }

  const year = await yearOfBills(join(scratch, 'year'));
  await measure(process.execPath, [tonnage, 'collect'], year);
  const { cpu, seconds } = await measure(process.execPath, [tonnage, 'report', '--offline', '-f', 'json', '-o', join(scratch, 'year.json')], year);
  console.log(
    `${cpu !== undefined && cpu < 1 ? 'met   ' : 'MISSED'}  a year of monthly totals, with the whole report of the last: ${cpu?.toFixed(2)} s of CPU (less than 1), ${seconds.toFixed(2)} s`,
  );
} finally {
  await rm(scratch, { recursive: true, force: true });
}
