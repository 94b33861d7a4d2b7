import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CHARGE_COLUMNS } from '../src/model/cost/charge.ts';
import { createProgram } from '../src/program.ts';
import { generatedBlocks } from './docs/generate.ts';
import { blocksOf, fencedLines, withBlocks } from './docs/markdown.ts';
import { pages, root } from './docs/pages.ts';

const all = pages();
const page = (path: string): string => all.get(path) ?? '';
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('the pages are there', () => {
  const expected = ['AGENTS.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'docs/reference.md', 'src/collectors/cur/README.md'];
  expect([...all.keys()]).toEqual(expect.arrayContaining(expected));
});

describe('generated blocks', () => {
  let blocks: Awaited<ReturnType<typeof generatedBlocks>> = {};
  beforeAll(async () => {
    blocks = await generatedBlocks();
  });

  test.each([...all.keys()])('are fresh in %s (else: node test/docs/write.ts)', (path) => {
    expect(page(path)).toBe(withBlocks(page(path), blocks));
  });

  test('stand somewhere, each once', () => {
    expect([...all.values()].flatMap(blocksOf).toSorted()).toEqual(Object.keys(blocks).toSorted());
  });
});

describe('commands in a shell block', () => {
  const lines = [...all].flatMap(([path, text]) => fencedLines(text, 'sh').map((line) => ({ path, line })));
  const program = createProgram(async () => {}, '');

  test.each(lines.filter(({ line }) => /(^|\()(npx )?tonnage /.test(line)))('$path: $line', ({ line }) => {
    const [name = '', ...words] = (/tonnage ([^|)#]+)/.exec(line)?.[1] ?? '').trim().split(/\s+/);
    const command = program.commands.find((known) => known.name() === name);
    expect(command?.name()).toBe(name);
    const flags = command
      ?.createHelp()
      .visibleOptions(command)
      .flatMap(({ short, long }) => [short, long]);
    expect(flags).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('-'))));
  });

  test.each(lines.filter(({ line }) => line.startsWith('npm ')))('$path: $line', ({ line }) => {
    const scripts = [...line.replace(/#.*/, '').matchAll(/npm (run )?(\S+)/g)]
      .map(([, , script = '']) => script)
      .filter((script) => !['ci', 'install', 'pack'].includes(script));
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts));
  });

  test.each(lines.filter(({ line }) => line.startsWith('node ')))('$path: $line', ({ line }) => {
    expect(existsSync(join(root, line.split(' ')[1] ?? ''))).toBe(true);
  });
});

test('README.md has the two commands', () => {
  expect(fencedLines(page('README.md'), 'sh').filter((line) => line.startsWith('npm ci'))).toEqual(['npm ci && npm start', 'npm ci && npm test']);
});

describe('links', () => {
  const links = [...all].flatMap(([path, text]) =>
    [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ path, target })),
  );

  test.each(links.filter(({ target }) => !/^[a-z]+:/.test(target)))('$path: $target', ({ path, target }) => {
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : join(dirname(path), file).replaceAll('\\', '/');
    expect(existsSync(join(root, to))).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(page(to))).toContain(anchor);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('the tree of ARCHITECTURE.md has every folder of src/, and no other, with a line for each', () => {
  const folders = globSync('src/**/', { cwd: root }).map((folder) => folder.replaceAll('\\', '/').replace(/\/$/, ''));
  expect(treeFolders(fencedLines(page('ARCHITECTURE.md'), 'text'))).toEqual(folders.toSorted());
});

/** Folders below `src/`, of lines such as `  html/    one page, with charts`, where two spaces are a level. */
function treeFolders(lines: readonly string[]): readonly string[] {
  const above: string[] = [];
  const found: string[] = [];
  for (const line of lines) {
    const [, indent, folder, words] = /^((?: {2})*)([\w.-]+)\/(?: {2,}(\S.*))?$/.exec(line) ?? [];
    if (indent === undefined || folder === undefined) continue;
    if (indent !== '') expect(words, `${line.trim()} has no words`).toBeDefined();
    above.splice(indent.length / 2, Infinity, folder);
    if (above[0] === 'src') found.push(above.join('/'));
  }
  return found.toSorted();
}

test.each([...all])('%s names no path of a machine', (_, text) => {
  expect(text).not.toMatch(/(^|[\s`"'(])(\/(work|home|root|tmp|Users|mnt|opt)\/|[A-Z]:\\)/);
});

test('CONTRIBUTING.md gives every dependency its reason, and no other', () => {
  const named = [...page('CONTRIBUTING.md').matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name = '']) => name);
  expect(named.toSorted()).toEqual([...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)].toSorted());
});

test('the README of the CUR collector says where each column of a charge comes from', () => {
  const [, section = ''] = /## What a charge is\n([\s\S]+?)\n## /.exec(page('src/collectors/cur/README.md')) ?? [];
  const named = [...section.matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? []);
  expect(named.toSorted()).toEqual(Object.keys(CHARGE_COLUMNS).toSorted());
});

test('AGENTS.md is at most 80 lines', () => {
  expect(page('AGENTS.md').split('\n').length).toBeLessThanOrEqual(81);
});
