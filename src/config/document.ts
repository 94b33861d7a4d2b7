import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Path } from './known-keys.ts';

/** Something wrong with the file, and where: `offset` counts characters from its begin. */
export interface Problem {
  readonly offset: number;
  readonly path: Path;
  readonly text: string;
}

export function parse(text: string, lineCounter: LineCounter): Document {
  return parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
}

/** What is wrong with the file as YAML. One mistake makes many errors behind it: only the first is told, and all duplicate keys. */
export function syntaxProblems(document: Document, text: string): readonly Problem[] {
  const errors = [...document.errors, ...document.warnings];
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  const told = errors.filter((error) => error === first || error.code === 'DUPLICATE_KEY');
  return [...told.map(({ code, message, pos }) => ({ offset: pos[0], path: [], text: explained(code, message, text, pos[0]) })), ...aliasProblems(document)];
}

function aliasProblems(document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      const target = alias.resolve(document);
      const at = { offset: alias.range?.[0] ?? 0, path: [] };
      if (target === undefined) problems.push({ ...at, text: `the alias *${alias.source} has no anchor &${alias.source} before it` });
      else if (ancestors.includes(target)) problems.push({ ...at, text: `the alias *${alias.source} stands inside its own anchor` });
    },
  });
  return problems;
}

function explained(code: string, message: string, text: string, offset: number): string {
  if (code === 'DUPLICATE_KEY') return `the key ${/[^:\s]*/.exec(text.slice(offset))?.[0] ?? ''} is there twice`;
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; the file must hold one';
  if (text.slice(offset - 1, offset + 1) === '${') return 'not valid YAML: inside { } or [ ], put ${…} in quotes';
  const [sentence = message] = message.split('\n');
  return `not valid YAML: ${sentence}`;
}

/** Where the value at `path` begins, or its key; the nearest that is there, where it is missing. */
export function offsetOf(document: Document, path: Path, at: 'key' | 'value'): number {
  let found = document.contents?.range?.[0] ?? 0;
  let node: unknown = document.contents;
  for (const [index, step] of path.entries()) {
    const { key, value } = child(document, node, step);
    const isLast = index === path.length - 1;
    found = (isLast && at === 'key' ? key : value)?.range?.[0] ?? found;
    node = value;
  }
  return found;
}

interface Child {
  readonly key?: Node | undefined;
  readonly value?: Node | undefined;
}

function child(document: Document, node: unknown, step: string | number): Child {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq<Node>(target) && typeof step === 'number') return { value: target.items[step] };
  if (!isMap<Node, Node | null>(target)) return {};
  const pair = target.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return { key: pair?.key, value: pair?.value ?? undefined };
}

/** The source text of a scalar: what the file says, never what a variable made of it. */
export function sourceOf(document: Document, path: Path): string | undefined {
  let node: unknown = document.contents;
  for (const step of path) node = child(document, node, step).value;
  const target = isAlias(node) ? node.resolve(document) : node;
  return isScalar(target) ? target.source : undefined;
}
