import { describe, expect, test } from 'vitest';
import { testIo, type TestIo } from '../io/test-io.ts';
import { BILL, BILL_WITH_GAP } from './bill.ts';
import { tonnage } from './tonnage.ts';

function user(): TestIo {
  const given = testIo();
  given.write('bill.csv', BILL);
  given.write('gap.csv', BILL_WITH_GAP);
  return given;
}

test('0: done', async () => {
  expect(await tonnage(['report', '--cur', 'bill.csv'], { cwd: user().folder })).toMatchObject({ status: 0, err: '' });
});

test('1: a bug, with its stack', async () => {
  const bug = `data:text/javascript,process.cwd = () => { throw new Error('no folder') };`;
  const { status, err, out } = await tonnage(['report', '--cur', 'bill.csv'], { cwd: user().folder, flags: ['--import', bug] });
  expect(status).toBe(1);
  expect(err).toContain('Error: no folder\n    at ');
  expect(out).toBe('');
});

describe('2: what the user can mend', () => {
  test('is one line and a hint', async () => {
    const { folder } = user();
    expect(await tonnage(['report', '--cur', 'absent.csv'], { cwd: folder })).toEqual({
      status: 2,
      out: '',
      err: `error: ${folder}/absent.csv: no such file or folder\nhint: check the path; it is taken from the folder you are in\n`,
    });
  });

  test.each([
    ['a command that is not there', ['reprot'], `error: unknown command 'reprot'\n(Did you mean report?)\n`],
    ['a flag that is not there', ['report', '--mont', '2026-02'], `error: unknown option '--mont'\n(Did you mean --month?)\n`],
    ['a flag without its value', ['report', '--month'], `error: option '--month <YYYY-MM>' argument missing\n`],
    ['a format that is not there', ['report', '-f', 'pdf'], `error: option '-f, --format <FORMAT>' argument 'pdf' is invalid. Allowed choices are terminal,`],
    [
      'a schema that is not there',
      ['schema', 'bill'],
      `error: command-argument value 'bill' is invalid for argument 'kind'. Allowed choices are config, report, explanation.\n`,
    ],
    ['a word too many', ['report', 'october'], `error: too many arguments for 'report'. Expected 0 arguments but got 1`],
    ['a month that is none', ['report', '--month', '2026-13', '--cur', 'bill.csv'], 'error: --month 2026-13: expected YYYY-MM\nhint: '],
    ['a condition that is none', ['report', '--cur', 'bill.csv', '--fail-on', 'totl > 1'], 'error: --fail-on totl > 1: unknown name totl; expected total, '],
    ['no configuration', ['report'], 'error: tonnage.yaml: no such file\nhint: write one with tonnage init, or name another with --config\n'],
  ])('%s', async (_, args, start) => {
    const { status, err, out } = await tonnage(args, { cwd: user().folder });
    expect(status).toBe(2);
    expect(err.slice(0, start.length)).toBe(start);
    expect(out).toBe('');
  });

  test('no command prints the help, on standard error', async () => {
    const { status, err, out } = await tonnage([], { cwd: user().folder });
    expect(status).toBe(2);
    expect(err).toMatch(/^Usage: tonnage /);
    expect(out).toBe('');
  });
});

describe('3: done, with gaps', () => {
  test('that are named in the report', async () => {
    const { status, out, err } = await tonnage(['report', '--cur', 'gap.csv'], { cwd: user().folder });
    expect(status).toBe(3);
    expect(out).toContain('1 line of cur for February 2026, billed at $2.00, has the unknown type "Novelty".');
    expect(err).toBe('');
  });

  test('of a source that cannot be read, and the others go on', async () => {
    const given = user();
    given.write('tonnage.yaml', 'sources:\n  - { kind: cur, path: bill.csv }\n  - { kind: cur, name: lost, path: absent.csv }\n');
    expect((await tonnage(['collect'], { cwd: given.folder })).status).toBe(3);
    expect(await tonnage(['report', '-f', 'csv'], { cwd: given.folder })).toMatchObject({ status: 3, out: expect.stringContaining('Amazon') });
  });
});

describe('4: --fail-on', () => {
  test.each([
    ['total > 100', 4],
    ['total > 1000', 0],
    ['tax >= 9.5 and gaps == 0', 4],
    ['service.AmazonS3 > 20', 4],
  ])('%s: %i', async (condition, status) => {
    const found = await tonnage(['report', '--cur', 'bill.csv', '--fail-on', condition], { cwd: user().folder });
    expect(found).toMatchObject({ status, err: '' });
    expect(found.out).toContain('The bill is $100.25.');
  });

  test('weighs more than a gap', async () => {
    expect(await tonnage(['report', '--cur', 'gap.csv', '--fail-on', 'gaps > 0'], { cwd: user().folder })).toMatchObject({ status: 4 });
  });

  test('what the report cannot tell is no yes and no no', async () => {
    const { status, err } = await tonnage(['report', '--cur', 'bill.csv', '--fail-on', 'team.nobody > 1'], { cwd: user().folder });
    expect(status).toBe(2);
    expect(err).toMatch(/^error: --fail-on/);
  });
});
