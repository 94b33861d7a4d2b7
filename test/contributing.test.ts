import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BILL } from './cli/bill.ts';
import { node, root, run, tonnage, type Run } from './cli/tonnage.ts';
import { testIo, type TestIo } from './io/test-io.ts';

/** What CONTRIBUTING.md says under "Add a collector in 4 steps", done with test/fixtures/toy-collector to a copy of the project. */

const INVOICE = {
  number: 'T-1',
  customer: 'acme',
  currency: 'USD',
  month: '2026-02',
  lines: [
    { day: '2026-02-03', toy: 'robot', cents: 1999, kind: 'sale', team: 'web' },
    { day: '2026-02-03', toy: 'kite', cents: 1, kind: 'sale' },
    { day: '2026-02-28', toy: 'tax', cents: 380, kind: 'tax' },
    { day: '2026-02-28', toy: 'voucher', cents: -500, kind: 'voucher' },
  ],
};

const project = testIo();
const inProject = (path: string): string => join(project.folder, path);

/** Puts a piece of text in front of the one place that has `before`. */
function insert(path: string, before: string, piece: string): void {
  const parts = readFileSync(inProject(path), 'utf8').split(before);
  expect(parts).toHaveLength(2);
  writeFileSync(inProject(path), parts.join(piece + before));
}

beforeAll(() => {
  for (const path of ['src', 'fixtures', 'package.json', 'tsconfig.json', '.oxlintrc.json']) cpSync(join(root, path), inProject(path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), inProject('node_modules'), 'junction');

  // 1. The folder. Its imports are those of its place in the tree.
  const toy = join(root, 'test/fixtures/toy-collector');
  for (const file of globSync('*', { cwd: toy })) {
    const text = readFileSync(join(toy, file), 'utf8').replaceAll('../../../src/collectors/', '../').replaceAll('../../../src/', '../../');
    project.write(`src/collectors/toy/${file}`, text);
  }
  // 2. Its lines in the registry.
  insert('src/collectors/index.ts', '} as const;', `  toy: async () => (await import('./toy/index.ts')).toy,\n`);
  insert('src/collectors/settings.ts', `import type { SourceKind }`, `import { ToySettings } from './toy/settings.ts';\n`);
  insert('src/collectors/settings.ts', '} as const', `  toy: ToySettings,\n`);
  // 3. Its line in the list of detectors.
  insert('src/commands/init/detectors.ts', 'import { UserError }', `import { detect as toy } from '../../collectors/toy/detect.ts';\n`);
  insert('src/commands/init/detectors.ts', 'cur, aws,', 'toy, ');
  // 4. Its tests are these.
});

describe('the source of the project', () => {
  test('has the right types, with the collector in it', async () => {
    const { out, status } = await run(node, [inProject('node_modules/typescript/bin/tsc'), '--noEmit'], { cwd: project.folder });
    expect(out).toBe('');
    expect(status).toBe(0);
  });

  test('keeps the rules of its floors', async () => {
    const files = ['src/collectors/toy', 'src/collectors/index.ts', 'src/collectors/settings.ts', 'src/commands/init/detectors.ts'];
    const { out, status } = await run(node, [inProject('node_modules/oxlint/bin/oxlint'), '--deny-warnings', ...files], { cwd: project.folder });
    expect(out).toContain('Found 0 warnings and 0 errors.');
    expect(status).toBe(0);
  });
});

describe('the program', () => {
  let user: TestIo;
  const toyTonnage = (...args: readonly string[]): Promise<Run> => tonnage(args, { cwd: user.folder, program: inProject('src/main.ts') });

  beforeAll(async () => {
    user = testIo();
    user.write('toy-invoice.json', JSON.stringify(INVOICE));
    user.write('bills/cur.csv', BILL);
    await toyTonnage('init', '--yes');
  }, 30_000);

  test('finds the source on the machine', () => {
    expect(readFileSync(join(user.folder, 'tonnage.yaml'), 'utf8')).toContain(
      '  # toy shop invoice: toy-invoice.json\n  - kind: toy\n    path: toy-invoice.json\n',
    );
  });

  test('checks it', async () => {
    const { out, status } = await toyTonnage('doctor');
    expect(out).toMatch(/^ok +toy +invoice +4 lines of 2026-02$/m);
    expect(status).toBe(0);
  });

  test('tells what is wrong with its settings', async () => {
    user.write('wrong.yaml', 'sources:\n  - kind: toy\n    pth: toy-invoice.json\n');
    const { err, status } = await toyTonnage('collect', '-c', 'wrong.yaml');
    expect(err).toContain('wrong.yaml:3:5: sources[0].pth: unknown key; expected one of kind, name, path; did you mean path?');
    expect(status).toBe(2);
  });

  test('collects it beside the other source', async () => {
    const first = await toyTonnage('collect');
    expect(first).toMatchObject({ status: 0, err: '' });
    expect(first.out).toMatch(/^2 parts read, 0 unchanged; /);
  });

  test('reports one bill of both, and every cent of it', async () => {
    const { out, status } = await toyTonnage('report', '-f', 'json');
    expect(status).toBe(0);
    const Report = z.object({
      reconciliation: z.record(z.string(), z.number()),
      rows: z.array(z.object({ provider: z.string(), service: z.string(), cost: z.number() })),
    });
    const { reconciliation, rows } = Report.parse(JSON.parse(out));
    expect(reconciliation['bill']).toBeCloseTo(100.25 + 18.8, 9);
    expect(reconciliation['tax']).toBeCloseTo(9.5 + 3.8, 9);
    expect(reconciliation['credit']).toBeCloseTo(-5, 9);
    expect(reconciliation['residual']).toBeCloseTo(0, 9);
    const toys = rows.filter(({ provider }) => provider === 'Toy shop');
    expect(toys.map(({ service, cost }) => [service, cost])).toEqual([
      ['Credits', -5],
      ['Tax', 3.8],
      ['Toys', 20],
    ]);
  });

  test('exports it as FOCUS', async () => {
    const { out, status } = await toyTonnage('export', '--offline');
    expect(status).toBe(0);
    expect(out.split('\n').filter((line) => line.includes('Toy shop'))).toHaveLength(4);
  });
});

test('CONTRIBUTING.md names what these steps touch', () => {
  const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const steps = /## Add a collector in 4 steps\n([\s\S]+?)\n## /.exec(guide)?.[1] ?? '';
  expect(steps.match(/^\d\. /gm)).toEqual(['1. ', '2. ', '3. ', '4. ']);
  for (const file of globSync('*.{ts,md}', { cwd: join(root, 'test/fixtures/toy-collector') })) expect(steps).toContain(`\`${file}\``);
  expect(steps).toContain('`src/collectors/index.ts`');
  expect(steps).toContain('`src/collectors/settings.ts`');
  expect(steps).toContain('`src/commands/init/detectors.ts`');
});
