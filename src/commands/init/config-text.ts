import { stringify } from 'yaml';
import type { Detection } from '../../collectors/types.ts';
import { configJsonSchema } from '../../config/json-schema.ts';
import type { Config } from '../../config/schema.ts';
import { printable } from '../../io/printable.ts';

export interface Found {
  /** Those that this version reads. */
  readonly live: readonly Detection[];
  readonly later: readonly Detection[];
}

const EXAMPLES = {
  organisation: 'organisation: Acme',
  currency: 'currency: USD',
  allocation: `allocation:
  weights: aws-9to1
  idle: separate
  shared:
    - match: { service: Amazon Elastic Container Registry* }
      method: even`,
  teams: `teams:
  - team: search
    match:
      namespace: [search, "search-*"]
  - team: search
    match:
      service: ["Amazon OpenSearch Service", "Amazon Kendra*"]
  - team: web
    match:
      tag: { team: [web, frontend] }`,
  environments: `environments:
  - environment: production
    match:
      account: "012345678901"
      region: eu-*`,
} satisfies Record<Exclude<keyof Config, 'sources'>, string>;

const HEAD = `# What tonnage reads, and whose cost it is.
# \${NAME} stands for an environment variable: that is where secrets belong, never in this file.`;

const WIDTH = 100;

/** A `tonnage.yaml` with these sources, and all else as comments. */
export function configText({ live, later }: Found): string {
  const { organisation, currency, ...rest } = EXAMPLES;
  const sections = [
    HEAD,
    example('organisation', organisation),
    example('currency', currency),
    `${description('sources')}\nsources:\n${indented(entries(live, later))}`,
    ...Object.entries(rest).map(([key, text]) => example(key, text)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function entries(live: readonly Detection[], later: readonly Detection[]): string {
  return [
    ...live.map(({ found, source }) => `# ${printable(found)}\n${entry(source)}`),
    ...(live.length === 0 ? [commented('- kind: cur\n  path: bill/')] : []),
    ...(later.length > 0 ? ['# Found here; this version does not read it yet:', ...later.map(({ source }) => commented(entry(source)))] : []),
  ].join('\n');
}

function entry(source: Detection['source']): string {
  return stringify([escaped(source)], { lineWidth: 0 }).trimEnd();
}

/** `${` in a name is meant as it stands, unless it is all there is: then it is a variable that the detector asks for. */
function escaped(source: Detection['source']): Readonly<Record<string, unknown>> {
  const literal = (value: unknown): unknown => (typeof value === 'string' && !/^\$\{[A-Z_]+\}$/.test(value) ? value.replaceAll('${', () => '$${') : value);
  return Object.fromEntries(Object.entries(source).map(([key, value]) => [key, literal(value)]));
}

function example(key: string, text: string): string {
  return `${description(key)}\n${commented(text)}`;
}

/** As the schema describes it, in lines of a readable width. */
function description(key: string): string {
  const words = (configJsonSchema().properties?.[key]?.description ?? '').split(' ');
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return commented(lines.join('\n'));
}

function commented(text: string): string {
  return text.replaceAll(/^/gm, '# ');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
