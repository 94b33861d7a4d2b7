import { type Document, isMap, isScalar, isSeq, type Scalar } from 'yaml';
import type { Problem } from './document.ts';
import type { Path } from './known-keys.ts';

type Env = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Replaces `${NAME}` in the document's text values, in place. `$${` stands for a literal `${`. The values are told to nobody. */
export function replaceVariables(document: Document, env: Env): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { scalar, path } of textValues(document.contents, [])) {
    scalar.value = scalar.value.replaceAll(REFERENCE, (reference: string, name: string | undefined) => {
      if (name === undefined) return '${';
      const isWhole = NAME.test(name) && reference.endsWith('}');
      const value = isWhole ? env[name] : undefined;
      if (value === undefined) problems.push({ offset: scalar.range?.[0] ?? 0, path, text: isWhole ? notSet(name) : notAVariable(reference) });
      return value ?? reference;
    });
  }
  return problems;
}

function notSet(name: string): string {
  return `the environment variable ${name} is not set; set it (export ${name}=…), or write $$\{${name}} where the text itself is meant`;
}

function notAVariable(reference: string): string {
  return `${reference} is not a variable; expected \${NAME}, or $$\{ where the text itself is meant`;
}

interface TextValue {
  readonly scalar: Scalar<string>;
  readonly path: Path;
}

/** Keys are left alone, and what an alias points to is met once, where it stands. */
function* textValues(node: unknown, path: Path): Generator<TextValue> {
  if (isScalar<string>(node) && typeof node.value === 'string') yield { scalar: node, path };
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) yield* textValues(item, [...path, index]);
  }
  if (!isMap(node)) return;
  for (const { key, value } of node.items) yield* textValues(value, [...path, isScalar(key) ? String(key.value) : '?']);
}
