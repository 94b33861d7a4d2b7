import { resolve } from 'node:path';
import { type Document, LineCounter } from 'yaml';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { parse, type Problem, syntaxProblems } from './document.ts';
import type { Path } from './known-keys.ts';
import { problemsOf } from './problems.ts';
import { type Config, ConfigSchema } from './schema.ts';
import { replaceVariables } from './variables.ts';

/**
 * Reads `tonnage.yaml`, with `${NAME}` replaced from the environment.
 * @throws UserError with a line for each problem: where, what, and what was expected
 */
export async function loadConfig(file: string, io: Io): Promise<Config> {
  const path = resolve(io.directory, file);
  if (!(await io.files.exists(path))) throw new UserError(`${file}: no such file`, 'write one with tonnage init, or name another with --config');
  const text = await io.files.read(path);
  const lines = new LineCounter();
  const result = check(text, parse(text, lines), io.env);
  if (result.config !== undefined) return result.config;
  throw new UserError(
    result.problems
      .toSorted((a, b) => a.offset - b.offset)
      .map((problem) => line(file, lines, problem))
      .join('\n'),
  );
}

type Checked = { readonly config: Config } | { readonly config?: undefined; readonly problems: readonly Problem[] };

function check(text: string, document: Document, env: Io['env']): Checked {
  const syntax = syntaxProblems(document, text);
  if (syntax.length > 0) return { problems: syntax };
  if (document.contents === null) return { problems: [{ offset: 0, path: [], text: 'the file is empty; tonnage init writes one to begin with' }] };
  const unset = replaceVariables(document, env);
  const data = plain(document);
  if (data instanceof Error) return { problems: [{ offset: 0, path: [], text: data.message }] };
  const { success, data: config, error } = ConfigSchema.safeParse(withoutEmpty(data));
  if (success && unset.length === 0) return { config };
  const invalid = problemsOf(error?.issues ?? [], document, withoutEmpty(data));
  const isUnset = ({ path }: Problem): boolean => unset.some((other) => pathText(other.path) === pathText(path));
  return { problems: [...unset, ...invalid.filter((problem) => !isUnset(problem))] };
}

/** Aliases that multiply without end are found only here. */
function plain(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return error;
    throw error;
  }
}

/** A key with nothing behind it (all its entries are comments) counts as not there. */
function withoutEmpty(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutEmpty);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).flatMap(([key, value]) => (value === null ? [] : [[key, withoutEmpty(value)]])));
}

function line(file: string, lines: LineCounter, { offset, path, text }: Problem): string {
  const at = lines.linePos(offset);
  return [`${file}:${at.line}:${at.col}`, ...(path.length > 0 ? [pathText(path)] : []), text].join(': ');
}

/** `teams[0].match.tag["app/name"]` */
function pathText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : /^[\w-]+$/.test(step) ? `${index > 0 ? '.' : ''}${step}` : `[${JSON.stringify(step)}]`))
    .join('');
}
