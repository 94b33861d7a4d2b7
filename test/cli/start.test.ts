import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testIo } from '../io/test-io.ts';
import { root, tonnage } from './tonnage.ts';

/** Writes down each module that is loaded, however it is asked for. */
const SPY = `data:text/javascript,${encodeURIComponent(`
  import { appendFileSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      appendFileSync(process.env.MODULES, url + '\\n');
      return next(url, context);
    },
  });`)}`;

/** Files that the program loads, relative to the project; a package is its name. */
async function loadedBy(args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const { folder, write } = testIo();
  for (const [name, content] of Object.entries(files)) write(name, content);
  const list = join(folder, 'modules.txt');
  const { status } = await tonnage(args, { cwd: folder, flags: ['--import', SPY], env: { MODULES: list } });
  expect(status).toBe(0);
  const urls = readFileSync(list, 'utf8')
    .split('\n')
    .filter((url) => url.startsWith('file:'));
  const paths = urls.map((url) => relative(root, fileURLToPath(url)).replaceAll('\\', '/'));
  return [...new Set(paths.map((path) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path))].toSorted();
}

test.each([['--help'], ['--version'], ['report', '--help'], ['help', 'report']])('tonnage %s %s loads the command line and nothing else', async (...args) => {
  expect(await loadedBy(args)).toEqual(['commander', 'src/main.ts', 'src/program.ts']);
});

test('a completion script needs no package but commander', async () => {
  const loaded = await loadedBy(['completion', 'bash']);
  expect(loaded.filter((path) => !path.startsWith('src/'))).toEqual(['commander']);
  expect(loaded.filter((path) => /^src\/(collectors|config|model|renderers|snapshot)\//.test(path))).toEqual([]);
});

test('a command loads no collector that it does not use, and of the renderers the one that was asked for', async () => {
  const loaded = await loadedBy(['schema', 'report']);
  expect(loaded.filter((path) => path.startsWith('src/collectors/') || path === '@duckdb/node-api' || path === 'yaml')).toEqual([]);
});

const pretend = (version: string): string =>
  `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;

test.each(['18.20.4', '20.19.0', '22.11.0'])('Node %s is told that it is too old, and nothing more', async (version) => {
  const { folder } = testIo();
  expect(await tonnage(['--version'], { cwd: folder, flags: ['--import', pretend(version)] })).toEqual({
    status: 2,
    out: '',
    err: `error: tonnage needs Node.js 22.12 or newer, this is ${version}\n`,
  });
});

test.each(['22.12.0', '24.0.0', '100.0.0'])('Node %s is new enough', async (version) => {
  const { folder } = testIo();
  expect(await tonnage(['--version'], { cwd: folder, flags: ['--import', pretend(version)] })).toMatchObject({ status: 0, err: '' });
});

test('the package asks for the same Node', () => {
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node).toBe('>=22.12');
});
