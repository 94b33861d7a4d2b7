import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testIo, type TestIo } from '../io/test-io.ts';
import { BILL, billCsv } from './bill.ts';
import { environment, main, node, run, tonnage, tracesIn } from './tonnage.ts';

const ESCAPE = '\u001b';
const REPORT = ['report', '--cur', 'bill.csv'];

function user(): TestIo {
  const given = testIo();
  given.write('bill.csv', BILL);
  return given;
}

describe('standard output', () => {
  test('carries the product and nothing else, even with --verbose', async () => {
    const { out, err } = await tonnage([...REPORT, '-f', 'json', '--verbose'], { cwd: user().folder });
    expect(JSON.parse(out)).toMatchObject({ kind: 'CostReport', reconciliation: { bill: 100.25 } });
    expect(err).toBe('cur 2026-02: 4 lines, 4 charges, 0 duplicates left out\n');
  });

  test('is empty where the report goes to a file', async () => {
    const { folder } = user();
    expect(await tonnage([...REPORT, '-o', 'report.md'], { cwd: folder })).toEqual({ status: 0, out: '', err: '' });
    expect(readdirSync(folder).toSorted()).toEqual(['bill.csv', 'report.md']);
  });

  test('may be closed by a reader that has seen enough', async () => {
    const given = testIo();
    const temporary = testIo().folder;
    given.write(
      'bill.csv',
      billCsv(
        '2026-02',
        Array.from({ length: 4000 }, (_, at) => ({ cost: '1', day: (at % 28) + 1 })),
      ),
    );
    const script = `set -o pipefail; "$0" "$1" export --cur bill.csv | head -1`;
    const { status, out, err } = await run('bash', ['-c', script, node, main], { cwd: given.folder, env: { TMPDIR: temporary } });
    expect(err).toBe('');
    expect(status).toBe(0);
    expect(out).toMatch(/^AvailabilityZone,BilledCost,[^\n]+\n$/);
    expect(tracesIn(temporary)).toEqual([]);
  });
});

describe('standard error', () => {
  const SOURCES = 'sources:\n  - { kind: cur, path: bill.csv }\n  - { kind: cur, name: lost, path: absent.csv }\n';

  test('carries warnings', async () => {
    const given = user();
    given.write('tonnage.yaml', SOURCES);
    expect((await tonnage(['collect'], { cwd: given.folder })).err).toMatch(
      /^Source lost could not be read: .*absent\.csv: no such file or folder \(check the path; .*\)\.\n$/,
    );
  });

  test('carries none with --quiet, but errors', async () => {
    const given = user();
    given.write('tonnage.yaml', SOURCES);
    expect(await tonnage(['collect', '--quiet'], { cwd: given.folder })).toMatchObject({ status: 3, err: '' });
    expect((await tonnage(['report', '--quiet', '--cur', 'absent.csv'], { cwd: given.folder })).err).toMatch(/^error: .*\nhint: .*\n$/);
  });

  test('has no progress where it is no terminal', async () => {
    expect((await tonnage(['collect', '--cur', 'bill.csv'], { cwd: user().folder })).err).toBe('');
  });
});

describe('colour', () => {
  test.each([
    ['there is none in a pipe', [], {}, false],
    ['FORCE_COLOR paints a pipe', [], { FORCE_COLOR: '1' }, true],
    ['NO_COLOR is stronger', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['--no-color is stronger', ['--no-color'], { FORCE_COLOR: '1' }, false],
    ['a file is never painted', ['-o', 'report.txt'], { FORCE_COLOR: '1' }, false],
  ])('%s', async (_, flags, env, isColored) => {
    const given = user();
    const { out } = await tonnage([...REPORT, ...flags], { cwd: given.folder, env });
    const written = readdirSync(given.folder).includes('report.txt') ? await given.io.files.read(join(given.folder, 'report.txt')) : '';
    expect((out + written).includes(ESCAPE)).toBe(isColored);
  });

  const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

  test.skipIf(!hasScript).each([
    ['a terminal is painted', '', { TERM: 'xterm' }, true],
    ['--no-color', '--no-color', { TERM: 'xterm' }, false],
    ['NO_COLOR', '', { TERM: 'xterm', NO_COLOR: '1' }, false],
    ['TERM=dumb', '', { TERM: 'dumb' }, false],
  ])('on a terminal: %s (needs script)', (_, flags, env, isColored) => {
    const { folder } = user();
    // Standard output alone is the terminal: the progress bar would move its cursor.
    const command = `'${node}' '${main}' ${REPORT.join(' ')} ${flags} 2>/dev/null`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, encoding: 'utf8', env: environment({ cwd: folder, env }) });
    expect(stdout).toContain('The bill is');
    expect(stdout.includes(ESCAPE)).toBe(isColored);
  });
});
