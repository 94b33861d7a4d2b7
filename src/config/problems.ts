import type { Document } from 'yaml';
import type { z } from 'zod';
import { offsetOf, type Problem, sourceOf } from './document.ts';
import { configJsonSchema } from './json-schema.ts';
import { childOf, knownKeys, nearest, type Path } from './known-keys.ts';

type Issue = z.core.$ZodIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
};

/** What the schema finds wrong with `data`, in words. No value of the file is told: it could be a secret from the environment. */
export function problemsOf(issues: readonly Issue[], document: Document, data: unknown): readonly Problem[] {
  return issues
    .flatMap(branches)
    .filter(isTold)
    .flatMap((issue) => {
      const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
      if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, path, document, data);
      return [{ offset: offsetOf(document, path, 'value'), path, text: describe(issue, path, document, data) }];
    });
}

/** A map with an unknown key is not also told that it lacks one. */
function isTold(issue: Issue, _: number, all: readonly Issue[]): boolean {
  return issue.code !== 'custom' || !all.some(({ code, path }) => code === 'unrecognized_keys' && path.join() === issue.path.join());
}

function unknownKeys(keys: readonly string[], path: Path, document: Document, data: unknown): readonly Problem[] {
  const known = knownKeys(configJsonSchema(), path, data);
  return keys.map((key) => ({
    offset: offsetOf(document, [...path, key], 'key'),
    path: [...path, key],
    text: `unknown key; expected ${oneOf(known)}${meant(key, known)}`,
  }));
}

/** Of a union, the issues of the option that was meant: the one whose type the value has. */
function branches(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const option = issue.errors.find((issues) => !issues.some(isOtherType));
  return option === undefined ? [issue] : option.flatMap((inner) => branches({ ...inner, path: [...issue.path, ...inner.path] }));
}

function isOtherType(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function describe(issue: Issue, path: Path, document: Document, data: unknown): string {
  const value = path.reduce(childOf, data);
  switch (issue.code) {
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? unknownKind(issue.options.map(String), sourceOf(document, path))
        : wrongType(issue.errors.flat().flatMap(typesOf), value);
    case 'invalid_type':
      return wrongType([issue.expected], value);
    case 'invalid_value':
      return `unknown value; expected ${oneOf(issue.values.map(String))}${meant(sourceOf(document, path) ?? '', issue.values.map(String))}`;
    case 'too_small':
      if (issue.minimum === 1 && issue.origin === 'string') return 'must not be empty';
      if (issue.minimum === 1 && issue.origin === 'array') return 'must not be an empty list';
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be ${issue.inclusive === true ? `${issue.minimum} or more` : `more than ${issue.minimum}`}`
        : issue.message;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be ${issue.inclusive === true ? `${issue.maximum} or less` : `less than ${issue.maximum}`}`
        : issue.message;
    case 'invalid_format':
      return issue.format === 'url' ? 'expected an address, such as https://prometheus.example.com' : issue.message;
    default:
      return issue.message;
  }
}

function typesOf(issue: Issue): readonly string[] {
  return issue.code === 'invalid_type' ? [issue.expected] : [];
}

function wrongType(expected: readonly string[], value: unknown): string {
  const wanted = expected.map((type) => NOUNS[type] ?? type).join(' or ');
  if (value === undefined) return `missing; expected ${wanted}`;
  const isUnquoted = expected.includes('string') && (typeof value === 'number' || typeof value === 'boolean');
  return `expected ${wanted}, got ${typeName(value)}${isUnquoted ? '; put it in quotes' : ''}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  return NOUNS[Array.isArray(value) ? 'array' : typeof value] ?? typeof value;
}

function unknownKind(known: readonly string[], kind: string | undefined): string {
  if (kind === undefined) return `missing; expected ${oneOf(known)}`;
  return `unknown kind ${kind}; expected ${oneOf(known)}${meant(kind, known)}`;
}

function oneOf(known: readonly string[]): string {
  return known.length > 1 ? `one of ${known.join(', ')}` : known.join('');
}

function meant(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  return close === undefined ? '' : `; did you mean ${close}?`;
}
