import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testIo } from './io/test-io.ts';

const root = resolve(import.meta.dirname, '..');
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');

/** A file of `src/`, and a line that it must not have. */
const FORBIDDEN = [
  // The model is pure.
  ['model/cost/a.ts', `import '../../io/sql.ts';`],
  ['model/a.ts', `import '../io/sql.ts';`],
  ['model/a.ts', `import type { Sql } from '../io/sql.ts';`],
  ['model/a.ts', `import { z } from 'zod';`],
  ['model/a.ts', `import { readFileSync } from 'node:fs';`],
  ['model/a.ts', `import { readFileSync } from 'fs';`],
  ['model/a.ts', `import '../config/schema.ts';`],
  ['model/a.ts', `export { demo } from '../../fixtures/company.ts';`],
  ['model/a.ts', `export const at = Date.now();`],
  ['model/a.ts', `export const chance = Math.random();`],
  ['model/a.ts', `export const home = process.env;`],
  ['model/a.ts', `export const home = globalThis.process;`],
  ['model/a.ts', `export const id = crypto.randomUUID();`],
  ['model/a.ts', `export const page = fetch('https://example.com');`],
  // Nor does io know what it is used for.
  ['io/a.ts', `import '../model/facts.ts';`],
  ['io/a.ts', `import '../snapshot/writer.ts';`],
  // Rooms of one floor do not know each other, nor the floors above.
  ['collectors/a.ts', `import '../snapshot/writer.ts';`],
  ['collectors/cur/a.ts', `import '../../snapshot/writer.ts';`],
  ['collectors/cur/a.ts', `import '../../../src/snapshot/writer.ts';`],
  ['collectors/cur/deep/a.ts', `import '../../../snapshot/writer.ts';`],
  ['collectors/cur/a.ts', `import '../../renderers/index.ts';`],
  ['collectors/cur/a.ts', `import '../../config/schema.ts';`],
  ['snapshot/a.ts', `import '../collectors/index.ts';`],
  ['snapshot/a.ts', `import '../commands/settings.ts';`],
  ['patches/a.ts', `import '../snapshot/writer.ts';`],
  ['renderers/html/a.ts', `import '../../collectors/cur/index.ts';`],
  ['renderers/a.ts', `import '../snapshot/snapshot.ts';`],
  // A collector does not know another one.
  ['collectors/cur/a.ts', `import '../aws/detect.ts';`],
  ['collectors/cur/a.ts', `import '../../collectors/aws/detect.ts';`],
  ['collectors/cur/deep/a.ts', `import '../../aws/detect.ts';`],
  // Floors are entered from above.
  ['config/a.ts', `import '../commands/report.ts';`],
  ['config/a.ts', `import '../program.ts';`],
  ['commands/a.ts', `import '../main.ts';`],
  ['commands/init/a.ts', `import '../../program.ts';`],
  // However it is imported.
  ['collectors/cur/a.ts', `export const late = () => import('../../snapshot/writer.ts');`],
  ['collectors/cur/a.ts', `export * from '../../snapshot/writer.ts';`],
  ['collectors/cur/a.ts', `export type { Snapshot } from '../../snapshot/snapshot.ts';`],
  ['model/a.ts', `export const late = () => import('node:fs');`],
] as const;

const ALLOWED = [
  ['model/cost/a.ts', `import '../month.ts';`],
  ['model/nodes/a.ts', `import 'highs';`],
  ['model/a.ts', `export const at = Date.parse('2026-10-01');`],
  ['io/a.ts', `import { readFileSync } from 'node:fs';\nexport const text = readFileSync('a', 'utf8') + process.pid;`],
  ['collectors/cur/a.ts', `import '../types.ts';`],
  ['collectors/cur/a.ts', `import './columns.ts';`],
  ['collectors/cur/a.ts', `import '../../model/month.ts';`],
  ['collectors/cur/a.ts', `import '../../io/sql.ts';`],
  ['collectors/cur/deep/a.ts', `import '../columns.ts';`],
  ['collectors/cur/deep/a.ts', `import '../../types.ts';`],
  ['collectors/cur/deep/a.ts', `import '../../../model/month.ts';`],
  ['collectors/a.ts', `export const load = () => import('./cur/index.ts');`],
  ['snapshot/a.ts', `import '../model/month.ts';`],
  ['snapshot/a.ts', `import '../io/files.ts';`],
  ['renderers/html/a.ts', `import '../words.ts';`],
  ['renderers/html/a.ts', `import '../../model/month.ts';`],
  ['config/a.ts', `import '../collectors/index.ts';`],
  ['commands/a.ts', `import '../snapshot/writer.ts';`],
  ['commands/a.ts', `import '../collectors/index.ts';`],
  ['commands/a.ts', `import '../config/load.ts';`],
  ['main.ts', `import './program.ts';`],
] as const;

const LAYER_RULES = /no-restricted-(imports|globals|properties)/;
const Report = z.object({ diagnostics: z.array(z.object({ code: z.string().optional(), filename: z.string() })) });

const nameOf = (index: number): string => `case-${index}`;

/** The lines by the layering rules that they break: the real linter with the project's own configuration, once for all of them. */
function lint(cases: readonly (readonly [string, string])[]): readonly string[][] {
  const { write, folder } = testIo();
  // Each in a house of its own, for several have the same name.
  cases.forEach(([file, line], index) => {
    write(`${nameOf(index)}/src/${file}`, `${line}\n`);
    copyFileSync(join(root, '.oxlintrc.json'), join(folder, nameOf(index), '.oxlintrc.json'));
  });
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '--format', 'json', '.'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  const { diagnostics } = Report.parse(JSON.parse(stdout));
  return cases.map((_, index) => {
    const own = diagnostics.filter(({ filename }) => filename.replaceAll('\\', '/').includes(`${nameOf(index)}/`));
    return own.flatMap(({ code = '' }) => LAYER_RULES.exec(code)?.[0] ?? []);
  });
}

describe('the linter forbids', () => {
  let found: readonly string[][] = [];
  beforeAll(() => {
    found = lint(FORBIDDEN);
  });

  test.each(FORBIDDEN.map(([file, line], index) => ({ file, line, index })))('in src/$file: $line', ({ index }) => {
    expect(found[index]).toHaveLength(1);
  });
});

describe('the linter allows', () => {
  let found: readonly string[][] = [];
  beforeAll(() => {
    found = lint(ALLOWED);
  });

  test.each(ALLOWED.map(([file, line], index) => ({ file, line, index })))('in src/$file: $line', ({ index }) => {
    expect(found[index]).toEqual([]);
  });
});

test('the model has no clock, which the linter cannot tell: it knows Date.now, but not a Date without an argument', () => {
  const files = globSync('src/model/**/*.ts', { cwd: root });
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => /\bDate\(\s*\)|\bnew Date\b(?!\()/.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
