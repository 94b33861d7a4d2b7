import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Folders that are not ours to write about, or not written by hand. */
const LEFT_OUT = /^(node_modules|dist|reports|coverage|tonnage-demo|\.\w+)(\/|$)/;

/** All pages of the project, by their path in it. */
export function pages(): ReadonlyMap<string, string> {
  const paths = globSync('**/*.md', { cwd: root, exclude: (path) => LEFT_OUT.test(path.replaceAll('\\', '/')) }).map((path) => path.replaceAll('\\', '/'));
  return new Map(paths.toSorted().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
